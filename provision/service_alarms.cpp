// Alarms M1 to M4 and M8 to M18: errors, latency and throttles of models, agents, knowledge bases
// and guardrails, and training jobs that failed.
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned period_seconds = 300;
constexpr const char* model_metrics = "AWS/Bedrock";
constexpr const char* agent_metrics = "AWS/Bedrock/Agents";
constexpr const char* knowledge_base_metrics = "AWS/Bedrock/KnowledgeBases";
constexpr const char* guardrail_metrics = "AWS/Bedrock/Guardrails";
constexpr const char* event_metrics = "AWS/Events";
constexpr const char* percentile = "p99";

struct Metric {
  const char* metric_namespace;
  const char* name;
  const char* statistic;  // Sum or a percentile.
  std::string dimension;
  std::string value;
};

Json dimensions(const Metric& metric) {
  return Json::array({{{"Name", metric.dimension}, {"Value", metric.value}}});
}

Json above(std::uint64_t threshold) {
  return {{"ComparisonOperator", "GreaterThanThreshold"}, {"Threshold", threshold}};
}

Json watch(const Metric& metric, std::uint64_t threshold) {
  Json watched = above(threshold);
  watched["Namespace"] = metric.metric_namespace;
  watched["MetricName"] = metric.name;
  watched["Period"] = period_seconds;
  watched[std::string_view(metric.statistic) == "Sum" ? "Statistic" : "ExtendedStatistic"] =
      metric.statistic;
  if (!metric.dimension.empty()) {
    watched["Dimensions"] = dimensions(metric);
  }
  return watched;
}

/// Sum over all models, by the source that the stack watches.
Json watch_models(const StackSpec& spec, const char* metric, std::uint64_t threshold) {
  if (spec.alarm_source != AlarmSource::metrics_insights) {
    return watch({model_metrics, metric, "Sum", "", ""}, threshold);
  }
  Json watched = above(threshold);
  watched["Metrics"] =
      Json::array({{{"Id", "models"},
                    {"Expression", fmt::format("SELECT SUM({}) FROM SCHEMA(\"{}\", ModelId)",
                                               metric, model_metrics)},
                    {"Period", period_seconds},
                    {"ReturnData", true}}});
  return watched;
}

/// Sum over both ways to ask a knowledge base. One without a point would make the sum vanish.
Json watch_knowledge_bases(const char* metric, std::uint64_t threshold) {
  Json watched = above(threshold);
  Json& metrics = watched["Metrics"];
  for (const auto& [id, operation] :
       {std::pair("retrieve", "Retrieve"), std::pair("agentic", "AgenticRetrieveStream")}) {
    const Metric one{knowledge_base_metrics, metric, "Sum", "Operation", operation};
    metrics.push_back({{"Id", id},
                       {"MetricStat",
                        {{"Metric",
                          {{"Namespace", one.metric_namespace},
                           {"MetricName", one.name},
                           {"Dimensions", dimensions(one)}}},
                         {"Period", period_seconds},
                         {"Stat", one.statistic}}},
                       {"ReturnData", false}});
  }
  metrics.push_back({{"Id", "total"},
                     {"Expression", "FILL(retrieve, 0) + FILL(agentic, 0)"},
                     {"Label", metric},
                     {"ReturnData", true}});
  return watched;
}

/// Metrics Insights has no percentiles: then one alarm for each model that is listed.
void add_latency(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const std::string name = "bedrock-p99-latency";
  const std::uint64_t limit = spec.secure.thresholds.latency_p99_ms;
  const auto describe = [&](std::string_view whose) {
    return fmt::format(
        "One call of a hundred {} took longer than {} ms in 5 minutes, twice in a row. Look at: "
        "1. latency by model; 2. output tokens per call; 3. throttles of the same minutes.",
        whose, limit);
  };
  if (spec.alarm_source != AlarmSource::metrics_insights) {
    add_class_alarm(assembly, region, {name, "performance", describe("of all models")},
                    watch({model_metrics, "InvocationLatency", percentile, "", ""}, limit));
    return;
  }
  for (const WatchedModel& model : spec.observability.models) {
    add_class_alarm(
        assembly, region,
        {fmt::format("{}-{}", name, model.model_id), "performance",
         describe("of " + model.model_id)},
        watch({model_metrics, "InvocationLatency", percentile, "ModelId", model.model_id}, limit));
  }
  if (spec.observability.models.empty()) {
    assembly.add_unsupported({ResourceKind::alarm, region, name},
                             "CloudWatch keeps no latency of all models together here, and Metrics "
                             "Insights has no percentiles: list models (observability.models), and "
                             "each gets its alarm");
  }
}

