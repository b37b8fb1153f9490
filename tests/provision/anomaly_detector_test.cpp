// Anomaly detectors: the fake's rules, and the provider.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provision/mark.h"
#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;
using fake_aws::FakeAws;

constexpr const char* region = "eu-west-1";
const Address of_all{ResourceKind::anomaly_detector, region, "AWS/Bedrock/Invocations/Sum"};
const Address of_model{ResourceKind::anomaly_detector, region,
                       "AWS/Bedrock/Invocations/Sum/ModelId=arn:x/y"};

Json wanted_detector(const std::string& model = "") {
  Json properties = {{"Namespace", "AWS/Bedrock"},
                     {"MetricName", "Invocations"},
                     {"Stat", "Sum"},
                     {"Configuration", {{"MetricTimeZone", "Etc/UTC"}}}};
  if (!model.empty()) {
    properties["Dimensions"] = {{{"Name", "ModelId"}, {"Value", model}}};
  }
  return properties;
}

/// An alarm with a band around all invocations, of the stack or of nobody.
Json band_alarm(const std::string& stack = "") {
  Json alarm = {{"AlarmName", "band"},
                {"EvaluationPeriods", 2},
                {"ComparisonOperator", "GreaterThanUpperThreshold"},
                {"ThresholdMetricId", "ad1"},
                {"Metrics",
                 {{{"Id", "m1"},
                   {"MetricStat",
                    {{"Metric", {{"Namespace", "AWS/Bedrock"}, {"MetricName", "Invocations"}}},
                     {"Period", 300},
                     {"Stat", "Sum"}}}},
                  {{"Id", "ad1"}, {"Expression", "ANOMALY_DETECTION_BAND( m1 , 2)"}}}}};
  if (!stack.empty()) {
    alarm["Tags"] = to_json(Tags{{std::string(stack_tag), stack}});
  }
  return alarm;
}

struct Watch {
  FakeAws account;
  ProviderRun run{account};

  std::string call(const std::string& action, const Json& members) {
    const CallResult<XmlElement> answer = run.calls().query("cloudwatch", region, action, members);
    return answer ? "" : answer.error().error.code;
  }
};

TEST(FakeAnomalyDetectors, RefusesWhatTheServiceRefuses) {
  Watch watch;
  const Json single = {
      {"Namespace", "AWS/Bedrock"}, {"MetricName", "Invocations"}, {"Stat", "Sum"}};
  EXPECT_EQ(watch.call("PutAnomalyDetector", {{"SingleMetricAnomalyDetector", single}}), "");
  EXPECT_EQ(watch.call("PutAnomalyDetector", Json::object()), "MissingParameter");
  Json without = single;
  without.erase("Stat");
  EXPECT_EQ(watch.call("PutAnomalyDetector", {{"SingleMetricAnomalyDetector", without}}),
            "MissingParameter");
  EXPECT_EQ(watch.call("PutAnomalyDetector", {{"SingleMetricAnomalyDetector", single},
                                              {"Configuration", {{"MetricTimeZone", "Etc/UTC"}}}}),
            "ValidationError");  // CloudFormation's spelling.
  EXPECT_EQ(
      watch.call("PutAnomalyDetector", {{"SingleMetricAnomalyDetector", single},
                                        {"Configuration", {{"MetricTimezone", "5 o'clock"}}}}),
      "InvalidParameterValue");
  EXPECT_EQ(watch.call("DeleteAnomalyDetector", {{"SingleMetricAnomalyDetector", single}}), "");
  EXPECT_EQ(watch.call("DeleteAnomalyDetector", {{"SingleMetricAnomalyDetector", single}}),
            "ResourceNotFoundException");
}

TEST(FakeAnomalyDetectors, AnAlarmWithABandBringsItsModelAlong) {
  Watch watch;
  EXPECT_FALSE(watch.run.read(of_all).has_value());
  EXPECT_EQ(watch.call("PutMetricAlarm", band_alarm()), "");
  ASSERT_TRUE(watch.run.read(of_all).has_value());
  EXPECT_EQ(watch.run.read(of_all)->ownership, Ownership::foreign);
  EXPECT_EQ(watch.call("DeleteAlarms", {{"AlarmNames", {"band"}}}), "");
  EXPECT_TRUE(watch.run.read(of_all).has_value());
}

