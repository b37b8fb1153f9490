// PutMetricFilter, DescribeMetricFilters, DeleteMetricFilter.
#include "tests/fake_aws/fake_metric_filters.h"

#include <algorithm>
#include <array>
#include <regex>

#include "tests/fake_aws/fake_json_members.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr const char* invalid_code = "InvalidParameterException";
constexpr std::size_t filters_max = 100;  // Of a group.
constexpr std::size_t dimensions_max = 3;
constexpr std::size_t dimension_size_max = 255;
constexpr std::int64_t page_max = 50;

constexpr std::string_view group_pattern = R"([.\-_/#A-Za-z0-9]+)";
constexpr std::string_view filter_pattern = "[^:*]*";
constexpr std::string_view metric_pattern = "[^:*$]*";
constexpr std::string_view units =
    "Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|"
    "Kilobits|Megabits|Gigabits|Terabits|Percent|Count|Bytes/Second|Kilobytes/Second|"
    "Megabytes/Second|Gigabytes/Second|Terabytes/Second|Bits/Second|Kilobits/Second|"
    "Megabits/Second|Gigabits/Second|Terabits/Second|Count/Second|None";
constexpr std::array<Member, 6> transformation_members = {{
    {"metricName", MemberKind::text, true, 0, 255, metric_pattern},
    {"metricNamespace", MemberKind::text, true, 0, 255, metric_pattern},
    {"metricValue", MemberKind::text, true, 0, 100},
    {"defaultValue", MemberKind::number},
    {"dimensions", MemberKind::map},
    {"unit", MemberKind::text, false, 1, 255, units},
}};
constexpr std::array<Member, 7> put_members = {{
    {"logGroupName", MemberKind::text, true, 1, 512, group_pattern},
    {"filterName", MemberKind::text, true, 1, 512, filter_pattern},
    {"filterPattern", MemberKind::text, true, 0, 1024},
    {"metricTransformations", MemberKind::structures, true, 1, 1, "", transformation_members},
    {"applyOnTransformedLogs", MemberKind::boolean},
    {"fieldSelectionCriteria", MemberKind::text, false, 0, 2000},
    {"emitSystemFieldDimensions", MemberKind::texts},
}};
constexpr std::array<Member, 6> list_members = {{
    {"logGroupName", MemberKind::text, false, 1, 512, group_pattern},
    {"filterNamePrefix", MemberKind::text, false, 1, 512, filter_pattern},
    {"nextToken", MemberKind::text, false, 1},
    {"limit", MemberKind::whole},
    {"metricName", MemberKind::text, false, 0, 255, metric_pattern},
    {"metricNamespace", MemberKind::text, false, 0, 255, metric_pattern},
}};
constexpr std::array<Member, 2> remove_members = {{
    {"logGroupName", MemberKind::text, true, 1, 512, group_pattern},
    {"filterName", MemberKind::text, true, 1, 512, filter_pattern},
}};

FakeAnswer invalid(const std::string& message) {
  return json_error(400, invalid_code, message);
}

/// "$.input.x", or "$name" of a pattern with columns.
bool is_selector(const std::string& text) {
  return text.size() > 1 && text.front() == '$';
}

/// Of a JSON pattern; other patterns are words and columns. Empty: it is one.
std::string pattern_fault(const std::string& pattern) {
  const std::size_t from = pattern.find_first_not_of(' ');
  if (from == std::string::npos || pattern[from] != '{') {
    return {};
  }
  int depth = 0;
  bool is_quoted = false;
  for (const char c : pattern) {
    is_quoted = is_quoted != (c == '"');
    depth += is_quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0) {
      break;
    }
  }
  const bool is_closed = pattern[pattern.find_last_not_of(' ')] == '}';
  const bool has_selector = pattern.find('$') != std::string::npos;
  return is_closed && has_selector && depth == 0 && !is_quoted ? ""
                                                               : "Invalid metric filter pattern";
}

std::string transformation_fault(const Json& transformation, const std::string& pattern) {
  const std::string value = text_member(transformation, "metricValue");
  if (!is_selector(value) && !std::regex_match(value, std::regex(R"(-?\d+(\.\d+)?)"))) {
    return "Invalid metric transformation: the value is no number and no selector";
  }
  if (text_member(transformation, "metricNamespace").starts_with("AWS/")) {
    return "Invalid metric transformation: the namespace is reserved";
  }
  const Json dimensions = transformation.value("dimensions", Json::object());
  if (dimensions.empty()) {
    return {};
  }
  if (transformation.contains("defaultValue")) {
    return "Invalid metric transformation: dimensions and default value are mutually exclusive "
           "properties.";
  }
  if (dimensions.size() > dimensions_max) {
    return "Invalid metric transformation: a metric filter has at most 3 dimensions";
  }
  if (pattern.find_first_of("{[") == std::string::npos) {
    return "Invalid metric transformation: dimensions need a JSON or space-delimited pattern";
  }
  for (const auto& [name, selector] : dimensions.items()) {
    const std::string text = selector.is_string() ? selector.get<std::string>() : "";
    if (name.empty() || name.size() > dimension_size_max || text.size() > dimension_size_max ||
        !is_selector(text)) {
      return "Invalid metric transformation: dimension " + name + " has no valid selector";
    }
  }
  return {};
}

FakeAnswer no_group() {
  return json_error(400, "ResourceNotFoundException", "The specified log group does not exist.");
}

}  // namespace

bool FakeMetricFilters::is_change(const std::string& operation) {
  return operation == "PutMetricFilter" || operation == "DeleteMetricFilter";
}

