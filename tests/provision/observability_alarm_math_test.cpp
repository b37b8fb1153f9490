// Alarms over several metrics: their expressions are computed over series, not compared as texts.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tests/provision/monitoring_spec.h"
#include "tests/provision/watch_grammar.h"

namespace bedrocklog::provision {
namespace {

/// What the alarm compares with its threshold, from series by metric name, or by metric and model.
std::optional<Points> watched(const Json& alarm, const std::map<std::string, Points>& series) {
  std::map<std::string, Points> known;
  std::vector<Json> expressions;
  std::size_t count = 0;
  for (const auto& [name, points] : series) {
    count = points.size();
  }
  for (const Json& entry : alarm["Metrics"]) {
    if (entry.contains("Expression")) {
      expressions.push_back(entry);
      continue;
    }
    const Json& metric = entry["MetricStat"]["Metric"];
    std::string name = metric["MetricName"];
    if (metric.contains("Dimensions") && !series.contains(name)) {
      name += " " + metric["Dimensions"][0]["Value"].get<std::string>();
    }
    const auto found = series.find(name);
    known[entry["Id"]] = found == series.end() ? Points(count) : found->second;
  }
  // Each round knows one more: expressions read each other in any order.
  for (std::size_t round = 0; round < expressions.size(); ++round) {
    for (const Json& entry : expressions) {
      std::string fault;
      const auto text = entry["Expression"].get<std::string>();
      const auto read = read_math(text, fault);
      EXPECT_TRUE(read) << fault;
      const bool is_ready =
          read && std::all_of(read->ids.begin(), read->ids.end(),
                              [&](const std::string& id) { return known.contains(id); });
      if (is_ready) {
        const auto value = evaluate_math(text, known, fault);
        EXPECT_TRUE(value) << fault;
        known[entry["Id"]] = value.value_or(Points());
        if (entry["ReturnData"] == true) {
          return value;
        }
      }
    }
  }
  return std::nullopt;
}

TEST(CriticalAvailability, FiresWhenCallsAreMadeAndNoneSucceedsInBothReadingsOfInvocations) {
  const Json alarm =
      home_alarm(desired_state(monitoring_spec()), "bedrock-critical-availability-prod");
  const auto fires = [&](const std::map<std::string, Points>& series) {
    const auto value = watched(alarm, series);
    return value && value->at(0) && *value->at(0) >= 1;
  };
  EXPECT_FALSE(fires({{"Invocations", {std::nullopt}}})) << "silence is no outage";
  EXPECT_FALSE(fires({{"Invocations", {10}}}));
  // Failed calls are counted apart.
  EXPECT_TRUE(fires({{"Invocations", {std::nullopt}}, {"InvocationServerErrors", {3}}}));
  EXPECT_FALSE(fires({{"Invocations", {7}}, {"InvocationServerErrors", {3}}}));
  EXPECT_FALSE(fires({{"Invocations", {3}}, {"InvocationServerErrors", {7}}}));
  // Failed calls are counted in Invocations, too.
  EXPECT_TRUE(fires(
      {{"Invocations", {5}}, {"InvocationServerErrors", {2}}, {"InvocationClientErrors", {3}}}));
  EXPECT_TRUE(fires({{"Invocations", {std::nullopt}}, {"InvocationThrottles", {9}}}));
  EXPECT_FALSE(fires({{"Invocations", {1}}, {"InvocationThrottles", {9}}}));
}

TEST(HighErrorRate, IsThePercentageOfFailedCalls) {
  const Json alarm = home_alarm(desired_state(monitoring_spec()), "Bedrock-High-Error-Rate-prod");
  EXPECT_EQ(watched(alarm, {{"Invocations", {100, 100, std::nullopt, std::nullopt}},
                            {"InvocationClientErrors", {4, std::nullopt, 2, std::nullopt}},
                            {"InvocationServerErrors", {6, std::nullopt, 2, std::nullopt}}}),
            (Points{10, 0, 100, std::nullopt}));
}

TEST(ThrottleRate, IsThePercentageOfCallsAndThrottles) {
  const Json alarm =
      home_alarm(desired_state(monitoring_spec()), "bedrock-warning-throttle-rate-prod");
  EXPECT_EQ(watched(alarm, {{"Invocations", {999, 10, std::nullopt}},
                            {"InvocationThrottles", {1, std::nullopt, 5}}}),
            (Points{0.1, 0, 100}));
}

TEST(CostSpike, IsTheIncreaseOfSpendOverTheHourBefore) {
  StackSpec spec = full_monitoring_spec();
  const Json alarm = home_alarm(desired_state(spec), "bedrock-critical-cost-spike-prod");
  // 3 USD x 1, then 15 USD x 1 (400 percent more), then both (20 percent more), then cache reads
  // and writes, then nothing, and after nothing there is no increase to speak of.
  const auto value =
      watched(alarm, {{"InputTokenCount anthropic.claude-v2:1", {1, std::nullopt, 1, 0, 0, 1}},
                      {"OutputTokenCount anthropic.claude-v2:1", {0, 1, 1, 0, 0, 0}},
                      {"CacheReadInputTokens anthropic.claude-v2:1", {0, 0, 0, 10, 0, 0}},
                      {"CacheWriteInputTokens anthropic.claude-v2:1", {0, 0, 0, 4, 0, 0}},
                      {"InputTokenCount amazon.nova-pro-v1:0", {0, 0, 0, 0, 0, 0}},
                      {"OutputTokenCount amazon.nova-pro-v1:0", {0, 0, 0, 0, 0, 0}}});
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at(0), std::nullopt);
  EXPECT_DOUBLE_EQ(value->at(1).value_or(0), 400);
  EXPECT_DOUBLE_EQ(value->at(2).value_or(0), 20);
  EXPECT_DOUBLE_EQ(value->at(3).value_or(0), 0);
  EXPECT_DOUBLE_EQ(value->at(4).value_or(0), -100);
  EXPECT_EQ(value->at(5), std::nullopt);
}

TEST(CostSpike, WatchesTokensWithoutPricesAndSaysSo) {
  const DesiredState state = desired_state(monitoring_spec());
  const Json alarm = home_alarm(state, "bedrock-critical-cost-spike-prod");
  const auto value =
      watched(alarm, {{"InputTokenCount", {10, 40}}, {"OutputTokenCount", {10, 20}}});
  ASSERT_TRUE(value);
  EXPECT_DOUBLE_EQ(value->at(1).value_or(0), 200);
  ASSERT_EQ(state.unsupported.size(), 1U);
  EXPECT_EQ(state.unsupported[0].address.name, "bedrock-critical-cost-spike-prod");
  EXPECT_NE(state.unsupported[0].reason.find("--by hour --metrics cost"), std::string::npos);
  EXPECT_TRUE(desired_state(full_monitoring_spec()).unsupported.empty());
}

TEST(CostSpike, TellsTheModelsThatAnAlarmHasNoRoomFor) {
  StackSpec spec = monitoring_spec();
  for (const char* const id : {"a", "b", "c"}) {
    spec.observability.models.push_back({id, 0, 0, "1", "2", "3", "4"});
  }
  spec.observability.models.push_back({"d", 0, 0, "1", "2", "", ""});
  const DesiredState state = desired_state(spec);
  const Json alarm = home_alarm(state, "bedrock-critical-cost-spike-prod");
  unsigned metrics = 0;
  for (const Json& entry : alarm["Metrics"]) {
    metrics += entry.contains("MetricStat") ? 1U : 0U;
  }
  EXPECT_EQ(metrics, 10U);  // Of a, b and d.
  ASSERT_EQ(state.unsupported.size(), 1U);
  EXPECT_NE(state.unsupported[0].reason.find("without c;"), std::string::npos);
}

TEST(LoggingTampered, CountsBothKindsOfChange) {
  const Json alarm =
      home_alarm(desired_state(monitoring_spec()), "bedrock-critical-logging-tampered-prod");
  EXPECT_EQ(watched(alarm, {{"LoggingConfigChanged", {std::nullopt, 1, std::nullopt}},
                            {"TrailTampered", {std::nullopt, 2, 1}}}),
            (Points{0, 3, 1}));
}

}  // namespace
}  // namespace bedrocklog::provision