TEST(AnomalyDetector, IsMadeChangedAndTakenAway) {
  Watch watch;
  const Json before = watch.account.snapshot();
  EXPECT_EQ(watch.run.apply(of_all, wanted_detector()), "");
  EXPECT_EQ(watch.run.apply(of_model, wanted_detector("arn:x/y")), "");
  EXPECT_TRUE(watch.run.drift(of_all, wanted_detector()).empty());
  EXPECT_TRUE(watch.run.drift(of_model, wanted_detector("arn:x/y")).empty());
  EXPECT_EQ(watch.run.read(of_model)->ownership, Ownership::ours);
  const Result<std::vector<Address>> family = watch.run.of(of_all).list(
      {ResourceKind::anomaly_detector, region, "AWS/Bedrock/Invocations/Sum"});
  ASSERT_TRUE(family.has_value());
  EXPECT_THAT(*family, testing::UnorderedElementsAre(of_all, of_model));
  EXPECT_EQ(watch.run.destroy(of_all), "");
  EXPECT_TRUE(watch.run.read(of_model).has_value());
  EXPECT_EQ(watch.run.destroy(of_model), "");
  EXPECT_EQ(watch.run.destroy(of_model), "");
  EXPECT_EQ(watch.account.snapshot(), before);
}

TEST(AnomalyDetector, KeepsTimesThatSomebodyHasLeftOut) {
  Watch watch;
  const Json ranges = {
      {{"StartTime", "2026-08-01T00:00:00Z"}, {"EndTime", "2026-08-02T00:00:00Z"}}};
  EXPECT_EQ(
      watch.call(
          "PutAnomalyDetector",
          {{"SingleMetricAnomalyDetector",
            {{"Namespace", "AWS/Bedrock"}, {"MetricName", "Invocations"}, {"Stat", "Sum"}}},
           {"Configuration", {{"MetricTimezone", "Etc/UTC"}, {"ExcludedTimeRanges", ranges}}}}),
      "");
  EXPECT_TRUE(watch.run.drift(of_all, wanted_detector()).empty());
  EXPECT_TRUE(
      watch.run.of(of_all).update(of_all, wanted_detector(), *watch.run.read(of_all)).has_value());
  EXPECT_EQ(watch.run.read(of_all)->properties["Configuration"]["ExcludedTimeRanges"], ranges);
}

TEST(AnomalyDetector, OfOthersServesAndIsLeftAlone) {
  Watch watch;
  EXPECT_EQ(watch.call("PutMetricAlarm", band_alarm()), "");
  const Json before = watch.account.snapshot();
  EXPECT_TRUE(watch.run.of(of_all).create(of_all, wanted_detector()).has_value());
  EXPECT_EQ(watch.run.destroy(of_all), "");
  EXPECT_EQ(watch.account.snapshot(), before);
}

TEST(AnomalyDetector, StaysForAnAlarmOfOthersAndLosesOnlyOurMark) {
  Watch watch;
  EXPECT_EQ(watch.call("PutMetricAlarm", band_alarm()), "");
  const Json with_alarm = watch.account.snapshot();
  FakeAws empty;
  watch.account.restore(empty.snapshot());
  EXPECT_EQ(watch.run.apply(of_all, wanted_detector()), "");
  EXPECT_EQ(watch.call("PutMetricAlarm", band_alarm()), "");
  EXPECT_EQ(watch.run.read(of_all)->ownership, Ownership::ours);
  EXPECT_EQ(watch.run.destroy(of_all), "");
  EXPECT_EQ(watch.account.snapshot(), with_alarm);
  EXPECT_EQ(watch.run.destroy(of_all), "");
}

TEST(AnomalyDetector, GoesBesideAnAlarmOfOurOwn) {
  Watch watch;
  EXPECT_EQ(watch.run.apply(of_all, wanted_detector()), "");
  EXPECT_EQ(watch.call("PutMetricAlarm", band_alarm("bedrocklog")), "");
  EXPECT_EQ(watch.run.destroy(of_all), "");
  EXPECT_FALSE(watch.run.read(of_all).has_value());
}

TEST(AnomalyDetector, KilledAfterAnyChangeConverges) {
  const ProviderDeed nothing = [](ProviderRun& /*run*/) { return std::string(); };
  const ProviderDeed make = [](ProviderRun& run) { return run.apply(of_all, wanted_detector()); };
  const ProviderDeed take_away = [](ProviderRun& run) { return run.destroy(of_all); };
  EXPECT_GE(expect_convergence(nothing, make), 2U);
  EXPECT_GE(expect_convergence(make, take_away), 2U);
}

}  // namespace
}  // namespace bedrocklog::provision
