// Alarms M1 to M4 and M8 to M18: errors, latency and throttles of models, agents, knowledge bases
// and guardrails, and training jobs that failed.
#include <map>
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
constexpr const char* percentile = "p99";

using Dimensions = std::map<std::string, std::string>;

MetricSeries series_of(const char* name_space, const char* metric, const char* statistic,
                       Dimensions dimensions) {
  return {"m1", metric, statistic, period_seconds, name_space, std::move(dimensions)};
}

void watch(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
           const MetricSeries& series) {
  add_class_alarm(assembly, region, alarm,
                  alarm_on(draft_of(assembly.spec(), region, alarm), series));
}

/// Sum over all models, by the source that the stack watches.
void watch_models(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                  const char* metric) {
  const MetricSeries series = series_of(bedrock_metrics, metric, "Sum", {});
  if (assembly.spec().alarm_source != AlarmSource::metrics_insights) {
    watch(assembly, region, alarm, series);
    return;
  }
  add_class_alarm(assembly, region, alarm,
                  math_alarm(draft_of(assembly.spec(), region, alarm),
                             Json::array({insights_entry(series, true)})));
}

/// Sum over both ways to ask a knowledge base. One without a point would make the sum vanish.
void watch_knowledge_bases(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                           const char* metric) {
  Json entries = Json::array();
  for (const auto& [id, operation] :
       {std::pair("retrieve", "Retrieve"), std::pair("agentic", "AgenticRetrieveStream")}) {
    MetricSeries series =
        series_of("AWS/Bedrock/KnowledgeBases", metric, "Sum", {{"Operation", operation}});
    series.id = id;
    entries.push_back(metric_entry(series, false));
  }
  entries.push_back(result_entry("FILL(retrieve, 0) + FILL(agentic, 0)", metric));
  add_class_alarm(assembly, region, alarm,
                  math_alarm(draft_of(assembly.spec(), region, alarm), std::move(entries)));
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
  const auto add = [&](const std::string& alarm, std::string_view whose, Dimensions dimensions) {
    watch(assembly, region, {alarm, "performance", describe(whose), limit},
          series_of(bedrock_metrics, "InvocationLatency", percentile, std::move(dimensions)));
  };
  if (spec.alarm_source != AlarmSource::metrics_insights) {
    add(name, "of all models", {});
    return;
  }
  for (const WatchedModel& model : spec.observability.models) {
    add(fmt::format("{}-{}", name, model.model_id), "of " + model.model_id,
        {{"ModelId", model.model_id}});
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
  watch_models(
      assembly, region,
      {"bedrock-client-errors", "critical",
       fmt::format("More than {} calls refused as wrong in 5 minutes, twice in a row. Look at: 1. "
                   "errorCode in the log group {}; 2. model access and rights of the caller; 3. "
                   "what was deployed before.",
                   limits.client_errors, log_group_of(spec)),
       limits.client_errors},
      "InvocationClientErrors");
  watch_models(
      assembly, region,
      {"bedrock-server-errors", "critical",
       fmt::format("More than {} calls failed at Bedrock in 5 minutes, twice in a row. Look at: 1. "
                   "the AWS Health Dashboard for Bedrock in {}; 2. which models; 3. another region "
                   "or a cross-region profile.",
                   limits.server_errors, region),
       limits.server_errors},
      "InvocationServerErrors");
  add_latency(assembly, region);
  watch_models(
      assembly, region,
      {"bedrock-throttles", "performance",
       fmt::format("More than {} calls throttled in 5 minutes, twice in a row. Look at: 1. calls "
                   "and tokens per minute against the quotas; 2. retries without backoff; 3. a "
                   "cross-region profile or a higher quota.",
                   limits.throttles),
       limits.throttles},
      "InvocationThrottles");
}

void add_agent_alarms(Assembly& assembly, const std::string& region) {
  const ServiceThresholds& limits = assembly.spec().secure.thresholds;
  const auto metric = [](const char* name, const char* statistic) {
    return series_of("AWS/Bedrock/Agents", name, statistic, {{"Operation", "InvokeAgent"}});
  };
  for (const auto& [name, what, figure] :
       {std::tuple("bedrock-agent-client-errors", "refused as wrong", "InvocationClientErrors"),
        std::tuple("bedrock-agent-server-errors", "failed at Bedrock", "InvocationServerErrors")}) {
    watch(assembly, region,
          {name, "critical",
           fmt::format("More than {} calls of agents {} in 5 minutes, twice in a row. Look at: 1. "
                       "traces of the agent; 2. its action groups and their functions; 3. rights "
                       "of the agent's role, cloudwatch:PutMetricData among them.",
                       limits.agent_errors, what),
           limits.agent_errors},
          metric(figure, "Sum"));
  }
  watch(assembly, region,
        {"bedrock-agent-p99-latency", "performance",
         fmt::format("One agent call of a hundred took longer than {} ms in 5 minutes, twice in a "
                     "row. Look at: 1. steps per call in the traces; 2. its functions; 3. the "
                     "latency of its model.",
                     limits.agent_latency_p99_ms),
         limits.agent_latency_p99_ms},
        metric("TotalTime", percentile));
  watch(assembly, region,
        {"bedrock-agent-throttles", "performance",
         fmt::format("More than {} agent calls throttled in 5 minutes, twice in a row. Look at: 1. "
                     "quotas of agents; 2. quotas of the agent's model; 3. retries of callers.",
                     limits.agent_throttles),
         limits.agent_throttles},
        metric("InvocationThrottles", "Sum"));
}

void add_knowledge_base_alarms(Assembly& assembly, const std::string& region) {
  const ServiceThresholds& limits = assembly.spec().secure.thresholds;
  for (const auto& [name, what, figure] :
       {std::tuple("bedrock-kb-client-errors", "refused as wrong", "ClientErrors"),
        std::tuple("bedrock-kb-server-errors", "failed at Bedrock", "ServerErrors")}) {
    watch_knowledge_bases(
        assembly, region,
        {name, "critical",
         fmt::format("More than {} retrievals from managed knowledge bases {} in 5 minutes, twice "
                     "in a row. Look at: 1. rights of the knowledge base's role; 2. its vector "
                     "store; 3. the AWS Health Dashboard for Bedrock in {}.",
                     limits.knowledge_base_errors, what, region),
         limits.knowledge_base_errors},
        figure);
  }
  watch_knowledge_bases(
      assembly, region,
      {"bedrock-kb-throttles", "performance",
       fmt::format("More than {} retrievals from managed knowledge bases throttled in 5 minutes, "
                   "twice in a row. Look at: 1. quotas of Retrieve; 2. retries of callers; 3. "
                   "throughput of the vector store.",
                   limits.knowledge_base_throttles),
       limits.knowledge_base_throttles},
      "Throttles");
  assembly.add_unsupported({ResourceKind::alarm, region, "bedrock-kb-latency"},
                           "no such AWS metric: knowledge bases report no latency; the callers' "
                           "own measurements, or the latency of their models, take its place");
}

void add_guardrail_alarms(Assembly& assembly, const std::string& region) {
  const std::uint64_t limit = assembly.spec().secure.thresholds.guardrail_interventions;
  for (const auto& [name, source, what] :
       {std::tuple("bedrock-guardrail-blocked-input", "Input", "prompts"),
        std::tuple("bedrock-guardrail-blocked-output", "Output", "answers")}) {
    watch(assembly, region,
          {name, "performance",
           fmt::format("Guardrails stepped in on more than {} {} in 5 minutes, twice in a row. "
                       "Look at: 1. which policy (GuardrailPolicyType); 2. which identity sent "
                       "them; 3. a filter that is too strict since its last change.",
                       limit, what),
           limit},
          series_of("AWS/Bedrock/Guardrails", "InvocationsIntervened", "Sum",
                    {{"GuardrailContentSource", source}}));
  }
}

void add_training_alarm(Assembly& assembly, const std::string& region) {
  const std::uint64_t limit = assembly.spec().secure.thresholds.training_failures;
  const ClassAlarm alarm{
      training_rule, "critical",
      fmt::format("More than {} model customization jobs failed or were stopped in 5 minutes. "
                  "Look at: 1. the job's failure message; 2. its training data and bucket; 3. "
                  "rights of its role.",
                  limit),
      limit};
  AlarmDraft draft = draft_of(assembly.spec(), region, alarm);
  // A job fails once: two periods in a row would never come.
  draft.periods = 1;
  add_class_alarm(assembly, region, alarm,
                  alarm_on(draft, series_of("AWS/Events", "TriggeredRules", "Sum",
                                            {{"RuleName", training_rule}})),
                  {{ResourceKind::event_rule, region, training_rule}});
}

}  // namespace

AlarmDraft draft_of(const StackSpec& spec, const std::string& region, const ClassAlarm& alarm) {
  AlarmDraft draft;
  draft.name = alarm.name;
  draft.description = alarm.description;
  draft.topic_arns = Json::array({arn_of_topic(spec, class_topic(region, alarm.alert_class))});
  draft.threshold = alarm.threshold;
  draft.periods = 2;
  return draft;
}

void add_class_alarm(Assembly& assembly, const std::string& region, const ClassAlarm& alarm,
                     const Json& properties, std::vector<Address> needs) {
  const Address topic = class_topic(region, alarm.alert_class);
  needs.push_back(topic);
  needs.push_back({ResourceKind::topic_policy, topic.region, topic.name});
  assembly.add_tagged(Component::alerting, {ResourceKind::alarm, region, alarm.name}, properties,
                      std::move(needs));
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
