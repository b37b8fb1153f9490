// Metric names, and the value of every metric for sums that can be checked by hand.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analytics/list_items.h"
#include "analytics/report.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::analytics {
namespace {

using sample::Call;
using ::testing::HasSubstr;

std::string fault_of(std::string_view list) {
  const Result<std::vector<Metric>> parsed = parse_metrics(list);
  EXPECT_FALSE(parsed) << list;
  return parsed ? "" : parsed.error().subject + ": " + parsed.error().message;
}

// Three calls that work (one without latency), one throttled, one invalid.
std::vector<Call> five_calls() {
  std::vector<Call> calls(5);
  calls[0].tokens = {.input = 1'000,
                     .output = 200,
                     .cache_read = 5'000,
                     .cache_write_5m = 400,
                     .cache_write_1h = 100};
  calls[0].latency_ms = 1'200;
  calls[0].first_byte_ms = 300;
  calls[0].bytes = 1'500;
  calls[0].images = 2;
  calls[0].guardrail = true;
  calls[1].tokens = {.input = 500, .output = 100};
  calls[1].latency_ms = 801;
  calls[1].first_byte_ms = 150;
  calls[1].bytes = 1'000;
  calls[2].tokens = {.input = 7, .output = 3};
  calls[3].error = "ThrottlingException";
  calls[4].error = "ValidationException";
  calls[4].bytes = 600;
  return calls;
}

Report report_of(const std::vector<Call>& calls) {
  ReportSpec spec;
  spec.metrics = sample::all_metrics();
  return build_report(sample::aggregate_of({}, calls), sample::prices(), spec);
}

TEST(ListItems, DropBlanksAndKeepEmptyItems) {
  EXPECT_EQ(list_items(" a , b,,c "), (std::vector<std::string_view>{"a", "b", "", "c"}));
  EXPECT_EQ(list_items(""), (std::vector<std::string_view>{""}));
  EXPECT_EQ(list_items("   "), (std::vector<std::string_view>{""}));
}

TEST(Metrics, EveryNameParsesToItself) {
  for (const std::string& name : metric_names()) {
    const Result<std::vector<Metric>> parsed = parse_metrics(name);
    ASSERT_TRUE(parsed) << name;
    EXPECT_EQ(parsed->front().name, name);
  }
  EXPECT_THAT(metric_names(), ::testing::IsSupersetOf({"p50", "p99", "ttft_p95", "tps", "cost"}));
}

TEST(Metrics, DefaultsAreMetricsOnceEach) {
  std::string list;
  for (const Metric& metric : default_metrics()) {
    list += (list.empty() ? "" : ",") + metric.name;
  }
  EXPECT_EQ(list,
            "invocations,errors,input,output,cache_read,cache_write,cost,n,coverage,p50,p90,p95,"
            "p99,max");
  const Result<std::vector<Metric>> parsed = parse_metrics(list);
  ASSERT_TRUE(parsed);
  for (std::size_t i = 0; i < parsed->size(); ++i) {
    EXPECT_EQ((*parsed)[i].percent_milli, default_metrics()[i].percent_milli);
  }
}

// F043
TEST(Metrics, PercentilesHaveUpToThreeDecimalsAndOneName) {
  const Result<std::vector<Metric>> parsed =
      parse_metrics("p99.90, ttft_p7,p0.001,p100,ttft_p012.5");
  ASSERT_TRUE(parsed);
  std::vector<std::string> names;
  std::vector<std::uint32_t> percents;
  for (const Metric& metric : *parsed) {
    names.push_back(metric.name);
    percents.push_back(metric.percent_milli);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"p99.9", "ttft_p7", "p0.001", "p100", "ttft_p12.5"}));
  EXPECT_EQ(percents, (std::vector<std::uint32_t>{99'900, 7'000, 1, 100'000, 12'500}));
}

TEST(Metrics, PercentilesOutOfRangeOrTooFineAreRefused) {
  for (const char* name : {"p0", "p0.000", "p100.001", "p101", "p1000", "p99999999999", "p9.9999",
                           "p5.", "p.5", "p5x", "p5.x", "ttft_p0", "ttft_p200"}) {
    EXPECT_THAT(fault_of(name), HasSubstr("a percentile is p and a number over 0")) << name;
  }
}

TEST(Metrics, UnknownNamesSuggestTheNearest) {
  EXPECT_THAT(fault_of("invocation"), HasSubstr("did you mean invocations?"));
  EXPECT_THAT(fault_of("cost,outptu"), HasSubstr("did you mean output?"));
  EXPECT_THAT(fault_of("users"), HasSubstr("no such metric"));
  EXPECT_THAT(fault_of("ttft_"), HasSubstr("no such metric"));
  EXPECT_THAT(fault_of("p"), HasSubstr("no such metric"));
}

