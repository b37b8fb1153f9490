// What is made of logs: metrics by filters, answers by saved queries.
#include <gtest/gtest.h>

#include "tests/provision/monitoring_spec.h"
#include "tests/provision/watch_grammar.h"

namespace bedrocklog::provision {
namespace {

const std::string region = "eu-west-1";
const std::string invocation_group = "/aws/bedrock/model-invocations/prod";
const std::string trail_group = "/aws/bedrock/cloudtrail-logs/prod";

struct FilterRow {
  std::string group;
  const char* name;
  const char* pattern;
  const char* value;
  Json dimensions;
};

const std::vector<FilterRow>& filter_rows() {
  const Json none;
  const Json model = {{"Key", "ModelId"}, {"Value", "$.modelId"}};
  const Json operation = {{"Key", "Operation"}, {"Value", "$.operation"}};
  static const std::vector<FilterRow> rows = {
      {invocation_group, "InvocationErrorsLogged", R"({ $.errorCode = "*" })", "1", none},
      {invocation_group, "GuardrailIntervened",
       R"({ $.output.outputBodyJson.stopReason = "guardrail_intervened" })", "1", none},
      {invocation_group, "Truncated", R"({ $.output.outputBodyJson.stopReason = "max_tokens" })",
       "1", none},
      {invocation_group, "LatencyMs", R"({ $.output.outputBodyJson.metrics.latencyMs >= 0 })",
       "$.output.outputBodyJson.metrics.latencyMs", Json::array({model, operation})},
      {invocation_group, "CacheReadTokens", R"({ $.input.cacheReadInputTokenCount >= 0 })",
       "$.input.cacheReadInputTokenCount", Json::array({model})},
      {trail_group, "BedrockApiCalls", R"({ $.eventSource = "bedrock.amazonaws.com" })", "1", none},
      {trail_group, "BedrockUnauthorized",
       R"({ ($.eventSource = "bedrock.amazonaws.com") && ($.errorCode = )"
       R"("AccessDenied*" || $.errorCode = "UnauthorizedOperation") })",
       "1", none},
      {trail_group, "LoggingConfigChanged",
       R"({ ($.eventSource = "bedrock.amazonaws.com") && ($.eventName = )"
       R"("PutModelInvocationLoggingConfiguration" || $.eventName = )"
       R"("DeleteModelInvocationLoggingConfiguration") })",
       "1", none},
      {trail_group, "GuardrailChanged",
       R"({ ($.eventSource = "bedrock.amazonaws.com") && ($.eventName = )"
       R"("CreateGuardrail" || $.eventName = "UpdateGuardrail" || $.eventName = )"
       R"("DeleteGuardrail") })",
       "1", none},
      {trail_group, "TrailTampered",
       R"({ ($.eventSource = "cloudtrail.amazonaws.com") && ($.eventName = )"
       R"("StopLogging" || $.eventName = "DeleteTrail" || $.eventName = "UpdateTrail" )"
       R"(|| $.eventName = "PutEventSelectors") })",
       "1", none},
      {trail_group, "RolePermissionChanged",
       R"({ ($.eventSource = "iam.amazonaws.com") && ($.eventName = "PutRolePolicy" )"
       R"(|| $.eventName = "DeleteRolePolicy" || $.eventName = "AttachRolePolicy" || )"
       R"($.eventName = "DetachRolePolicy" || $.eventName = "UpdateAssumeRolePolicy" )"
       R"(|| $.eventName = "DeleteRolePermissionsBoundary") && )"
       R"(($.requestParameters.roleName = "BedrockLoggingRole" || )"
       R"($.requestParameters.roleName = "BedrocklogCloudTrailToLogs") })",
       "1", none},
      {trail_group, "TrailInsight", R"({ $.eventCategory = "Insight" })", "1", none}};
  return rows;
}

TEST(MetricFilters, AreThoseOfTheCatalogue) {
  const DesiredState state = desired_state(monitoring_spec());
  std::set<std::string> expected;
  for (const FilterRow& row : filter_rows()) {
    SCOPED_TRACE(row.name);
    expected.insert(row.group + ":" + row.name);
    const Json filter =
        properties_of(state, ResourceKind::metric_filter, region, row.group + ":" + row.name);
    ASSERT_TRUE(filter.is_object());
    EXPECT_EQ(filter["FilterName"], row.name);
    EXPECT_EQ(filter["LogGroupName"], row.group);
    EXPECT_EQ(filter["FilterPattern"], row.pattern);
    ASSERT_EQ(filter["MetricTransformations"].size(), 1U);
    const Json& metric = filter["MetricTransformations"][0];
    EXPECT_EQ(metric["MetricName"], row.name);
    EXPECT_EQ(metric["MetricNamespace"], "BedrockLog/bedrocklog");
    EXPECT_EQ(metric["MetricValue"], row.value);
    EXPECT_EQ(metric.value("Dimensions", Json()), row.dimensions);
    // CloudWatch Logs takes no default beside dimensions.
    EXPECT_NE(metric.contains("DefaultValue"), metric.contains("Dimensions"));
  }
  EXPECT_EQ(names_of(state, ResourceKind::metric_filter), expected);
}

TEST(MetricFilters, AreWellFormedShortAndOfFieldsWithFewValues) {
  StackSpec spec = full_monitoring_spec();
  spec.profiles = {"core", "observability", "secure"};
  spec.names.role = std::string(64, 'r');
  spec.secure.access.role = std::string(64, 'a');
  spec.secure.access.trusted_principals = {"arn:aws:iam::123456789012:root"};
  unsigned count = 0;
  for (const Resource& resource : desired_state(spec).resources) {
    if (resource.address.kind != ResourceKind::metric_filter) {
      continue;
    }
    ++count;
    const auto pattern = resource.properties["FilterPattern"].get<std::string>();
    EXPECT_LE(pattern.size(), 1'024U) << pattern;
    std::string fault;
    EXPECT_TRUE(read_filter_pattern(pattern, fault)) << fault;
    const Json dimensions =
        resource.properties["MetricTransformations"][0].value("Dimensions", Json::array());
    EXPECT_LE(dimensions.size(), 3U);
    for (const Json& dimension : dimensions) {
      EXPECT_TRUE(dimension["Value"] == "$.modelId" || dimension["Value"] == "$.operation");
    }
  }
  EXPECT_GE(count, 13U);  // With VpceDenied.
}

TEST(SavedQueries, AreFourteenOverTheGroupsThatHaveTheRecords) {
  const DesiredState state = desired_state(monitoring_spec());
  std::set<std::string> names;
  for (const Resource& resource : state.resources) {
    const std::string& name = resource.address.name;
    if (resource.address.kind != ResourceKind::query_definition ||
        name.find("/profile/") != std::string::npos) {
      continue;
    }
    ASSERT_TRUE(name.starts_with("bedrocklog/bedrocklog/")) << name;
    names.insert(name.substr(name.rfind('/') + 1));
    EXPECT_EQ(resource.properties["Name"], name);
    EXPECT_EQ(
        resource.properties["LogGroupNames"],
        Json::array({name.find("/trail-") == std::string::npos ? invocation_group : trail_group}));
    std::string fault;
    EXPECT_TRUE(read_log_query(resource.properties["QueryString"].get<std::string>(), fault))
        << fault;
  }
  EXPECT_EQ(names,
            (std::set<std::string>{
                "active-identities", "cache-use", "errors", "guardrail-hits", "latency-by-model",
                "recent", "tokens-by-identity", "tokens-by-model", "tokens-by-team", "trail-calls",
                "trail-config-changes", "trail-denied", "trail-external-ip", "truncated"}));
}

TEST(SavedQueries, ShowTheNumberOfSamplesBesidePercentiles) {
  const Json query = properties_of(desired_state(monitoring_spec()), ResourceKind::query_definition,
                                   region, "bedrocklog/bedrocklog/latency-by-model");
  const auto text = query["QueryString"].get<std::string>();
  EXPECT_NE(text.find("pct("), std::string::npos);
  EXPECT_NE(text.find("count(*) as n"), std::string::npos);
}

}  // namespace
}  // namespace bedrocklog::provision
