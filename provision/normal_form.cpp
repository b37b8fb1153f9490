// Normalising and comparing. Which lists have an order, which entries have a name, and which texts
// are numbers is known by the names of members, the same in all kinds.
#include "provision/normal_form.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "provision/entry_order.h"
#include "provision/mark.h"
#include "provision/security_rules.h"

namespace bedrocklog::provision {
namespace {

/// Lists whose entries have a name of their own, and its member.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> identified_lists = {
    {{"AdvancedEventSelectors", "Name"},
     {"FieldSelectors", "Field"},
     {"InsightSelectors", "InsightType"},
     {"Targets", "Id"},
     {"FiltersConfig", "Type"},
     {"PiiEntitiesConfig", "Type"},
     {"Tags", "Key"},
     {"Rules", "Id"},
     {"Statement", "Sid"},
     {"Policies", "PolicyName"},
     {"Metrics", "Id"},
     {"Dimensions", "Name"},
     {"Transitions", "StorageClass"}}};

/// Lists of plain values in which order means nothing.
constexpr std::array<std::string_view, 12> unordered_lists = {
    "AlarmActions",  "OKActions",        "InsufficientDataActions",      "Topics",
    "LogGroupNames", "Equals",           "NotificationsWithSubscribers", "Subscribers",
    "SubnetIds",     "SecurityGroupIds", "SecurityGroupIngress",         "SecurityGroupEgress"};

/// Lists in which AWS fills in members of entries: what an entry is wanted to have must be so, and
/// there is no other entry.
constexpr std::array<std::string_view, 2> filled_in_lists = {"FiltersConfig", "PiiEntitiesConfig"};

/// What must not be there where it is not wanted: switched off, it would stay on.
struct SwitchedMember {
  ResourceKind kind;
  std::string_view path;
  std::string_view member;
};
constexpr std::array<SwitchedMember, 5> switched_members = {
    {{ResourceKind::trail, "", "InsightSelectors"},
     {ResourceKind::budget, "", "NotificationsWithSubscribers"},
     {ResourceKind::budget, "Budget", "CostFilters"},
     {ResourceKind::guardrail, "", "ContentPolicyConfig"},
     {ResourceKind::guardrail, "", "SensitiveInformationPolicyConfig"}}};

constexpr std::array<std::string_view, 14> number_members = {"Amount",
                                                             "RetentionInDays",
                                                             "Period",
                                                             "EvaluationPeriods",
                                                             "DatapointsToAlarm",
                                                             "Threshold",
                                                             "ExpirationInDays",
                                                             "NoncurrentDays",
                                                             "DaysAfterInitiation",
                                                             "TransitionInDays",
                                                             "DefaultValue",
                                                             "FromPort",
                                                             "ToPort",
                                                             "PendingWindowInDays"};

constexpr std::array<std::string_view, 11> boolean_members = {"ActionsEnabled",
                                                              "ReturnData",
                                                              "BlockPublicAcls",
                                                              "BlockPublicPolicy",
                                                              "IgnorePublicAcls",
                                                              "RestrictPublicBuckets",
                                                              "BucketKeyEnabled",
                                                              "ExpiredObjectDeleteMarker",
                                                              "EnableKeyRotation",
                                                              "PrivateDnsEnabled",
                                                              "Enabled"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view identity_member(std::string_view list_name) {
  for (const auto& [name, member] : identified_lists) {
    if (name == list_name) {
      return member;
    }
  }
  return {};
}

std::optional<Json> number_of(const std::string& text) {
  constexpr double whole_max = 9'007'199'254'740'992.0;  // 2^53: from here on doubles have gaps.
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || behind != end || !std::isfinite(value)) {
    return std::nullopt;
  }
  if (std::trunc(value) == value && std::fabs(value) < whole_max) {
    return Json(static_cast<std::int64_t>(value));
  }
  return Json(value);
}

Json normal_scalar(std::string_view name, const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (is_one_of(name, number_members)) {
      return number_of(text).value_or(value);
    }
    if (is_one_of(name, boolean_members) && (text == "true" || text == "false")) {
      return text == "true";
    }
  }
  if (value.is_number_float()) {
    return number_of(value.dump()).value_or(value);
  }
  return value.is_number_unsigned() ? Json(value.get<std::int64_t>()) : value;
}

Json normal_value(const std::string& name, const Json& value);

Json normal_list(const std::string& name, const Json& list) {
  Json result = Json::array();
  for (const Json& entry : list) {
    result.push_back(normal_value("", entry));
  }
  if (const std::string_view member = identity_member(name); !member.empty()) {
    sort_entries(result, member);
  } else if (is_one_of(name, unordered_lists)) {
    sort_unique(result);
  }
  return result;
}

