// Alarms T1 to T10 and L1 to L3 against a table of their own: what they read, how long, from which
// value on, whom they tell.
#include <algorithm>
#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "tests/provision/monitoring_spec.h"
#include "tests/provision/watch_grammar.h"

namespace bedrocklog::provision {
namespace {

struct Row {
  const char* name;  // With env prod.
  const char* name_space;
  std::set<std::string> metrics;
  const char* statistic;
  unsigned period_seconds;
  unsigned breaches;
  unsigned periods;
  Json threshold;
  const char* comparison;
};

constexpr const char* above = "GreaterThanThreshold";
constexpr const char* at_least = "GreaterThanOrEqualToThreshold";

const std::vector<Row>& catalogue() {
  static const std::vector<Row> rows = {
      {"bedrock-critical-availability-prod",
       "AWS/Bedrock",
       {"Invocations", "InvocationClientErrors", "InvocationServerErrors", "InvocationThrottles"},
       "Sum",
       300,
       2,
       2,
       1,
       at_least},
      {"Bedrock-High-Error-Rate-prod",
       "AWS/Bedrock",
       {"Invocations", "InvocationClientErrors", "InvocationServerErrors"},
       "Sum",
       300,
       1,
       1,
       5,
       above},
      {"bedrock-critical-unauthorized-prod",
       "BedrockLog/bedrocklog",
       {"BedrockUnauthorized"},
       "Sum",
       300,
       1,
       1,
       5,
       above},
      {"bedrock-critical-cost-spike-prod",
       "AWS/Bedrock",
       {"InputTokenCount", "OutputTokenCount", "CacheReadInputTokens", "CacheWriteInputTokens"},
       "Sum",
       3600,
       1,
       1,
       200,
       above},
      {"bedrock-critical-logging-tampered-prod",
       "BedrockLog/bedrocklog",
       {"LoggingConfigChanged", "TrailTampered"},
       "Sum",
       60,
       1,
       1,
       0,
       above},
      {"Bedrock-High-Latency-prod",
       "AWS/Bedrock",
       {"InvocationLatency"},
       "Average",
       300,
       3,
       3,
       3000,
       above},
      {"bedrock-warning-p99-prod-anthropic.claude-v2:1",
       "AWS/Bedrock",
       {"InvocationLatency"},
       "p99",
       300,
       3,
       3,
       5000,
       above},
      {"bedrock-warning-p99-prod-amazon.nova-pro-v1:0",
       "AWS/Bedrock",
       {"InvocationLatency"},
       "p99",
       300,
       3,
       3,
       7000,
       above},
      {"bedrock-warning-throttle-rate-prod",
       "AWS/Bedrock",
       {"Invocations", "InvocationThrottles"},
       "Sum",
       300,
       2,
       2,
       0.1,
       above},
      {"Bedrock-Unusual-Activity-prod",
       "AWS/Bedrock",
       {"Invocations"},
       "Sum",
       900,
       1,
       1,
       Json(),
       "GreaterThanUpperThreshold"},
      {"bedrock-warning-quota-prod-anthropic.claude-v2:1",
       "AWS/Bedrock",
       {"EstimatedTPMQuotaUsage"},
       "Maximum",
       60,
       3,
       5,
       804,
       above},
      {"bedrock-log-delivery-cloudwatch",
       "AWS/Bedrock",
       {"ModelInvocationLogsCloudWatchDeliveryFailure"},
       "Sum",
       300,
       1,
       1,
       1,
       at_least},
      {"bedrock-log-delivery-s3",
       "AWS/Bedrock",
       {"ModelInvocationLogsS3DeliveryFailure"},
       "Sum",
       300,
       1,
       1,
       1,
       at_least},
      {"bedrock-log-delivery-large-data",
       "AWS/Bedrock",
       {"ModelInvocationLargeDataS3DeliveryFailure"},
       "Sum",
       300,
       1,
       1,
       1,
       at_least}};
  return rows;
}

/// One metric that an alarm reads.
struct Reading {
  std::string name_space;
  std::string metric;
  std::string statistic;
  unsigned period_seconds = 0;
  Json dimensions;
};

std::vector<Reading> readings(const Json& alarm) {
  if (alarm.contains("MetricName")) {
    const char* const statistic = alarm.contains("Statistic") ? "Statistic" : "ExtendedStatistic";
    return {{alarm["Namespace"], alarm["MetricName"], alarm[statistic], alarm["Period"],
             alarm.value("Dimensions", Json::array())}};
  }
  std::vector<Reading> all;
  for (const Json& entry : alarm["Metrics"]) {
    if (entry.contains("MetricStat")) {
      const Json& stat = entry["MetricStat"];
      all.push_back({stat["Metric"]["Namespace"], stat["Metric"]["MetricName"], stat["Stat"],
                     stat["Period"], stat["Metric"].value("Dimensions", Json::array())});
    } else if (const auto select = read_insights_select(entry["Expression"].get<std::string>())) {
      all.push_back(
          {select->name_space, select->metric, select->statistic, entry["Period"], Json::array()});
    }
  }
  return all;
}

TEST(TierAlarms, AreThoseOfTheCatalogue) {
  const DesiredState state = desired_state(full_monitoring_spec());
  std::set<std::string> expected;
  for (const Row& row : catalogue()) {
    SCOPED_TRACE(row.name);
    expected.insert(row.name);
    const Json alarm = home_alarm(state, row.name);
    ASSERT_TRUE(alarm.is_object());
    EXPECT_EQ(alarm["DatapointsToAlarm"], row.breaches);
    EXPECT_EQ(alarm["EvaluationPeriods"], row.periods);
    EXPECT_EQ(alarm.value("Threshold", Json()), row.threshold);
    EXPECT_EQ(alarm["ComparisonOperator"], row.comparison);
    EXPECT_EQ(alarm["TreatMissingData"], "notBreaching");
    EXPECT_EQ(alarm["ActionsEnabled"], true);
    EXPECT_EQ(alarm["AlarmActions"],
              Json::array({"arn:aws:sns:eu-west-1:123456789012:bedrock-monitoring-alerts-prod"}));
    std::set<std::string> metrics;
    for (const Reading& reading : readings(alarm)) {
      metrics.insert(reading.metric);
      EXPECT_EQ(reading.name_space, row.name_space);
      EXPECT_EQ(reading.statistic, row.statistic);
      EXPECT_EQ(reading.period_seconds, row.period_seconds);
    }
    EXPECT_EQ(metrics, row.metrics);
  }
  std::set<std::string> found;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == ResourceKind::alarm) {
      found.insert(resource.address.name);
    }
  }
  EXPECT_EQ(found, expected);
}

