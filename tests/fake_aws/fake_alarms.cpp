// PutMetricAlarm, PutCompositeAlarm, DescribeAlarms, DeleteAlarms, SetAlarmState.
#include "tests/fake_aws/fake_alarms.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <utility>

#include "ingest/aws/utc_time.h"
#include "tests/fake_aws/fake_alarm.h"
#include "tests/fake_aws/fake_alarm_rule.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t names_max = 100;
constexpr std::int64_t page_default = 50;
constexpr std::int64_t page_max = 100;
constexpr std::size_t children_max = 100;
constexpr std::size_t elements_max = 500;

constexpr std::array<Member, 9> list_members = {{
    {"AlarmNames", MemberKind::texts, false, 0, names_max},
    {"AlarmNamePrefix", MemberKind::text, false, 1, 255},
    {"AlarmTypes", MemberKind::texts, false, 0, 3, "MetricAlarm|CompositeAlarm|LogAlarm"},
    {"ChildrenOfAlarmName", MemberKind::text, false, 1, 255},
    {"ParentsOfAlarmName", MemberKind::text, false, 1, 255},
    {"StateValue", MemberKind::text, false, 1, 255, "OK|ALARM|INSUFFICIENT_DATA"},
    {"ActionPrefix", MemberKind::text, false, 1, 1024},
    {"MaxRecords", MemberKind::whole},
    {"NextToken"},
}};
constexpr std::array<Member, 1> remove_members = {
    {{"AlarmNames", MemberKind::texts, true, 0, names_max}}};
constexpr std::array<Member, 4> set_state_members = {{
    {"AlarmName", MemberKind::text, true, 1, 255},
    {"StateValue", MemberKind::text, true, 1, 255, "OK|ALARM|INSUFFICIENT_DATA"},
    {"StateReason", MemberKind::text, true, 0, 1023},
    {"StateReasonData", MemberKind::text, false, 0, 4000},
}};

FakeAnswer invalid(const std::string& message) {
  return query_error(400, "ValidationError", message);
}

/// Where a page starts; nothing for a token that is none of ours.
std::optional<std::size_t> page_start(const Json& members) {
  const std::string token = text_member(members, "NextToken", "from-0");
  return std::regex_match(token, std::regex("from-\\d{1,9}"))
             ? std::optional<std::size_t>(std::stoul(token.substr(5)))
             : std::nullopt;
}

