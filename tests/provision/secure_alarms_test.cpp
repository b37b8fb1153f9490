// Alarms M1 to M19 and the composites H1 and H2, each held against the catalogue of the profile.
#include <algorithm>
#include <array>
#include <functional>
#include <random>

#include "provision/normal_form.h"
#include "tests/provision/random_spec.h"
#include "tests/provision/secure_spec.h"

namespace bedrocklog::provision {
namespace {

using Dimensions = std::map<std::string, std::string>;

/// A row of the catalogue. A band has no threshold; its operator says the side.
struct CatalogueRow {
  const char* id;
  const char* name;
  const char* metric_namespace;
  const char* metric;
  const char* statistic;
  Dimensions dimensions;
  unsigned periods;  // Of 300 s, all of which must breach.
  const char* comparison;
  std::optional<unsigned> threshold;
  const char* alert_class;
};

constexpr const char* above = "GreaterThanThreshold";
constexpr const char* above_band = "GreaterThanUpperThreshold";
constexpr const char* outside_band = "LessThanLowerOrGreaterThanUpperThreshold";

const std::vector<CatalogueRow>& catalogue() {
  static const Dimensions agent = {{"Operation", "InvokeAgent"}};
  static const std::vector<CatalogueRow> rows = {
      {"M1",
       "bedrock-client-errors",
       "AWS/Bedrock",
       "InvocationClientErrors",
       "Sum",
       {},
       2,
       above,
       10,
       "critical"},
      {"M2",
       "bedrock-server-errors",
       "AWS/Bedrock",
       "InvocationServerErrors",
       "Sum",
       {},
       2,
       above,
       5,
       "critical"},
      {"M3",
       "bedrock-p99-latency",
       "AWS/Bedrock",
       "InvocationLatency",
       "p99",
       {},
       2,
       above,
       10000,
       "performance"},
      {"M4",
       "bedrock-throttles",
       "AWS/Bedrock",
       "InvocationThrottles",
       "Sum",
       {},
       2,
       above,
       20,
       "performance"},
      {"M5",
       "bedrock-input-token-anomaly",
       "AWS/Bedrock",
       "InputTokenCount",
       "Sum",
       {},
       2,
       above_band,
       {},
       "cost"},
      {"M6",
       "bedrock-output-token-anomaly",
       "AWS/Bedrock",
       "OutputTokenCount",
       "Sum",
       {},
       2,
       above_band,
       {},
       "cost"},
      {"M7",
       "bedrock-invocation-anomaly",
       "AWS/Bedrock",
       "Invocations",
       "Sum",
       {},
       2,
       outside_band,
       {},
       "cost"},
      {"M8", "bedrock-agent-client-errors", "AWS/Bedrock/Agents", "InvocationClientErrors", "Sum",
       agent, 2, above, 5, "critical"},
      {"M9", "bedrock-agent-server-errors", "AWS/Bedrock/Agents", "InvocationServerErrors", "Sum",
       agent, 2, above, 5, "critical"},
      {"M10", "bedrock-agent-p99-latency", "AWS/Bedrock/Agents", "TotalTime", "p99", agent, 2,
       above, 15000, "performance"},
      {"M11", "bedrock-agent-throttles", "AWS/Bedrock/Agents", "InvocationThrottles", "Sum", agent,
       2, above, 10, "performance"},
      {"M16",
       "bedrock-guardrail-blocked-input",
       "AWS/Bedrock/Guardrails",
       "InvocationsIntervened",
       "Sum",
       {{"GuardrailContentSource", "Input"}},
       2,
       above,
       50,
       "performance"},
      {"M17",
       "bedrock-guardrail-blocked-output",
       "AWS/Bedrock/Guardrails",
       "InvocationsIntervened",
       "Sum",
       {{"GuardrailContentSource", "Output"}},
       2,
       above,
       50,
       "performance"},
      {"M18",
       "bedrock-training-failed",
       "AWS/Events",
       "TriggeredRules",
       "Sum",
       {{"RuleName", "bedrock-training-failed"}},
       1,
       above,
       0,
       "critical"},
      {"M19",
       "bedrock-api-call-anomaly",
       "BedrockLog/bedrocklog",
       "BedrockApiCalls",
       "Sum",
       {},
       2,
       above_band,
       {},
       "cost"}};
  return rows;
}

/// M12 to M14 are sums over the operations of managed knowledge bases.
struct KnowledgeBaseRow {
  const char* id;
  const char* name;
  const char* metric;
  unsigned threshold;
  const char* alert_class;
};
constexpr std::array knowledge_base_rows = {
    KnowledgeBaseRow{"M12", "bedrock-kb-client-errors", "ClientErrors", 5, "critical"},
    KnowledgeBaseRow{"M13", "bedrock-kb-server-errors", "ServerErrors", 5, "critical"},
    KnowledgeBaseRow{"M14", "bedrock-kb-throttles", "Throttles", 10, "performance"}};

std::string topic_arn(const std::string& alert_class) {
  return "arn:aws:sns:eu-west-1:123456789012:bedrock-" + alert_class + "-alerts";
}

Json entry_of(Json metrics, std::string_view id) {
  for (Json entry : metrics) {
    if (entry.value("Id", "") == id) {
      return entry;
    }
  }
  return {};
}

Dimensions dimensions_in(Json metric) {
  Dimensions found;
  for (Json dimension : metric.value("Dimensions", Json::array())) {
    found[dimension["Name"].get<std::string>()] = dimension["Value"].get<std::string>();
  }
  return found;
}

void expect_common(Json alarm, const char* alert_class, unsigned periods) {
  EXPECT_EQ(alarm["AlarmActions"], Json::array({topic_arn(alert_class)}));
  EXPECT_EQ(alarm["ActionsEnabled"], true);
  EXPECT_EQ(alarm["TreatMissingData"], "notBreaching");
  EXPECT_FALSE(alarm.contains("OKActions"));
  EXPECT_EQ(alarm["EvaluationPeriods"], periods);
  EXPECT_EQ(alarm["DatapointsToAlarm"], periods);
  const auto description = alarm["AlarmDescription"].get<std::string>();
  EXPECT_LE(description.size(), 1'024U);
  for (const char* const check : {"Look at: 1. ", "; 2. ", "; 3. "}) {
    EXPECT_NE(description.find(check), std::string::npos) << description;
  }
}

void expect_band(Json alarm, const CatalogueRow& row) {
  EXPECT_FALSE(alarm.contains("Threshold"));
  EXPECT_FALSE(alarm.contains("MetricName"));
  const auto band_id = alarm.value("ThresholdMetricId", "");
  Json band = entry_of(alarm["Metrics"], band_id);
  EXPECT_EQ(band.value("ReturnData", false), true);
  ASSERT_EQ(alarm["Metrics"].size(), 2U);
  Json watched = alarm["Metrics"][alarm["Metrics"][0] == band ? 1 : 0];
  EXPECT_EQ(band["Expression"],
            "ANOMALY_DETECTION_BAND(" + watched["Id"].get<std::string>() + ", 2)");
  EXPECT_EQ(watched["ReturnData"], true);
  EXPECT_EQ(watched["MetricStat"]["Period"], 300);
  EXPECT_EQ(watched["MetricStat"]["Stat"], row.statistic);
  EXPECT_EQ(watched["MetricStat"]["Metric"]["Namespace"], row.metric_namespace);
  EXPECT_EQ(watched["MetricStat"]["Metric"]["MetricName"], row.metric);
  EXPECT_EQ(dimensions_in(watched["MetricStat"]["Metric"]), row.dimensions);
}

void expect_limit(Json alarm, const CatalogueRow& row) {
  EXPECT_FALSE(alarm.contains("Metrics"));
  EXPECT_EQ(alarm["Namespace"], row.metric_namespace);
  EXPECT_EQ(alarm["MetricName"], row.metric);
  EXPECT_EQ(alarm["Period"], 300);
  const bool is_sum = std::string_view(row.statistic) == "Sum";
  EXPECT_EQ(alarm[is_sum ? "Statistic" : "ExtendedStatistic"], row.statistic);
  EXPECT_FALSE(alarm.contains(is_sum ? "ExtendedStatistic" : "Statistic"));
  EXPECT_EQ(dimensions_in(alarm), row.dimensions);
  EXPECT_EQ(alarm["Threshold"], *row.threshold);
}

TEST(SecureAlarms, AreThoseOfTheCatalogue) {
  const DesiredState state = desired_state(secure_spec_with({"observability"}));
  for (const CatalogueRow& row : catalogue()) {
    SCOPED_TRACE(row.id);
    Json alarm = properties_of(state, in_region(ResourceKind::alarm, row.name));
    ASSERT_FALSE(alarm.is_null());
    EXPECT_EQ(alarm["AlarmName"], row.name);
    EXPECT_EQ(alarm["ComparisonOperator"], row.comparison);
    expect_common(alarm, row.alert_class, row.periods);
    if (row.threshold) {
      expect_limit(alarm, row);
    } else {
      expect_band(alarm, row);
    }
  }
}

TEST(SecureAlarms, OfKnowledgeBasesAddUpBothWaysToAskThem) {
  const DesiredState state = desired_state(secure_spec());
  for (const KnowledgeBaseRow& row : knowledge_base_rows) {
    SCOPED_TRACE(row.id);
    Json alarm = properties_of(state, in_region(ResourceKind::alarm, row.name));
    ASSERT_FALSE(alarm.is_null());
    expect_common(alarm, row.alert_class, 2);
    EXPECT_EQ(alarm["ComparisonOperator"], above);
    EXPECT_EQ(alarm["Threshold"], row.threshold);
    std::set<Dimensions> operations;
    std::string sum;
    for (Json entry : alarm["Metrics"]) {
      if (!entry.contains("MetricStat")) {
        EXPECT_EQ(entry["ReturnData"], true);
        sum = entry["Expression"].get<std::string>();
        continue;
      }
      EXPECT_EQ(entry["ReturnData"], false);
      EXPECT_EQ(entry["MetricStat"]["Metric"]["Namespace"], "AWS/Bedrock/KnowledgeBases");
      EXPECT_EQ(entry["MetricStat"]["Metric"]["MetricName"], row.metric);
      EXPECT_EQ(entry["MetricStat"]["Stat"], "Sum");
      EXPECT_EQ(entry["MetricStat"]["Period"], 300);
      operations.insert(dimensions_in(entry["MetricStat"]["Metric"]));
    }
    EXPECT_EQ(operations, (std::set<Dimensions>{{{"Operation", "Retrieve"}},
                                                {{"Operation", "AgenticRetrieveStream"}}}));
    // A series without a point would make the sum vanish.
    EXPECT_EQ(sum, "FILL(retrieve, 0) + FILL(agentic, 0)");
  }
}

TEST(SecureAlarms, AreNoMoreThanTheCatalogue) {
  StackSpec spec = secure_spec();
  std::set<std::string> expected = {"bedrock-log-delivery-cloudwatch", "bedrock-log-delivery-s3",
                                    "bedrock-log-delivery-large-data"};
  for (const CatalogueRow& row : catalogue()) {
    if (std::string_view(row.id) != "M19") {
      expected.insert(row.name);
    }
  }
  for (const KnowledgeBaseRow& row : knowledge_base_rows) {
    expected.insert(row.name);
  }
  std::set<std::string> found;
  for (const Resource& resource : desired_state(spec).resources) {
    if (resource.address.kind == ResourceKind::alarm) {
      found.insert(resource.address.name);
    }
  }
  EXPECT_EQ(found, expected);
}

std::string reason_of(const DesiredState& state, const Address& address) {
  for (const Unsupported& one : state.unsupported) {
    if (one.address == address) {
      return one.reason;
    }
  }
  return {};
}

TEST(SecureAlarms, KnowledgeBaseLatencyIsToldAsUnsupported) {
  const DesiredState state = desired_state(secure_spec());
  EXPECT_TRUE(reason_of(state, in_region(ResourceKind::alarm, "bedrock-kb-latency"))
                  .starts_with("no such AWS metric"));
  StackSpec without = secure_spec();
  without.secure.switches.knowledge_base_alarms = false;
  EXPECT_EQ(reason_of(desired_state(without), in_region(ResourceKind::alarm, "bedrock-kb-latency")),
            "");
}

TEST(SecureAlarms, ApiCallsNeedATrailOfTheStackAndSayWhatToAdd) {
  const Address alarm = in_region(ResourceKind::alarm, "bedrock-api-call-anomaly");
  const DesiredState alone = desired_state(secure_spec());
  EXPECT_EQ(alone.find(alarm), nullptr);
  EXPECT_NE(reason_of(alone, alarm).find("observability"), std::string::npos);

  StackSpec others_trail = secure_spec_with({"observability"});
  others_trail.observability.use_trail =
      "arn:aws:cloudtrail:eu-west-1:123456789012:trail/organisation";
  const DesiredState reused = desired_state(others_trail);
  EXPECT_EQ(reused.find(alarm), nullptr);
  EXPECT_NE(reason_of(reused, alarm).find("--use-trail"), std::string::npos);
}

TEST(SecureAlarms, ApiCallsOfAllRegionsAreWatchedAtHome) {
  StackSpec spec = secure_spec_with({"observability"});
  spec.secure.network = {};
  spec.regions = {"eu-west-1", "us-east-1"};
  const DesiredState state = desired_state(spec);
  EXPECT_NE(state.find({ResourceKind::alarm, "eu-west-1", "bedrock-api-call-anomaly"}), nullptr);
  EXPECT_EQ(state.find({ResourceKind::alarm, "us-east-1", "bedrock-api-call-anomaly"}), nullptr);
  EXPECT_NE(state.find({ResourceKind::alarm, "us-east-1", "bedrock-client-errors"}), nullptr);
}

TEST(SecureAlarms, ABandHasItsDetectorAndWaitsForIt) {
  const DesiredState state = desired_state(secure_spec_with({"observability"}));
  for (const auto& [name, detector_name] :
       {std::pair("bedrock-input-token-anomaly", "AWS/Bedrock/InputTokenCount/Sum"),
        std::pair("bedrock-output-token-anomaly", "AWS/Bedrock/OutputTokenCount/Sum"),
        std::pair("bedrock-invocation-anomaly", "AWS/Bedrock/Invocations/Sum"),
        std::pair("bedrock-api-call-anomaly", "BedrockLog/bedrocklog/BedrockApiCalls/Sum")}) {
    SCOPED_TRACE(name);
    const Address detector = in_region(ResourceKind::anomaly_detector, detector_name);
    Json properties = properties_of(state, detector);
    ASSERT_FALSE(properties.is_null());
    EXPECT_EQ(properties["Configuration"]["MetricTimeZone"], "Etc/UTC");
    EXPECT_EQ(properties["Stat"], "Sum");
    const Resource* const alarm = state.find(in_region(ResourceKind::alarm, name));
    ASSERT_NE(alarm, nullptr);
    EXPECT_TRUE(std::find(alarm->depends_on.begin(), alarm->depends_on.end(), detector) !=
                alarm->depends_on.end());
  }
}

TEST(SecureAlarms, WithoutASeriesOfAllModelsSumsAreQueriesAndTheRestIsByModel) {
  StackSpec spec = secure_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  spec.observability.models.resize(2);
  spec.observability.models[0].model_id = "anthropic.claude-x-v1:0";
  spec.observability.models[1].model_id = "amazon.nova-y-v1:0";
  const DesiredState state = desired_state(spec);
  for (const auto& [name, metric] : {std::pair("bedrock-client-errors", "InvocationClientErrors"),
                                     std::pair("bedrock-server-errors", "InvocationServerErrors"),
                                     std::pair("bedrock-throttles", "InvocationThrottles")}) {
    Json alarm = properties_of(state, in_region(ResourceKind::alarm, name));
    ASSERT_EQ(alarm["Metrics"].size(), 1U) << name;
    EXPECT_EQ(alarm["Metrics"][0]["Expression"],
              std::string("SELECT SUM(") + metric + ") FROM SCHEMA(\"AWS/Bedrock\", ModelId)");
    EXPECT_EQ(alarm["Metrics"][0]["Period"], 300);
  }
  for (const WatchedModel& model : spec.observability.models) {
    const Dimensions dimensions = {{"ModelId", model.model_id}};
    Json latency = properties_of(
        state, in_region(ResourceKind::alarm, "bedrock-p99-latency-" + model.model_id));
    EXPECT_EQ(latency["ExtendedStatistic"], "p99");
    EXPECT_EQ(dimensions_in(latency), dimensions);
    for (const auto& [name, metric] :
         {std::pair("bedrock-input-token-anomaly", "InputTokenCount"),
          std::pair("bedrock-output-token-anomaly", "OutputTokenCount"),
          std::pair("bedrock-invocation-anomaly", "Invocations")}) {
      Json alarm = properties_of(
          state, in_region(ResourceKind::alarm, std::string(name) + "-" + model.model_id));
      EXPECT_TRUE(alarm.contains("ThresholdMetricId"));
      Json detector = properties_of(
          state, in_region(ResourceKind::anomaly_detector, std::string("AWS/Bedrock/") + metric +
                                                               "/Sum/ModelId=" + model.model_id));
      EXPECT_EQ(dimensions_in(detector), dimensions);
    }
  }
  EXPECT_EQ(state.find(in_region(ResourceKind::alarm, "bedrock-p99-latency")), nullptr);
  EXPECT_EQ(state.find(in_region(ResourceKind::alarm, "bedrock-input-token-anomaly")), nullptr);
}

TEST(SecureAlarms, WithoutModelsWhatIsByModelIsToldAsUnsupported) {
  StackSpec spec = secure_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  const DesiredState state = desired_state(spec);
  for (const char* const name : {"bedrock-p99-latency", "bedrock-input-token-anomaly",
                                 "bedrock-output-token-anomaly", "bedrock-invocation-anomaly"}) {
    EXPECT_EQ(state.find(in_region(ResourceKind::alarm, name)), nullptr);
    EXPECT_NE(reason_of(state, in_region(ResourceKind::alarm, name)).find("observability.models"),
              std::string::npos);
  }
}

/// Alarms of one source that the other has not are found by their family.
TEST(SecureAlarms, OfTheOtherSourceAreMembersOfAFamily) {
  StackSpec by_model = secure_spec();
  by_model.alarm_source = AlarmSource::metrics_insights;
  by_model.observability.models.resize(1);
  by_model.observability.models[0].model_id = "anthropic.claude-x-v1:0";
  const DesiredState left = desired_state(secure_spec());
  const DesiredState right = desired_state(by_model);
  unsigned moved = 0;
  for (const auto& [from, to] : {std::pair(&left, &right), std::pair(&right, &left)}) {
    for (const Resource& resource : from->resources) {
      if (to->find(resource.address) != nullptr) {
        continue;
      }
      ++moved;
      const auto is_member = [&](const Family& family) {
        return family.kind == resource.address.kind && family.region == resource.address.region &&
               resource.address.name.starts_with(family.prefix);
      };
      EXPECT_TRUE(std::any_of(to->families.begin(), to->families.end(), is_member))
          << to_text(resource.address);
    }
  }
  EXPECT_EQ(moved, 14U);
}

TEST(SecureAlarms, FamiliesOfAProfileThatIsNoLongerWantedAreLookedFor) {
  StackSpec core_only = secure_spec();
  core_only.profiles = {"core"};
  EXPECT_TRUE(desired_state(core_only).families.empty());
  const DesiredState state = desired_state(core_only, {"secure"});
  const Family latency{ResourceKind::alarm, test_region, "bedrock-p99-latency"};
  EXPECT_TRUE(std::find(state.families.begin(), state.families.end(), latency) !=
              state.families.end());
}

TEST(HealthComposites, RuleOfTheBasicOneIsThatOfTheCatalogue) {
  Json composite =
      properties_of(desired_state(secure_spec()),
                    in_region(ResourceKind::composite_alarm, "bedrock-overall-health"));
  EXPECT_EQ(composite["AlarmRule"],
            "ALARM(\"bedrock-client-errors\") OR ALARM(\"bedrock-server-errors\") OR "
            "ALARM(\"bedrock-p99-latency\") OR ALARM(\"bedrock-throttles\") OR "
            "ALARM(\"bedrock-log-delivery-cloudwatch\") OR ALARM(\"bedrock-log-delivery-s3\")");
  EXPECT_EQ(composite["AlarmActions"], Json::array({topic_arn("critical")}));
}

TEST(HealthComposites, RuleOfTheComprehensiveOneIsThatOfTheCatalogue) {
  const DesiredState state = desired_state(secure_spec_with({"observability"}));
  Json composite = properties_of(
      state, in_region(ResourceKind::composite_alarm, "bedrock-comprehensive-health"));
  EXPECT_EQ(composite["AlarmRule"],
            "ALARM(\"bedrock-overall-health\") OR ALARM(\"bedrock-agent-client-errors\") OR "
            "ALARM(\"bedrock-agent-server-errors\") OR ALARM(\"bedrock-agent-p99-latency\") OR "
            "ALARM(\"bedrock-agent-throttles\") OR ALARM(\"bedrock-kb-client-errors\") OR "
            "ALARM(\"bedrock-kb-server-errors\") OR ALARM(\"bedrock-kb-throttles\") OR "
            "ALARM(\"bedrock-guardrail-blocked-input\") OR "
            "ALARM(\"bedrock-guardrail-blocked-output\") OR ALARM(\"bedrock-training-failed\") OR "
            "ALARM(\"bedrock-api-call-anomaly\") OR ALARM(\"bedrock-input-token-anomaly\") OR "
            "ALARM(\"bedrock-output-token-anomaly\") OR ALARM(\"bedrock-invocation-anomaly\")");
}

/// Names in a rule: ALARM("NAME").
std::set<std::string> children_in(const std::string& rule) {
  std::set<std::string> names;
  const std::string_view start = "ALARM(\"";
  for (std::size_t at = rule.find(start); at != std::string::npos; at = rule.find(start, at + 1)) {
    const std::size_t from = at + start.size();
    names.insert(rule.substr(from, rule.find('"', from) - from));
  }
  return names;
}

TEST(HealthComposites, Property1_NameOnlyAlarmsThatAreThereAndWaitForThem) {
  std::mt19937 random(7);
  for (unsigned run = 0; run < property_cases; ++run) {
    StackSpec spec = secure_spec_with({"observability"});
    SecureSwitches& switches = spec.secure.switches;
    for (bool* const one :
         {&switches.invocation_alarms, &switches.token_anomaly_alarms, &switches.agent_alarms,
          &switches.knowledge_base_alarms, &switches.guardrail_alarms, &switches.training_alarm,
          &switches.api_call_alarm}) {
      *one = random() % 2 == 0;
    }
    spec.alarm_source = random() % 2 == 0 ? AlarmSource::metrics_insights : AlarmSource::automatic;
    spec.observability.models.resize(random() % 4);
    for (std::size_t index = 0; index < spec.observability.models.size(); ++index) {
      spec.observability.models[index].model_id = "vendor.model-" + std::to_string(index);
    }
    const DesiredState state = desired_state(spec);
    for (const char* const name : {"bedrock-overall-health", "bedrock-comprehensive-health"}) {
      const Resource* const composite = state.find(in_region(ResourceKind::composite_alarm, name));
      ASSERT_NE(composite, nullptr);
      const auto children = children_in(composite->properties["AlarmRule"].get<std::string>());
      EXPECT_FALSE(children.empty());
      for (const std::string& child : children) {
        const bool is_needed = std::any_of(
            composite->depends_on.begin(), composite->depends_on.end(), [&](const Address& need) {
              return need.name == child && (need.kind == ResourceKind::alarm ||
                                            need.kind == ResourceKind::composite_alarm);
            });
        EXPECT_TRUE(is_needed) << child;
      }
    }
  }
}

TEST(HealthComposites, WithMoreChildrenThanCloudWatchTakesAreToldAsUnsupported) {
  StackSpec spec = secure_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  spec.observability.models.resize(40);
  for (std::size_t index = 0; index < spec.observability.models.size(); ++index) {
    spec.observability.models[index].model_id = "vendor.model-" + std::to_string(index);
  }
  const DesiredState state = desired_state(spec);
  const Address all = in_region(ResourceKind::composite_alarm, "bedrock-comprehensive-health");
  EXPECT_EQ(state.find(all), nullptr);
  EXPECT_NE(reason_of(state, all).find("CloudWatch takes 100"), std::string::npos);
}

struct SwitchRow {
  const char* name;
  bool SecureSwitches::* flag;
  std::vector<Address> resources;
};

const std::vector<SwitchRow>& switch_rows() {
  const auto alarm = [](const char* name) { return in_region(ResourceKind::alarm, name); };
  const auto detector = [](const char* metric) {
    return in_region(ResourceKind::anomaly_detector, metric);
  };
  static const std::vector<SwitchRow> rows = {
      {"invocation_alarms",
       &SecureSwitches::invocation_alarms,
       {alarm("bedrock-client-errors"), alarm("bedrock-server-errors"),
        alarm("bedrock-p99-latency"), alarm("bedrock-throttles")}},
      {"token_anomaly_alarms",
       &SecureSwitches::token_anomaly_alarms,
       {alarm("bedrock-input-token-anomaly"), alarm("bedrock-output-token-anomaly"),
        alarm("bedrock-invocation-anomaly"), detector("AWS/Bedrock/InputTokenCount/Sum"),
        detector("AWS/Bedrock/OutputTokenCount/Sum"), detector("AWS/Bedrock/Invocations/Sum")}},
      {"agent_alarms",
       &SecureSwitches::agent_alarms,
       {alarm("bedrock-agent-client-errors"), alarm("bedrock-agent-server-errors"),
        alarm("bedrock-agent-p99-latency"), alarm("bedrock-agent-throttles")}},
      {"knowledge_base_alarms",
       &SecureSwitches::knowledge_base_alarms,
       {alarm("bedrock-kb-client-errors"), alarm("bedrock-kb-server-errors"),
        alarm("bedrock-kb-throttles")}},
      {"guardrail_alarms",
       &SecureSwitches::guardrail_alarms,
       {alarm("bedrock-guardrail-blocked-input"), alarm("bedrock-guardrail-blocked-output")}},
      {"training_alarm",
       &SecureSwitches::training_alarm,
       {alarm("bedrock-training-failed"),
        in_region(ResourceKind::event_rule, "bedrock-training-failed")}},
      {"api_call_alarm",
       &SecureSwitches::api_call_alarm,
       {alarm("bedrock-api-call-anomaly"), detector("BedrockLog/bedrocklog/BedrockApiCalls/Sum")}},
      {"composite_alarms",
       &SecureSwitches::composite_alarms,
       {in_region(ResourceKind::composite_alarm, "bedrock-overall-health"),
        in_region(ResourceKind::composite_alarm, "bedrock-comprehensive-health")}},
      {"guardrail",
       &SecureSwitches::guardrail,
       {in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog"),
        in_region(ResourceKind::guardrail_version, "bedrocklog-bedrocklog")}}};
  return rows;
}

/// What says something about what else there is.
bool may_follow(const Address& address) {
  return address.kind == ResourceKind::composite_alarm || address.kind == ResourceKind::key ||
         address == Address{ResourceKind::role, "", "BedrocklogModelAccess"};
}

TEST(SecureSwitches, Property2_EachTakesExactlyItsOwnAway) {
  const StackSpec spec = secure_spec();
  const std::map<Address, Json> full = everything(desired_state(spec));
  std::mt19937 random(11);
  for (unsigned run = 0; run < property_cases; ++run) {
    StackSpec less = spec;
    std::set<Address> gone;
    for (const SwitchRow& row : switch_rows()) {
      if (random() % 2 == 0) {
        less.secure.switches.*row.flag = false;
        gone.insert(row.resources.begin(), row.resources.end());
      }
    }
    const std::map<Address, Json> left = everything(desired_state(less));
    for (const auto& [address, properties] : full) {
      const auto found = left.find(address);
      EXPECT_EQ(found != left.end(), !gone.contains(address)) << to_text(address);
      if (found != left.end() && !may_follow(address)) {
        EXPECT_EQ(found->second, properties) << to_text(address);
      }
    }
    for (const auto& [address, properties] : left) {
      EXPECT_TRUE(full.contains(address)) << to_text(address);
    }
  }
}

TEST(SecureSwitches, EachAloneTakesItsOwnAwayBesideObservability) {
  const StackSpec spec = secure_spec_with({"observability"});
  const std::map<Address, Json> full = everything(desired_state(spec));
  for (const SwitchRow& row : switch_rows()) {
    SCOPED_TRACE(row.name);
    StackSpec less = spec;
    less.secure.switches.*row.flag = false;
    const std::map<Address, Json> left = everything(desired_state(less));
    for (const Address& address : row.resources) {
      EXPECT_TRUE(full.contains(address)) << to_text(address);
      // Observability has a band around all calls, too.
      if (address.name != "AWS/Bedrock/Invocations/Sum") {
        EXPECT_FALSE(left.contains(address)) << to_text(address);
      }
    }
    for (const auto& [address, properties] : full) {
      const bool is_own =
          std::find(row.resources.begin(), row.resources.end(), address) != row.resources.end();
      EXPECT_TRUE(is_own || left.contains(address)) << to_text(address);
    }
  }
}

struct ThresholdRow {
  const char* name;
  std::uint64_t ServiceThresholds::* limit;
  std::set<std::string> alarms;
};

const std::vector<ThresholdRow>& threshold_rows() {
  using Limits = ServiceThresholds;
  static const std::vector<ThresholdRow> rows = {
      {"client_errors", &Limits::client_errors, {"bedrock-client-errors"}},
      {"server_errors", &Limits::server_errors, {"bedrock-server-errors"}},
      {"latency_p99_ms", &Limits::latency_p99_ms, {"bedrock-p99-latency"}},
      {"throttles", &Limits::throttles, {"bedrock-throttles"}},
      {"agent_errors",
       &Limits::agent_errors,
       {"bedrock-agent-client-errors", "bedrock-agent-server-errors"}},
      {"agent_latency_p99_ms", &Limits::agent_latency_p99_ms, {"bedrock-agent-p99-latency"}},
      {"agent_throttles", &Limits::agent_throttles, {"bedrock-agent-throttles"}},
      {"knowledge_base_errors",
       &Limits::knowledge_base_errors,
       {"bedrock-kb-client-errors", "bedrock-kb-server-errors"}},
      {"knowledge_base_throttles", &Limits::knowledge_base_throttles, {"bedrock-kb-throttles"}},
      {"guardrail_interventions",
       &Limits::guardrail_interventions,
       {"bedrock-guardrail-blocked-input", "bedrock-guardrail-blocked-output"}},
      {"training_failures", &Limits::training_failures, {"bedrock-training-failed"}}};
  return rows;
}

TEST(ServiceThresholds, Property3_EachChangesExactlyItsAlarms) {
  const StackSpec spec = secure_spec();
  const std::map<Address, Json> before = everything(desired_state(spec));
  std::mt19937 random(13);
  unsigned held = 0;
  for (unsigned round = 0; round < 10; ++round) {
    for (const ThresholdRow& row : threshold_rows()) {
      SCOPED_TRACE(row.name);
      StackSpec changed = spec;
      std::uint64_t& limit = changed.secure.thresholds.*row.limit;
      limit += 1 + random() % 1'000'000;
      std::set<std::string> changed_alarms;
      for (const auto& [address, properties] : everything(desired_state(changed))) {
        if (before.at(address) != properties) {
          EXPECT_EQ(address.kind, ResourceKind::alarm);
          EXPECT_EQ(properties["Threshold"], limit);
          changed_alarms.insert(address.name);
        }
      }
      EXPECT_EQ(changed_alarms, row.alarms);
      ++held;
    }
  }
  EXPECT_GE(held, 100U);
}

TEST(ServiceThresholds, TheBandIsThatOfTheAnomalyAlarms) {
  StackSpec spec = secure_spec();
  const std::map<Address, Json> before = everything(desired_state(spec));
  spec.secure.thresholds.anomaly_band = 3;
  std::set<std::string> changed;
  for (const auto& [address, properties] : everything(desired_state(spec))) {
    if (before.at(address) != properties) {
      changed.insert(address.name);
      EXPECT_NE(properties["Metrics"].dump().find(", 3)"), std::string::npos);
    }
  }
  EXPECT_EQ(changed,
            (std::set<std::string>{"bedrock-input-token-anomaly", "bedrock-output-token-anomaly",
                                   "bedrock-invocation-anomaly"}));
}

}  // namespace
}  // namespace bedrocklog::provision