/// Whatever the settings: what PutMetricAlarm asks of an alarm.
void expect_allowed(const Json& alarm) {
  SCOPED_TRACE(alarm["AlarmName"].get<std::string>());
  const auto description = alarm["AlarmDescription"].get<std::string>();
  EXPECT_LE(description.size(), 1'024U);
  for (const char* const step : {"1. ", "2. ", "3. "}) {
    EXPECT_NE(description.find(step), std::string::npos) << description;
  }
  EXPECT_LE(alarm["AlarmName"].get<std::string>().size(), 255U);
  EXPECT_LE(alarm["AlarmActions"].size(), 5U);
  EXPECT_NE(alarm.contains("MetricName"), alarm.contains("Metrics"));
  EXPECT_NE(alarm.contains("Threshold"), alarm.contains("ThresholdMetricId"));
  if (!alarm.contains("Metrics")) {
    return;
  }
  std::set<std::string> ids;
  unsigned metrics = 0;
  unsigned selects = 0;
  unsigned expressions = 0;
  unsigned results = 0;
  std::set<unsigned> periods;
  std::set<std::string> read_ids;
  bool has_band = false;
  for (const Json& entry : alarm["Metrics"]) {
    EXPECT_TRUE(ids.insert(entry["Id"]).second);
    results += entry["ReturnData"] == true ? 1U : 0U;
    if (entry.contains("MetricStat")) {
      ++metrics;
      periods.insert(entry["MetricStat"]["Period"].get<unsigned>());
      continue;
    }
    ++expressions;
    const auto text = entry["Expression"].get<std::string>();
    if (read_insights_select(text)) {
      ++selects;
      continue;
    }
    std::string fault;
    const auto math = read_math(text, fault);
    ASSERT_TRUE(math) << fault;
    EXPECT_FALSE(math->functions.contains("SEARCH")) << "not in alarms";
    has_band = has_band || math->functions.contains("ANOMALY_DETECTION_BAND");
    EXPECT_TRUE(math->type == MathType::series || has_band) << text;
    read_ids.insert(math->ids.begin(), math->ids.end());
  }
  EXPECT_TRUE(std::includes(ids.begin(), ids.end(), read_ids.begin(), read_ids.end()));
  EXPECT_LE(metrics, 10U);
  EXPECT_LE(expressions, 10U);
  EXPECT_LE(selects, 1U) << "one Metrics Insights query in a request";
  EXPECT_LE(periods.size(), 1U) << "metrics of an alarm have one period";
  EXPECT_EQ(results, has_band ? 2U : 1U);
  EXPECT_EQ(has_band, alarm.contains("ThresholdMetricId"));
}

TEST(TierAlarms, AreSuchAsCloudWatchTakesWhateverTheSettings) {
  for (const AlarmSource source :
       {AlarmSource::automatic, AlarmSource::all_models_series, AlarmSource::metrics_insights}) {
    for (const bool has_prices : {true, false}) {
      StackSpec spec = full_monitoring_spec();
      spec.alarm_source = source;
      for (unsigned more = 0; more < 9; ++more) {
        spec.observability.models.push_back(
            {"model-" + std::to_string(more), 1, 1, "1", "2", "3", "4"});
      }
      if (!has_prices) {
        for (WatchedModel& model : spec.observability.models) {
          model = {model.model_id, model.tokens_per_minute_quota, 0, "", "", "", ""};
        }
      }
      for (const Resource& resource : desired_state(spec).resources) {
        if (resource.address.kind == ResourceKind::alarm) {
          expect_allowed(resource.properties);
        }
      }
    }
  }
}

TEST(TierAlarms, ListTheseResourcesAsTheirFamilies) {
  const DesiredState state = desired_state(full_monitoring_spec());
  for (const Resource& resource : state.resources) {
    const std::string& name = resource.address.name;
    if (resource.address.kind != ResourceKind::alarm ||
        name.find("anthropic") == std::string::npos) {
      continue;
    }
    EXPECT_TRUE(std::any_of(state.families.begin(), state.families.end(),
                            [&](const Family& family) {
                              return family.kind == ResourceKind::alarm &&
                                     family.region == "eu-west-1" &&
                                     name.starts_with(family.prefix);
                            }))
        << name;
  }
}

TEST(TierAlarms, AreForEachModelWhereAllModelsHaveNoSeries) {
  StackSpec spec = full_monitoring_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  const DesiredState state = desired_state(spec);
  for (const char* const name :
       {"bedrock-critical-availability-prod", "Bedrock-High-Error-Rate-prod",
        "bedrock-warning-throttle-rate-prod", "Bedrock-Unusual-Activity-prod"}) {
    EXPECT_TRUE(home_alarm(state, name).is_null()) << name;
    for (const char* const model : {"anthropic.claude-v2:1", "amazon.nova-pro-v1:0"}) {
      const Json alarm = home_alarm(state, std::string(name) + "-" + model);
      ASSERT_TRUE(alarm.is_object()) << name << ' ' << model;
      for (const Reading& reading : readings(alarm)) {
        EXPECT_EQ(reading.dimensions, Json::array({{{"Name", "ModelId"}, {"Value", model}}}));
      }
    }
    EXPECT_TRUE(std::any_of(state.families.begin(), state.families.end(),
                            [&](const Family& family) { return family.prefix == name; }))
        << "the alarm over all models is retired: " << name;
  }
  const Json mean = home_alarm(state, "Bedrock-High-Latency-prod");
  ASSERT_EQ(mean["Metrics"].size(), 1U);
  const auto select = read_insights_select(mean["Metrics"][0]["Expression"].get<std::string>());
  ASSERT_TRUE(select);
  EXPECT_EQ(*select, (MetricUse{"AWS/Bedrock", "InvocationLatency", {"ModelId"}, "Average"}));
  EXPECT_TRUE(state.unsupported.empty());
}

TEST(TierAlarms, TellWhatCannotBeWatchedWithoutSeriesAndModels) {
  StackSpec spec = monitoring_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  const DesiredState state = desired_state(spec);
  std::set<std::string> told;
  for (const Unsupported& one : state.unsupported) {
    EXPECT_FALSE(one.reason.empty());
    told.insert(one.address.name);
    EXPECT_TRUE(home_alarm(state, one.address.name).is_null());
  }
  EXPECT_EQ(told, (std::set<std::string>{
                      "Bedrock-High-Error-Rate-prod", "Bedrock-Unusual-Activity-prod",
                      "bedrock-critical-availability-prod", "bedrock-critical-cost-spike-prod",
                      "bedrock-warning-throttle-rate-prod"}));
}

TEST(UnusualActivity, HasADetectorOfTheSameMetric) {
  const DesiredState state = desired_state(monitoring_spec());
  const Json detector = properties_of(state, ResourceKind::anomaly_detector, "eu-west-1",
                                      "AWS/Bedrock/Invocations/Sum");
  ASSERT_TRUE(detector.is_object());
  EXPECT_EQ(detector["Namespace"], "AWS/Bedrock");
  EXPECT_EQ(detector["MetricName"], "Invocations");
  EXPECT_EQ(detector["Stat"], "Sum");
  EXPECT_EQ(detector["Configuration"]["MetricTimeZone"], "Etc/UTC");
  const Json alarm = home_alarm(state, "Bedrock-Unusual-Activity-prod");
  EXPECT_EQ(alarm["ThresholdMetricId"], "band");
  const Resource* const resource =
      state.find({ResourceKind::alarm, "eu-west-1", "Bedrock-Unusual-Activity-prod"});
  EXPECT_NE(std::find(resource->depends_on.begin(), resource->depends_on.end(),
                      Address{ResourceKind::anomaly_detector, "eu-west-1",
                              "AWS/Bedrock/Invocations/Sum"}),
            resource->depends_on.end());
}

TEST(TierThresholds, EachChangesExactlyItsAlarms) {
  struct Case {
    std::function<void(StackSpec&)> change;
    std::set<std::string> alarms;
  };
  const std::vector<Case> cases = {
      {[](StackSpec& s) { s.observability.thresholds.error_percent = "7.5"; },
       {"Bedrock-High-Error-Rate-prod"}},
      {[](StackSpec& s) { s.observability.thresholds.unauthorized_per_5_minutes = 6; },
       {"bedrock-critical-unauthorized-prod"}},
      {[](StackSpec& s) { s.observability.thresholds.cost_increase_percent = 100; },
       {"bedrock-critical-cost-spike-prod"}},
      {[](StackSpec& s) { s.observability.thresholds.latency_mean_ms = 1; },
       {"Bedrock-High-Latency-prod"}},
      // The other model has its own.
      {[](StackSpec& s) { s.observability.thresholds.latency_p99_ms = 1; },
       {"bedrock-warning-p99-prod-anthropic.claude-v2:1"}},
      {[](StackSpec& s) { s.observability.models[1].latency_p99_ms = 1; },
       {"bedrock-warning-p99-prod-amazon.nova-pro-v1:0"}},
      {[](StackSpec& s) { s.observability.thresholds.throttle_percent = "0.25"; },
       {"bedrock-warning-throttle-rate-prod"}},
      {[](StackSpec& s) { s.observability.thresholds.quota_percent = 75; },
       {"bedrock-warning-quota-prod-anthropic.claude-v2:1"}},
      {[](StackSpec& s) { s.observability.models[0].tokens_per_minute_quota = 3; },
       {"bedrock-warning-quota-prod-anthropic.claude-v2:1"}},
      {[](StackSpec& s) { s.observability.thresholds.anomaly_band = 3; },
       {"Bedrock-Unusual-Activity-prod"}},
      {[](StackSpec& s) { s.observability.thresholds.delivery_failures_per_5_minutes = 2; },
       {"bedrock-log-delivery-cloudwatch", "bedrock-log-delivery-large-data",
        "bedrock-log-delivery-s3"}}};
  const StackSpec before = full_monitoring_spec();
  const DesiredState plain = desired_state(before);
  for (const Case& one : cases) {
    StackSpec after = before;
    one.change(after);
    const DesiredState state = desired_state(after);
    EXPECT_TRUE(added(plain, state).empty());
    EXPECT_TRUE(added(state, plain).empty());
    std::set<std::string> alarms;
    for (const std::string& address : changed(plain, state)) {
      const std::string prefix = "eu-west-1/alarm/";
      // The band is drawn on the security dashboard, too.
      if (address.starts_with(prefix)) {
        alarms.insert(address.substr(prefix.size()));
      } else {
        EXPECT_EQ(address, "dashboard/Bedrock-Security-Monitoring-prod");
      }
    }
    EXPECT_EQ(alarms, one.alarms);
  }
}

TEST(TierThresholds, AreWrittenAsAwsGivesThemBack) {
  StackSpec spec = full_monitoring_spec();
  spec.observability.thresholds.error_percent = "07.50";
  spec.observability.thresholds.throttle_percent = "1.000";
  spec.observability.models[0].tokens_per_minute_quota = 1'001;
  const DesiredState state = desired_state(spec);
  EXPECT_EQ(home_alarm(state, "Bedrock-High-Error-Rate-prod")["Threshold"], 7.5);
  EXPECT_EQ(home_alarm(state, "bedrock-warning-throttle-rate-prod")["Threshold"], 1);
  EXPECT_EQ(home_alarm(state, "bedrock-warning-quota-prod-anthropic.claude-v2:1")["Threshold"],
            800.8);
}

TEST(DeliveryAlarms, TellTheTopicsOfTheProfilesThatAreThere) {
  const std::string monitoring =
      "arn:aws:sns:eu-west-1:123456789012:bedrock-monitoring-alerts-prod";
  const std::string critical = "arn:aws:sns:eu-west-1:123456789012:bedrock-critical-alerts";
  struct Case {
    std::set<std::string> profiles;
    Json topics;
  };
  for (const Case& one :
       {Case{{"core"}, Json()}, Case{{"observability"}, Json::array({monitoring})},
        Case{{"core", "observability"}, Json::array({monitoring})},
        Case{{"secure"}, Json::array({critical})},
        Case{{"observability", "secure"}, Json::array({critical, monitoring})}}) {
    StackSpec spec = monitoring_spec();
    spec.profiles = one.profiles;
    const DesiredState state = desired_state(spec);
    for (const char* const name : {"bedrock-log-delivery-cloudwatch", "bedrock-log-delivery-s3",
                                   "bedrock-log-delivery-large-data"}) {
      const Json alarm = home_alarm(state, name);
      ASSERT_EQ(alarm.is_null(), one.topics.is_null()) << name;
      if (alarm.is_object()) {
        EXPECT_EQ(alarm["AlarmActions"], one.topics);
      }
    }
  }
}

TEST(TierAlarms, AreInEveryRegionAndThoseOfTheTrailAtHome) {
  StackSpec spec = full_monitoring_spec();
  spec.regions = {"eu-west-1", "us-east-1"};
  const DesiredState state = desired_state(spec);
  for (const Row& row : catalogue()) {
    const Json away = properties_of(state, ResourceKind::alarm, "us-east-1", row.name);
    const bool is_of_trail = std::string(row.name_space).starts_with("BedrockLog/");
    EXPECT_EQ(away.is_null(), is_of_trail) << row.name;
    if (away.is_object()) {
      EXPECT_EQ(away["AlarmActions"],
                Json::array({"arn:aws:sns:us-east-1:123456789012:bedrock-monitoring-alerts-prod"}));
    }
  }
}

}  // namespace
}  // namespace bedrocklog::provision
