// A rule of EventBridge on the default bus, with its targets. PutRule replaces one of that name
// whatever it was, so what is there is always looked at first.
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallFailure;
using aws::CallResult;

/// EventBridge's quota of targets of a rule is far below.
constexpr unsigned pages_max = 100;

/// What PutRule takes of what DescribeRule tells: all of it, since it resets what is left out.
constexpr std::array<const char*, 5> rule_members = {"Description", "EventPattern", "RoleArn",
                                                     "ScheduleExpression", "State"};

bool is_absent(const CallFailure& failure) {
  return has_code(failure, {"ResourceNotFoundException"});
}

class EventRuleProvider final : public ResourceProvider {
 public:
  EventRuleProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  Result<void> release(const Address& address, const Observed& observed) override;

 private:
  [[nodiscard]] std::string arn_of(const Address& address) const {
    return fmt::format("arn:{}:events:{}:{}:rule/{}", identity_.partition, address.region,
                       identity_.account, address.name);
  }
  CallResult<Json> call(const Address& address, std::string_view operation,
                        const Json& members) const {
    return calls_->json("events", address.region, operation, members);
  }
  Result<void> change(const Address& address, std::string_view operation, const Json& members,
                      bool is_removal = false) const;
  /// The list; nothing: the rule is gone.
  Result<std::optional<Json>> targets(const Address& address) const;
  Result<void> put_rule(const Address& address, const Json& properties, const Json& tags) const;
  Result<void> put_targets(const Address& address, const Json& list) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Result<void> EventRuleProvider::change(const Address& address, std::string_view operation,
                                       const Json& members, bool is_removal) const {
  const CallResult<Json> answer = settled<Json>(
      waiter_, bucket_settling_ms_max, [&] { return call(address, operation, members); },
      [&](const CallFailure& failure) {
        // What was made a moment ago may not be known everywhere yet.
        return has_code(failure, {"ConcurrentModificationException"}) ||
               (!is_removal && is_absent(failure));
      });
  if (!answer) {
    return is_removal && is_absent(answer.error()) ? Result<void>()
                                                   : Result<void>(refused(address, answer.error()));
  }
  // Entries are refused one by one, under status 200.
  const Json& failed = part_in(*answer, "FailedEntries");
  if (!failed.empty() && failed.is_array()) {
    return fault(to_text(address),
                 fmt::format("events {}: {}: {}", operation, text_in(failed[0], "ErrorCode"),
                             text_in(failed[0], "ErrorMessage")));
  }
  return {};
}

Result<std::optional<Json>> EventRuleProvider::targets(const Address& address) const {
  Json all = Json::array();
  Json members = {{"Rule", address.name}};
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<Json> answer = call(address, "ListTargetsByRule", members);
    if (!answer) {
      if (is_absent(answer.error())) {
        return std::optional<Json>();
      }
      return refused(address, answer.error());
    }
    for (const Json& target : part_in(*answer, "Targets")) {
      all.push_back(target);
    }
    const std::string next = text_in(*answer, "NextToken");
    if (next.empty()) {
      return std::optional(std::move(all));
    }
    members["NextToken"] = next;
  }
  return fault(to_text(address), "events ListTargetsByRule: the list does not end");
}

Result<std::optional<Observed>> EventRuleProvider::read(const Address& address) {
  const CallResult<Json> rule = call(address, "DescribeRule", {{"Name", address.name}});
  if (!rule) {
    if (is_absent(rule.error())) {
      return std::optional<Observed>();
    }
    return refused(address, rule.error());
  }
  Result<std::optional<Json>> listed = targets(address);
  if (!listed) {
    return pass_on(listed);
  }
  std::optional<Json> list = std::move(*listed);
  const CallResult<Json> tags =
      call(address, "ListTagsForResource", {{"ResourceARN", arn_of(address)}});
  if (!list || (!tags && is_absent(tags.error()))) {
    return std::optional<Observed>();  // Deleted meanwhile.
  }
  if (!tags) {
    return refused(address, tags.error());
  }
  Json properties = {
      {"Name", address.name}, {"Targets", std::move(*list)}, {"Tags", part_in(*tags, "Tags")}};
  for (const char* const member : rule_members) {
    copy_member(*rule, member, properties, member);
  }
  if (properties.contains("EventPattern")) {
    Json pattern = Json::parse(text_in(properties, "EventPattern"), nullptr, false);
    if (pattern.is_object()) {
      properties["EventPattern"] = std::move(pattern);
    }
  }
  properties = normal_form(ResourceKind::event_rule, properties);
  const Mark mark = mark_of(tags_of(properties), identity_.stack);
  return std::optional(Observed{std::move(properties), mark.ownership, mark.owner,
                                Json{{"Arn", text_in(*rule, "Arn")}}});
}

