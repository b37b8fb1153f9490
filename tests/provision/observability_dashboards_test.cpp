// The four dashboards: every widget that is promised is there, reads only metrics that exist, in
// expressions and queries that are well formed, within the limits of a body.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "provision/mark.h"
#include "tests/provision/monitoring_spec.h"
#include "tests/provision/watch_grammar.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* technical = "Bedrock-Technical-Operations-prod";
constexpr const char* management = "Bedrock-Management-Overview-prod";
constexpr const char* security = "Bedrock-Security-Monitoring-prod";
constexpr const char* cost = "Bedrock-Cost-Usage-prod";

/// Metrics as the services document them, by namespace, with each set of dimensions they have.
/// Those of AWS/Bedrock without dimensions are asked for before they are used (alarm_source).
bool exists(const MetricUse& use) {
  static const std::map<std::string, std::set<std::string>> by_model = {
      {"AWS/Bedrock",
       {"Invocations", "InvocationClientErrors", "InvocationServerErrors", "InvocationThrottles",
        "InvocationLatency", "TimeToFirstToken", "InputTokenCount", "OutputTokenCount",
        "CacheReadInputTokens", "CacheWriteInputTokens", "OutputImageCount",
        "EstimatedTPMQuotaUsage", "LegacyModelInvocations"}}};
  static const std::set<std::string> of_delivery = {"ModelInvocationLogsCloudWatchDeliverySuccess",
                                                    "ModelInvocationLogsCloudWatchDeliveryFailure",
                                                    "ModelInvocationLogsS3DeliverySuccess",
                                                    "ModelInvocationLogsS3DeliveryFailure",
                                                    "ModelInvocationLargeDataS3DeliverySuccess",
                                                    "ModelInvocationLargeDataS3DeliveryFailure"};
  static const std::set<std::string> of_guardrails = {"Invocations",
                                                      "InvocationLatency",
                                                      "InvocationClientErrors",
                                                      "InvocationServerErrors",
                                                      "InvocationThrottles",
                                                      "TextUnitCount",
                                                      "InvocationsIntervened",
                                                      "FindingCounts",
                                                      "TotalFindings",
                                                      "Latency"};
  const std::set<std::string> model = {"ModelId"};
  if (use.name_space == "AWS/Bedrock/Guardrails") {
    const bool has_dimension = use.dimensions == std::set<std::string>{"GuardrailContentSource"} ||
                               use.dimensions == std::set<std::string>{"GuardrailPolicyType"};
    return has_dimension && of_guardrails.contains(use.metric);
  }
  if (use.name_space == "AWS/PrivateLinkEndpoints") {
    static const std::set<std::string> of_endpoints = {"ActiveConnections", "BytesProcessed",
                                                       "NewConnections", "PacketsDropped",
                                                       "RstPacketsReceived"};
    return use.dimensions == std::set<std::string>{"Endpoint Type", "Service Name",
                                                   "VPC Endpoint Id", "VPC Id"} &&
           of_endpoints.contains(use.metric);
  }
  if (use.name_space != "AWS/Bedrock") {
    return false;
  }
  if (use.dimensions.empty()) {
    return of_delivery.contains(use.metric) || by_model.at("AWS/Bedrock").contains(use.metric);
  }
  return use.dimensions == model && by_model.at("AWS/Bedrock").contains(use.metric);
}

/// Fields of records that Bedrock and CloudTrail write.
bool is_record_field(const std::string& field, const std::string& log_group) {
  static const std::set<std::string> of_invocations = {"@timestamp",
                                                       "modelId",
                                                       "operation",
                                                       "identity.arn",
                                                       "errorCode",
                                                       "requestMetadata.team",
                                                       "input.inputTokenCount",
                                                       "output.outputTokenCount",
                                                       "input.cacheReadInputTokenCount",
                                                       "output.outputBodyJson.stopReason",
                                                       "output.outputBodyJson.metrics.latencyMs"};
  static const std::set<std::string> of_trail = {
      "@timestamp", "eventSource", "eventName", "errorCode", "userIdentity.arn", "sourceIPAddress"};
  return log_group.starts_with("/aws/bedrock/cloudtrail-logs/") ? of_trail.contains(field)
                                                                : of_invocations.contains(field);
}

