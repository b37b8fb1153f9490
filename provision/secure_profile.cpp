// Profile secure: topics by class, and its other parts.
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
  add_access_role(assembly);
  add_private_endpoints(assembly);
}

}  // namespace bedrocklog::provision