Result<void> EventRuleProvider::put_rule(const Address& address, const Json& properties,
                                         const Json& tags) const {
  Json members = {{"Name", address.name}, {"Tags", tags}};
  for (const char* const member : rule_members) {
    copy_member(properties, member, members, member);
  }
  if (members.contains("EventPattern") && members["EventPattern"].is_object()) {
    members["EventPattern"] = members["EventPattern"].dump();
  }
  return change(address, "PutRule", members);
}

Result<void> EventRuleProvider::put_targets(const Address& address, const Json& list) const {
  return list.empty() ? Result<void>()
                      : change(address, "PutTargets", {{"Rule", address.name}, {"Targets", list}});
}

Result<void> EventRuleProvider::create(const Address& address, const Json& target) {
  const Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  if (there->has_value()) {
    return update_found(address, target, *there);
  }
  const Result<void> made = put_rule(address, target, target.value("Tags", Json::array()));
  return made ? put_targets(address, part_in(target, "Targets")) : made;
}

Result<void> EventRuleProvider::update(const Address& address, const Json& target,
                                       const Observed& observed) {
  Json wanted = target;
  wanted.erase("Tags");  // PutRule ignores those of a rule that is there.
  wanted.erase("Targets");
  if (!differences(ResourceKind::event_rule, wanted, observed.properties).empty()) {
    Json merged = observed.properties;
    merged.update(wanted);
    const Result<void> written = put_rule(address, merged, Json());
    if (!written) {
      return pass_on(written);
    }
  }
  const Json tags = {{"Tags", part_in(target, "Tags")}};
  if (!differences(ResourceKind::event_rule, tags, observed.properties).empty()) {
    const Result<void> tagged =
        change(address, "TagResource", {{"ResourceARN", arn_of(address)}, {"Tags", tags["Tags"]}});
    if (!tagged) {
      return pass_on(tagged);
    }
  }
  // Those of others stay.
  const Json list = {{"Targets", part_in(target, "Targets")}};
  return differences(ResourceKind::event_rule, list, observed.properties).empty()
             ? Result<void>()
             : put_targets(address, list["Targets"]);
}

Result<void> EventRuleProvider::remove(const Address& address, const Observed& /*observed*/,
                                       bool /*deletes_data*/) {
  // A rule goes only when it is bare, also of what others put on ours.
  const Result<std::optional<Json>> list = targets(address);
  if (!list) {
    return pass_on(list);
  }
  Json ids = Json::array();
  for (const Json& target : list->value_or(Json::array())) {
    ids.push_back(text_in(target, "Id"));
  }
  if (!ids.empty()) {
    const Result<void> bare =
        change(address, "RemoveTargets", {{"Rule", address.name}, {"Ids", ids}}, true);
    if (!bare) {
      return pass_on(bare);
    }
  }
  return change(address, "DeleteRule", {{"Name", address.name}}, true);
}

Result<void> EventRuleProvider::release(const Address& address, const Observed& observed) {
  for (const Json& target : part_in(observed.properties, "Targets")) {
    if (text_in(target, "Id") == our_target_id) {
      const Result<void> gone =
          change(address, "RemoveTargets",
                 {{"Rule", address.name}, {"Ids", Json::array({our_target_id})}}, true);
      if (!gone) {
        return pass_on(gone);
      }
    }
  }
  const std::vector<std::string> keys = our_tag_keys(observed.properties);
  return keys.empty() ? Result<void>()
                      : change(address, "UntagResource",
                               {{"ResourceARN", arn_of(address)}, {"TagKeys", keys}}, true);
}

}  // namespace

std::unique_ptr<ResourceProvider> make_event_rule_provider(aws::ServiceCalls& calls,
                                                           StackIdentity identity, Waiter waiter) {
  return std::make_unique<EventRuleProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
