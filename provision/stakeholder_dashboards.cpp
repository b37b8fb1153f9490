// For those who run it, and for those who keep it safe; and the frame of all four dashboards.
#include "provision/stakeholder_dashboards.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/mark.h"
#include "provision/metric_alarm.h"
#include "provision/observability_profile.h"
#include "provision/saved_queries.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned header_height = 3;
constexpr unsigned five_minutes_seconds = 300;
constexpr unsigned quarter_seconds = 900;
constexpr const char* by_model = "AWS/Bedrock,ModelId";

std::vector<std::string> arns_of(const StackSpec& spec, const std::string& region,
                                 const std::vector<std::string>& names) {
  std::vector<std::string> arns;
  arns.reserve(names.size());
  for (const std::string& name : names) {
    arns.push_back(fmt::format("arn:{}:cloudwatch:{}:{}:alarm:{}", spec.partition, region,
                               spec.account, name));
  }
  return arns;
}

/// All models added up.
Json total_line(const std::string& region, const char* id, const char* metric, const char* label) {
  return expression_line(
      {fmt::format("SUM({})", search(by_model, metric, "Sum", five_minutes_seconds)), id, label},
      region);
}

Tile calls_tile(const std::string& region) {
  return graph_tile({"API calls: made, failed, throttled",
                     region,
                     five_minutes_seconds,
                     {total_line(region, "calls", "Invocations", "calls"),
                      total_line(region, "client", "InvocationClientErrors", "client errors"),
                      total_line(region, "server", "InvocationServerErrors", "server errors"),
                      total_line(region, "throttles", "InvocationThrottles", "throttles")}});
}

Tile latency_tile(const std::string& region) {
  Graph graph{"Response times by model, ms until the last token", region, five_minutes_seconds};
  for (const char* const percentile : {"p50", "p90", "p95", "p99"}) {
    graph.metrics.push_back(model_line(region, percentile, "InvocationLatency", percentile,
                                       five_minutes_seconds, percentile));
  }
  return graph_tile(graph);
}

Tile tokens_tile(const std::string& region) {
  return graph_tile(
      {"Tokens by model",
       region,
       five_minutes_seconds,
       {model_line(region, "input", "InputTokenCount", "Sum", five_minutes_seconds, "input"),
        model_line(region, "output", "OutputTokenCount", "Sum", five_minutes_seconds, "output")}});
}

Tile errors_tile(const std::string& region) {
  const auto line = [&](const char* id, const char* metric, const char* label) {
    return model_line(region, id, metric, "Sum", five_minutes_seconds, label);
  };
  return graph_tile({"Errors by model",
                     region,
                     five_minutes_seconds,
                     {line("client", "InvocationClientErrors", "client errors"),
                      line("server", "InvocationServerErrors", "server errors"),
                      line("throttles", "InvocationThrottles", "throttles")}});
}

/// A series of AWS/Bedrock without dimensions.
Json plain_line(const std::string& region, const std::string& metric) {
  return {bedrock_metrics, metric, {{"stat", "Sum"}, {"region", region}}};
}

Tile delivery_tile(const std::string& region) {
  Graph graph{"System health: log delivery", region, five_minutes_seconds};
  for (const char* const path :
       {"LogsCloudWatchDelivery", "LogsS3Delivery", "LargeDataS3Delivery"}) {
    for (const char* const outcome : {"Success", "Failure"}) {
      graph.metrics.push_back(
          plain_line(region, fmt::format("ModelInvocation{}{}", path, outcome)));
    }
  }
  return graph_tile(graph);
}

Tile health_tile(const StackSpec& spec, const std::string& region) {
  std::vector<std::string> names = delivery_alarm_names();
  for (std::string& name : tier_alarm_names(spec, region)) {
    names.push_back(std::move(name));
  }
  return alarm_tile("System health: alarms", arns_of(spec, region, names));
}

