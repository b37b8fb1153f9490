// EventBridge of the fake: rules of the default bus, with their targets.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "tests/fake_aws/fake_json_members.h"
#include "tests/fake_aws/fake_policy.h"
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t targets_max = 5;
constexpr std::size_t page_size_max = 100;
constexpr std::string_view name_pattern = R"([.\-_A-Za-z0-9]+)";
constexpr std::string_view bus_pattern =
    R"((arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus/)?[/.\-_A-Za-z0-9]+)";

constexpr Member rule_name{"Name", MemberKind::text, true, 1, 64, name_pattern};
constexpr Member rule_member{"Rule", MemberKind::text, true, 1, 64, name_pattern};
constexpr Member bus{"EventBusName", MemberKind::text, false, 1, 1600, bus_pattern};
constexpr Member force{"Force", MemberKind::boolean};
constexpr Member resource_arn{"ResourceARN", MemberKind::text, true, 1, 1600};

constexpr std::array<Member, 8> put_members = {
    {rule_name,
     bus,
     {"ScheduleExpression", MemberKind::text, false, 0, 256},
     {"EventPattern", MemberKind::text, false, 0, 4096},
     {"State", MemberKind::text, false, 0, SIZE_MAX,
      "ENABLED|DISABLED|ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"},
     {"Description", MemberKind::text, false, 0, 512},
     {"RoleArn", MemberKind::text, false, 1, 1600},
     {"Tags", MemberKind::structures, false, 0, SIZE_MAX, {}, tag_members}}};
constexpr std::array<Member, 2> name_members = {{rule_name, bus}};
constexpr std::array<Member, 3> delete_members = {{rule_name, bus, force}};

constexpr std::array<Member, 2> transformer_members = {
    {{"InputPathsMap", MemberKind::map}, {"InputTemplate", MemberKind::text, true, 1, 8192}}};
constexpr std::array<Member, 1> queue_members = {{{"Arn", MemberKind::text, false, 1, 1600}}};
constexpr std::array<Member, 2> retry_members = {
    {{"MaximumRetryAttempts", MemberKind::whole, false, 0, 185},
     {"MaximumEventAgeInSeconds", MemberKind::whole, false, 60, 86400}}};
constexpr std::array<Member, 8> target_members = {
    {{"Id", MemberKind::text, true, 1, 64, name_pattern},
     {"Arn", MemberKind::text, true, 1, 1600},
     {"RoleArn", MemberKind::text, false, 1, 1600},
     {"Input", MemberKind::text, false, 0, 8192},
     {"InputPath", MemberKind::text, false, 0, 256},
     {"InputTransformer", MemberKind::structure, false, 0, SIZE_MAX, {}, transformer_members},
     {"DeadLetterConfig", MemberKind::structure, false, 0, SIZE_MAX, {}, queue_members},
     {"RetryPolicy", MemberKind::structure, false, 0, SIZE_MAX, {}, retry_members}}};
constexpr std::array<Member, 3> targets_members = {
    {rule_member, bus, {"Targets", MemberKind::structures, true, 1, 100, {}, target_members}}};
constexpr std::array<Member, 4> list_members = {
    {rule_member,
     bus,
     {"NextToken", MemberKind::text, false, 1, 2048},
     {"Limit", MemberKind::whole, false, 1, page_size_max}}};
constexpr std::array<Member, 4> removal_members = {
    {rule_member, bus, {"Ids", MemberKind::texts, true, 1, 100, name_pattern}, force}};

constexpr std::array<Member, 2> tagging_members = {
    {resource_arn, {"Tags", MemberKind::structures, true, 0, SIZE_MAX, {}, tag_members}}};
constexpr std::array<Member, 2> untagging_members = {
    {resource_arn, {"TagKeys", MemberKind::texts, true}}};
constexpr std::array<Member, 1> arn_members = {{resource_arn}};

struct FakeRule {
  /// As DescribeRule has them: "EventPattern" (a text), "State", "Description" ...
  Json settings = Json::object();
  std::map<std::string, Json> targets;  // By id.
  FakeTags tags;
  std::uint64_t seen_from = 0;
};

FakeAnswer refused(const std::string& code, const std::string& message) {
  return json_error(400, code, message);
}

/// Every leaf is a list with something in it.
bool is_event_pattern(const Json& pattern) {
  return pattern.is_object() && !pattern.empty() &&
         std::all_of(pattern.begin(), pattern.end(), [](const Json& value) {
           return value.is_object() ? is_event_pattern(value) : value.is_array() && !value.empty();
         });
}

class FakeEvents : public FakeService {
 public:
  explicit FakeEvents(FakeWorld& world) : world_(world) {}

  FakeAnswer handle(const FakeCall& call) override;
  FakeAnswer describe(const FakeCall& call) const override;
  Json snapshot() const override;
  void restore(const Json& snapshot) override;

