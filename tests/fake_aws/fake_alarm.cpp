// The rules of PutMetricAlarm, and the body of a dashboard.
#include "tests/fake_aws/fake_alarm.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>
#include <set>

#include <fmt/format.h>

namespace bedrocklog::fake_aws {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t hour_seconds = 3600;
constexpr std::size_t widgets_max = 500;
constexpr std::size_t body_size_bytes_max = 1U << 20U;
constexpr int grid_width = 24;
constexpr int widget_height_max = 1000;

constexpr std::string_view units =
    "Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|"
    "Kilobits|Megabits|Gigabits|Terabits|Percent|Count|Bytes/Second|Kilobytes/Second|"
    "Megabytes/Second|Gigabytes/Second|Terabytes/Second|Bits/Second|Kilobits/Second|"
    "Megabits/Second|Gigabits/Second|Terabits/Second|Count/Second|None";
constexpr std::string_view percentiles =
    R"((p|tm|tc|ts|wm)(\d{1,2}(\.\d{0,10})?|100)|(TM|TC|TS|WM|PR)\([\d.:%]+\)|IQM)";
constexpr std::string_view statistics =
    R"(SampleCount|Average|Sum|Minimum|Maximum|(p|tm|tc|ts|wm)(\d{1,2}(\.\d{0,10})?|100)|)"
    R"((TM|TC|TS|WM|PR)\([\d.:%]+\)|IQM)";
constexpr std::string_view arn_pattern = "arn:[a-z-]+:[a-z0-9-]+:[^:]*:[^:]*:.+";

constexpr std::array<Member, 2> dimension_table = {
    {{"Name", MemberKind::text, true, 1, 255}, {"Value", MemberKind::text, true, 1, 1024}}};
constexpr std::array<Member, 3> metric_table = {{
    {"Namespace", MemberKind::text, false, 1, 255, "[^:][\\s\\S]*"},
    {"MetricName", MemberKind::text, false, 1, 255},
    {"Dimensions", MemberKind::structures, false, 0, 30, "", dimension_table},
}};
constexpr std::array<Member, 4> metric_stat_table = {{
    {"Metric", MemberKind::structure, true, 0, SIZE_MAX, "", metric_table},
    {"Period", MemberKind::whole, true},
    {"Stat", MemberKind::text, true, 1, 255, statistics},
    {"Unit", MemberKind::text, false, 1, 255, units},
}};
constexpr std::array<Member, 7> query_table = {{
    {"Id", MemberKind::text, true, 1, 255, "[a-z][a-zA-Z0-9_]*"},
    {"MetricStat", MemberKind::structure, false, 0, SIZE_MAX, "", metric_stat_table},
    {"Expression", MemberKind::text, false, 1, 2048},
    {"Label", MemberKind::text},
    {"ReturnData", MemberKind::boolean},
    {"Period", MemberKind::whole},
    {"AccountId", MemberKind::text, false, 1, 255},
}};
constexpr std::array<Member, 22> alarm_table = {{
    {"AlarmName", MemberKind::text, true, 1, 255},
    {"AlarmDescription", MemberKind::text, false, 0, 1024},
    {"ActionsEnabled", MemberKind::boolean},
    {"OKActions", MemberKind::texts, false, 0, 5, arn_pattern},
    {"AlarmActions", MemberKind::texts, false, 0, 5, arn_pattern},
    {"InsufficientDataActions", MemberKind::texts, false, 0, 5, arn_pattern},
    {"MetricName", MemberKind::text, false, 1, 255},
    {"Namespace", MemberKind::text, false, 1, 255, "[^:][\\s\\S]*"},
    {"Statistic", MemberKind::text, false, 1, 255, "SampleCount|Average|Sum|Minimum|Maximum"},
    {"ExtendedStatistic", MemberKind::text, false, 1, 255, percentiles},
    {"Dimensions", MemberKind::structures, false, 0, 30, "", dimension_table},
    {"Period", MemberKind::whole},
    {"Unit", MemberKind::text, false, 1, 255, units},
    {"EvaluationPeriods", MemberKind::whole, true},
    {"DatapointsToAlarm", MemberKind::whole},
    {"Threshold", MemberKind::number},
    {"ComparisonOperator", MemberKind::text, true, 1, 255,
     "(GreaterThan|LessThan)(OrEqualTo)?Threshold|LessThanLowerOrGreaterThanUpperThreshold|"
     "LessThanLowerThreshold|GreaterThanUpperThreshold"},
    {"TreatMissingData", MemberKind::text, false, 1, 255, "breaching|notBreaching|ignore|missing"},
    {"EvaluateLowSampleCountPercentile", MemberKind::text, false, 1, 255, "evaluate|ignore"},
    {"Metrics", MemberKind::structures, false, 0, 20, "", query_table},
    {"Tags", MemberKind::structures, false, 0, tags_max, "", tag_members},
    {"ThresholdMetricId", MemberKind::text, false, 1, 255},
}};

bool is_period(std::int64_t seconds) {
  return seconds == 10 || seconds == 20 || seconds == 30 || (seconds > 0 && seconds % 60 == 0);
}

bool is_query(const std::string& expression) {
  return std::regex_search(expression, std::regex("^\\s*SELECT\\s", std::regex::icase));
}

/// A name in a metric math expression that is no id of the alarm. Function names are upper case.
std::string unknown_id(const std::string& expression, const std::set<std::string>& ids) {
  static const std::regex quoted("'[^']*'|\"[^\"]*\"");
  static const std::regex word("[A-Za-z_][A-Za-z0-9_]*");
  const std::string bare = std::regex_replace(expression, quoted, "");
  for (auto at = std::sregex_iterator(bare.begin(), bare.end(), word); at != std::sregex_iterator();
       ++at) {
    const std::string name = at->str();
    const bool is_lower = name.front() >= 'a' && name.front() <= 'z';
    if (is_lower && !ids.contains(name)) {
      return name;
    }
  }
  return {};
}

std::string entry_fault(const Json& entry, const std::set<std::string>& ids) {
  const std::string id = text_member(entry, "Id");
  const bool has_stat = entry.contains("MetricStat");
  if (has_stat == entry.contains("Expression")) {
    return "Metric " + id + " must have exactly one of MetricStat and Expression";
  }
  if (has_stat) {
    const Json& stat = entry["MetricStat"];
    if (entry.contains("Period")) {
      return "Metric " + id + " must not have a Period beside that of its MetricStat";
    }
    if (!stat["Metric"].contains("Namespace") || !stat["Metric"].contains("MetricName")) {
      return "Metric " + id + " must have Namespace and MetricName";
    }
    return is_period(whole_member(stat, "Period", 0)) ? "" : "Invalid period of metric " + id;
  }
  const std::string expression = text_member(entry, "Expression");
  if (is_query(expression)) {
    return is_period(whole_member(entry, "Period", 0))
               ? ""
               : "Metrics Insights query " + id + " must have a valid Period";
  }
  const std::string unknown = unknown_id(expression, ids);
  return unknown.empty() ? ""
                         : "Invalid metrics list: expression " + id + " uses " + unknown +
                               ", which is no Id of it";
}

bool returns_data(const Json& entry) {
  return text_member(entry, "ReturnData", "true") == "true";
}

/// The longest period of the metrics.
std::int64_t metrics_period(const Json& metrics) {
  std::int64_t longest = 0;
  for (const Json& entry : metrics) {
    longest = std::max(
        {longest, whole_member(entry, "Period", 0),
         entry.contains("MetricStat") ? whole_member(entry["MetricStat"], "Period", 0) : 0});
  }
  return longest;
}

std::string metrics_fault(const Json& alarm) {
  const Json& metrics = alarm["Metrics"];
  for (const char* const member :
       {"Namespace", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic"}) {
    if (alarm.contains(member)) {
      return std::string(member) + " must not be given beside Metrics";
    }
  }
  std::set<std::string> ids;
  for (const Json& entry : metrics) {
    if (!ids.insert(text_member(entry, "Id")).second) {
      return "Metric Ids must be unique";
    }
  }
  for (const Json& entry : metrics) {
    if (std::string wrong = entry_fault(entry, ids); !wrong.empty()) {
      return wrong;
    }
  }
  const bool is_band = alarm.contains("ThresholdMetricId");
  const auto returning = std::count_if(metrics.begin(), metrics.end(), returns_data);
  if (returning != (is_band ? 2 : 1)) {
    return "Exactly one element of the metrics list should return data";
  }
  if (is_band && !ids.contains(text_member(alarm, "ThresholdMetricId"))) {
    return "ThresholdMetricId is no Id of the metrics list";
  }
  return metrics_period(metrics) == 0 ? "No metric of the list has a period" : "";
}

std::string single_metric_fault(const Json& alarm) {
  if (!alarm.contains("Namespace") || !alarm.contains("Period")) {
    return "Namespace and Period must be given with MetricName";
  }
  if (alarm.contains("Statistic") == alarm.contains("ExtendedStatistic")) {
    return "Exactly one of Statistic and ExtendedStatistic must be given";
  }
  if (alarm.contains("ThresholdMetricId")) {
    return "ThresholdMetricId needs Metrics";
  }
  return is_period(whole_member(alarm, "Period", 0)) ? "" : "Period must be 10, 20, 30 or n * 60";
}

std::string evaluation_fault(const Json& alarm, std::int64_t period) {
  const std::int64_t periods = whole_member(alarm, "EvaluationPeriods", 0);
  const std::int64_t datapoints = whole_member(alarm, "DatapointsToAlarm", periods);
  if (periods < 1 || datapoints < 1 || datapoints > periods) {
    return "DatapointsToAlarm must be from 1 to EvaluationPeriods";
  }
  const std::int64_t longest = period >= hour_seconds ? 7 * day_seconds : day_seconds;
  if (period * periods > longest) {
    return "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be "
           "<= 86400), or a week for periods of an hour";
  }
  const std::string comparison = text_member(alarm, "ComparisonOperator");
  const bool is_for_band = comparison.find("Upper") != std::string::npos ||
                           comparison.find("Lower") != std::string::npos;
  const bool is_band = alarm.contains("ThresholdMetricId");
  if (is_band != is_for_band) {
    return "ComparisonOperator does not go with the kind of threshold";
  }
  return is_band == alarm.contains("Threshold")
             ? "Exactly one of Threshold and ThresholdMetricId must be given"
             : "";
}

std::string actions_fault(const Json& alarm, const std::string& region) {
  for (const char* const list : {"OKActions", "AlarmActions", "InsufficientDataActions"}) {
    for (const Json& action : alarm.value(list, Json::array())) {
      const std::string arn = action.get<std::string>();
      const std::string place = arn.substr(arn.find(":sns:") + 5);
      if (arn.find(":sns:") != std::string::npos && !place.starts_with(region + ':')) {
        return "Invalid region " + place.substr(0, place.find(':')) + " specified. Only " + region +
               " is supported.";
      }
    }
  }
  return {};
}

/// Within the grid, where the widget says where it is.
std::string place_fault(const Json& widget, const std::string& at) {
  const auto number = [&](const char* name, int fallback) {
    const Json value = widget.value(name, Json(fallback));
    return value.is_number_integer() ? value.get<std::int64_t>() : -1;
  };
  const std::int64_t x = number("x", 0);
  const std::int64_t width = number("width", 6);
  const std::int64_t height = number("height", 6);
  if (x < 0 || x >= grid_width || number("y", 0) < 0) {
    return at + ": x should be from 0 to 23, y from 0";
  }
  if (width < 1 || width > grid_width || height < 1 || height > widget_height_max) {
    return at + ": width should be from 1 to 24, height from 1 to 1000";
  }
  return x + width > grid_width ? at + ": reaches over the grid" : "";
}

std::string widget_fault(const Json& widget, const std::string& at) {
  if (!widget.is_object() || !widget.contains("type") || !widget["type"].is_string() ||
      !widget.contains("properties") || !widget["properties"].is_object()) {
    return at + ": should have type and properties";
  }
  if (widget.contains("x") != widget.contains("y")) {
    return at + ": should have x and y, or neither";
  }
  if (std::string wrong = place_fault(widget, at); !wrong.empty()) {
    return wrong;
  }
  const std::string type = widget["type"].get<std::string>();
  const Json& properties = widget["properties"];
  const auto lacks = [&](const char* name) {
    return !properties.contains(name) || !properties[name].is_string();
  };
  if (type == "metric") {
    const bool has_data = properties.contains("metrics") || properties.contains("annotations");
    return lacks("region") || !has_data ? at + ": should have region, metrics or annotations" : "";
  }
  if (type == "log") {
    return lacks("region") || lacks("query") ? at + ": should have region and query" : "";
  }
  if (type == "text") {
    return lacks("markdown") ? at + ": should have markdown" : "";
  }
  if (type == "alarm") {
    return properties.contains("alarms") ? "" : at + ": should have alarms";
  }
  return type == "custom" || type == "explorer" ? "" : at + ": type is not known: " + type;
}

}  // namespace

std::span<const Member> alarm_members() {
  return alarm_table;
}

std::span<const Member> dimension_members() {
  return dimension_table;
}

std::string alarm_fault(const Json& alarm, const std::string& region) {
  const bool has_metrics = alarm.contains("Metrics") && !alarm["Metrics"].empty();
  if (has_metrics == alarm.contains("MetricName")) {
    return "Exactly one of MetricName and Metrics must be given";
  }
  std::string wrong = has_metrics ? metrics_fault(alarm) : single_metric_fault(alarm);
  if (wrong.empty()) {
    wrong = evaluation_fault(
        alarm, has_metrics ? metrics_period(alarm["Metrics"]) : whole_member(alarm, "Period", 0));
  }
  if (wrong.empty()) {
    wrong = actions_fault(alarm, region);
  }
  return wrong.empty() ? tags_fault(alarm.value("Tags", Json::array()), {}) : wrong;
}

Json told_alarm(const Json& alarm) {
  Json told = alarm;
  told.erase("Tags");
  for (const char* const list :
       {"OKActions", "AlarmActions", "InsufficientDataActions", "Dimensions"}) {
    told.emplace(list, Json::array());
  }
  told.emplace("ActionsEnabled", "true");
  if (told.contains("Threshold")) {
    const double threshold = std::strtod(text_member(told, "Threshold").c_str(), nullptr);
    std::string text = fmt::format("{}", threshold);
    told["Threshold"] = text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  }
  if (told.contains("Metrics")) {
    for (Json& entry : told["Metrics"]) {
      entry.emplace("ReturnData", "true");
    }
  }
  return told;
}

std::string dashboard_fault(const std::string& body) {
  const Json dashboard = Json::parse(body, nullptr, false);
  if (body.size() > body_size_bytes_max) {
    return "The dashboard body is too large";
  }
  if (!dashboard.is_object() || !dashboard.contains("widgets") ||
      !dashboard["widgets"].is_array()) {
    return "The field DashboardBody must be a valid JSON object with widgets";
  }
  if (dashboard["widgets"].size() > widgets_max) {
    return "A dashboard has at most 500 widgets";
  }
  for (std::size_t i = 0; i < dashboard["widgets"].size(); ++i) {
    std::string wrong = widget_fault(dashboard["widgets"][i], "/widgets/" + std::to_string(i));
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

}  // namespace bedrocklog::fake_aws
