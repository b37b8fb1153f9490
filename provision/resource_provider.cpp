// Which provider is of which kind, and what all of them do alike.
#include "provision/resource_provider.h"

#include <array>
#include <utility>

#include "ingest/ensure.h"
#include "provision/call_fault.h"
#include "provision/settling.h"

namespace bedrocklog::provision {

namespace {

struct MakerRow {
  ResourceKind kind;
  MakeProvider* make;
};

constexpr std::array makers = {
    MakerRow{ResourceKind::bucket, make_bucket_provider},
    MakerRow{ResourceKind::bucket_policy, make_bucket_policy_provider},
    MakerRow{ResourceKind::log_group, make_log_group_provider},
    MakerRow{ResourceKind::role, make_role_provider},
    MakerRow{ResourceKind::logging_configuration, make_logging_provider},
    MakerRow{ResourceKind::topic, make_topic_provider},
    MakerRow{ResourceKind::topic_policy, make_topic_policy_provider},
    MakerRow{ResourceKind::subscription, make_subscription_provider},
    MakerRow{ResourceKind::alarm, make_alarm_provider},
    MakerRow{ResourceKind::dashboard, make_dashboard_provider},
    MakerRow{ResourceKind::key, make_key_provider},
    MakerRow{ResourceKind::key_alias, make_key_alias_provider},
    MakerRow{ResourceKind::trail, make_trail_provider},
    MakerRow{ResourceKind::metric_filter, make_metric_filter_provider},
    MakerRow{ResourceKind::query_definition, make_query_definition_provider},
    MakerRow{ResourceKind::anomaly_detector, make_anomaly_detector_provider},
    MakerRow{ResourceKind::composite_alarm, make_composite_alarm_provider},
    MakerRow{ResourceKind::event_rule, make_event_rule_provider},
    MakerRow{ResourceKind::budget, make_budget_provider},
    MakerRow{ResourceKind::security_group, make_security_group_provider},
    MakerRow{ResourceKind::vpc_endpoint, make_vpc_endpoint_provider},
    MakerRow{ResourceKind::guardrail, make_guardrail_provider},
    MakerRow{ResourceKind::guardrail_version, make_guardrail_version_provider},
};
static_assert(makers.size() == resource_kind_count);

}  // namespace

ProviderSet::ProviderSet(aws::ServiceCalls& calls, const StackIdentity& identity,
                         const Waiter& waiter) {
  for (const MakerRow& row : makers) {
    providers_[row.kind] = row.make(calls, identity, waiter);
  }
}

ProviderSet::ProviderSet(std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers)
    : providers_(std::move(providers)) {}

Result<void> ResourceProvider::update_found(const Address& address, const Json& target,
                                            const std::optional<Observed>& found) {
  return found && is_ours(*found) ? update(address, target, *found)
                                  : Result<void>(came_meanwhile(address));
}

Result<void> ResourceProvider::update_when_seen(const Waiter& waiter, const Address& address,
                                                const Json& target) {
  const Result<std::optional<Observed>> there = seen_soon(waiter, [&] { return read(address); });
  return there ? update_found(address, target, *there) : Result<void>(pass_on(there));
}

ResourceProvider& ProviderSet::of(ResourceKind kind) const {
  const auto found = providers_.find(kind);
  ensure(found != providers_.end() && found->second != nullptr);
  return *found->second;
}

}  // namespace bedrocklog::provision