Json normal_value(const std::string& name, const Json& value) {
  if (name == "PolicyDocument" || name == "AssumeRolePolicyDocument" || name == "KeyPolicy") {
    return normal_policy(value);
  }
  if (value.is_array()) {
    return normal_list(name, value);
  }
  if (!value.is_object()) {
    return normal_scalar(name, value);
  }
  Json result = Json::object();
  for (const auto& [member, inner] : value.items()) {
    Json normal = normal_value(member, inner);
    if (name == "CostFilters" && normal.is_array()) {
      sort_unique(normal);  // Values of a dimension.
    }
    if (!normal.is_null() && !(normal.is_structured() && normal.empty())) {
      result[member] = std::move(normal);
    }
  }
  return result;
}

/// An alias is of the key with that id, however the key was named.
Json with_key_id(Json properties) {
  const auto target = properties.is_object() ? properties.find("TargetKeyId") : properties.end();
  if (target != properties.end() && target->is_string()) {
    const auto& text = target->get_ref<const std::string&>();
    *target = text.substr(text.rfind('/') + 1);
  }
  return properties;
}

/// What AWS tells in two ways that mean the same.
void settle_alarm(Json& alarm) {
  if (alarm.contains("Metrics") && alarm["Metrics"].is_array()) {
    for (Json& entry : alarm["Metrics"]) {
      if (entry.is_object()) {
        entry.emplace("ReturnData", true);
      }
    }
  }
  if (alarm.contains("EvaluationPeriods")) {
    alarm.emplace("DatapointsToAlarm", alarm["EvaluationPeriods"]);
  }
}

void settle_metric_filter(Json& filter) {
  if (filter.contains("MetricTransformations") && filter["MetricTransformations"].is_array()) {
    for (Json& transformation : filter["MetricTransformations"]) {
      if (transformation.is_object() && transformation.value("Unit", Json()) == "None") {
        transformation.erase("Unit");
      }
    }
  }
}

/// What an alarm watches, all of it: a member that is not wanted would watch something else.
constexpr std::array<std::string_view, 10> watching_members = {
    "MetricName", "Namespace", "Dimensions", "Statistic", "ExtendedStatistic",
    "Period",     "Unit",      "Threshold",  "Metrics",   "ThresholdMetricId"};

std::string below(const std::string& path, const std::string& member) {
  return path.empty() ? member : fmt::format("{}.{}", path, member);
}

/// Compares what is wanted with what is there and notes what differs.
class Comparison {
 public:
  explicit Comparison(ResourceKind kind) : kind_(kind) {}

  void compare(const std::string& path, const Json& wanted, const Json& found) {
    const std::string name = path.substr(path.rfind('.') + 1);
    const bool has_parts = !is_whole(name);
    if (has_parts && wanted.is_object() && found.is_object()) {
      compare_members(path, wanted, found);
    } else if (has_parts && wanted.is_array() && (found.is_array() || found.is_null()) &&
               is_by_entry(name)) {
      compare_entries(path, wanted, found, identity_member(name));
    } else if (has_parts && wanted.is_array() && found.is_array() &&
               is_one_of(name, filled_in_lists)) {
      compare_filled_in(path, wanted, found);
    } else {
      note(path, wanted, found);
    }
  }

  void compare_members(const std::string& path, const Json& wanted, const Json& found) {
    for (const auto& [member, value] : wanted.items()) {
      const auto there = found.find(member);
      // SNS makes policies of the older version, and so may others: ours mean the same in both.
      if (member == "Version" && is_shared() && there != found.end()) {
        continue;
      }
      compare(below(path, member), value, there == found.end() ? Json() : *there);
    }
    for (const SwitchedMember& one : switched_members) {
      if (one.kind == kind_ && one.path == path && !wanted.contains(one.member) &&
          found.contains(one.member)) {
        const std::string name(one.member);
        note(below(path, name), Json(), found[name]);
      }
    }
  }

  /// Of a whole alarm: what it must not have.
  void compare_watching(const Json& wanted, const Json& found) {
    if (kind_ != ResourceKind::alarm ||
        (!wanted.contains("MetricName") && !wanted.contains("Metrics"))) {
      return;
    }
    for (const std::string_view member : watching_members) {
      const std::string name(member);
      if (!wanted.contains(name) && found.contains(name)) {
        note(name, Json(), found[name]);
      }
    }
  }

  std::vector<PropertyChange> take() { return std::move(changes_); }

