// A log group of CloudWatch Logs with its retention and its key.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;

/// Groups whose names begin with ours, 50 to a page.
constexpr unsigned pages_max = 1'000;

/// Tags as CloudWatch Logs has them: one object.
Json tag_object(const Json& properties) {
  Json object = Json::object();
  for (const auto& [key, value] : tags_of(properties)) {
    object[key] = value;
  }
  return object;
}

class LogGroupProvider final : public ResourceProvider {
 public:
  LogGroupProvider(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    return change(address, "DeleteLogGroup", {{"logGroupName", address.name}}, true);
  }
  Result<void> release(const Address& address, const Observed& observed) override {
    const std::vector<std::string> keys = our_tag_keys(observed.properties);
    return keys.empty() ? Result<void>()
                        : change(address, "UntagResource",
                                 {{"resourceArn", arn_of(address)}, {"tagKeys", keys}}, true);
  }

 private:
  /// Without the ":*" that lists have at the end.
  [[nodiscard]] std::string arn_of(const Address& address) const {
    return fmt::format("arn:{}:logs:{}:{}:log-group:{}", identity_.partition, address.region,
                       identity_.account, address.name);
  }

  Result<void> change(const Address& address, std::string_view operation, const Json& members,
                      bool is_removal = false) const {
    const CallResult<Json> answer = settled<Json>(
        waiter_, iam_settling_ms_max,
        [&] { return calls_->json("logs", address.region, operation, members); },
        [&](const aws::CallFailure& failure) {
          // What was made a moment ago may not be known everywhere yet.
          return is_change_under_way(failure) ||
                 (!is_removal && (has_code(failure, {"ResourceNotFoundException"}) ||
                                  is_key_not_settled(failure)));
        });
    if (!answer && !(is_removal && has_code(answer.error(), {"ResourceNotFoundException"}))) {
      return refused(address, answer.error());
    }
    return {};
  }

  /// A key and its policy are known to CloudWatch Logs only after a while.
  static bool is_key_not_settled(const aws::CallFailure& failure) {
    return has_code(failure, {"InvalidParameterException"}) &&
           failure.error.message.find("KMS") != std::string::npos;
  }

  /// The group as it is listed; null: it is not.
  Result<Json> listed(const Address& address) const;

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

Result<Json> LogGroupProvider::listed(const Address& address) const {
  Json members = {{"logGroupNamePrefix", address.name}};
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<Json> answer =
        calls_->json("logs", address.region, "DescribeLogGroups", members);
    if (!answer) {
      return refused(address, answer.error());
    }
    const auto groups = answer->find("logGroups");
    if (groups != answer->end() && groups->is_array()) {
      for (const Json& group : *groups) {
        if (group.is_object() && group.contains("logGroupName") &&
            group["logGroupName"] == address.name) {
          return group;
        }
      }
    }
    const auto next = answer->find("nextToken");
    if (next == answer->end() || !next->is_string()) {
      return Json();
    }
    members["nextToken"] = *next;
  }
  return fault(to_text(address), "logs DescribeLogGroups: the list does not end");
}

Result<std::optional<Observed>> LogGroupProvider::read(const Address& address) {
  const Result<Json> group = listed(address);
  if (!group) {
    return pass_on(group);
  }
  if (group->is_null()) {
    return std::optional<Observed>();
  }
  const CallResult<Json> tags = calls_->json("logs", address.region, "ListTagsForResource",
                                             {{"resourceArn", arn_of(address)}});
  if (!tags) {
    if (has_code(tags.error(), {"ResourceNotFoundException"})) {
      return std::optional<Observed>();  // Deleted between the two.
    }
    return refused(address, tags.error());
  }
  Tags found;
  if (const auto object = tags->find("tags"); object != tags->end() && object->is_object()) {
    for (const auto& [key, value] : object->items()) {
      found[key] = value.is_string() ? value.get<std::string>() : "";
    }
  }
  Json properties = {{"LogGroupName", address.name}, {"Tags", to_json(found)}};
  for (const auto& [member, property] :
       {std::pair{"retentionInDays", "RetentionInDays"}, std::pair{"kmsKeyId", "KmsKeyId"},
        std::pair{"logGroupClass", "LogGroupClass"}}) {
    if (group->contains(member)) {
      properties[property] = (*group)[member];
    }
  }
  const Mark mark = mark_of(found, identity_.stack);
  Json details = {{"Arn", arn_of(address)}};
  if (group->contains("storedBytes")) {
    details["StoredBytes"] = (*group)["storedBytes"];
  }
  return std::optional(Observed{normal_form(ResourceKind::log_group, properties), mark.ownership,
                                mark.owner, std::move(details)});
}

Result<void> LogGroupProvider::create(const Address& address, const Json& target) {
  const Json members = {{"logGroupName", address.name},
                        {"kmsKeyId", target.value("KmsKeyId", Json())},
                        {"tags", tag_object(target)}};
  const CallResult<Json> made = settled<Json>(
      waiter_, iam_settling_ms_max,
      [&] { return calls_->json("logs", address.region, "CreateLogGroup", members); },
      is_key_not_settled);
  if (made) {
    return change(
        address, "PutRetentionPolicy",
        {{"logGroupName", address.name}, {"retentionInDays", target.at("RetentionInDays")}});
  }
  if (!has_code(made.error(), {"ResourceAlreadyExistsException"})) {
    return refused(address, made.error());
  }
  return update_when_seen(waiter_, address, target);
}

Result<void> LogGroupProvider::update(const Address& address, const Json& target,
                                      const Observed& observed) {
  struct Write {
    const char* property;
    const char* operation;
    Json members;
  };
  const Json key = target.value("KmsKeyId", Json());  // Null: to be without.
  const std::vector<Write> writes = {
      {"Tags", "TagResource", {{"resourceArn", arn_of(address)}, {"tags", tag_object(target)}}},
      {"RetentionInDays",
       "PutRetentionPolicy",
       {{"logGroupName", address.name},
        {"retentionInDays", target.value("RetentionInDays", Json())}}},
      {"KmsKeyId",
       key.is_null() ? "DisassociateKmsKey" : "AssociateKmsKey",
       {{"logGroupName", address.name}, {"kmsKeyId", key}}}};
  for (const Write& write : writes) {
    const bool is_other =
        target.contains(write.property) &&
        !differences(ResourceKind::log_group, {{write.property, target[write.property]}},
                     observed.properties)
             .empty();
    if (is_other) {
      const Result<void> written = change(address, write.operation, write.members);
      if (!written) {
        return pass_on(written);
      }
    }
  }
  return {};
}

}  // namespace

std::unique_ptr<ResourceProvider> make_log_group_provider(aws::ServiceCalls& calls,
                                                          StackIdentity identity, Waiter waiter) {
  return std::make_unique<LogGroupProvider>(calls, std::move(identity), std::move(waiter));
}

}  // namespace bedrocklog::provision
