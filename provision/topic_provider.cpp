// An SNS topic, and apart from it the statements of ours in its policy.
#include <utility>

#include "provision/answer_members.h"
#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/policy_statements.h"
#include "provision/resource_provider.h"
#include "provision/settling.h"
#include "provision/topic_calls.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

class TopicProvider final : public ResourceProvider {
 public:
  explicit TopicProvider(TopicCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& /*observed*/,
                      bool /*deletes_data*/) override {
    return calls_.change(address, "DeleteTopic", {{"TopicArn", calls_.arn_of(address)}}, true);
  }
  Result<void> release(const Address& address, const Observed& observed) override {
    const std::vector<std::string> keys = our_tag_keys(observed.properties);
    return keys.empty()
               ? Result<void>()
               : calls_.change(address, "UntagResource",
                               {{"ResourceArn", calls_.arn_of(address)}, {"TagKeys", keys}}, true);
  }

 private:
  TopicCalls calls_;
};

Result<std::optional<Observed>> TopicProvider::read(const Address& address) {
  const Result<std::optional<Json>> attributes = calls_.attributes(address);
  if (!attributes) {
    return pass_on(attributes);
  }
  if (!*attributes) {
    return std::optional<Observed>();
  }
  const CallResult<XmlElement> answer =
      calls_.call(address, "ListTagsForResource", {{"ResourceArn", calls_.arn_of(address)}});
  if (!answer) {
    if (has_code(answer.error(), {"ResourceNotFound", "NotFound"})) {
      return std::optional<Observed>();  // Deleted between the two.
    }
    return refused(address, answer.error());
  }
  Tags tags;
  for (const XmlElement* const tag : answer->members("Tags")) {
    tags[std::string(tag->text_of("Key"))] = std::string(tag->text_of("Value"));
  }
  Json properties = {{"TopicName", address.name}, {"Tags", to_json(tags)}};
  if (const std::string key = text_in(attributes->value_or(Json()), "KmsMasterKeyId");
      !key.empty()) {
    properties["KmsMasterKeyId"] = key;
  }
  const Mark mark = mark_of(tags, calls_.identity().stack);
  Json details = {{"Arn", calls_.arn_of(address)}};
  return std::optional(Observed{normal_form(ResourceKind::topic, properties), mark.ownership,
                                mark.owner, std::move(details)});
}

Result<void> TopicProvider::create(const Address& address, const Json& target) {
  // Of a topic that has these very tags it gives the ARN again; of one with others it is refused.
  Json members = {{"Name", address.name}, {"Tags", target.value("Tags", Json::array())}};
  if (const Json key = target.value("KmsMasterKeyId", Json()); !key.is_null()) {
    members["Attributes.entry.1.key"] = "KmsMasterKeyId";
    members["Attributes.entry.1.value"] = key;
  }
  const CallResult<XmlElement> made = calls_.call(address, "CreateTopic", members);
  if (!made && !has_code(made.error(), {"InvalidParameter"})) {
    return refused(address, made.error());
  }
  const Result<std::optional<Observed>> there = read(address);
  if (!there) {
    return pass_on(there);
  }
  if (!*there) {
    // Not known everywhere yet: it was made with all there is to say.
    return made ? Result<void>() : Result<void>(refused(address, made.error()));
  }
  return update_found(address, target, *there);
}

Result<void> TopicProvider::update(const Address& address, const Json& target,
                                   const Observed& observed) {
  const auto is_other = [&](const char* property) {
    return target.contains(property) &&
           !differences(ResourceKind::topic, {{property, target[property]}}, observed.properties)
                .empty();
  };
  if (is_other("Tags")) {
    const Result<void> tagged =
        calls_.change(address, "TagResource",
                      {{"ResourceArn", calls_.arn_of(address)}, {"Tags", target["Tags"]}});
    if (!tagged) {
      return pass_on(tagged);
    }
  }
  if (is_other("KmsMasterKeyId")) {
    const Json& key = target["KmsMasterKeyId"];  // Null: to be without.
    return calls_.change(address, "SetTopicAttributes",
                         {{"TopicArn", calls_.arn_of(address)},
                          {"AttributeName", "KmsMasterKeyId"},
                          {"AttributeValue", key.is_null() ? Json("") : key}});
  }
  return {};
}

