// The readers refuse what CloudWatch would refuse: else other tests would prove nothing.
#include "tests/provision/watch_grammar.h"

#include <gtest/gtest.h>

namespace bedrocklog::provision {
namespace {

TEST(MetricMath, TakesWhatIsWellFormedAndTellsWhatItReads) {
  std::string fault;
  const auto rate = read_math("100 * failed / MAX([made, FILL(x1, 0)])", fault);
  ASSERT_TRUE(rate) << fault;
  EXPECT_EQ(rate->ids, (std::set<std::string>{"failed", "made", "x1"}));
  EXPECT_EQ(rate->type, MathType::series);
  const auto found = read_math(
      "SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName=\"Invocations\"', 'p99', 300))", fault);
  ASSERT_TRUE(found) << fault;
  EXPECT_EQ(found->searched,
            (std::vector<MetricUse>{{"AWS/Bedrock", "Invocations", {"ModelId"}, "p99"}}));
  const auto of_one = read_math(
      R"(SEARCH('{"AWS/A","VPC Id",ModelId} MetricName="B" "vpc-1"', 'Sum', 300))", fault);
  ASSERT_TRUE(of_one) << fault;
  EXPECT_EQ(of_one->searched,
            (std::vector<MetricUse>{{"AWS/A", "B", {"ModelId", "VPC Id"}, "Sum"}}));
}

TEST(MetricMath, RefusesWhatIsNot) {
  for (const char* const text :
       {"", "a +", "a b", "(a", "FILL(a)", "FILL(a, b)", "MAX(a)", "MAX([1, a])", "SHIFT(a, 1)",
        "a + SEARCH('{AWS/Bedrock,ModelId} MetricName=\"X\"', 'Sum', 300)",
        "SEARCH('{AWS/Bedrock,ModelId} MetricName=X', 'Sum', 300)",
        "SEARCH('{AWS/Bedrock,Model Id} MetricName=\"X\"', 'Sum', 300)",
        "SEARCH('{AWS/Bedrock,ModelId} MetricName=\"X\" vpc-1', 'Sum', 300)",
        "SEARCH('{AWS/Bedrock,ModelId} MetricName=\"X\"', 'Total', 300)",
        "SEARCH('{AWS/Bedrock,ModelId} MetricName=\"X\"', 'Sum', 299)", "IF(a > 0, 1)", "1 == == a",
        "DIFF(3)", "ANOMALY_DETECTION_BAND([a, b], 2)"}) {
    std::string fault;
    EXPECT_FALSE(read_math(text, fault)) << text;
    EXPECT_FALSE(fault.empty()) << text;
  }
}

TEST(MetricMath, ComputesAsCloudWatchDocumentsIt) {
  std::string fault;
  const std::map<std::string, Points> series = {{"a", {1, std::nullopt, 5}}, {"b", {4, 2, 0}}};
  EXPECT_EQ(evaluate_math("a + b", series, fault), (Points{5, std::nullopt, 5}));
  EXPECT_EQ(evaluate_math("FILL(a, 0) + b", series, fault), (Points{5, 2, 5}));
  EXPECT_EQ(evaluate_math("a / b", series, fault), (Points{0.25, std::nullopt, std::nullopt}));
  EXPECT_EQ(evaluate_math("DIFF(b)", series, fault), (Points{std::nullopt, -2, -2}));
  EXPECT_EQ(evaluate_math("RUNNING_SUM(b)", series, fault), (Points{4, 6, 6}));
  EXPECT_EQ(evaluate_math("MAX([FILL(a, 0), b])", series, fault), (Points{4, 2, 5}));
  EXPECT_EQ(evaluate_math("IF(b > 1 AND b < 4, 10, b)", series, fault), (Points{4, 10, 0}));
  EXPECT_EQ(evaluate_math("2 + 3 * b - b / 2", series, fault), (Points{12, 7, 2}));
}

TEST(MetricsInsights, TakesOneFunctionOverOneMetric) {
  EXPECT_TRUE(
      read_insights_select("SELECT SUM(Invocations) FROM SCHEMA(\"AWS/Bedrock\", ModelId)"));
  EXPECT_FALSE(
      read_insights_select("SELECT p99(Invocations) FROM SCHEMA(\"AWS/Bedrock\", ModelId)"));
  EXPECT_FALSE(read_insights_select("SELECT SUM(Invocations) FROM AWS/Bedrock"));
}

TEST(LogsInsights, TellsFieldsAndRefusesWhatIsNotWellFormed) {
  std::string fault;
  const auto query = read_log_query(
      "filter ispresent(errorCode) | stats count(*) as n by errorCode, `a.b-c` | sort n desc",
      fault);
  ASSERT_TRUE(query) << fault;
  EXPECT_EQ(query->fields, (std::set<std::string>{"errorCode", "a.b-c"}));
  for (const char* const text :
       {"", "filter", "stats count() as n by a", "stats sum(a) by b", "stats sum(a) as s", "sort a",
        "limit many", "fields a | ", "filter a like /(/", "filter a-b = \"x\"", "count(*)"}) {
    EXPECT_FALSE(read_log_query(text, fault)) << text;
  }
}

TEST(FilterPattern, TellsSelectorsAndRefusesWhatIsNotWellFormed) {
  std::string fault;
  const auto pattern =
      read_filter_pattern("{ ($.a = \"x\") && ($.b.c = \"*\" || $.d >= 0) }", fault);
  ASSERT_TRUE(pattern) << fault;
  EXPECT_EQ(*pattern, (std::set<std::string>{"$.a", "$.b.c", "$.d"}));
  for (const char* const text : {"", "$.a = \"x\"", "{ $.a = x }", "{ ($.a = \"x\" }",
                                 "{ a = \"x\" }", "{ $.a = \"x\" && }", "{ $.a }"}) {
    EXPECT_FALSE(read_filter_pattern(text, fault)) << text;
  }
}

}  // namespace
}  // namespace bedrocklog::provision