 private:
  struct Operation {
    std::span<const Member> members;
    FakeAnswer (FakeEvents::*run)(const FakeCall&, FakeRule&) = nullptr;  // Null: PutRule.
    bool is_change = false;
  };
  static const std::map<std::string, Operation>& operations();

  FakeAnswer put(const FakeCall& call);
  FakeAnswer get(const FakeCall& call, FakeRule& rule);
  FakeAnswer put_targets(const FakeCall& call, FakeRule& rule);
  FakeAnswer list_targets(const FakeCall& call, FakeRule& rule);
  FakeAnswer remove_targets(const FakeCall& call, FakeRule& rule);
  FakeAnswer remove(const FakeCall& call, FakeRule& rule);
  FakeAnswer tag(const FakeCall& call, FakeRule& rule);
  FakeAnswer untag(const FakeCall& call, FakeRule& rule);
  FakeAnswer list_tags(const FakeCall& call, FakeRule& rule);

  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& name) const {
    return "arn:" + world_.partition + ":events:" + region + ':' + world_.account + ":rule/" + name;
  }
  /// Of a name, or of an ARN of this region.
  [[nodiscard]] std::string named(const FakeCall& call) const;

  FakeWorld& world_;
  std::map<std::string, std::map<std::string, FakeRule>> regions_;
};

const std::map<std::string, FakeEvents::Operation>& FakeEvents::operations() {
  static const std::map<std::string, Operation> all = {
      {"PutRule", {put_members, nullptr, true}},
      {"DescribeRule", {name_members, &FakeEvents::get}},
      {"PutTargets", {targets_members, &FakeEvents::put_targets, true}},
      {"ListTargetsByRule", {list_members, &FakeEvents::list_targets}},
      {"RemoveTargets", {removal_members, &FakeEvents::remove_targets, true}},
      {"DeleteRule", {delete_members, &FakeEvents::remove, true}},
      {"TagResource", {tagging_members, &FakeEvents::tag, true}},
      {"UntagResource", {untagging_members, &FakeEvents::untag, true}},
      {"ListTagsForResource", {arn_members, &FakeEvents::list_tags}},
  };
  return all;
}

std::string FakeEvents::named(const FakeCall& call) const {
  const std::string arn = text_member(call.json, "ResourceARN");
  const std::string start = arn_of(call.region, "");
  if (!arn.empty()) {
    return arn.starts_with(start) ? arn.substr(start.size()) : "";
  }
  return text_member(call.json, "Name", text_member(call.json, "Rule"));
}

FakeAnswer FakeEvents::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = call.operation;
  const auto found = operations().find(call.operation);
  answer.is_change = found != operations().end() && found->second.is_change;
  answer.resource = text_member(call.json, "ResourceARN", arn_of(call.region, named(call)));
  if (call.operation == "PutRule" && call.json.contains("Tags")) {
    answer.also_needs.push_back({"events", "TagResource", answer.resource});
  }
  return answer;
}

FakeAnswer FakeEvents::handle(const FakeCall& call) {
  const auto operation = operations().find(call.operation);
  if (operation == operations().end()) {
    return json_error(404, "UnknownOperationException",
                      "The operation " + call.operation + " is not known.");
  }
  if (auto wrong = json_members_refusal(call.json, operation->second.members)) {
    return *wrong;
  }
  if (text_member(call.json, "EventBusName", "default") != "default") {
    return refused("ResourceNotFoundException", "The fake has no event bus but the default one.");
  }
  if (operation->second.run == nullptr) {
    return put(call);
  }
  auto& rules = regions_[call.region];
  const auto found = rules.find(named(call));
  const bool is_unseen = !operation->second.is_change && found != rules.end() &&
                         world_.requests < found->second.seen_from;
  if (found == rules.end() || is_unseen) {
    return call.operation == "DeleteRule"
               ? json_answer(Json())
               : refused("ResourceNotFoundException",
                         "Rule " + named(call) + " does not exist on EventBus default.");
  }
  return (this->*operation->second.run)(call, found->second);
}

