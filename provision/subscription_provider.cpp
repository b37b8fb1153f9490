// A subscription of a topic. One by mail is pending until its recipient agrees; nothing of it can
// be read or written before.
#include <string>
#include <utility>

#include "provision/call_fault.h"
#include "provision/normal_form.h"
#include "provision/resource_provider.h"
#include "provision/topic_calls.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

/// A hundred to a page; SNS allows 12.5 million to a topic, and nobody has that many here.
constexpr unsigned pages_max = 1'000;

/// "TOPIC/PROTOCOL/ENDPOINT".
struct Parts {
  std::string protocol;
  std::string endpoint;
};
Parts parts_of(const Address& address) {
  const std::size_t protocol_at = address.name.find('/') + 1;
  const std::size_t endpoint_at = address.name.find('/', protocol_at) + 1;
  return {address.name.substr(protocol_at, endpoint_at - protocol_at - 1),
          address.name.substr(endpoint_at)};
}

class SubscriptionProvider final : public ResourceProvider {
 public:
  explicit SubscriptionProvider(TopicCalls calls) : calls_(std::move(calls)) {}

  Result<std::optional<Observed>> read(const Address& address) override;
  Result<void> create(const Address& address, const Json& target) override;
  Result<void> update(const Address& address, const Json& target,
                      const Observed& observed) override;
  Result<void> remove(const Address& address, const Observed& observed, bool deletes_data) override;
  Result<void> release(const Address& /*address*/, const Observed& /*observed*/) override {
    return {};
  }

 private:
  /// Its ARN, or "PendingConfirmation"; empty: it is not there.
  Result<std::string> find(const Address& address) const;

  TopicCalls calls_;
};

Result<std::string> SubscriptionProvider::find(const Address& address) const {
  const Parts wanted = parts_of(address);
  Json members = {{"TopicArn", calls_.arn_of(address)}};
  for (unsigned page = 0; page < pages_max; ++page) {
    const CallResult<XmlElement> answer = calls_.call(address, "ListSubscriptionsByTopic", members);
    if (!answer) {
      if (has_code(answer.error(), {"NotFound"})) {
        return std::string();
      }
      return refused(address, answer.error());
    }
    for (const XmlElement* const entry : answer->members("Subscriptions")) {
      if (entry->text_of("Protocol") == wanted.protocol &&
          entry->text_of("Endpoint") == wanted.endpoint &&
          entry->text_of("SubscriptionArn") != "Deleted") {
        return std::string(entry->text_of("SubscriptionArn"));
      }
    }
    if (answer->text_of("NextToken").empty()) {
      return std::string();
    }
    members["NextToken"] = std::string(answer->text_of("NextToken"));
  }
  return fault(to_text(address), "sns ListSubscriptionsByTopic: the list does not end");
}

Result<std::optional<Observed>> SubscriptionProvider::read(const Address& address) {
  const Result<std::string> arn = find(address);
  if (!arn) {
    return pass_on(arn);
  }
  if (arn->empty()) {
    return std::optional<Observed>();
  }
  const Parts parts = parts_of(address);
  Observed observed;
  observed.ownership = Ownership::ours;  // Whose the topic is, the topic's own step tells.
  observed.properties = {{"TopicArn", calls_.arn_of(address)},
                         {"Protocol", parts.protocol},
                         {"Endpoint", parts.endpoint}};
  const bool is_pending = !arn->starts_with("arn:");
  observed.details = {{"PendingConfirmation", is_pending}};
  if (is_pending) {
    return std::optional(std::move(observed));
  }
  observed.details["Arn"] = *arn;
  const CallResult<XmlElement> answer =
      calls_.call(address, "GetSubscriptionAttributes", {{"SubscriptionArn", *arn}});
  if (!answer) {
    if (has_code(answer.error(), {"NotFound"})) {
      return std::optional<Observed>();
    }
    return refused(address, answer.error());
  }
  const Json attributes = attribute_map(*answer);
  if (attributes.contains("RedrivePolicy")) {
    observed.properties["RedrivePolicy"] =
        Json::parse(attributes["RedrivePolicy"].get_ref<const std::string&>(), nullptr, false);
  }
  observed.properties = normal_form(ResourceKind::subscription, observed.properties);
  return std::optional(std::move(observed));
}

Result<void> SubscriptionProvider::create(const Address& address, const Json& target) {
  // Subscribing again would send the recipient another mail.
  const Result<std::string> there = find(address);
  if (!there) {
    return pass_on(there);
  }
  if (!there->empty()) {
    return {};
  }
  Json members = {{"TopicArn", calls_.arn_of(address)},
                  {"Protocol", target.at("Protocol")},
                  {"Endpoint", target.at("Endpoint")},
                  {"ReturnSubscriptionArn", true}};
  if (target.contains("RedrivePolicy")) {
    members["Attributes.entry.1.key"] = "RedrivePolicy";
    members["Attributes.entry.1.value"] = target["RedrivePolicy"].dump();
  }
  return calls_.change(address, "Subscribe", members);
}

Result<void> SubscriptionProvider::update(const Address& address, const Json& target,
                                          const Observed& observed) {
  const std::string arn = observed.details.value("Arn", "");
  if (arn.empty() || !target.contains("RedrivePolicy")) {
    return {};
  }
  return calls_.change(address, "SetSubscriptionAttributes",
                       {{"SubscriptionArn", arn},
                        {"AttributeName", "RedrivePolicy"},
                        {"AttributeValue", target["RedrivePolicy"].dump()}});
}

Result<void> SubscriptionProvider::remove(const Address& address, const Observed& observed,
                                          bool /*deletes_data*/) {
  const std::string arn = observed.details.value("Arn", "");
  // A pending one has no ARN to take it away by; it expires by itself.
  return arn.empty() ? Result<void>()
                     : calls_.change(address, "Unsubscribe", {{"SubscriptionArn", arn}}, true);
}

}  // namespace

std::unique_ptr<ResourceProvider> make_subscription_provider(aws::ServiceCalls& calls,
                                                             StackIdentity identity,
                                                             Waiter waiter) {
  return std::make_unique<SubscriptionProvider>(
      TopicCalls(calls, std::move(identity), std::move(waiter)));
}

}  // namespace bedrocklog::provision
