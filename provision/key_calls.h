// Calls of KMS, which keys and their aliases share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/mark.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

class KeyCalls {
 public:
  KeyCalls(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter)
      : calls_(&calls), identity_(std::move(identity)), waiter_(std::move(waiter)) {}

  [[nodiscard]] const StackIdentity& identity() const { return identity_; }
  [[nodiscard]] const Waiter& waiter() const { return waiter_; }

  [[nodiscard]] aws::CallResult<Json> call(const Address& address, std::string_view operation,
                                           const Json& members) const {
    return calls_->json("kms", address.region, operation, members);
  }
  /// A change of what may have been made a moment ago, or names roles that were: waits until they
  /// are known.
  [[nodiscard]] aws::CallResult<Json> change(const Address& address, std::string_view operation,
                                             const Json& members) const;

  /// KeyMetadata of a key, or of the one behind an alias ("alias/x"). Nothing: it is not there.
  [[nodiscard]] Result<std::optional<Json>> metadata(const Address& address,
                                                     const std::string& key) const;
  /// Nothing: there is no such key, or it is one that we may not ask about.
  [[nodiscard]] Result<std::optional<Tags>> tags(const Address& address,
                                                 const std::string& key) const;
  /// Ids of the keys that this stack made, but for those that are to be deleted: the oldest first.
  /// Looks at no more than keys_looked_at_max keys.
  [[nodiscard]] Result<std::vector<std::string>> ours(const Address& address) const;

  static constexpr unsigned keys_looked_at_max = 1'000;

 private:
  aws::ServiceCalls* calls_;
  StackIdentity identity_;
  Waiter waiter_;
};

/// Scheduled for deletion: as good as gone.
[[nodiscard]] bool is_ending(const Json& metadata);

}  // namespace bedrocklog::provision