const Json& widgets_of(const DesiredState& state, const char* dashboard) {
  const Resource* const found = state.find({ResourceKind::dashboard, "", dashboard});
  static const Json none = Json::array();
  EXPECT_NE(found, nullptr) << dashboard;
  return found == nullptr ? none : found->properties["DashboardBody"]["widgets"];
}

std::string title_of(const Json& widget) {
  const Json& properties = widget["properties"];
  if (properties.contains("title")) {
    return properties["title"];
  }
  const auto text = properties["markdown"].get<std::string>();
  const std::size_t from = text.find_first_not_of("# ");
  return text.substr(from, text.find('\n') - from);
}

/// Null: there is none.
Json widget_named(const DesiredState& state, const char* dashboard, const std::string& title) {
  for (const Json& widget : widgets_of(state, dashboard)) {
    if (title_of(widget) == title) {
      return widget;
    }
  }
  return {};
}

/// All metrics of a metric widget. Every expression reads only lines of the same widget.
std::vector<MetricUse> uses_of(const Json& widget) {
  std::vector<MetricUse> uses;
  std::set<std::string> ids;
  std::set<std::string> read;
  for (const Json& line : widget["properties"]["metrics"]) {
    const Json& options = line.back();
    EXPECT_TRUE(options.is_object());
    EXPECT_EQ(widget["properties"]["region"], options.value("region", ""));
    if (options.contains("id")) {
      EXPECT_TRUE(ids.insert(options["id"]).second) << options["id"];
    }
    if (line.size() > 1) {
      MetricUse use{line[0], line[1], {}, options.value("stat", "")};
      for (std::size_t at = 2; at + 1 < line.size(); at += 2) {
        use.dimensions.insert(line[at].get<std::string>());
      }
      uses.push_back(std::move(use));
      continue;
    }
    std::string fault;
    const auto math = read_math(options["expression"].get<std::string>(), fault);
    EXPECT_TRUE(math) << fault;
    if (math) {
      read.insert(math->ids.begin(), math->ids.end());
      uses.insert(uses.end(), math->searched.begin(), math->searched.end());
    }
  }
  EXPECT_TRUE(std::includes(ids.begin(), ids.end(), read.begin(), read.end()));
  return uses;
}

void expect_log_table(const Json& widget, const std::set<std::string>& groups) {
  const auto text = widget["properties"]["query"].get<std::string>();
  const std::string start = "SOURCE '";
  ASSERT_TRUE(text.starts_with(start)) << text;
  const std::size_t end = text.find("' | ");
  ASSERT_NE(end, std::string::npos) << text;
  const std::string group = text.substr(start.size(), end - start.size());
  EXPECT_TRUE(groups.contains(group)) << group;
  std::string fault;
  const auto query = read_log_query(text.substr(end + 4), fault);
  ASSERT_TRUE(query) << fault;
  for (const std::string& field : query->fields) {
    EXPECT_TRUE(is_record_field(field, group)) << field;
  }
}