class TopicPolicyProvider final : public ResourceProvider {
 public:
  explicit TopicPolicyProvider(TopicCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override {
    const Result<std::optional<Json>> attributes = calls_.attributes(address);
    if (!attributes) {
      return pass_on(attributes);
    }
    const std::string policy = text_in(attributes->value_or(Json()), "Policy");
    if (policy.empty()) {
      return std::optional<Observed>();
    }
    // Whose the topic is, the topic's own step tells.
    Observed observed;
    observed.ownership = Ownership::ours;
    observed.properties = normal_form(
        ResourceKind::topic_policy,
        {{"TopicArn", calls_.arn_of(address)}, {"PolicyDocument", parsed_policy(policy)}});
    return std::optional(std::move(observed));
  }
  Result<void> create(const Address& address, const Json& target) override {
    // A topic that was made a moment ago may not be seen yet, and with it what SNS let it begin
    // with: that would be written over.
    const Result<std::optional<Observed>> seen =
        seen_soon(calls_.waiter(), [&] { return read(address); });
    if (!seen) {
      return pass_on(seen);
    }
    return write(address, target.at("PolicyDocument"));
  }
  Result<void> update(const Address& address, const Json& target, const Observed&) override {
    return write(address, target.at("PolicyDocument"));
  }
  Result<void> remove(const Address& address, const Observed&, bool) override {
    return write(address, Json());
  }
  Result<void> release(const Address& address, const Observed&) override {
    return write(address, Json());
  }

 private:
  /// Read again just before: what others wrote since the plan stays.
  Result<void> write(const Address& address, const Json& ours) const {
    const Result<std::optional<Json>> attributes = calls_.attributes(address);
    if (!attributes) {
      return pass_on(attributes);
    }
    if (!*attributes && ours.is_null()) {
      return {};
    }
    const std::string current = text_in(attributes->value_or(Json()), "Policy");
    const Json merged = with_our_statements(parsed_policy(current), ours);
    // A topic always has a policy; without any other statement it is the one it was made with.
    const Json policy = has_statements(merged) ? merged : owner_policy(address);
    return calls_.change(address, "SetTopicAttributes",
                         {{"TopicArn", calls_.arn_of(address)},
                          {"AttributeName", "Policy"},
                          {"AttributeValue", policy.dump()}});
  }

  /// What SNS gives a new topic: its account may use it.
  [[nodiscard]] Json owner_policy(const Address& address) const {
    return {
        {"Version", "2008-10-17"},
        {"Id", "__default_policy_ID"},
        {"Statement",
         Json::array({{{"Sid", "__default_statement_ID"},
                       {"Effect", "Allow"},
                       {"Principal", {{"AWS", "*"}}},
                       {"Action",
                        {"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission",
                         "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe",
                         "SNS:ListSubscriptionsByTopic", "SNS:Publish"}},
                       {"Resource", calls_.arn_of(address)},
                       {"Condition",
                        {{"StringEquals", {{"AWS:SourceOwner", calls_.identity().account}}}}}}})}};
  }

  TopicCalls calls_;
};

}  // namespace

std::unique_ptr<ResourceProvider> make_topic_provider(aws::ServiceCalls& calls,
                                                      StackIdentity identity, Waiter waiter) {
  return std::make_unique<TopicProvider>(TopicCalls(calls, std::move(identity), std::move(waiter)));
}

std::unique_ptr<ResourceProvider> make_topic_policy_provider(aws::ServiceCalls& calls,
                                                             StackIdentity identity,
                                                             Waiter waiter) {
  return std::make_unique<TopicPolicyProvider>(
      TopicCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