bool is_in(const Json& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

bool FakeAlarms::is_change(const std::string& operation) {
  return operation == "PutMetricAlarm" || operation == "PutCompositeAlarm" ||
         operation == "DeleteAlarms" || operation == "SetAlarmState";
}

std::optional<FakeAnswer> FakeAlarms::handle(const FakeCall& call) {
  struct Operation {
    std::string_view name;
    std::span<const Member> members;
    FakeAnswer (FakeAlarms::*run)(const FakeCall&);
  };
  static const std::array<Operation, 5> operations = {{
      {"PutMetricAlarm", alarm_members(), &FakeAlarms::put_metric_alarm},
      {"PutCompositeAlarm", composite_members(), &FakeAlarms::put_composite},
      {"DescribeAlarms", list_members, &FakeAlarms::list},
      {"DeleteAlarms", remove_members, &FakeAlarms::remove},
      {"SetAlarmState", set_state_members, &FakeAlarms::set_state},
  }};
  for (const Operation& operation : operations) {
    if (operation.name == call.operation) {
      auto refused = members_refusal(call, operation.members);
      return refused ? std::move(refused) : (this->*operation.run)(call);
    }
  }
  return std::nullopt;
}

void FakeAlarms::describe(const FakeCall& call, FakeAnswer& answer) const {
  const std::string named = arn_of(call.region, text_member(call.json, "AlarmName"));
  if (call.operation == "PutMetricAlarm" || call.operation == "SetAlarmState") {
    answer.resource = named;
  } else if (call.operation == "DescribeAlarms" &&
             !is_in(call.json.value("AlarmTypes", Json::array()), "CompositeAlarm")) {
    // Composite alarms are told only to those who may ask for all.
    answer.resource = arn_of(call.region, "*");
  } else if (call.operation == "DeleteAlarms") {
    for (const Json& name : call.json.value("AlarmNames", Json::array())) {
      answer.resource = arn_of(call.region, name.is_string() ? name.get<std::string>() : "");
      answer.also_needs.push_back({"cloudwatch", call.operation, answer.resource});
    }
  }
  const bool is_put = call.operation == "PutMetricAlarm" || call.operation == "PutCompositeAlarm";
  if (is_put && call.json.contains("Tags")) {
    answer.also_needs.push_back({"cloudwatch", "TagResource", named});
  }
}

FakeAnswer FakeAlarms::put_metric_alarm(const FakeCall& call) {
  if (const std::string wrong = alarm_fault(call.json, call.region); !wrong.empty()) {
    return invalid(wrong);
  }
  FakeAnswer answer = put(call, false);
  if (answer.status == 200) {
    detectors_.learn(call.region, call.json.value("Metrics", Json::array()));
  }
  return answer;
}

FakeAnswer FakeAlarms::put_composite(const FakeCall& call) {
  std::string wrong = composite_fault(call.json, call.region);
  if (wrong.empty()) {
    wrong = rule_fault(call);
  }
  return wrong.empty() ? put(call, true) : invalid(wrong);
}

FakeAnswer FakeAlarms::put(const FakeCall& call, bool is_composite) {
  const auto [found, is_new] =
      alarms_.try_emplace(arn_of(call.region, text_member(call.json, "AlarmName")));
  Alarm& alarm = found->second;
  if (is_new) {
    alarm.tags = tags_of(call.json.value("Tags", Json::array()));
    alarm.made_at = world_.requests;
    alarm.is_composite = is_composite;
  } else if (alarm.is_composite != is_composite) {
    return invalid("An alarm of another type has the name " + text_member(call.json, "AlarmName") +
                   " already");
  }
  alarm.members = call.json;
  alarm.members.erase("Tags");
  return query_answer(call.operation, "");
}

std::vector<std::string> FakeAlarms::children_of(const std::string& region,
                                                 const std::string& rule) const {
  std::vector<std::string> arns = read_alarm_rule(rule).children;
  for (std::string& child : arns) {
    child = child.starts_with("arn:") ? child : arn_of(region, child);
  }
  return arns;
}

bool FakeAlarms::reaches(const std::string& region, const std::string& from,
                         const std::string& to) const {
  const auto alarm = alarms_.find(from);
  if (from == to || alarm == alarms_.end() || !alarm->second.is_composite) {
    return from == to;
  }
  const std::vector<std::string> children =
      children_of(region, text_member(alarm->second.members, "AlarmRule"));
  return std::any_of(children.begin(), children.end(),
                     [&](const std::string& child) { return reaches(region, child, to); });
}

std::string FakeAlarms::rule_fault(const FakeCall& call) const {
  const std::string text = text_member(call.json, "AlarmRule");
  const AlarmRule rule = read_alarm_rule(text);
  if (!rule.fault.empty()) {
    return rule.fault;
  }
  const std::vector<std::string> children = children_of(call.region, text);
  if (std::set<std::string>(children.begin(), children.end()).size() > children_max ||
      rule.elements > elements_max) {
    return "AlarmRule must not have more than 100 alarms and 500 elements";
  }
  const std::string self = arn_of(call.region, text_member(call.json, "AlarmName"));
  std::string missing;
  for (const std::string& child : children) {
    if (reaches(call.region, child, self)) {
      return "AlarmRule must not lead back to the alarm itself";
    }
    if (!alarms_.contains(child)) {
      missing += (missing.empty() ? "" : ", ") + child.substr(child.find(":alarm:") + 7);
    }
  }
  return missing.empty()
             ? ""
             : "Could not save the composite alarm as alarms [" + missing + "] do not exist.";
}

std::string FakeAlarms::xml_of(const std::string& arn, const Alarm& alarm) const {
  Json told = alarm.is_composite ? told_composite(alarm.members) : told_alarm(alarm.members);
  const std::string now = aws::to_iso_time({world_.now_seconds});
  told["AlarmArn"] = arn;
  told["AlarmConfigurationUpdatedTimestamp"] = now;
  told["StateUpdatedTimestamp"] = now;
  told["StateTransitionedTimestamp"] = now;
  told["StateValue"] = alarm.state;
  told["StateReason"] = alarm.reason;
  return tree_xml("member", told);
}

bool FakeAlarms::is_wanted(const Json& members, const Alarm& alarm) const {
  const std::string name = text_member(alarm.members, "AlarmName");
  const Json names = members.value("AlarmNames", Json::array());
  const Json types = members.value("AlarmTypes", Json::array({"MetricAlarm"}));
  const std::string action = text_member(members, "ActionPrefix");
  const Json actions = alarm.members.value("AlarmActions", Json::array());
  return is_visible(alarm) && (names.empty() || is_in(names, name)) &&
         is_in(types, alarm.is_composite ? "CompositeAlarm" : "MetricAlarm") &&
         name.starts_with(text_member(members, "AlarmNamePrefix")) &&
         text_member(members, "StateValue", alarm.state) == alarm.state &&
         (action.empty() || std::any_of(actions.begin(), actions.end(), [&](const Json& arn) {
            return arn.get<std::string>().starts_with(action);
          }));
}

FakeAnswer FakeAlarms::list(const FakeCall& call) {
  const std::int64_t page = whole_member(call.json, "MaxRecords", page_default);
  const auto start = page_start(call.json);
  if (page < 1 || page > page_max) {
    return invalid("MaxRecords must be from 1 to 100");
  }
  if (!start) {
    return query_error(400, "InvalidNextToken", "The next token specified is invalid.");
  }
  if (call.json.contains("AlarmNames") && call.json.contains("AlarmNamePrefix")) {
    return query_error(400, "InvalidParameterCombination",
                       "AlarmNames and AlarmNamePrefix cannot be used together");
  }
  const bool has_relatives =
      call.json.contains("ChildrenOfAlarmName") || call.json.contains("ParentsOfAlarmName");
  const std::size_t end = *start + static_cast<std::size_t>(page);
  const std::string prefix = arn_of(call.region, "");
  std::string metric_alarms;
  std::string composites;
  std::size_t number = 0;
  for (const auto& [arn, alarm] : alarms_) {
    const bool is_shown = !has_relatives && arn.starts_with(prefix) && is_wanted(call.json, alarm);
    if (is_shown && number++ >= *start && number <= end) {
      (alarm.is_composite ? composites : metric_alarms) += xml_of(arn, alarm);
    }
  }
  std::string xml = "<MetricAlarms>" + metric_alarms + "</MetricAlarms><CompositeAlarms>" +
                    composites + "</CompositeAlarms>";
  if (number > end) {
    xml += xml_element("NextToken", "from-" + std::to_string(end));
  }
  return query_answer(call.operation, xml);
}

FakeAnswer FakeAlarms::remove(const FakeCall& call) {
  std::set<std::string> going;
  std::size_t composites = 0;
  for (const Json& name : call.json["AlarmNames"]) {
    const auto found = alarms_.find(arn_of(call.region, name.get<std::string>()));
    if (found != alarms_.end() && going.insert(found->first).second) {
      composites += found->second.is_composite ? 1U : 0U;
    }
  }
  if (composites > 1) {
    return invalid("Only one composite alarm can be deleted in a call");
  }
  for (const auto& [arn, alarm] : alarms_) {
    if (!alarm.is_composite || going.contains(arn) || !arn.starts_with(arn_of(call.region, ""))) {
      continue;
    }
    for (const std::string& child :
         children_of(call.region, text_member(alarm.members, "AlarmRule"))) {
      if (going.contains(child)) {
        return invalid("Cannot delete " + child.substr(child.find(":alarm:") + 7) +
                       " as there are composite alarm(s) depending on it.");
      }
    }
  }
  for (const std::string& arn : going) {
    alarms_.erase(arn);
  }
  return query_answer(call.operation, "");
}

FakeAnswer FakeAlarms::set_state(const FakeCall& call) {
  const auto found = alarms_.find(arn_of(call.region, text_member(call.json, "AlarmName")));
  if (found == alarms_.end()) {
    return query_error(404, "ResourceNotFound", "The alarm does not exist");
  }
  found->second.state = text_member(call.json, "StateValue");
  found->second.reason = text_member(call.json, "StateReason");
  return query_answer(call.operation, "");
}

FakeTags* FakeAlarms::tags_at(const std::string& region, const std::string& arn, bool is_read) {
  const auto alarm = alarms_.find(arn);
  const bool is_there = alarm != alarms_.end() && arn.starts_with(arn_of(region, "")) &&
                        (!is_read || is_visible(alarm->second));
  return is_there ? &alarm->second.tags : nullptr;
}

void FakeAlarms::add_to(Json& snapshot) const {
  for (const auto& [arn, alarm] : alarms_) {
    snapshot[alarm.is_composite ? "composite_alarms" : "alarms"][arn] = {
        {"members", alarm.is_composite ? told_composite(alarm.members) : told_alarm(alarm.members)},
        {"tags", alarm.tags}};
  }
}

void FakeAlarms::restore(const Json& snapshot) {
  alarms_.clear();
  for (const bool is_composite : {false, true}) {
    const Json all = snapshot.value(is_composite ? "composite_alarms" : "alarms", Json::object());
    for (const auto& [arn, document] : all.items()) {
      Alarm& alarm = alarms_[arn];
      alarm.members = document.at("members");
      alarm.tags = document.at("tags").get<FakeTags>();
      alarm.is_composite = is_composite;
    }
  }
}

}  // namespace bedrocklog::fake_aws
