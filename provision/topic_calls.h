// Operations on one SNS topic.
#pragma once

#include <optional>
#include <string>

#include "ingest/aws/service_calls.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

/// Borrows the calls.
class TopicCalls {
 public:
  TopicCalls(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  /// Of a topic, its policy or one of its subscriptions.
  [[nodiscard]] std::string arn_of(const Address& address) const;
  [[nodiscard]] aws::CallResult<aws::XmlElement> call(const Address& address,
                                                      std::string_view action,
                                                      const Json& members) const;
  /// A call whose answer says nothing. `NotFound` is no failure of a removal; of a change it is
  /// waited for, because a topic that was made a moment ago may not be known everywhere yet.
  [[nodiscard]] Result<void> change(const Address& address, std::string_view action,
                                    const Json& members, bool is_removal = false) const;
  /// Attributes by name; nothing: there is no such topic.
  [[nodiscard]] Result<std::optional<Json>> attributes(const Address& address) const;
  [[nodiscard]] const StackIdentity& identity() const { return identity_; }
  [[nodiscard]] const Waiter& waiter() const { return waiter_; }

 private:
  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

/// <entry><key/><value/></entry> of SNS as an object.
[[nodiscard]] Json attribute_map(const aws::XmlElement& answer);

}  // namespace bedrocklog::provision