void expect_within_limits(const Json& widgets) {
  EXPECT_LE(widgets.size(), 500U);
  std::size_t metrics = 0;
  std::vector<std::vector<bool>> taken;
  for (const Json& widget : widgets) {
    const auto x = widget["x"].get<std::size_t>();
    const auto y = widget["y"].get<std::size_t>();
    const auto width = widget["width"].get<std::size_t>();
    const auto height = widget["height"].get<std::size_t>();
    EXPECT_GE(width, 1U);
    EXPECT_LE(x + width, 24U);
    taken.resize(std::max(taken.size(), y + height), std::vector<bool>(24));
    for (std::size_t row = y; row < y + height; ++row) {
      for (std::size_t column = x; column < x + width; ++column) {
        EXPECT_FALSE(taken[row][column]) << title_of(widget) << " lies over another";
        taken[row][column] = true;
      }
    }
    if (widget["type"] == "metric") {
      EXPECT_LE(widget["properties"]["metrics"].size(), 500U);
      metrics += widget["properties"]["metrics"].size();
    }
    if (widget["type"] == "alarm") {
      EXPECT_LE(widget["properties"]["alarms"].size(), 100U);
      EXPECT_GE(widget["properties"]["alarms"].size(), 1U);
    }
  }
  EXPECT_LE(metrics, 2'500U);
}

/// Everything that must hold of a dashboard, whatever the settings.
void expect_sound(const DesiredState& state) {
  std::set<std::string> groups;
  std::set<std::string> alarms;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == ResourceKind::log_group) {
      groups.insert(resource.address.name);
    } else if (resource.address.kind == ResourceKind::alarm) {
      alarms.insert("arn:aws:cloudwatch:" + resource.address.region +
                    ":123456789012:alarm:" + resource.address.name);
    }
  }
  for (const char* const dashboard : {technical, management, security, cost}) {
    SCOPED_TRACE(dashboard);
    const Json& widgets = widgets_of(state, dashboard);
    EXPECT_EQ(mark_of_dashboard({{"widgets", widgets}}, "bedrocklog").ownership, Ownership::ours);
    expect_within_limits(widgets);
    for (const Json& widget : widgets) {
      SCOPED_TRACE(title_of(widget));
      if (widget["type"] == "log") {
        expect_log_table(widget, groups);
      } else if (widget["type"] == "alarm") {
        for (const Json& arn : widget["properties"]["alarms"]) {
          EXPECT_TRUE(alarms.contains(arn.get<std::string>())) << arn;
        }
      } else if (widget["type"] == "metric") {
        const std::vector<MetricUse> uses = uses_of(widget);
        EXPECT_FALSE(uses.empty());
        for (const MetricUse& use : uses) {
          EXPECT_TRUE(exists(use)) << use.name_space << ' ' << use.metric;
          EXPECT_TRUE(is_statistic(use.statistic)) << use.statistic;
        }
      }
    }
  }
}

TEST(StakeholderDashboards, ReadOnlyMetricsGroupsAndAlarmsThatExistWithinAllLimits) {
  for (const AlarmSource source : {AlarmSource::automatic, AlarmSource::metrics_insights}) {
    for (const std::set<std::string>& profiles : std::vector<std::set<std::string>>{
             {"observability"}, {"core", "observability"}, {"core", "observability", "secure"}}) {
      for (StackSpec spec : {monitoring_spec(), full_monitoring_spec()}) {
        spec.alarm_source = source;
        spec.profiles = profiles;
        spec.regions = {"eu-west-1", "us-east-1"};
        ASSERT_TRUE(faults_of(spec).empty() || profiles.contains("secure"));
        expect_sound(desired_state(spec));
        spec.observability.use_trail = "arn:aws:cloudtrail:eu-west-1:999999999999:trail/org";
        expect_sound(desired_state(spec));
      }
    }
  }
}

TEST(StakeholderDashboards, HoldTheMostModelsAndRegionsThatSettingsAllow) {
  for (const std::size_t models : {50U, 3U}) {
    StackSpec spec = full_monitoring_spec();
    spec.alarm_source = AlarmSource::metrics_insights;
    spec.observability.models.clear();
    for (std::size_t number = 0; number < models; ++number) {
      spec.observability.models.push_back(
          {"model-" + std::to_string(number), 9, 9, "1", "2", "3", "4"});
    }
    spec.regions.clear();
    for (std::size_t number = 1; number <= 100 / models; ++number) {
      spec.regions.push_back("eu-west-" + std::to_string(number));
    }
    ASSERT_TRUE(faults_of(spec).empty());
    expect_sound(desired_state(spec));
  }
}

