// Profile secure: topics by class, and its other parts.
#include <string>

#include <fmt/format.h>

#include "provision/observability_profile.h"
#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

void add_class_topics(Assembly& assembly, const std::string& region) {
  const SecureSettings& settings = assembly.spec().secure;
  // Rules send failed training jobs and events of the key to it.
  add_topic(assembly, class_topic(region, "critical"), {"events.amazonaws.com"},
            settings.critical_subscribers);
  add_topic(assembly, class_topic(region, "performance"), {}, settings.performance_subscribers);
  add_topic(assembly, class_topic(region, "cost"), {}, settings.cost_subscribers);
}

/// Use of keys has no metric of its own: it is in the trail.
void add_key_query(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  if (!has_profile(spec, observability_profile) || !has_trail(spec)) {
    return;
  }
  const Address group = trail_log_group(spec);
  const std::string name = fmt::format("bedrocklog/{}/trail-key-use", spec.stack);
  assembly.add(Component::dashboard, {ResourceKind::query_definition, group.region, name},
               {{"Name", name},
                {"QueryString",
                 "filter eventSource = \"kms.amazonaws.com\" | stats count(*) as n by eventName, "
                 "resources.0.ARN, userIdentity.invokedBy, userIdentity.arn"},
                {"LogGroupNames", Json::array({group.name})}},
               {group});
}

}  // namespace

void add_secure(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    add_class_topics(assembly, region);
  }
  add_event_rules(assembly);
  for (const std::string& region : spec.regions) {
    add_service_alarms(assembly, region);
    add_anomaly_alarms(assembly, region);
    if (spec.secure.switches.guardrail) {
      add_content_guardrail(assembly, region);
    }
  }
  add_key_query(assembly);
  add_access_role(assembly);
  add_private_endpoints(assembly);
}

}  // namespace bedrocklog::provision
