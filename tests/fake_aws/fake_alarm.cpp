// The rules of PutMetricAlarm and PutCompositeAlarm.
#include "tests/fake_aws/fake_alarm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <set>

#include <fmt/format.h>

namespace bedrocklog::fake_aws {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t metrics_of_alarm_max = 10;

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

constexpr std::array<Member, 11> composite_table = {{
    {"AlarmName", MemberKind::text, true, 1, 255},
    {"AlarmRule", MemberKind::text, true, 1, 10'240},
    {"AlarmDescription", MemberKind::text, false, 0, 1024},
    {"ActionsEnabled", MemberKind::boolean},
    {"OKActions", MemberKind::texts, false, 0, 5, arn_pattern},
    {"AlarmActions", MemberKind::texts, false, 0, 5, arn_pattern},
    {"InsufficientDataActions", MemberKind::texts, false, 0, 5, arn_pattern},
    {"Tags", MemberKind::structures, false, 0, tags_max, "", tag_members},
    {"ActionsSuppressor", MemberKind::text, false, 1, 1600},
    {"ActionsSuppressorWaitPeriod", MemberKind::whole},
    {"ActionsSuppressorExtensionPeriod", MemberKind::whole},
}};

bool is_period(std::int64_t seconds) {
  return seconds == 10 || seconds == 20 || seconds == 30 || (seconds > 0 && seconds % 60 == 0);
}

bool is_query(const std::string& expression) {
  return std::regex_search(expression, std::regex("^\\s*SELECT\\s", std::regex::icase));
}

/// One value of one metric, without groups: an alarm watches one series.
std::string query_fault(const std::string& expression) {
  static const std::regex form(
      R"(\s*SELECT\s+(AVG|COUNT|MAX|MIN|SUM)\(\s*("[^"]+"|[A-Za-z]\w*)\s*\)\s+)"
      R"(FROM\s+(SCHEMA\(\s*("[^"]+"|[A-Za-z]\w*)(\s*,\s*("[^"]+"|[A-Za-z]\w*))*\s*\)|)"
      R"("[^"]+"|[A-Za-z]\w*)(\s+WHERE\s+.+)?\s*)",
      std::regex::icase);
  static const std::regex groups(R"(\sGROUP\s+BY\s)", std::regex::icase);
  if (std::regex_search(expression, groups)) {
    return "The Metrics Insights query of an alarm must return one time series";
  }
  return std::regex_match(expression, form) ? "" : "Invalid Metrics Insights query: " + expression;
}

/// The id that a band is around; empty: the expression is no band.
std::string band_of(const std::string& expression) {
  static const std::regex form(
      R"(\s*ANOMALY_DETECTION_BAND\(\s*([a-z]\w*)\s*(,\s*\d+(\.\d+)?\s*)?\)\s*)");
  std::smatch match;
  return std::regex_match(expression, match, form) ? match[1].str() : "";
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
               ? query_fault(expression)
               : "Metrics Insights query " + id + " must have a valid Period";
  }
  if (expression.find("SEARCH(") != std::string::npos) {
    return "SEARCH is not supported on Metric Alarms.";
  }
  if (expression.find("ANOMALY_DETECTION_BAND") != std::string::npos &&
      band_of(expression).empty()) {
    return "Invalid metrics list: ANOMALY_DETECTION_BAND takes an Id and a number";
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

/// Of the entry that the threshold is: a band around one of the metrics.
std::string band_fault(const Json& metrics, const std::string& threshold_id) {
  const auto named = [&](const std::string& id) {
    return std::find_if(metrics.begin(), metrics.end(),
                        [&](const Json& entry) { return text_member(entry, "Id") == id; });
  };
  const auto band = named(threshold_id);
  if (band == metrics.end()) {
    return "ThresholdMetricId is no Id of the metrics list";
  }
  const auto watched = named(band_of(text_member(*band, "Expression")));
  if (watched == metrics.end()) {
    return "ThresholdMetricId must be the Id of an ANOMALY_DETECTION_BAND";
  }
  if (!returns_data(*band) || !returns_data(*watched)) {
    return "The band and the metric that it is around must return data";
  }
  return is_query(text_member(*watched, "Expression"))
             ? "ANOMALY_DETECTION_BAND cannot be used with a Metrics Insights query"
             : "";
}

std::string metrics_fault(const Json& alarm) {
  const Json& metrics = alarm["Metrics"];
  const auto with_stat = std::count_if(metrics.begin(), metrics.end(), [](const Json& entry) {
    return entry.contains("MetricStat");
  });
  if (with_stat > metrics_of_alarm_max) {
    return "An alarm uses at most 10 metrics";
  }
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
  const auto queries = std::count_if(metrics.begin(), metrics.end(), [](const Json& entry) {
    return is_query(text_member(entry, "Expression"));
  });
  if (queries > 1) {
    return "Invalid metrics list";
  }
  const bool is_band = alarm.contains("ThresholdMetricId");
  const auto returning = std::count_if(metrics.begin(), metrics.end(), returns_data);
  if (returning != (is_band ? 2 : 1)) {
    return "Exactly one element of the metrics list should return data";
  }
  if (is_band) {
    std::string wrong = band_fault(metrics, text_member(alarm, "ThresholdMetricId"));
    if (!wrong.empty()) {
      return wrong;
    }
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

/// As the service prints a number: 60 as 60.0, ten million as 1.0E7.
std::string java_text(double value) {
  const double size = std::fabs(value);
  const bool is_plain = size == 0 || (size >= 1e-3 && size < 1e7);
  if (is_plain) {
    const std::string text = fmt::format("{}", value);
    return text.find('.') == std::string::npos ? text + ".0" : text;
  }
  const int exponent = static_cast<int>(std::floor(std::log10(size)));
  const std::string digits = fmt::format("{}", value / std::pow(10.0, exponent));
  return (digits.find('.') == std::string::npos ? digits + ".0" : digits) + 'E' +
         std::to_string(exponent);
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

std::span<const Member> composite_members() {
  return composite_table;
}

std::string composite_fault(const Json& alarm, const std::string& region) {
  const bool has_suppressor = alarm.contains("ActionsSuppressor");
  for (const char* const period :
       {"ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"}) {
    if (alarm.contains(period) != has_suppressor) {
      return std::string(period) + " goes with ActionsSuppressor";
    }
  }
  std::string wrong = actions_fault(alarm, region);
  return wrong.empty() ? tags_fault(alarm.value("Tags", Json::array()), {}) : wrong;
}

Json told_composite(const Json& alarm) {
  Json told = alarm;
  told.erase("Tags");
  for (const char* const list : {"OKActions", "AlarmActions", "InsufficientDataActions"}) {
    told.emplace(list, Json::array());
  }
  told.emplace("ActionsEnabled", "true");
  return told;
}

Json told_alarm(const Json& alarm) {
  Json told = told_composite(alarm);
  told.emplace("Dimensions", Json::array());
  if (told.contains("Threshold")) {
    told["Threshold"] = java_text(std::strtod(text_member(told, "Threshold").c_str(), nullptr));
  }
  if (told.contains("Metrics")) {
    for (Json& entry : told["Metrics"]) {
      entry.emplace("ReturnData", "true");
    }
  }
  return told;
}

}  // namespace bedrocklog::fake_aws
