// Topics and subscriptions of the fake, and what SNS asks of their attributes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

struct FakeSubscription {
  std::string id;  // End of its ARN; by chance, so not in snapshots.
  std::string protocol;
  std::string endpoint;
  bool is_pending = false;
  std::map<std::string, std::string> attributes;
  std::uint64_t made_at = 0;  // Request; 0: long ago.
};

struct FakeTopic {
  std::map<std::string, std::string> attributes;
  std::map<std::string, std::string> tags;
  std::vector<FakeSubscription> subscriptions;
  std::uint64_t made_at = 0;
};

/// Subscriptions in order of protocol and endpoint.
[[nodiscard]] Json to_json(const FakeTopic& topic);
[[nodiscard]] FakeTopic topic_of_json(const Json& document);

/// Who has the topic may do everything: what a topic has whose policy nobody set.
[[nodiscard]] std::string default_topic_policy(const std::string& arn, const std::string& account);

/// Why the value is refused; "": it is not.
[[nodiscard]] std::string topic_attribute_fault(const std::string& arn, const std::string& name,
                                                const std::string& value);
[[nodiscard]] std::string subscription_attribute_fault(const std::string& name,
                                                       const std::string& value);
[[nodiscard]] std::string endpoint_fault(const std::string& protocol, const std::string& endpoint);

/// The recipient must agree before anything is sent.
[[nodiscard]] bool needs_confirmation(const std::string& protocol);

}  // namespace bedrocklog::fake_aws