/// Of the interface endpoints of profile secure, which stand in one region. Each has a series over
/// its subnets, and one for each subnet (AWS PrivateLink Guide, "CloudWatch metrics for AWS
/// PrivateLink", read 2026-11): the former are looked for.
void add_endpoints(const StackSpec& spec, const std::string& region, DashboardRows& rows) {
  const std::string& vpc = spec.secure.network.vpc_id;
  if (!has_profile(spec, secure_profile) || vpc.empty() || region != spec.regions.front()) {
    return;
  }
  const auto line = [&](const char* id, const char* metric, const char* statistic,
                        const char* label) {
    constexpr const char* by_endpoint =
        R"("AWS/PrivateLinkEndpoints","Endpoint Type","Service Name","VPC Endpoint Id","VPC Id")";
    return expression_line(
        {search(by_endpoint, metric, statistic, five_minutes_seconds, vpc), id, label}, region);
  };
  rows.add(graph_height,
           {graph_tile({"VPC endpoints: connections",
                        region,
                        five_minutes_seconds,
                        {line("active", "ActiveConnections", "Maximum", "active"),
                         line("new", "NewConnections", "Sum", "new")}}),
            graph_tile({"VPC endpoints: packets dropped, connections reset",
                        region,
                        five_minutes_seconds,
                        {line("dropped", "PacketsDropped", "Sum", "packets dropped"),
                         line("resets", "RstPacketsReceived", "Sum", "resets received")}}),
            graph_tile({"VPC endpoints: bytes", region, five_minutes_seconds,
                        Json::array({line("bytes", "BytesProcessed", "Sum", "bytes")})})});
}

void add_band(const std::string& region, const std::string& id_end, const Json& dimension,
              unsigned band, Json& metrics) {
  const std::string calls = "calls" + id_end;
  Json entry = {bedrock_metrics, "Invocations"};
  entry.insert(entry.end(), dimension.begin(), dimension.end());
  entry.push_back({{"id", calls}, {"stat", "Sum"}, {"region", region}});
  metrics.push_back(std::move(entry));
  metrics.push_back(expression_line(
      {fmt::format("ANOMALY_DETECTION_BAND({}, {})", calls, band), "band" + id_end, "expected"},
      region));
}

/// Bands are of one series each: a SEARCH has none.
Tile unusual_tile(const StackSpec& spec, const std::string& region) {
  const unsigned band = spec.observability.thresholds.anomaly_band;
  const std::vector<WatchedModel>& models = spec.observability.models;
  Graph graph{"Unusual usage: calls against the expected band", region, quarter_seconds};
  if (spec.alarm_source != AlarmSource::metrics_insights) {
    add_band(region, "", Json::array(), band, graph.metrics);
  } else if (models.empty()) {
    graph.title = "Unusual usage: calls by model (bands need observability.models)";
    graph.metrics.push_back(model_line(region, "calls", "Invocations", "Sum", quarter_seconds));
  }
  if (spec.alarm_source == AlarmSource::metrics_insights) {
    for (std::size_t index = 0; index < models.size(); ++index) {
      add_band(region, std::to_string(index), {"ModelId", models[index].model_id}, band,
               graph.metrics);
    }
  }
  return graph_tile(graph);
}

Tile guardrail_tile(const std::string& region, const char* title, const char* dimension) {
  const std::string found = search(fmt::format("AWS/Bedrock/Guardrails,{}", dimension),
                                   "InvocationsIntervened", "Sum", five_minutes_seconds);
  return graph_tile({title, region, five_minutes_seconds,
                     Json::array({expression_line({found, "interventions", ""}, region)})});
}

void add_trail_tables(const StackSpec& spec, const std::string& region, DashboardRows& rows) {
  if (region != spec.regions.front()) {
    return;
  }
  if (!has_trail(spec)) {
    rows.add(note_height,
             {text_tile(fmt::format("### External addresses; refused calls by identity\nNot here: "
                                    "events of `{}` are in no log group of this stack.",
                                    spec.observability.use_trail))});
    return;
  }
  rows.add(table_height, {query_tile(spec, "External addresses", region, "trail-external-ip"),
                          query_tile(spec, "Refused calls by identity", region, "trail-denied")});
}

