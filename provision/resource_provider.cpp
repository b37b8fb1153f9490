// Which provider is of which kind.
#include "provision/resource_provider.h"

#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::provision {

ProviderSet::ProviderSet(aws::ServiceCalls& calls, StackIdentity identity, Waiter waiter) {
  providers_[ResourceKind::bucket] = make_bucket_provider(calls, identity, waiter);
  providers_[ResourceKind::bucket_policy] = make_bucket_policy_provider(calls, identity, waiter);
  providers_[ResourceKind::log_group] = make_log_group_provider(calls, identity, waiter);
  providers_[ResourceKind::role] = make_role_provider(calls, identity, waiter);
  providers_[ResourceKind::logging_configuration] = make_logging_provider(calls, identity, waiter);
  providers_[ResourceKind::topic] = make_topic_provider(calls, identity, waiter);
  providers_[ResourceKind::topic_policy] = make_topic_policy_provider(calls, identity, waiter);
  providers_[ResourceKind::subscription] = make_subscription_provider(calls, identity, waiter);
  providers_[ResourceKind::alarm] = make_alarm_provider(calls, identity, waiter);
  providers_[ResourceKind::dashboard] =
      make_dashboard_provider(calls, std::move(identity), std::move(waiter));
}

ProviderSet::ProviderSet(std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers)
    : providers_(std::move(providers)) {}

ResourceProvider& ProviderSet::of(ResourceKind kind) const {
  const auto found = providers_.find(kind);
  ensure(found != providers_.end() && found->second != nullptr);
  return *found->second;
}

}  // namespace bedrocklog::provision
