// What Bedrock and KMS tell by events only, sent to the critical topic.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/reference.h"
#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

void add_rule(Assembly& assembly, const Address& rule, const char* description, Json pattern) {
  const Address topic = class_topic(rule.region, "critical");
  assembly.add_tagged(
      Component::alerting, rule,
      {{"Name", rule.name},
       {"Description", description},
       {"EventPattern", std::move(pattern)},
       {"State", "ENABLED"},
       {"Targets",
        Json::array({{{"Id", "topic"}, {"Arn", arn_of_topic(assembly.spec(), topic)}}})}},
      {topic, {ResourceKind::topic_policy, topic.region, topic.name}});
}

}  // namespace

void add_event_rules(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    if (spec.secure.switches.training_alarm) {
      // Amazon Bedrock user guide, "Monitor Amazon Bedrock job state changes": the member is
      // jobStatus.
      add_rule(assembly, {ResourceKind::event_rule, region, training_rule},
               "Model customization jobs that failed or were stopped",
               {{"source", {"aws.bedrock"}},
                {"detail-type", {"Model Customization Job State Change"}},
                {"detail", {{"jobStatus", {"Failed", "Stopped"}}}}});
    }
    if (spec.secure.use_key.empty()) {
      add_rule(
          assembly,
          {ResourceKind::event_rule, region, fmt::format("bedrocklog-{}-key-events", spec.stack)},
          "The stack's key was rotated or deleted",
          {{"source", {"aws.kms"}},
           {"detail-type", {"KMS CMK Deletion", "KMS CMK Rotation"}},
           {"resources", Json::array({reference_to(stack_key(spec, region), "Arn")})}});
    }
  }
}

}  // namespace bedrocklog::provision
