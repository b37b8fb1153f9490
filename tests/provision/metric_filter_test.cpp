// Metric filters: the fake's rules, and the provider.
#include <gtest/gtest.h>

#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using fake_aws::FakeAws;
using fake_aws::Trouble;

constexpr const char* region = "eu-west-1";
constexpr const char* group = "/aws/bedrock/calls";
const Address filter{ResourceKind::metric_filter, region, "/aws/bedrock/calls:LatencyMs"};

Json wanted_filter() {
  return {{"FilterName", "LatencyMs"},
          {"LogGroupName", group},
          {"FilterPattern", R"({ ($.operation = "Converse") && ($.x = "*") })"},
          {"MetricTransformations",
           {{{"MetricName", "LatencyMs"},
             {"MetricNamespace", "BedrockLog/bedrocklog"},
             {"MetricValue", "$.output.outputBodyJson.metrics.latencyMs"},
             {"Unit", "Milliseconds"},
             {"Dimensions",
              {{{"Key", "Operation"}, {"Value", "$.operation"}},
               {{"Key", "ModelId"}, {"Value", "$.modelId"}}}}}}}};
}

std::string code_of(const CallResult<Json>& result) {
  return result ? "" : result.error().error.code;
}

struct Logs {
  FakeAws account;
  ProviderRun run{account};

  Logs() { EXPECT_EQ(code_of(call("CreateLogGroup", {{"logGroupName", group}})), ""); }

  CallResult<Json> call(const std::string& operation, const Json& members) {
    return run.calls().json("logs", region, operation, members);
  }
  /// A filter with these members of its transformation changed.
  std::string put(const Json& transformation = Json::object(),
                  const std::string& pattern = "{ $.errorCode = \"*\" }",
                  const std::string& name = "Errors") {
    Json changed = {{"metricName", "Errors"}, {"metricNamespace", "Others"}, {"metricValue", "1"}};
    changed.update(transformation);
    return code_of(call("PutMetricFilter", {{"logGroupName", group},
                                            {"filterName", name},
                                            {"filterPattern", pattern},
                                            {"metricTransformations", Json::array({changed})}}));
  }
  Json listed(const Json& members = Json::object()) {
    const CallResult<Json> answer = call("DescribeMetricFilters", members);
    EXPECT_TRUE(answer.has_value());
    return answer ? (*answer)["metricFilters"] : Json();
  }
};