TEST(Metrics, EmptyAndRepeatedNamesAreRefused) {
  EXPECT_THAT(fault_of(""), HasSubstr("empty name"));
  EXPECT_THAT(fault_of("cost,,input"), HasSubstr("empty name"));
  EXPECT_THAT(fault_of("cost,cost"), HasSubstr("named twice"));
  EXPECT_THAT(fault_of("p50,p50.0"), HasSubstr("named twice"));
}

TEST(Metrics, HaveTheValuesOfACalculationByHand) {
  const Report report = report_of(five_calls());
  const std::map<std::string, std::string> expected = {
      {"invocations", "5"},
      {"successes", "3"},
      {"errors", "2"},
      {"throttles", "1"},
      {"error_rate", "40.00"},
      {"input", "1507"},
      {"output", "303"},
      {"cache_read", "5000"},
      {"cache_write", "500"},
      {"cache_write_1h", "100"},
      {"total", "7310"},
      {"cache_hit", "71.36"},
      {"bytes", "3100"},
      {"images", "2"},
      {"guardrail", "1"},
      {"n", "2"},
      {"coverage", "40.00"},
      {"min", "801"},
      {"mean", "1000.5"},
      {"p50", "801"},
      {"p90", "1200"},
      {"p95", "1200"},
      {"p99", "1200"},
      {"p99.9", "1200"},
      {"max", "1200"},
      {"ttft_n", "2"},
      {"ttft_min", "150"},
      {"ttft_mean", "225.0"},
      {"ttft_p12.345", "150"},
      {"ttft_p50", "150"},
      {"ttft_p90", "300"},
      {"ttft_p95", "300"},
      {"ttft_p99", "300"},
      {"ttft_max", "300"},
      {"tps", "149.925"},
      {"cost", "0.012666"},
      {"cost_input", "0.004521"},
      {"cost_output", "0.004545"},
      {"cost_cache_read", "0.0015"},
      {"cost_cache_write", "0.0021"},
      {"cost_cache", "0.0036"},
      {"saved_by_cache", "0.0129"},
      {"cost_per_invocation", "0.0025332"},
      {"cost_per_1k", "2.5332"},
      {"unpriced_tokens", "0"},
  };
  EXPECT_EQ(expected.size(), report.columns.size());
  for (const auto& [name, value] : expected) {
    EXPECT_EQ(sample::shown(report, report.total(), name), value) << name;
  }
}

TEST(Metrics, AreUnknownWithoutWhatTheyAreMadeOf) {
  const Report report = report_of({});
  for (const char* name : {"error_rate", "coverage", "cache_hit", "min", "mean", "p50", "max",
                           "ttft_mean", "ttft_p99", "tps", "cost_per_invocation", "cost_per_1k"}) {
    EXPECT_EQ(sample::shown(report, report.total(), name), "null") << name;
  }
  for (const char* name : {"invocations", "total", "n", "unpriced_tokens"}) {
    EXPECT_EQ(sample::shown(report, report.total(), name), "0") << name;
  }
  EXPECT_EQ(sample::shown(report, report.total(), "cost"), "0.00");
}

TEST(Metrics, RatiosRoundHalfToEven) {
  std::vector<Call> calls(8);
  calls[0].latency_ms = 1;  // 1 of 8 calls: 12.50 %; an error of 8: the same.
  calls[0].error = "X";
  calls[0].tokens = {.input = 1};
  const Report eighth = report_of(calls);
  EXPECT_EQ(sample::shown(eighth, eighth.total(), "coverage"), "12.50");
  // 0.000003 / 8 is exact at 18 decimals.
  EXPECT_EQ(sample::shown(eighth, eighth.total(), "cost_per_invocation"), "0.000000375");
  // Mean of 0 and 20 samples: 1 / 20 ms is 0.05, a tie that goes to 0.0; 3 / 20 goes to 0.2.
  std::vector<Call> twenty(20);
  for (Call& call : twenty) {
    call.latency_ms = 0;
  }
  twenty[0].latency_ms = 1;
  const Report down = report_of(twenty);
  EXPECT_EQ(sample::shown(down, down.total(), "mean"), "0.0");
  twenty[0].latency_ms = 3;
  const Report up = report_of(twenty);
  EXPECT_EQ(sample::shown(up, up.total(), "mean"), "0.2");
}