/// Logging as it was set up, trail, delivery: an alarm each. What no alarm sees is verify's.
void add_compliance(const StackSpec& spec, const std::string& region, DashboardRows& rows) {
  std::vector<std::string> names = delivery_alarm_names();
  if (region == spec.regions.front() && has_trail(spec)) {
    names.push_back(environment_name(spec, "bedrock-critical-logging-tampered"));
    names.push_back(environment_name(spec, "bedrock-critical-unauthorized"));
  }
  const bool has_key = has_profile(spec, secure_profile) || !spec.bucket_kms_key.empty();
  rows.add(note_height,
           {alarm_tile("Compliance checks", arns_of(spec, region, names)),
            text_tile(fmt::format(
                "### Compliance as it was set up\n- Invocation logging: on, to `{}` and "
                "`{}`\n- Trail: {}\n- Encryption at rest: {}\n\nChecked by `bedrocklog provision "
                "verify`; the alarms beside tell when it changes.",
                log_group_of(spec), bucket_of(spec, region),
                has_trail(spec) ? "`" + spec.observability.trail + "`, all regions, files validated"
                                : "`" + spec.observability.use_trail + "`",
                has_key ? "customer key" : "S3-managed keys"))});
}

void add_dashboard(Assembly& assembly, const char* name, Json body) {
  const std::string full_name = environment_name(assembly.spec(), name);
  assembly.add(Component::dashboard, {ResourceKind::dashboard, "", full_name},
               {{"DashboardName", full_name}, {"DashboardBody", std::move(body)}});
}

}  // namespace

void add_header(const StackSpec& spec, const std::string& title, const std::string& audience,
                DashboardRows& rows) {
  rows.add(header_height, {text_tile(fmt::format("# {} ({})\n{}\n\n{}", title, spec.env, audience,
                                                 marker_text(spec.stack)))});
}

Tile query_tile(const StackSpec& spec, const std::string& title, const std::string& region,
                std::string_view query_name) {
  const bool is_of_trail = query_name.starts_with("trail-");
  return log_tile({title, region, is_of_trail ? trail_log_group(spec).name : log_group_of(spec),
                   log_query(spec, query_name)});
}

// NOLINTNEXTLINE(readability-function-size): what a line is made of.
Json model_line(const std::string& region, const char* id, const char* metric,
                const std::string& statistic, unsigned period_seconds, const char* label) {
  return expression_line({search(by_model, metric, statistic, period_seconds), id, label}, region);
}

Json technical_dashboard(const StackSpec& spec) {
  DashboardRows rows;
  add_header(spec, "Bedrock: technical operations",
             "For those who run it: calls, response times, tokens, errors, health of the stack.",
             rows);
  for (const std::string& region : spec.regions) {
    rows.add_heading(region);
    rows.add(graph_height, {calls_tile(region), latency_tile(region), tokens_tile(region)});
    rows.add(graph_height,
             {errors_tile(region), query_tile(spec, "Error codes by model", region, "errors")});
    rows.add(graph_height, {health_tile(spec, region), delivery_tile(region)});
    add_endpoints(spec, region, rows);
  }
  return rows.take();
}

Json security_dashboard(const StackSpec& spec) {
  DashboardRows rows;
  add_header(spec, "Bedrock: security monitoring",
             "For those who keep it safe: who calls from where, what is refused, what guardrails "
             "stop, whether the records are complete.",
             rows);
  for (const std::string& region : spec.regions) {
    rows.add_heading(region);
    add_trail_tables(spec, region, rows);
    rows.add(graph_height,
             {unusual_tile(spec, region),
              guardrail_tile(region, "Guardrail interventions: prompts and answers",
                             "GuardrailContentSource"),
              guardrail_tile(region, "Guardrail interventions by policy", "GuardrailPolicyType")});
    add_compliance(spec, region, rows);
  }
  return rows.take();
}

void add_stakeholder_dashboards(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  add_dashboard(assembly, "Bedrock-Technical-Operations", technical_dashboard(spec));
  add_dashboard(assembly, "Bedrock-Management-Overview", management_dashboard(spec));
  add_dashboard(assembly, "Bedrock-Security-Monitoring", security_dashboard(spec));
  add_dashboard(assembly, "Bedrock-Cost-Usage", cost_dashboard(spec));
}

}  // namespace bedrocklog::provision