TEST(TechnicalDashboard, HasItsWidgets) {
  const DesiredState state = desired_state(full_monitoring_spec());
  const auto titled = [&](const char* title) { return widget_named(state, technical, title); };
  const auto text = widgets_of(state, technical)[0]["properties"]["markdown"].get<std::string>();
  EXPECT_NE(text.find("For those who run it"), std::string::npos);
  const auto metrics_and_statistics = [&](const char* title) {
    std::set<std::string> shown;
    for (const MetricUse& use : uses_of(titled(title))) {
      shown.insert(use.metric + " " + use.statistic);
    }
    return shown;
  };
  using Shown = std::set<std::string>;
  EXPECT_EQ(metrics_and_statistics("API calls: made, failed, throttled"),
            (Shown{"Invocations Sum", "InvocationClientErrors Sum", "InvocationServerErrors Sum",
                   "InvocationThrottles Sum"}));
  EXPECT_EQ(metrics_and_statistics("Response times by model, ms until the last token"),
            (Shown{"InvocationLatency p50", "InvocationLatency p90", "InvocationLatency p95",
                   "InvocationLatency p99"}));
  EXPECT_EQ(metrics_and_statistics("Tokens by model"),
            (Shown{"InputTokenCount Sum", "OutputTokenCount Sum"}));
  EXPECT_EQ(metrics_and_statistics("Errors by model"),
            (Shown{"InvocationClientErrors Sum", "InvocationServerErrors Sum",
                   "InvocationThrottles Sum"}));
  EXPECT_EQ(metrics_and_statistics("System health: log delivery").size(), 6U);
  EXPECT_NE(titled("Error codes by model")["properties"]["query"].get<std::string>().find(
                "by errorCode, modelId"),
            std::string::npos);
  // Every alarm of the region.
  std::size_t alarms = 0;
  for (const Resource& resource : state.resources) {
    alarms += resource.address.kind == ResourceKind::alarm ? 1U : 0U;
  }
  EXPECT_EQ(titled("System health: alarms")["properties"]["alarms"].size(), alarms);
}

TEST(TechnicalDashboard, ShowsTheEndpointsOfTheNetworkWhereThereAreSome) {
  StackSpec spec = full_monitoring_spec();
  const char* const title = "VPC endpoints: packets dropped, connections reset";
  EXPECT_TRUE(widget_named(desired_state(spec), technical, title).is_null());
  spec.profiles.insert("secure");
  spec.secure.network.vpc_id = "vpc-0123456789abcdef0";
  spec.secure.network.subnet_ids = {"subnet-0123456789abcdef0"};
  spec.secure.network.management_cidrs = {"10.20.0.0/16"};
  spec.regions = {"eu-west-1", "us-east-1"};
  const DesiredState state = desired_state(spec);
  const Json widget = widget_named(state, technical, title);
  EXPECT_EQ(widget["properties"]["region"], "eu-west-1");
  std::set<std::string> shown;
  for (const MetricUse& use : uses_of(widget)) {
    EXPECT_TRUE(exists(use)) << use.metric;
    shown.insert(use.metric);
  }
  EXPECT_EQ(shown, (std::set<std::string>{"PacketsDropped", "RstPacketsReceived"}));
  EXPECT_NE(widget.dump().find("vpc-0123456789abcdef0"), std::string::npos);
}

