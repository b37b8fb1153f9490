// Alarms of metrics and of alarms: the fake's rules, and the provider.
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
constexpr const char* topic = "arn:aws:sns:eu-west-1:123456789012:alerts";

Address alarm_named(const std::string& name) {
  return {ResourceKind::alarm, region, name};
}
Address composite_named(const std::string& name) {
  return {ResourceKind::composite_alarm, region, name};
}

const Json& our_tags() {
  static const Json tags =
      to_json(Tags{{std::string(stack_tag), "bedrocklog"}, {std::string(managed_tag), "true"}});
  return tags;
}

Json plain_alarm(const std::string& name) {
  return {{"AlarmName", name},
          {"Namespace", "AWS/Bedrock"},
          {"MetricName", "Invocations"},
          {"Dimensions", {{{"Name", "ModelId"}, {"Value", "m"}}}},
          {"Statistic", "Sum"},
          {"Period", 300},
          {"EvaluationPeriods", 2},
          {"Threshold", 10},
          {"ComparisonOperator", "GreaterThanThreshold"},
          {"AlarmActions", {topic}},
          {"ActionsEnabled", true},
          {"Tags", our_tags()}};
}

Json band_alarm(const std::string& name) {
  return {{"AlarmName", name},
          {"EvaluationPeriods", 2},
          {"ComparisonOperator", "GreaterThanUpperThreshold"},
          {"ThresholdMetricId", "ad1"},
          {"Metrics",
           {{{"Id", "m1"},
             {"MetricStat",
              {{"Metric", {{"Namespace", "AWS/Bedrock"}, {"MetricName", "Invocations"}}},
               {"Period", 300},
               {"Stat", "Sum"}}}},
            {{"Id", "ad1"}, {"Expression", "ANOMALY_DETECTION_BAND(m1, 2)"}}}},
          {"Tags", our_tags()}};
}

Json composite(const std::string& name, const std::string& rule) {
  return {{"AlarmName", name},
          {"AlarmRule", rule},
          {"AlarmDescription", "All is well or not"},
          {"AlarmActions", {topic}},
          {"ActionsEnabled", true},
          {"Tags", our_tags()}};
}

std::string code_of(const CallResult<XmlElement>& result) {
  return result ? "" : result.error().error.code;
}

struct Watch {
  FakeAws account;
  ProviderRun run{account};

  std::string call(const std::string& action, const Json& members) {
    return code_of(run.calls().query("cloudwatch", region, action, members));
  }
  std::string put(const Json& alarm) { return call("PutMetricAlarm", alarm); }
  std::string put_composite(const std::string& name, const std::string& rule) {
    return call("PutCompositeAlarm", {{"AlarmName", name}, {"AlarmRule", rule}});
  }
};

TEST(FakeAlarms, RefusesMetricsThatAnAlarmCannotWatch) {
  Watch watch;
  constexpr const char* invalid = "ValidationError";
  const auto with_expression = [](const std::string& expression) {
    Json alarm = band_alarm("a");
    alarm.erase("ThresholdMetricId");
    alarm["ComparisonOperator"] = "GreaterThanThreshold";
    alarm["Threshold"] = 1;
    alarm["Metrics"][0]["ReturnData"] = false;
    alarm["Metrics"][1]["Expression"] = expression;
    alarm["Metrics"][1]["Period"] = 300;
    return alarm;
  };
  EXPECT_EQ(watch.put(band_alarm("a")), "");
  EXPECT_EQ(watch.put(with_expression("m1 * 2")), "");
  EXPECT_EQ(
      watch.put(with_expression(R"(SELECT SUM(Invocations) FROM SCHEMA("AWS/Bedrock", ModelId))")),
      "");
  EXPECT_EQ(watch.put(with_expression("SEARCH('{AWS/Bedrock,ModelId} Invocations', 'Sum')")),
            invalid);
  EXPECT_EQ(watch.put(with_expression("SELECT p99(InvocationLatency) FROM \"AWS/Bedrock\"")),
            invalid);
  EXPECT_EQ(watch.put(with_expression(
                R"(SELECT SUM(Invocations) FROM SCHEMA("AWS/Bedrock", ModelId) GROUP BY ModelId)")),
            invalid);
  Json alarm = band_alarm("a");
  alarm["Metrics"][1]["Expression"] = "m1 * 2";
  EXPECT_EQ(watch.put(alarm), invalid);
  alarm = band_alarm("a");
  alarm["Metrics"][1]["ReturnData"] = false;
  EXPECT_EQ(watch.put(alarm), invalid);
  alarm = band_alarm("a");
  alarm["Threshold"] = 2;
  EXPECT_EQ(watch.put(alarm), invalid);
  alarm = band_alarm("a");
  alarm["ComparisonOperator"] = "GreaterThanThreshold";
  EXPECT_EQ(watch.put(alarm), invalid);
  alarm = band_alarm("a");
  for (int number = 0; number < 10; ++number) {
    Json metric = alarm["Metrics"][0];
    metric["Id"] = "x" + std::to_string(number);
    metric["ReturnData"] = false;
    alarm["Metrics"].push_back(metric);
  }
  EXPECT_EQ(watch.put(alarm), invalid);
}

