// Metrics that CloudWatch makes of log lines. They take the place of code that would read the logs.
//
// Identities and request ids are no dimensions: each value is a metric of its own, which is
// charged, and a filter with too many values is switched off by the service.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/observability_profile.h"

namespace bedrocklog::provision {
namespace {

struct Filter {
  const char* name;  // Of the filter and of its metric.
  std::string pattern;
  const char* value = "1";
  // Name, selector. NOLINTNEXTLINE(readability-redundant-member-init): left out.
  std::vector<std::pair<const char*, const char*>> dimensions = {};
};

void add_filter(Assembly& assembly, const Address& log_group, const Filter& filter) {
  Json metric = {{"MetricName", filter.name},
                 {"MetricNamespace", filter_namespace(assembly.spec())},
                 {"MetricValue", filter.value}};
  for (const auto& [name, selector] : filter.dimensions) {
    metric["Dimensions"].push_back({{"Key", name}, {"Value", selector}});
  }
  // A count is 0 while other lines come in: sums of two such metrics have points then. Not allowed
  // beside dimensions.
  if (filter.dimensions.empty()) {
    metric["DefaultValue"] = 0;
  }
  assembly.add(Component::alerting,
               {ResourceKind::metric_filter, log_group.region,
                fmt::format("{}:{}", log_group.name, filter.name)},
               {{"FilterName", filter.name},
                {"LogGroupName", log_group.name},
                {"FilterPattern", filter.pattern},
                {"MetricTransformations", Json::array({metric})}},
               {log_group});
}

/// Latency is in the bodies of Converse and ConverseStream only.
std::vector<Filter> invocation_filters() {
  return {
      {"InvocationErrorsLogged", "{ $.errorCode = \"*\" }"},
      {"GuardrailIntervened", "{ $.output.outputBodyJson.stopReason = \"guardrail_intervened\" }"},
      {"Truncated", "{ $.output.outputBodyJson.stopReason = \"max_tokens\" }"},
      {"LatencyMs",
       "{ $.output.outputBodyJson.metrics.latencyMs >= 0 }",
       "$.output.outputBodyJson.metrics.latencyMs",
       {{"ModelId", "$.modelId"}, {"Operation", "$.operation"}}},
      {"CacheReadTokens",
       "{ $.input.cacheReadInputTokenCount >= 0 }",
       "$.input.cacheReadInputTokenCount",
       {{"ModelId", "$.modelId"}}}};
}

/// "($.member = "a" || $.member = "b")".
std::string any_of(const char* member, const std::vector<std::string>& values) {
  std::vector<std::string> tests;
  tests.reserve(values.size());
  for (const std::string& value : values) {
    tests.push_back(fmt::format("$.{} = \"{}\"", member, value));
  }
  return fmt::format("({})", fmt::join(tests, " || "));
}

std::string events_of(const char* source, const std::vector<std::string>& names) {
  return fmt::format("{{ ($.eventSource = \"{}\") && {} }}", source, any_of("eventName", names));
}

std::vector<std::string> watched_roles(const StackSpec& spec) {
  std::vector<std::string> roles = {role_of(spec), "BedrocklogCloudTrailToLogs"};
  if (has_profile(spec, secure_profile) && !spec.secure.access.trusted_principals.empty()) {
    roles.push_back(spec.secure.access.role);
  }
  return roles;
}

std::vector<Filter> trail_filters(const StackSpec& spec) {
  constexpr const char* bedrock = "bedrock.amazonaws.com";
  std::vector<Filter> filters = {
      {"BedrockApiCalls", fmt::format("{{ $.eventSource = \"{}\" }}", bedrock)},
      {"BedrockUnauthorized",
       fmt::format("{{ ($.eventSource = \"{}\") && ($.errorCode = \"AccessDenied*\" || "
                   "$.errorCode = \"UnauthorizedOperation\") }}",
                   bedrock)},
      {"LoggingConfigChanged", events_of(bedrock, {"PutModelInvocationLoggingConfiguration",
                                                   "DeleteModelInvocationLoggingConfiguration"})},
      {"GuardrailChanged",
       events_of(bedrock, {"CreateGuardrail", "UpdateGuardrail", "DeleteGuardrail"})},
      {"TrailTampered",
       events_of("cloudtrail.amazonaws.com",
                 {"StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"})},
      {"RolePermissionChanged",
       fmt::format("{{ ($.eventSource = \"iam.amazonaws.com\") && {} && {} }}",
                   any_of("eventName", {"PutRolePolicy", "DeleteRolePolicy", "AttachRolePolicy",
                                        "DetachRolePolicy", "UpdateAssumeRolePolicy",
                                        "DeleteRolePermissionsBoundary"}),
                   any_of("requestParameters.roleName", watched_roles(spec)))}};
  if (has_profile(spec, secure_profile)) {
    filters.push_back({"VpceDenied", "{ $.errorCode = \"VpceAccessDenied\" }"});
  }
  if (spec.observability.has_insights) {
    filters.push_back({"TrailInsight", "{ $.eventCategory = \"Insight\" }"});
  }
  return filters;
}

}  // namespace

void add_monitoring_filters(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    const Address group{ResourceKind::log_group, region, log_group_of(spec)};
    for (const Filter& filter : invocation_filters()) {
      add_filter(assembly, group, filter);
    }
  }
  if (!has_trail(spec)) {
    return;
  }
  for (const Filter& filter : trail_filters(spec)) {
    add_filter(assembly, trail_log_group(spec), filter);
  }
}

}  // namespace bedrocklog::provision