void add_invocation_alarms(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const ServiceThresholds& limits = spec.secure.thresholds;
  add_class_alarm(
      assembly, region,
      {"bedrock-client-errors", "critical",
       fmt::format("More than {} calls refused as wrong in 5 minutes, twice in a row. Look at: 1. "
                   "errorCode in the log group {}; 2. model access and rights of the caller; 3. "
                   "what was deployed before.",
                   limits.client_errors, log_group_of(spec))},
      watch_models(spec, "InvocationClientErrors", limits.client_errors));
  add_class_alarm(
      assembly, region,
      {"bedrock-server-errors", "critical",
       fmt::format("More than {} calls failed at Bedrock in 5 minutes, twice in a row. Look at: 1. "
                   "the AWS Health Dashboard for Bedrock in {}; 2. which models; 3. another region "
                   "or a cross-region profile.",
                   limits.server_errors, region)},
      watch_models(spec, "InvocationServerErrors", limits.server_errors));
  add_latency(assembly, region);
  add_class_alarm(
      assembly, region,
      {"bedrock-throttles", "performance",
       fmt::format("More than {} calls throttled in 5 minutes, twice in a row. Look at: 1. calls "
                   "and tokens per minute against the quotas; 2. retries without backoff; 3. a "
                   "cross-region profile or a higher quota.",
                   limits.throttles)},
      watch_models(spec, "InvocationThrottles", limits.throttles));
}

void add_agent_alarms(Assembly& assembly, const std::string& region) {
  const ServiceThresholds& limits = assembly.spec().secure.thresholds;
  const auto metric = [](const char* name, const char* statistic) {
    return Metric{agent_metrics, name, statistic, "Operation", "InvokeAgent"};
  };
  for (const auto& [name, what, figure] :
       {std::tuple("bedrock-agent-client-errors", "refused as wrong", "InvocationClientErrors"),
        std::tuple("bedrock-agent-server-errors", "failed at Bedrock", "InvocationServerErrors")}) {
    add_class_alarm(
        assembly, region,
        {name, "critical",
         fmt::format("More than {} calls of agents {} in 5 minutes, twice in a row. Look at: 1. "
                     "traces of the agent; 2. its action groups and their functions; 3. rights of "
                     "the agent's role, cloudwatch:PutMetricData among them.",
                     limits.agent_errors, what)},
        watch(metric(figure, "Sum"), limits.agent_errors));
  }
  add_class_alarm(
      assembly, region,
      {"bedrock-agent-p99-latency", "performance",
       fmt::format("One agent call of a hundred took longer than {} ms in 5 minutes, twice in a "
                   "row. Look at: 1. steps per call in the traces; 2. its functions; 3. the "
                   "latency of its model.",
                   limits.agent_latency_p99_ms)},
      watch(metric("TotalTime", percentile), limits.agent_latency_p99_ms));
  add_class_alarm(
      assembly, region,
      {"bedrock-agent-throttles", "performance",
       fmt::format("More than {} agent calls throttled in 5 minutes, twice in a row. Look at: 1. "
                   "quotas of agents; 2. quotas of the agent's model; 3. retries of callers.",
                   limits.agent_throttles)},
      watch(metric("InvocationThrottles", "Sum"), limits.agent_throttles));
}