std::optional<FakeAnswer> FakeMetricFilters::handle(const FakeCall& call) {
  struct Operation {
    std::string_view name;
    std::span<const Member> members;
    FakeAnswer (FakeMetricFilters::*run)(const FakeCall&);
  };
  static const std::array<Operation, 3> operations = {{
      {"PutMetricFilter", put_members, &FakeMetricFilters::put},
      {"DescribeMetricFilters", list_members, &FakeMetricFilters::list},
      {"DeleteMetricFilter", remove_members, &FakeMetricFilters::remove},
  }};
  for (const Operation& operation : operations) {
    if (operation.name == call.operation) {
      auto refused = json_members_refusal(call.json, operation.members, invalid_code);
      return refused ? std::move(refused) : (this->*operation.run)(call);
    }
  }
  return std::nullopt;
}

FakeAnswer FakeMetricFilters::put(const FakeCall& call) {
  const std::string group = text_member(call.json, "logGroupName");
  const std::string name = text_member(call.json, "filterName");
  const std::string pattern = text_member(call.json, "filterPattern");
  std::string wrong = pattern_fault(pattern);
  if (wrong.empty()) {
    wrong = transformation_fault(call.json["metricTransformations"][0], pattern);
  }
  if (!wrong.empty()) {
    return invalid(wrong);
  }
  const std::optional<std::string> group_class = group_class_(call.region, group);
  if (!group_class) {
    return no_group();
  }
  if (*group_class != "STANDARD") {
    return json_error(400, "InvalidOperationException",
                      "Metric filters are not supported by log class " + *group_class);
  }
  Filters& filters = groups_[{call.region, group}];
  if (!filters.contains(name) && filters.size() == filters_max) {
    return json_error(400, "LimitExceededException", "A log group has at most 100 metric filters.");
  }
  const auto [filter, is_new] = filters.try_emplace(name);
  if (is_new) {
    filter->second.seen_from = world_.requests + world_.read_lag_requests;
  }
  filter->second.members = call.json;
  filter->second.members.erase("logGroupName");
  filter->second.members.erase("filterName");
  return json_answer(Json());
}

FakeAnswer FakeMetricFilters::list(const FakeCall& call) {
  const std::int64_t size = call.json.value("limit", page_max);
  if (size < 1 || size > page_max) {
    return invalid("Value at 'limit' failed to satisfy constraint: between 1 and 50");
  }
  if (call.json.contains("metricName") != call.json.contains("metricNamespace")) {
    return invalid("metricName and metricNamespace go together");
  }
  const std::string group = text_member(call.json, "logGroupName");
  if (!group.empty() && !group_class_(call.region, group)) {
    return no_group();
  }
  // The prefix counts only beside a group.
  const std::string prefix = group.empty() ? "" : text_member(call.json, "filterNamePrefix");
  const std::string after = text_member(call.json, "nextToken");
  Json page = {{"metricFilters", Json::array()}};
  std::string last;
  for (const auto& [place, filters] : groups_) {
    if (place.first != call.region || (!group.empty() && place.second != group)) {
      continue;
    }
    for (const auto& [name, filter] : filters) {
      const std::string token = place.second + ':' + name;
      const Json& transformation = filter.members["metricTransformations"][0];
      const bool is_wanted = name.starts_with(prefix) && token > after &&
                             world_.requests >= filter.seen_from &&
                             transformation["metricName"] ==
                                 call.json.value("metricName", transformation["metricName"]);
      if (!is_wanted || page.contains("nextToken")) {
        continue;
      }
      if (page["metricFilters"].size() == static_cast<std::size_t>(size)) {
        page["nextToken"] = last;
        continue;
      }
      Json shown = filter.members;
      shown["filterName"] = name;
      shown["logGroupName"] = place.second;
      shown["creationTime"] = world_.now_seconds * 1'000;
      shown.emplace("applyOnTransformedLogs", false);
      page["metricFilters"].push_back(std::move(shown));
      last = token;
    }
  }
  return json_answer(page);
}

FakeAnswer FakeMetricFilters::remove(const FakeCall& call) {
  const std::string group = text_member(call.json, "logGroupName");
  if (!group_class_(call.region, group)) {
    return no_group();
  }
  const auto filters = groups_.find({call.region, group});
  if (filters == groups_.end() ||
      filters->second.erase(text_member(call.json, "filterName")) == 0) {
    return json_error(400, "ResourceNotFoundException",
                      "The specified metric filter does not exist.");
  }
  return json_answer(Json());
}

std::size_t FakeMetricFilters::count(const std::string& region, const std::string& group) const {
  const auto found = groups_.find({region, group});
  return found == groups_.end() ? 0 : found->second.size();
}

void FakeMetricFilters::forget(const std::string& region, const std::string& group) {
  groups_.erase({region, group});
}

Json FakeMetricFilters::snapshot() const {
  Json all = Json::object();
  for (const auto& [place, filters] : groups_) {
    for (const auto& [name, filter] : filters) {
      all[place.first][place.second][name] = filter.members;
    }
  }
  return all;
}

void FakeMetricFilters::restore(const Json& snapshot) {
  groups_.clear();
  for (const auto& [region, groups] : snapshot.items()) {
    for (const auto& [group, filters] : groups.items()) {
      for (const auto& [name, members] : filters.items()) {
        groups_[{region, group}][name].members = members;
      }
    }
  }
}

}  // namespace bedrocklog::fake_aws