 private:
  /// A document with statements of others.
  [[nodiscard]] bool is_shared() const {
    return kind_ == ResourceKind::bucket_policy || kind_ == ResourceKind::topic_policy;
  }

  /// Ours from end to end: what somebody added to it is a change, too.
  [[nodiscard]] bool is_whole(const std::string& name) const {
    return (name == "PolicyDocument" && !is_shared()) || name == "AssumeRolePolicyDocument" ||
           name == "DashboardBody" || name == "Metrics" || name == "EventPattern" ||
           name == "KeyPolicy";
  }

  /// Shared with others, who may have entries of their own.
  [[nodiscard]] static bool is_by_entry(const std::string& name) {
    return name == "Tags" || name == "Rules" || name == "Statement" || name == "Policies" ||
           name == "Targets";
  }

  /// Whether an entry that is there and not wanted was ours.
  [[nodiscard]] static bool was_ours(const std::string& list_name, const Json& entry) {
    if (list_name == "Rules") {
      return identity_of(entry, "Id").starts_with(rule_prefix);
    }
    if (list_name == "Policies") {
      return identity_of(entry, "PolicyName").starts_with(sid_prefix);
    }
    return list_name == "Statement" && is_our_statement(entry);
  }

  void compare_entries(const std::string& path, const Json& wanted, const Json& found,
                       std::string_view member) {
    const std::string list_name = path.substr(path.rfind('.') + 1);
    const auto entry_path = [&](const Json& entry) {
      return path + '[' + identity_of(entry, member) + ']';
    };
    const auto entry_in = [&](const Json& list, const Json& like) {
      return std::find_if(list.begin(), list.end(), [&](const Json& entry) {
        return identity_of(entry, member) == identity_of(like, member);
      });
    };
    for (const Json& entry : wanted) {
      const auto there = entry_in(found, entry);
      note(entry_path(entry), entry, there == found.end() ? Json() : *there);
    }
    for (const Json& entry : found) {
      if (was_ours(list_name, entry) && entry_in(wanted, entry) == wanted.end()) {
        note(entry_path(entry), Json(), entry);
      }
    }
  }

  void compare_filled_in(const std::string& path, const Json& wanted, const Json& found) {
    const std::string_view member = identity_member(path.substr(path.rfind('.') + 1));
    const auto entry_in = [&](const Json& list, const Json& like) {
      return std::find_if(list.begin(), list.end(), [&](const Json& entry) {
        return identity_of(entry, member) == identity_of(like, member);
      });
    };
    for (const Json& entry : wanted) {
      const std::string entry_path = path + '[' + identity_of(entry, member) + ']';
      const auto there = entry_in(found, entry);
      if (there != found.end() && entry.is_object() && there->is_object()) {
        compare_members(entry_path, entry, *there);
      } else {
        note(entry_path, entry, there == found.end() ? Json() : *there);
      }
    }
    for (const Json& entry : found) {
      if (entry_in(wanted, entry) == wanted.end()) {
        note(path + '[' + identity_of(entry, member) + ']', Json(), entry);
      }
    }
  }

  void note(const std::string& path, const Json& wanted, const Json& found) {
    if (wanted != found) {
      changes_.push_back({path, found, wanted});
    }
  }

  static constexpr std::string_view rule_prefix = "bedrocklog-";
  ResourceKind kind_;
  std::vector<PropertyChange> changes_;
};

}  // namespace

Json normal_form(ResourceKind kind, const Json& properties) {
  Json result = normal_value("", properties);
  if (kind == ResourceKind::security_group) {
    result = normal_value("", with_normal_rules(properties));
    keep_empty_rules(properties, result);
  }
  if (kind == ResourceKind::key_alias) {
    result = with_key_id(std::move(result));
  }
  if (kind == ResourceKind::alarm) {
    settle_alarm(result);
  }
  if (kind == ResourceKind::metric_filter) {
    settle_metric_filter(result);
  }
  if (kind != ResourceKind::dashboard) {
    return result;
  }
  // The body has its own meaning of empty and of order.
  if (const auto body = properties.find("DashboardBody"); body != properties.end()) {
    result["DashboardBody"] = *body;
  }
  return result;
}

std::vector<PropertyChange> differences(ResourceKind kind, const Json& desired,
                                        const Json& observed) {
  Comparison comparison(kind);
  comparison.compare_members("", desired, observed);
  comparison.compare_watching(desired, observed);
  std::vector<PropertyChange> changes = comparison.take();
  std::sort(changes.begin(), changes.end(),
            [](const PropertyChange& left, const PropertyChange& right) {
              return left.path < right.path;
            });
  return changes;
}

}  // namespace bedrocklog::provision
