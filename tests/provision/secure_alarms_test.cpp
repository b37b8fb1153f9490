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

}  // namespace
}  // namespace bedrocklog::provision