TEST(FakeAlarms, ACompositeNeedsChildrenAndAWellFormedRule) {
  Watch watch;
  constexpr const char* invalid = "ValidationError";
  EXPECT_EQ(watch.put_composite("all", "ALARM(one)"), invalid);
  EXPECT_EQ(watch.put(plain_alarm("one")), "");
  EXPECT_EQ(watch.put(plain_alarm("two words")), "");
  EXPECT_EQ(watch.put_composite("all", R"(ALARM(one) AND (NOT OK("two words") OR TRUE))"), "");
  EXPECT_EQ(
      watch.put_composite("all", "ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:one)"), "");
  for (const char* const rule :
       {"", "ALARM(one", "ALARM(one) OR", "ALARM(one) ALARM(one)", "RING(one)", "ALARM()",
        "(ALARM(one)", "one", "ALARM(all)", "NOT"}) {
    EXPECT_EQ(watch.put_composite("all", rule), invalid) << rule;
  }
  // In a circle.
  EXPECT_EQ(watch.put_composite("more", "ALARM(all)"), "");
  EXPECT_EQ(watch.put_composite("all", "ALARM(more)"), invalid);
  // One name, one kind.
  EXPECT_EQ(watch.put_composite("one", "ALARM(two words)"), invalid);
  EXPECT_EQ(watch.put(plain_alarm("all")), invalid);
  std::string many = "TRUE";
  for (int number = 0; number < 500; ++number) {
    many += " OR TRUE";
  }
  EXPECT_EQ(watch.put_composite("all", many), invalid);
}

TEST(FakeAlarms, WhatACompositeDependsOnCannotGo) {
  Watch watch;
  EXPECT_EQ(watch.put(plain_alarm("one")), "");
  EXPECT_EQ(watch.put_composite("all", "ALARM(one)"), "");
  EXPECT_EQ(watch.put_composite("more", "ALARM(all)"), "");
  const auto remove = [&](const Json& names) {
    return watch.call("DeleteAlarms", {{"AlarmNames", names}});
  };
  EXPECT_EQ(remove({"one"}), "ValidationError");
  EXPECT_EQ(remove({"all"}), "ValidationError");
  EXPECT_EQ(remove({"all", "more"}), "ValidationError");
  EXPECT_EQ(remove({"more"}), "");
  EXPECT_EQ(remove({"all", "one", "none"}), "");
  EXPECT_FALSE(watch.account.snapshot()["services"]["cloudwatch"].contains("alarms"));
}