FakeAnswer FakeEvents::put(const FakeCall& call) {
  const std::string pattern = text_member(call.json, "EventPattern");
  if (pattern.empty() && text_member(call.json, "ScheduleExpression").empty()) {
    return refused("ValidationException",
                   "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (!pattern.empty() && !is_event_pattern(Json::parse(pattern, nullptr, false))) {
    return refused("InvalidEventPatternException",
                   "Event pattern is not valid. Reason: a leaf must be a list with values");
  }
  FakeTags tags;
  if (std::string wrong = take_tags(call.json.value("Tags", Json::array()), tags); !wrong.empty()) {
    return refused("ValidationException", wrong);
  }
  auto& rules = regions_[call.region];
  const std::string name = text_member(call.json, "Name");
  const bool is_new = !rules.contains(name);
  FakeRule& rule = rules[name];
  if (is_new) {
    rule.tags = tags;  // Of a rule that is there, tags are left as they are.
    rule.seen_from = world_.requests + world_.read_lag_requests;
  }
  // What is left out is reset.
  rule.settings = call.json;
  for (const char* const member : {"Name", "Tags", "EventBusName"}) {
    rule.settings.erase(member);
  }
  if (!rule.settings.contains("State")) {
    rule.settings["State"] = "ENABLED";
  }
  return json_answer({{"RuleArn", arn_of(call.region, name)}});
}

FakeAnswer FakeEvents::get(const FakeCall& call, FakeRule& rule) {
  Json answer = rule.settings;
  answer["Name"] = named(call);
  answer["Arn"] = arn_of(call.region, named(call));
  answer["EventBusName"] = "default";
  answer["CreatedBy"] = world_.account;
  return json_answer(answer);
}

FakeAnswer FakeEvents::put_targets(const FakeCall& call, FakeRule& rule) {
  std::map<std::string, Json> targets = rule.targets;
  for (const Json& target : call.json["Targets"]) {
    const std::string arn = text_member(target, "Arn");
    const std::string topics = "arn:" + world_.partition + ":sns:";
    const bool is_elsewhere = arn.starts_with(topics) && !arn.starts_with(topics + call.region);
    if (!arn.starts_with("arn:" + world_.partition + ':') || is_elsewhere) {
      return refused("ValidationException",
                     "Parameter " + arn +
                         " is not valid. Reason: Provided Arn is not in correct "
                         "format, or in another Region.");
    }
    targets[text_member(target, "Id")] = target;
  }
  if (targets.size() > targets_max) {
    return refused("LimitExceededException", "The requested resource exceeds 5 targets.");
  }
  rule.targets = std::move(targets);
  return json_answer({{"FailedEntryCount", 0}, {"FailedEntries", Json::array()}});
}

FakeAnswer FakeEvents::list_targets(const FakeCall& call, FakeRule& rule) {
  const auto size = static_cast<std::size_t>(call.json.value("Limit", std::int64_t{page_size_max}));
  const std::string after = text_member(call.json, "NextToken");
  Json answer = {{"Targets", Json::array()}};
  std::string last;
  for (const auto& [id, target] : rule.targets) {
    if (!after.empty() && id <= after) {
      continue;
    }
    if (answer["Targets"].size() == size) {
      answer["NextToken"] = last;
      break;
    }
    answer["Targets"].push_back(target);
    last = id;
  }
  return json_answer(answer);
}

FakeAnswer FakeEvents::remove_targets(const FakeCall& call, FakeRule& rule) {
  for (const std::string& id : policy_texts(call.json["Ids"])) {
    rule.targets.erase(id);
  }
  return json_answer({{"FailedEntryCount", 0}, {"FailedEntries", Json::array()}});
}

FakeAnswer FakeEvents::remove(const FakeCall& call, FakeRule& rule) {
  if (!rule.targets.empty()) {
    return refused("ValidationException", "Rule can't be deleted since it has targets.");
  }
  const std::string name = named(call);
  regions_[call.region].erase(name);
  return json_answer(Json());
}

FakeAnswer FakeEvents::tag(const FakeCall& call, FakeRule& rule) {
  FakeTags tags = rule.tags;
  if (std::string wrong = take_tags(call.json["Tags"], tags); !wrong.empty()) {
    return refused("ValidationException", wrong);
  }
  if (tags.size() > tags_max) {
    return refused("ValidationException", "A rule has at most 50 tags.");
  }
  rule.tags = std::move(tags);
  return json_answer(Json::object());
}

FakeAnswer FakeEvents::untag(const FakeCall& call, FakeRule& rule) {
  for (const std::string& key : policy_texts(call.json["TagKeys"])) {
    rule.tags.erase(key);
  }
  return json_answer(Json::object());
}

FakeAnswer FakeEvents::list_tags(const FakeCall& /*call*/, FakeRule& rule) {
  return json_answer({{"Tags", tag_list(rule.tags)}});
}

Json FakeEvents::snapshot() const {
  Json regions = Json::object();
  for (const auto& [region, rules] : regions_) {
    for (const auto& [name, rule] : rules) {
      regions[region][name] = {
          {"Settings", rule.settings}, {"Targets", rule.targets}, {"Tags", rule.tags}};
    }
  }
  return {{"Rules", std::move(regions)}};
}

void FakeEvents::restore(const Json& snapshot) {
  regions_.clear();
  const Json regions = snapshot.value("Rules", Json::object());
  for (const auto& [region, rules] : regions.items()) {
    for (const auto& [name, entry] : rules.items()) {
      FakeRule& rule = regions_[region][name];
      rule.settings = entry.value("Settings", Json::object());
      rule.targets = entry.value("Targets", std::map<std::string, Json>());
      rule.tags = entry.value("Tags", FakeTags());
    }
  }
}

}  // namespace

std::unique_ptr<FakeService> make_fake_events(FakeWorld& world) {
  return std::make_unique<FakeEvents>(world);
}

}  // namespace bedrocklog::fake_aws
