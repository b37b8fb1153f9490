// How one kind of thing is read, made, changed and taken away. No policy: what to do is the plan's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ingest/aws/service_calls.h"
#include "ingest/fault.h"
#include "provision/observed_state.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

/// Whose stack is read and marked, and where.
struct StackIdentity {
  std::string stack;
  std::string account;
  std::string partition;
  std::string home_region;  // Where global kinds without a region of their own are called.
};

/// Time, so that tests wait without waiting.
struct Waiter {
  std::function<std::int64_t()> now_ms;
  std::function<void(unsigned ms)> sleep;
};
[[nodiscard]] Waiter system_waiter();

/// Thread-safe. Every verb may be repeated: what is done already is no failure.
class ResourceProvider {
 public:
  ResourceProvider() = default;
  ResourceProvider(const ResourceProvider&) = delete;
  ResourceProvider& operator=(const ResourceProvider&) = delete;
  ResourceProvider(ResourceProvider&&) = delete;
  ResourceProvider& operator=(ResourceProvider&&) = delete;
  virtual ~ResourceProvider() = default;

  /// Properties in normal form. Nothing: it is not there.
  [[nodiscard]] virtual Result<std::optional<Observed>> read(const Address& address) = 0;
  /// Makes it with all `target` says, mark included. When it turns out to be there, it is read and
  /// changed instead if it is ours; a foreign one is a Fault, never changed.
  [[nodiscard]] virtual Result<void> create(const Address& address, const Json& target) = 0;
  /// Writes what differs; what `target` does not name stays as it is.
  [[nodiscard]] virtual Result<void> update(const Address& address, const Json& target,
                                            const Observed& observed) = 0;
  /// Takes it away, with what it holds where `deletes_data`. Gone already is done.
  [[nodiscard]] virtual Result<void> remove(const Address& address, const Observed& observed,
                                            bool deletes_data) = 0;
  /// Takes our mark and our statements off something adopted, and leaves the rest.
  [[nodiscard]] virtual Result<void> release(const Address& address, const Observed& observed) = 0;
};

/// One of each kind.
class ProviderSet {
 public:
  /// `calls` outlives the set.
  ProviderSet(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter);
  /// For tests: any providers.
  explicit ProviderSet(std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers);

  /// Requires that there is one.
  [[nodiscard]] ResourceProvider& of(ResourceKind kind) const;

 private:
  std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers_;
};

/// The makers, one per file.
[[nodiscard]] std::unique_ptr<ResourceProvider> make_bucket_provider(aws::ServiceCalls& calls,
                                                                     StackIdentity identity,
                                                                     Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_bucket_policy_provider(
    aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_log_group_provider(aws::ServiceCalls& calls,
                                                                        StackIdentity identity,
                                                                        Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_role_provider(aws::ServiceCalls& calls,
                                                                   StackIdentity identity,
                                                                   Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_logging_provider(aws::ServiceCalls& calls,
                                                                      StackIdentity identity,
                                                                      Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_topic_provider(aws::ServiceCalls& calls,
                                                                    StackIdentity identity,
                                                                    Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_topic_policy_provider(aws::ServiceCalls& calls,
                                                                           StackIdentity identity,
                                                                           Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_subscription_provider(aws::ServiceCalls& calls,
                                                                           StackIdentity identity,
                                                                           Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_alarm_provider(aws::ServiceCalls& calls,
                                                                    StackIdentity identity,
                                                                    Waiter waiter);
[[nodiscard]] std::unique_ptr<ResourceProvider> make_dashboard_provider(aws::ServiceCalls& calls,
                                                                        StackIdentity identity,
                                                                        Waiter waiter);

}  // namespace bedrocklog::provision
