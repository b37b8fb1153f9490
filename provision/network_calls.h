// Calls of EC2, which groups and endpoints share. EC2 agrees with itself only after a while.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/mark.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

/// Endpoints take minutes to come and to go, and hold their groups until they are gone.
inline constexpr unsigned network_settling_ms_max = 900'000;

class NetworkCalls {
 public:
  NetworkCalls(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  [[nodiscard]] const StackIdentity& identity() const { return identity_; }
  [[nodiscard]] const Waiter& waiter() const { return waiter_; }

  [[nodiscard]] aws::CallResult<aws::XmlElement> call(const Address& address,
                                                      std::string_view action,
                                                      const Json& members) const {
    return calls_->ec2(address.region, action, members);
  }
  /// A change of a thing that may have been made a moment ago: waits until it is known.
  [[nodiscard]] Result<void> change(const Address& address, std::string_view action,
                                    const Json& members) const;
  /// The items of `list` over all pages.
  [[nodiscard]] Result<std::vector<aws::XmlElement>> listed(const Address& address,
                                                            std::string_view action, Json members,
                                                            std::string_view list) const;

  [[nodiscard]] Result<void> tag(const Address& address, const std::string& id,
                                 const Json& tags) const;
  [[nodiscard]] Result<void> untag(const Address& address, const std::string& id,
                                   const std::vector<std::string>& keys) const;

 private:
  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

/// {"Name":..,"Value":[..]}
[[nodiscard]] Json ec2_filter(std::string_view name, std::string_view value);
/// What a creation is given, so that the thing never is without its tags.
[[nodiscard]] Json tag_specification(std::string_view type, const Json& tags);
[[nodiscard]] Tags tag_set_of(const aws::XmlElement& thing);
[[nodiscard]] bool is_not_found(const aws::CallFailure& failure);

}  // namespace bedrocklog::provision
