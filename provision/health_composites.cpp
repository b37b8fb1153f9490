// Alarms over alarms: one figure for the health of the models, one for all of Bedrock.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* overall_health = "bedrock-overall-health";
constexpr const char* comprehensive_health = "bedrock-comprehensive-health";
// CloudWatch API reference, PutCompositeAlarm.
constexpr std::size_t children_max = 100;
constexpr std::size_t rule_size_max = 10'240;

/// The alarms of the region that are there: each name, or one for each model behind it.
std::vector<Address> present(const Assembly& assembly, const std::string& region,
                             const std::vector<const char*>& names) {
  std::vector<Address> alarms;
  for (const char* const name : names) {
    Address alarm{ResourceKind::alarm, region, name};
    for (const WatchedModel& model : assembly.spec().observability.models) {
      Address of_model{ResourceKind::alarm, region, fmt::format("{}-{}", name, model.model_id)};
      if (assembly.has(of_model)) {
        alarms.push_back(std::move(of_model));
      }
    }
    if (assembly.has(alarm)) {
      alarms.push_back(std::move(alarm));
    }
  }
  return alarms;
}

void add_composite(Assembly& assembly, const Address& composite, const char* meaning,
                   const std::vector<Address>& children) {
  std::vector<std::string> terms;
  terms.reserve(children.size());
  for (const Address& child : children) {
    terms.push_back(fmt::format("ALARM(\"{}\")", child.name));
  }
  const std::string rule = fmt::format("{}", fmt::join(terms, " OR "));
  if (children.size() > children_max || rule.size() > rule_size_max) {
    assembly.add_unsupported(
        composite,
        fmt::format("it would watch {} alarms; CloudWatch takes {} and a rule of {} characters: "
                    "name fewer models (observability.models)",
                    children.size(), children_max, rule_size_max));
    return;
  }
  if (children.empty()) {
    return;
  }
  const Address topic = class_topic(composite.region, "critical");
  std::vector<Address> needs = children;
  needs.push_back(topic);
  needs.push_back({ResourceKind::topic_policy, topic.region, topic.name});
  assembly.add_tagged(Component::alerting, composite,
                      {{"AlarmName", composite.name},
                       {"AlarmDescription", meaning},
                       {"AlarmRule", rule},
                       {"ActionsEnabled", true},
                       {"AlarmActions", {arn_of_topic(assembly.spec(), topic)}}},
                      std::move(needs));
}

}  // namespace

void add_health_composites(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  if (!spec.secure.switches.composite_alarms) {
    return;
  }
  for (const std::string& region : spec.regions) {
    const Address overall{ResourceKind::composite_alarm, region, overall_health};
    add_composite(assembly, overall,
                  "Calls of models fail, are slow or are throttled, or their logs are not "
                  "delivered. Look at: 1. which of its alarms rings; 2. errorCode in the log "
                  "group; 3. the AWS Health Dashboard for Bedrock.",
                  present(assembly, region,
                          {"bedrock-client-errors", "bedrock-server-errors", "bedrock-p99-latency",
                           "bedrock-throttles", "bedrock-log-delivery-cloudwatch",
                           "bedrock-log-delivery-s3"}));
    std::vector<Address> all =
        present(assembly, region,
                {"bedrock-agent-client-errors", "bedrock-agent-server-errors",
                 "bedrock-agent-p99-latency", "bedrock-agent-throttles", "bedrock-kb-client-errors",
                 "bedrock-kb-server-errors", "bedrock-kb-throttles",
                 "bedrock-guardrail-blocked-input", "bedrock-guardrail-blocked-output",
                 training_rule, "bedrock-api-call-anomaly", "bedrock-input-token-anomaly",
                 "bedrock-output-token-anomaly", "bedrock-invocation-anomaly"});
    if (assembly.has(overall)) {
      all.insert(all.begin(), overall);
    }
    add_composite(assembly, {ResourceKind::composite_alarm, region, comprehensive_health},
                  "Something about Bedrock in this region is not as it should be: models, agents, "
                  "knowledge bases, guardrails, training, API calls or tokens. Look at: 1. which "
                  "of its alarms rings; 2. what changed before; 3. the alarm's own description.",
                  all);
  }
}

}  // namespace bedrocklog::provision