void add_knowledge_base_alarms(Assembly& assembly, const std::string& region) {
  const ServiceThresholds& limits = assembly.spec().secure.thresholds;
  for (const auto& [name, what, figure] :
       {std::tuple("bedrock-kb-client-errors", "refused as wrong", "ClientErrors"),
        std::tuple("bedrock-kb-server-errors", "failed at Bedrock", "ServerErrors")}) {
    add_class_alarm(
        assembly, region,
        {name, "critical",
         fmt::format("More than {} retrievals from managed knowledge bases {} in 5 minutes, twice "
                     "in a row. Look at: 1. rights of the knowledge base's role; 2. its vector "
                     "store; 3. the AWS Health Dashboard for Bedrock in {}.",
                     limits.knowledge_base_errors, what, region)},
        watch_knowledge_bases(figure, limits.knowledge_base_errors));
  }
  add_class_alarm(
      assembly, region,
      {"bedrock-kb-throttles", "performance",
       fmt::format("More than {} retrievals from managed knowledge bases throttled in 5 minutes, "
                   "twice in a row. Look at: 1. quotas of Retrieve; 2. retries of callers; 3. "
                   "throughput of the vector store.",
                   limits.knowledge_base_throttles)},
      watch_knowledge_bases("Throttles", limits.knowledge_base_throttles));
  assembly.add_unsupported({ResourceKind::alarm, region, "bedrock-kb-latency"},
                           "no such AWS metric: knowledge bases report no latency; the callers' "
                           "own measurements, or the latency of their models, take its place");
}

void add_guardrail_alarms(Assembly& assembly, const std::string& region) {
  const std::uint64_t limit = assembly.spec().secure.thresholds.guardrail_interventions;
  for (const auto& [name, source, what] :
       {std::tuple("bedrock-guardrail-blocked-input", "Input", "prompts"),
        std::tuple("bedrock-guardrail-blocked-output", "Output", "answers")}) {
    add_class_alarm(
        assembly, region,
        {name, "performance",
         fmt::format("Guardrails stepped in on more than {} {} in 5 minutes, twice in a row. Look "
                     "at: 1. which policy (GuardrailPolicyType); 2. which identity sent them; 3. a "
                     "filter that is too strict since its last change.",
                     limit, what)},
        watch({guardrail_metrics, "InvocationsIntervened", "Sum", "GuardrailContentSource", source},
              limit));
  }
}

void add_training_alarm(Assembly& assembly, const std::string& region) {
  const std::uint64_t limit = assembly.spec().secure.thresholds.training_failures;
  // A job fails once: two periods in a row would never come.
  Json watched = watch({event_metrics, "TriggeredRules", "Sum", "RuleName", training_rule}, limit);
  watched["EvaluationPeriods"] = 1;
  watched["DatapointsToAlarm"] = 1;
  add_class_alarm(
      assembly, region,
      {training_rule, "critical",
       fmt::format("More than {} model customization jobs failed or were stopped in 5 minutes. "
                   "Look at: 1. the job's failure message; 2. its training data and bucket; 3. "
                   "rights of its role.",
                   limit)},
      watched, {{ResourceKind::event_rule, region, training_rule}});
}

}  // namespace

void add_class_alarm(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                     const Json& watched, const std::vector<Address>& needs) {
  const Address topic = class_topic(region, alarm.alert_class);
  Json properties = {{"AlarmName", alarm.name},
                     {"AlarmDescription", alarm.description},
                     {"ActionsEnabled", true},
                     {"AlarmActions", {arn_of_topic(assembly.spec(), topic)}},
                     {"EvaluationPeriods", 2},
                     {"DatapointsToAlarm", 2},
                     {"TreatMissingData", "notBreaching"}};
  properties.update(watched);
  std::vector<Address> all = {topic, {ResourceKind::topic_policy, topic.region, topic.name}};
  all.insert(all.end(), needs.begin(), needs.end());
  assembly.add_tagged(Component::alerting, {ResourceKind::alarm, region, alarm.name},
                      std::move(properties), std::move(all));
}

void add_service_alarms(Assembly& assembly, const std::string& region) {
  const SecureSwitches& switches = assembly.spec().secure.switches;
  // Behind it: the alarm of all models, or those of each.
  assembly.add_family({ResourceKind::alarm, region, "bedrock-p99-latency"});
  if (switches.invocation_alarms) {
    add_invocation_alarms(assembly, region);
  }
  if (switches.agent_alarms) {
    add_agent_alarms(assembly, region);
  }
  if (switches.knowledge_base_alarms) {
    add_knowledge_base_alarms(assembly, region);
  }
  if (switches.guardrail_alarms) {
    add_guardrail_alarms(assembly, region);
  }
  if (switches.training_alarm) {
    add_training_alarm(assembly, region);
  }
}

}  // namespace bedrocklog::provision
