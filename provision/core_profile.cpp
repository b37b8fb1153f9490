// Profile core: alarms with their topic, and the usage dashboard.
#include "provision/core_profile.h"

#include <vector>

#include "provision/assembly.h"
#include "provision/usage_alarms.h"

namespace bedrocklog::provision {
namespace {

void add_alerting(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const std::string arn = topic_arn_of(spec, region);
  const Address topic{ResourceKind::topic, region, arn.substr(arn.rfind(':') + 1)};
  std::vector<Address> alarm_needs = {topic};
  if (spec.reused.topic_arn.empty()) {
    alarm_needs = add_topic(assembly, topic, {}, spec.subscribers);
  } else {
    assembly.add_reused(Component::alerting, topic);
    add_subscriptions(assembly, topic, arn, spec.subscribers);
  }
  for (const Json& alarm : usage_alarms(spec, region)) {
    assembly.add_tagged(Component::alerting,
                        {ResourceKind::alarm, region, alarm["AlarmName"].get<std::string>()}, alarm,
                        alarm_needs);
  }
}

}  // namespace

void add_core(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    add_alerting(assembly, region);
  }
  assembly.add(Component::dashboard, {ResourceKind::dashboard, "", spec.names.dashboard},
               {{"DashboardName", spec.names.dashboard}, {"DashboardBody", usage_dashboard(spec)}});
}

}  // namespace bedrocklog::provision