TEST(FakeMetricFilters, RefusesWhatTheServiceRefuses) {
  Logs logs;
  constexpr const char* invalid = "InvalidParameterException";
  EXPECT_EQ(logs.put(), "");
  EXPECT_EQ(logs.put({{"metricName", "a$b"}}), invalid);
  EXPECT_EQ(logs.put({{"metricNamespace", "AWS/Bedrock"}}), invalid);
  EXPECT_EQ(logs.put({{"metricValue", "many"}}), invalid);
  EXPECT_EQ(logs.put({{"unit", "Tokens"}}), invalid);
  EXPECT_EQ(logs.put({{"dimensions", {{"Model", "$.modelId"}}}, {"defaultValue", 0}}), invalid);
  EXPECT_EQ(logs.put({{"dimensions", {{"Model", "modelId"}}}}), invalid);
  EXPECT_EQ(logs.put({{"dimensions", {{"Model", "$.m"}}}}, "ERROR"), invalid);
  EXPECT_EQ(logs.put({{"dimensions", {{"a", "$.a"}, {"b", "$.b"}, {"c", "$.c"}, {"d", "$.d"}}}}),
            invalid);
  EXPECT_EQ(logs.put(Json::object(), "{ ($.errorCode = \"*\" }"), invalid);
  EXPECT_EQ(logs.put(Json::object(), std::string(1'025, 'x')), invalid);
  EXPECT_EQ(logs.put(Json::object(), "x", "a:b"), invalid);
  EXPECT_EQ(logs.put({{"colour", "red"}}), "SerializationException");
  EXPECT_EQ(code_of(logs.call("PutMetricFilter", {{"logGroupName", group},
                                                  {"filterName", "two"},
                                                  {"filterPattern", ""},
                                                  {"metricTransformations", Json::array()}})),
            invalid);
  EXPECT_EQ(code_of(logs.call("DescribeMetricFilters", {{"logGroupName", "/none"}})),
            "ResourceNotFoundException");
  EXPECT_EQ(
      code_of(logs.call("DeleteMetricFilter", {{"logGroupName", group}, {"filterName", "none"}})),
      "ResourceNotFoundException");
}

TEST(FakeMetricFilters, AGroupHasAtMostAHundredAndTakesThemWithIt) {
  Logs logs;
  const Json before = logs.account.snapshot();
  for (int number = 0; number < 100; ++number) {
    ASSERT_EQ(logs.put(Json::object(), "x", "filter-" + std::to_string(number)), "");
  }
  EXPECT_EQ(logs.put(Json::object(), "x", "filter-100"), "LimitExceededException");
  EXPECT_EQ(logs.put(Json::object(), "y", "filter-99"), "");
  EXPECT_EQ(logs.listed({{"logGroupName", group}}).size(), 50U);
  EXPECT_EQ(logs.listed({{"logGroupName", group}, {"filterNamePrefix", "filter-9"}}).size(), 11U);
  EXPECT_EQ(code_of(logs.call("DeleteLogGroup", {{"logGroupName", group}})), "");
  EXPECT_EQ(code_of(logs.call("CreateLogGroup", {{"logGroupName", group}})), "");
  EXPECT_EQ(logs.account.snapshot(), before);
}

TEST(MetricFilter, IsMadeChangedAndTakenAway) {
  Logs logs;
  const Json before = logs.account.snapshot();
  EXPECT_EQ(logs.run.apply(filter, wanted_filter()), "");
  EXPECT_TRUE(logs.run.drift(filter, wanted_filter()).empty());
  const std::optional<Observed> made = logs.run.read(filter);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->ownership, Ownership::ours);

  Json plain = wanted_filter();
  plain["FilterPattern"] = "{ $.errorCode = \"*\" }";
  plain["MetricTransformations"][0].erase("Dimensions");
  plain["MetricTransformations"][0]["MetricValue"] = "1";
  plain["MetricTransformations"][0]["DefaultValue"] = 0;
  plain["MetricTransformations"][0]["Unit"] = "None";
  EXPECT_EQ(logs.run.drift(filter, plain).size(), 2U);
  EXPECT_EQ(logs.run.apply(filter, plain), "");
  EXPECT_TRUE(logs.run.drift(filter, plain).empty());

  EXPECT_EQ(logs.run.destroy(filter), "");
  EXPECT_EQ(logs.run.destroy(filter), "");
  EXPECT_EQ(logs.account.snapshot(), before);
}

TEST(MetricFilter, OfAGroupThatIsGoneIsGone) {
  Logs logs;
  EXPECT_EQ(logs.run.apply(filter, wanted_filter()), "");
  const std::optional<Observed> seen = logs.run.read(filter);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(code_of(logs.call("DeleteLogGroup", {{"logGroupName", group}})), "");
  EXPECT_FALSE(logs.run.read(filter).has_value());
  EXPECT_TRUE(logs.run.of(filter).remove(filter, *seen, true).has_value());
}

TEST(MetricFilter, OfOthersIsLeftAlone) {
  Logs logs;
  // Of the same name into another namespace, and of a longer name.
  EXPECT_EQ(logs.put(Json::object(), "x", "LatencyMs"), "");
  EXPECT_EQ(logs.put(Json::object(), "x", "LatencyMsToo"), "");
  const Json before = logs.account.snapshot();
  ASSERT_TRUE(logs.run.read(filter).has_value());
  EXPECT_EQ(logs.run.read(filter)->ownership, Ownership::foreign);
  EXPECT_EQ(logs.run.apply(filter, wanted_filter()), "not ours");
  EXPECT_FALSE(logs.run.of(filter).create(filter, wanted_filter()).has_value());
  EXPECT_EQ(logs.run.destroy(filter), "");
  EXPECT_EQ(logs.account.snapshot(), before);

  const Address longer{ResourceKind::metric_filter, region, "/aws/bedrock/calls:Latency"};
  EXPECT_FALSE(logs.run.read(longer).has_value());
  EXPECT_EQ(logs.put({{"metricNamespace", "BedrockLog/other"}}, "x", "Latency"), "");
  EXPECT_EQ(logs.run.read(longer)->ownership, Ownership::other_stack);
  EXPECT_EQ(logs.run.read(longer)->owner, "other");
}

TEST(MetricFilter, KilledAfterAnyChangeConverges) {
  const ProviderDeed group_only = [](ProviderRun& run) {
    const CallResult<Json> made =
        run.calls().json("logs", region, "CreateLogGroup", {{"logGroupName", group}});
    return code_of(made);
  };
  const ProviderDeed make = [](ProviderRun& run) { return run.apply(filter, wanted_filter()); };
  const ProviderDeed both = [&](ProviderRun& run) {
    std::string wrong = group_only(run);
    wrong += make(run);
    return wrong;
  };
  const ProviderDeed take_away = [](ProviderRun& run) { return run.destroy(filter); };
  EXPECT_GE(expect_convergence(group_only, make), 2U);
  EXPECT_GE(expect_convergence(both, take_away), 2U);
}

TEST(MetricFilter, WaitsForAGroupThatWasMadeAMomentAgo) {
  FakeAws account;
  Trouble trouble;
  trouble.read_lag_requests = 5;
  account.set_trouble(trouble);
  ProviderRun run(account);
  EXPECT_TRUE(
      run.calls().json("logs", region, "CreateLogGroup", {{"logGroupName", group}}).has_value());
  EXPECT_EQ(run.apply(filter, wanted_filter()), "");
  // Its own creation is not seen yet, and it may be created again.
  EXPECT_EQ(run.apply(filter, wanted_filter()), "");
  run.wait_until_seen(filter);
  EXPECT_TRUE(run.drift(filter, wanted_filter()).empty());
}

}  // namespace
}  // namespace bedrocklog::provision