TEST(Metrics, QuotientsOfMoneyAreRoundedAtTheLastOfEighteenDecimals) {
  std::vector<Call> calls(3);
  calls[0].tokens = {.input = 1};
  const Report report = report_of(calls);
  EXPECT_EQ(sample::shown(report, report.total(), "cost_per_invocation"), "0.000001");
  calls.resize(7);
  const Report sevenths = report_of(calls);
  EXPECT_EQ(sample::shown(sevenths, sevenths.total(), "cost_per_invocation"),
            "0.000000428571428571");
  EXPECT_EQ(sample::shown(sevenths, sevenths.total(), "cost_per_1k"), "0.000428571428571429");
}

TEST(Metrics, CostsAreUnknownOnlyWhereNoTokenHasAPrice) {
  std::vector<Call> calls(1);
  calls[0].price_key.model = "partial";
  calls[0].tokens = {.input = 2'000, .output = 10};
  const Report partial = report_of(calls);
  EXPECT_EQ(sample::shown(partial, partial.total(), "cost"), "0.0000700002");
  EXPECT_EQ(sample::shown(partial, partial.total(), "cost_input"), "0.0000700002");
  EXPECT_EQ(sample::shown(partial, partial.total(), "cost_output"), "null");
  EXPECT_EQ(sample::shown(partial, partial.total(), "cost_cache"), "0.00");
  EXPECT_EQ(sample::shown(partial, partial.total(), "unpriced_tokens"), "10");
  calls[0].price_key.model = "none";
  const Report none = report_of(calls);
  EXPECT_EQ(sample::shown(none, none.total(), "cost"), "null");
  EXPECT_EQ(sample::shown(none, none.total(), "cost_per_1k"), "null");
  EXPECT_EQ(sample::shown(none, none.total(), "unpriced_tokens"), "2010");
  calls[0].tokens = {};
  const Report empty = report_of(calls);
  EXPECT_EQ(sample::shown(empty, empty.total(), "cost"), "0.00");
}

TEST(Metrics, SavingsNeedThePricesOfBothSides) {
  std::vector<Call> calls(2);
  calls[0].price_key.model = "partial";  // Input is priced, cache reads are not.
  calls[0].tokens = {.input = 5, .cache_read = 1'000};
  const Report unknown = report_of({calls[0]});
  EXPECT_EQ(sample::shown(unknown, unknown.total(), "saved_by_cache"), "null");
  calls[1].tokens = {.cache_write_5m = 1'000};  // Written, never read: caching cost more.
  const Report known = report_of(calls);
  EXPECT_EQ(sample::shown(known, known.total(), "saved_by_cache"), "-0.00075");
}

TEST(Metrics, ProvisionedCapacityCostsNothingAndIsNoGap) {
  std::vector<Call> calls(1);
  calls[0].price_key.model = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/x";
  calls[0].price_key.covered = true;
  calls[0].tokens = {.input = 100, .output = 100, .cache_read = 100};
  const Report report = report_of(calls);
  EXPECT_EQ(sample::shown(report, report.total(), "cost"), "0.00");
  EXPECT_EQ(sample::shown(report, report.total(), "saved_by_cache"), "0.00");
  EXPECT_EQ(sample::shown(report, report.total(), "unpriced_tokens"), "0");
  EXPECT_EQ(report.covered_invocations, 1U);
  EXPECT_TRUE(report.unpriced.empty());
}

TEST(Metrics, ColumnsTellHowToPrintThem) {
  const Report report = report_of({});
  const auto column = [&](std::string_view name) {
    return report.columns[sample::column_of(report, name)];
  };
  EXPECT_EQ(column("cost").unit, Unit::usd);
  EXPECT_EQ(column("cost").scale, 18U);
  EXPECT_EQ(column("cost").decimals_min, 2U);
  EXPECT_EQ(column("mean").scale, 1U);
  EXPECT_EQ(column("mean").decimals_min, 1U);
  EXPECT_EQ(column("coverage").unit, Unit::percent);
  EXPECT_EQ(column("coverage").scale, 2U);
  EXPECT_EQ(column("tps").unit, Unit::tokens_per_second);
  EXPECT_EQ(column("tps").scale, 3U);
  EXPECT_EQ(column("p99.9").unit, Unit::milliseconds);
  EXPECT_EQ(column("bytes").unit, Unit::bytes);
  EXPECT_EQ(column("input").unit, Unit::tokens);
}

}  // namespace
}  // namespace bedrocklog::analytics