TEST(ManagementDashboard, HasItsWidgets) {
  StackSpec spec = full_monitoring_spec();
  spec.observability.latency_sla_ms = 1'500;
  spec.observability.roi = "Two hours saved by ticket.";
  const DesiredState state = desired_state(spec);
  const auto titled = [&](const char* title) { return widget_named(state, management, title); };
  EXPECT_EQ(titled("Daily calls by model")["properties"]["period"], 86'400);
  EXPECT_EQ(uses_of(titled("Daily cost by model, USD")).size(), 6U);
  EXPECT_NE(titled("Active identities by day")["properties"]["query"].get<std::string>().find(
                "count_distinct(identity.arn) as users by bin(1d)"),
            std::string::npos);
  const Json sla = titled("Latency by model against the SLA, ms");
  EXPECT_EQ(sla["properties"]["annotations"]["horizontal"][0]["value"], 1'500);
  const std::vector<MetricUse> share = uses_of(titled("Calls within the SLA by model, percent"));
  ASSERT_EQ(share.size(), 1U);
  EXPECT_EQ(share[0].statistic, "PR(:1500)");
  EXPECT_NE(titled("Return and business impact")["properties"]["markdown"].get<std::string>().find(
                "Two hours saved"),
            std::string::npos);
  EXPECT_FALSE(titled("Cost forecast").is_null());
  EXPECT_NE(widget_named(desired_state(monitoring_spec()), management,
                         "Return and business impact")["properties"]["markdown"]
                .get<std::string>()
                .find("Not configured"),
            std::string::npos);
}

TEST(SecurityDashboard, HasItsWidgets) {
  const DesiredState state = desired_state(full_monitoring_spec());
  const auto titled = [&](const char* title) { return widget_named(state, security, title); };
  EXPECT_EQ(titled("External addresses")["type"], "log");
  EXPECT_EQ(titled("Refused calls by identity")["type"], "log");
  const Json unusual = titled("Unusual usage: calls against the expected band");
  EXPECT_EQ(unusual["properties"]["metrics"][1][0]["expression"],
            "ANOMALY_DETECTION_BAND(calls, 2)");
  for (const auto& [title, dimension] :
       {std::pair<const char*, const char*>{"Guardrail interventions: prompts and answers",
                                            "GuardrailContentSource"},
        {"Guardrail interventions by policy", "GuardrailPolicyType"}}) {
    EXPECT_EQ(uses_of(titled(title)),
              (std::vector<MetricUse>{
                  {"AWS/Bedrock/Guardrails", "InvocationsIntervened", {dimension}, "Sum"}}));
  }
  std::set<std::string> checks;
  const Json compliance = titled("Compliance checks");
  for (const Json& arn : compliance["properties"]["alarms"]) {
    const auto text = arn.get<std::string>();
    checks.insert(text.substr(text.rfind(':') + 1));
  }
  EXPECT_EQ(checks, (std::set<std::string>{
                        "bedrock-critical-logging-tampered-prod",
                        "bedrock-critical-unauthorized-prod", "bedrock-log-delivery-cloudwatch",
                        "bedrock-log-delivery-large-data", "bedrock-log-delivery-s3"}));
  EXPECT_FALSE(titled("Compliance as it was set up").is_null());
}

TEST(SecurityDashboard, HasBandsOfModelsWhereAllModelsHaveNoSeries) {
  StackSpec spec = full_monitoring_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  const Json bands =
      widget_named(desired_state(spec), security, "Unusual usage: calls against the expected band");
  ASSERT_EQ(bands["properties"]["metrics"].size(), 4U);
  for (const MetricUse& use : uses_of(bands)) {
    EXPECT_EQ(use.dimensions, std::set<std::string>{"ModelId"});
  }
  spec.observability.models.clear();
  EXPECT_FALSE(widget_named(desired_state(spec), security,
                            "Unusual usage: calls by model (bands need observability.models)")
                   .is_null());
}

/// The last line of a widget, over hidden series by metric and model.
std::optional<Points> total_of(const Json& widget, const std::map<std::string, Points>& series) {
  std::map<std::string, Points> known;
  std::optional<Points> last;
  for (const Json& line : widget["properties"]["metrics"]) {
    const Json& options = line.back();
    if (line.size() > 1) {
      known[options["id"]] =
          series.at(line[1].get<std::string>() + ' ' + line[3].get<std::string>());
      continue;
    }
    std::string fault;
    last = evaluate_math(options["expression"].get<std::string>(), known, fault);
    EXPECT_TRUE(last) << fault;
    known[options["id"]] = last.value_or(Points());
  }
  return last;
}

TEST(CostDashboard, ComputesSpendFromTokensAndPrices) {
  const DesiredState state = desired_state(full_monitoring_spec());
  const std::map<std::string, Points> tokens = {
      {"InputTokenCount anthropic.claude-v2:1", {1'000'000, std::nullopt}},
      {"OutputTokenCount anthropic.claude-v2:1", {2'000'000, std::nullopt}},
      {"CacheReadInputTokens anthropic.claude-v2:1", {10'000'000, std::nullopt}},
      {"CacheWriteInputTokens anthropic.claude-v2:1", {4'000'000, std::nullopt}},
      {"InputTokenCount amazon.nova-pro-v1:0", {std::nullopt, 10'000'000}},
      {"OutputTokenCount amazon.nova-pro-v1:0", {std::nullopt, 1'000'000}}};
  const auto total = [&](const char* title) {
    return total_of(widget_named(state, cost, title), tokens).value_or(Points(2));
  };
  // 3 + 2 x 15 + 10 x 0.3 + 4 x 3.75 USD, then 10 x 0.8 + 3.2 USD.
  const Points spend = total("Daily spend by model and in all, USD");
  EXPECT_DOUBLE_EQ(spend[0].value_or(0), 51);
  EXPECT_DOUBLE_EQ(spend[1].value_or(0), 11.2);
  EXPECT_DOUBLE_EQ(total("Spend of the last 30 days, USD")[0].value_or(0), 51);
  const Points price = total("USD for 1000 tokens");
  EXPECT_DOUBLE_EQ(price[0].value_or(0), 51.0 / 17'000);
  EXPECT_DOUBLE_EQ(price[1].value_or(0), 11.2 / 11'000);
  const Points added_up = total("Spend of 30 days against the monthly budget, USD");
  EXPECT_DOUBLE_EQ(added_up[1].value_or(0), 62.2);
}

TEST(CostDashboard, HasItsWidgets) {
  StackSpec spec = full_monitoring_spec();
  spec.observability.team_key = "cost-center";
  spec.observability.recommendations = "Cache the long prefix.";
  const DesiredState state = desired_state(spec);
  const auto titled = [&](const char* title) { return widget_named(state, cost, title); };
  const Json month = titled("Spend of the last 30 days, USD");
  EXPECT_EQ(month["properties"]["view"], "singleValue");
  EXPECT_EQ(month["properties"]["start"], "-P30D");
  EXPECT_NE(titled("Usage by cost-center")["properties"]["query"].get<std::string>().find(
                "by `requestMetadata.cost-center`, modelId"),
            std::string::npos);
  const Json budget = titled("Spend of 30 days against the monthly budget, USD");
  EXPECT_EQ(budget["properties"]["annotations"]["horizontal"][0]["value"].dump(), "1500.5");
  EXPECT_NE(
      titled("Recommendations")["properties"]["markdown"].get<std::string>().find("Cache the"),
      std::string::npos);
}

TEST(CostDashboard, SaysWhatIsMissingWithoutPricesAndBudget) {
  const DesiredState state = desired_state(monitoring_spec());
  for (const char* const title :
       {"Daily spend by model and in all, USD", "Spend of the last 30 days, USD",
        "USD for 1000 tokens", "Spend of 30 days against the monthly budget, USD"}) {
    const Json widget = widget_named(state, cost, title);
    ASSERT_TRUE(widget.is_object()) << title;
    EXPECT_EQ(widget["type"], "text");
    EXPECT_NE(widget["properties"]["markdown"].get<std::string>().find("Not configured"),
              std::string::npos);
  }
}

TEST(StakeholderDashboards, ShowEveryRegion) {
  StackSpec spec = full_monitoring_spec();
  spec.regions = {"eu-west-1", "us-east-1", "ap-southeast-2"};
  const DesiredState state = desired_state(spec);
  for (const char* const dashboard : {technical, management, security, cost}) {
    std::map<std::string, std::multiset<std::string>> titles;
    for (const Json& widget : widgets_of(state, dashboard)) {
      if (widget["properties"].contains("region")) {
        titles[widget["properties"]["region"]].insert(title_of(widget));
      }
    }
    ASSERT_EQ(titles.size(), 3U) << dashboard;
    // Events of the trail are at home.
    titles["eu-west-1"].erase("External addresses");
    titles["eu-west-1"].erase("Refused calls by identity");
    EXPECT_EQ(titles["eu-west-1"], titles["us-east-1"]);
    EXPECT_EQ(titles["eu-west-1"], titles["ap-southeast-2"]);
  }
}

}  // namespace
}  // namespace bedrocklog::provision