TEST(FakeAlarms, TellsLargeAndSmallThresholdsAsTheServiceDoes) {
  Watch watch;
  for (const auto& [threshold, told] :
       {std::pair{Json(0.1), "0.1"}, std::pair{Json(60), "60.0"},
        std::pair{Json(10'000'000), "1.0E7"}, std::pair{Json(0.0005), "5.0E-4"},
        std::pair{Json(1'250'000'000), "1.25E9"}}) {
    Json alarm = plain_alarm("one");
    alarm["Threshold"] = threshold;
    EXPECT_EQ(watch.put(alarm), "");
    const CallResult<XmlElement> answer =
        watch.run.calls().query("cloudwatch", region, "DescribeAlarms", Json::object());
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->members("MetricAlarms")[0]->text_of("Threshold"), told);
  }
}

TEST(AlarmProvider, NumbersAreTheSameHoweverTheyAreTold) {
  Watch watch;
  for (const Json& threshold : {Json(0.1), Json(60), Json(10'000'000), Json(0.0005), Json(2.5)}) {
    Json alarm = plain_alarm("one");
    alarm["Threshold"] = threshold;
    EXPECT_EQ(watch.run.apply(alarm_named("one"), alarm), "");
    EXPECT_TRUE(watch.run.drift(alarm_named("one"), alarm).empty()) << threshold;
  }
}

TEST(AlarmProvider, AnAlarmOfOneKindOfWatchingBecomesOneOfAnother) {
  Watch watch;
  const Address address = alarm_named("one");
  Json percentile = plain_alarm("one");
  percentile.erase("Statistic");
  percentile.erase("Dimensions");
  percentile["ExtendedStatistic"] = "p99";
  percentile["DatapointsToAlarm"] = 1;
  Json math = band_alarm("one");
  math.erase("ThresholdMetricId");
  math["Metrics"][0]["ReturnData"] = false;
  math["Metrics"][1]["Expression"] = "m1 * 2";
  math["ComparisonOperator"] = "GreaterThanThreshold";
  math["Threshold"] = 1;
  const std::vector<Json> forms = {plain_alarm("one"), percentile, band_alarm("one"), math};
  for (const Json& before : forms) {
    for (const Json& after : forms) {
      EXPECT_EQ(watch.run.apply(address, before), "");
      EXPECT_EQ(watch.run.drift(address, after).empty(), before == after);
      EXPECT_EQ(watch.run.apply(address, after), "") << before << after;
      EXPECT_TRUE(watch.run.drift(address, after).empty()) << before << after;
    }
  }
}

TEST(AlarmProvider, KeepsActionsThatOthersAdded) {
  Watch watch;
  const Address address = alarm_named("one");
  Json alarm = plain_alarm("one");
  EXPECT_EQ(watch.run.apply(address, alarm), "");
  Json with_more = alarm;
  with_more["OKActions"] = {topic};
  with_more.erase("Tags");
  EXPECT_EQ(watch.put(with_more), "");
  EXPECT_TRUE(watch.run.drift(address, alarm).empty());
  alarm["Threshold"] = 11;
  EXPECT_EQ(watch.run.apply(address, alarm), "");
  EXPECT_EQ(watch.run.read(address)->properties["OKActions"], Json::array({topic}));
}

TEST(AlarmProvider, ListsAFamilyPageAfterPage) {
  Watch watch;
  for (int number = 0; number < 120; ++number) {
    ASSERT_EQ(watch.put(plain_alarm("bedrock-p99-" + std::to_string(number))), "");
  }
  EXPECT_EQ(watch.put(plain_alarm("bedrock-other")), "");
  EXPECT_EQ(watch.put_composite("bedrock-p99-all", "ALARM(bedrock-other)"), "");
  const Family family{ResourceKind::alarm, region, "bedrock-p99-"};
  const Result<std::vector<Address>> found = watch.run.of(alarm_named("x")).list(family);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->size(), 120U);
  const Result<std::vector<Address>> composites =
      watch.run.of(composite_named("x"))
          .list({ResourceKind::composite_alarm, region, "bedrock-p99-"});
  ASSERT_TRUE(composites.has_value());
  EXPECT_THAT(*composites, testing::ElementsAre(composite_named("bedrock-p99-all")));
}

TEST(CompositeAlarm, IsMadeChangedAndTakenAway) {
  Watch watch;
  EXPECT_EQ(watch.put(plain_alarm("one")), "");
  EXPECT_EQ(watch.put(plain_alarm("two")), "");
  const Json before = watch.account.snapshot();
  const Address address = composite_named("health");
  const Json wanted = composite("health", R"(ALARM("one"))");
  EXPECT_EQ(watch.run.apply(address, wanted), "");
  EXPECT_TRUE(watch.run.drift(address, wanted).empty());
  ASSERT_TRUE(watch.run.read(address).has_value());
  EXPECT_EQ(watch.run.read(address)->ownership, Ownership::ours);
  EXPECT_THAT(watch.run.read(address)->details.value("Arn", ""), testing::EndsWith(":health"));
  // It is no alarm of metrics.
  EXPECT_FALSE(watch.run.read(alarm_named("health")).has_value());

  Json other = composite("health", R"(ALARM("one") OR ALARM("two"))");
  other["Tags"].push_back({{"Key", "team"}, {"Value", "a"}});
  EXPECT_EQ(watch.run.drift(address, other).size(), 2U);
  EXPECT_EQ(watch.run.apply(address, other), "");
  EXPECT_TRUE(watch.run.drift(address, other).empty());

  EXPECT_EQ(watch.run.destroy(address), "");
  EXPECT_EQ(watch.run.destroy(address), "");
  EXPECT_EQ(watch.account.snapshot(), before);
}

TEST(CompositeAlarm, OfOthersIsLeftAlone) {
  Watch watch;
  EXPECT_EQ(watch.put(plain_alarm("one")), "");
  EXPECT_EQ(watch.put_composite("health", "ALARM(one)"), "");
  const Json before = watch.account.snapshot();
  const Address address = composite_named("health");
  const Json wanted = composite("health", "OK(one)");
  EXPECT_EQ(watch.run.apply(address, wanted), "not ours");
  EXPECT_FALSE(watch.run.of(address).create(address, wanted).has_value());
  EXPECT_EQ(watch.run.destroy(address), "");
  EXPECT_EQ(watch.account.snapshot(), before);
  // Nor goes an alarm of ours that it depends on; the failure says why.
  EXPECT_THAT(watch.run.destroy(alarm_named("one")), testing::HasSubstr("composite"));
}

TEST(CompositeAlarm, ReleasedKeepsAllButOurTags) {
  Watch watch;
  EXPECT_EQ(watch.put(plain_alarm("one")), "");
  EXPECT_EQ(watch.put_composite("health", "ALARM(one)"), "");
  const Json before = watch.account.snapshot();
  const Address address = composite_named("health");
  const std::optional<Observed> found = watch.run.read(address);
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(watch.run.of(address)
                  .update(address, {{"AlarmName", "health"}, {"Tags", our_tags()}}, *found)
                  .has_value());
  EXPECT_EQ(watch.run.read(address)->ownership, Ownership::ours);
  EXPECT_TRUE(watch.run.of(address).release(address, *watch.run.read(address)).has_value());
  EXPECT_EQ(watch.account.snapshot(), before);
}

TEST(CompositeAlarm, KilledAfterAnyChangeConverges) {
  const ProviderDeed alarms = [](ProviderRun& run) {
    return run.apply(alarm_named("one"), plain_alarm("one"));
  };
  const ProviderDeed make = [&](ProviderRun& run) {
    std::string wrong = alarms(run);
    wrong += run.apply(composite_named("in"), composite("in", "ALARM(one)"));
    wrong += run.apply(composite_named("out"), composite("out", "ALARM(in)"));
    return wrong;
  };
  const ProviderDeed take_away = [](ProviderRun& run) {
    std::string wrong = run.destroy(composite_named("out"));
    wrong += run.destroy(composite_named("in"));
    wrong += run.destroy(alarm_named("one"));
    return wrong;
  };
  const ProviderDeed nothing = [](ProviderRun& /*run*/) { return std::string(); };
  EXPECT_GE(expect_convergence(nothing, make), 6U);
  EXPECT_GE(expect_convergence(make, take_away), 6U);
}

}  // namespace
}  // namespace bedrocklog::provision
