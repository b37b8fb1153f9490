// How one kind of thing is read, made, changed and taken away. No policy: what to do is the plan's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  /// Names that begin so, whosever they are (Family). Kinds without families have none.
  [[nodiscard]] virtual Result<std::vector<Address>> list(const Family& /*family*/) {
    return std::vector<Address>();
  }
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

 protected:
  /// What a creation does about a thing that is there: changes it when it is ours; a foreign one,
  /// or none after all, is a Fault.
  [[nodiscard]] Result<void> update_found(const Address& address, const Json& target,
                                          const std::optional<Observed>& found);
  /// The same when AWS has said that it is there: a read may not know it yet.
  [[nodiscard]] Result<void> update_when_seen(const Waiter& waiter, const Address& address,
                                              const Json& target);
};

/// One of each kind.
class ProviderSet {
 public:
  /// `calls` outlives the set.
  ProviderSet(aws::ServiceCalls& calls, const StackIdentity& identity, const Waiter& waiter);
  /// For tests: any providers.
  explicit ProviderSet(std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers);

  /// Requires that there is one.
  [[nodiscard]] ResourceProvider& of(ResourceKind kind) const;

 private:
  std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers_;
};

/// The makers, a file for each kind or for two that belong together.
using MakeProvider = std::unique_ptr<ResourceProvider>(aws::ServiceCalls& calls,
                                                       StackIdentity identity, Waiter waiter);
MakeProvider make_bucket_provider;
MakeProvider make_bucket_policy_provider;
MakeProvider make_log_group_provider;
MakeProvider make_role_provider;
MakeProvider make_logging_provider;
MakeProvider make_topic_provider;
MakeProvider make_topic_policy_provider;
MakeProvider make_subscription_provider;
MakeProvider make_alarm_provider;
MakeProvider make_dashboard_provider;
MakeProvider make_key_provider;
MakeProvider make_key_alias_provider;
MakeProvider make_trail_provider;
MakeProvider make_metric_filter_provider;
MakeProvider make_query_definition_provider;
MakeProvider make_anomaly_detector_provider;
MakeProvider make_composite_alarm_provider;
MakeProvider make_event_rule_provider;
MakeProvider make_budget_provider;
MakeProvider make_security_group_provider;
MakeProvider make_vpc_endpoint_provider;
MakeProvider make_guardrail_provider;
MakeProvider make_guardrail_version_provider;

}  // namespace bedrocklog::provision
