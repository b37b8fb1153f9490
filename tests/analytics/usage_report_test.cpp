// The usage report: its 18 fields for calls that can be added up by hand, and against the report.
#include "analytics/usage_report.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analytics/report.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::analytics {
namespace {

using sample::Call;

const std::vector<Key> by_model = {{KeyKind::model, ""}};
constexpr std::int64_t first_ms = sample::first_day * day_ms;

Call call_of(const std::string& model, std::uint64_t input, std::uint64_t output) {
  Call call;
  call.keys = {model};
  call.price_key.model = model;
  call.tokens = {.input = input, .output = output};
  return call;
}

// F046
TEST(UsageReport, HasAllFieldsOfAKnownDay) {
  std::vector<Call> calls = {call_of("full", 1'000, 100), call_of("full", 500, 20),
                             call_of("none", 7, 1), call_of("full", 0, 0)};
  calls[0].latency_ms = 1'000;
  calls[1].latency_ms = 2'001;
  calls[3].error = "ValidationException";
  const TimeRange day{{first_ms}, {first_ms + day_ms}};
  const std::optional<UsageReport> report =
      build_usage_report(sample::aggregate_of(by_model, calls), sample::prices(), day);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->period, day);  // Start and end.
  EXPECT_EQ(report->duration_hours_milli, 24'000);
  EXPECT_EQ(report->invocations, 4U);
  EXPECT_EQ(report->input_tokens, 1'507U);
  EXPECT_EQ(report->output_tokens, 121U);
  ASSERT_TRUE(report->cost);
  EXPECT_EQ(to_decimal(*report->cost), "0.0063");
  ASSERT_EQ(report->by_model.size(), 2U);
  const UsageByModel& full = report->by_model.at("full");
  EXPECT_EQ(full.invocations, 3U);
  EXPECT_EQ(full.input_tokens, 1'500U);
  EXPECT_EQ(full.output_tokens, 120U);
  ASSERT_TRUE(full.cost);
  EXPECT_EQ(to_decimal(*full.cost), "0.0063");
  EXPECT_EQ(full.latency_mean_tenths_ms, Int128{15'005});
  const UsageByModel& none = report->by_model.at("none");
  EXPECT_FALSE(none.cost);
  EXPECT_FALSE(none.latency_mean_tenths_ms);
  EXPECT_EQ(report->monthly_invocations, 122U);  // 4 x 730.5 / 24 = 121.75.
  ASSERT_TRUE(report->monthly_cost);
  EXPECT_EQ(to_decimal(*report->monthly_cost), "0.19175625");
  EXPECT_EQ(report->latency_mean_tenths_ms, Int128{15'005});
  EXPECT_EQ(report->latency_p99_ms, 2'001U);
  EXPECT_EQ(report->error_count, 1U);
  EXPECT_EQ(report->error_rate_basis_points, Int128{2'500});
}

TEST(UsageReport, AgreesWithTheReportOfTheSameSums) {
  const Aggregate aggregate = sample::aggregate_of(
      by_model, {call_of("full", 12'345, 678), call_of("full", 1, 2), call_of("partial", 99, 0)});
  const Report report = build_report(aggregate, sample::prices(), {});
  const std::optional<UsageReport> usage = build_usage_report(aggregate, sample::prices(), {});
  ASSERT_TRUE(usage);
  ASSERT_TRUE(report.projection);
  EXPECT_EQ(usage->period, report.projection->period);
  EXPECT_EQ(usage->duration_hours_milli, report.projection->hours_milli);
  EXPECT_EQ(usage->monthly_invocations, report.projection->monthly_invocations);
  EXPECT_EQ(usage->monthly_cost, report.projection->monthly_cost);
  EXPECT_EQ(to_decimal(*usage->cost), sample::shown(report, report.total(), "cost"));
}

TEST(UsageReport, OfNoCallsIsZeroesInABoundedPeriodAndNothingInAnOpenOne) {
  const Aggregate empty = sample::aggregate_of(by_model, {});
  const std::optional<UsageReport> report =
      build_usage_report(empty, sample::prices(), {{first_ms}, {first_ms + 1}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->invocations, 0U);
  EXPECT_EQ(report->cost, Attodollars{});
  EXPECT_EQ(report->monthly_cost, Attodollars{});
  EXPECT_EQ(report->error_rate_basis_points, Int128{0});
  EXPECT_FALSE(report->latency_p99_ms);
  EXPECT_FALSE(build_usage_report(empty, sample::prices(), {}));
  EXPECT_FALSE(build_usage_report(empty, sample::prices(), {{5}, {5}}));
}

TEST(UsageReportDeathTest, NeedsGroupsByModelAlone) {
  EXPECT_DEATH((void)build_usage_report(sample::aggregate_of({}, {}), sample::prices(), {}),
               "usage_report.cpp");
}

}  // namespace
}  // namespace bedrocklog::analytics
