// The period of a report and its monthly projection, against hand-made and independent figures.
#include "analytics/projection.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/analytics/sample_calls.h"

namespace bedrocklog::analytics {
namespace {

using sample::Call;

constexpr std::int64_t first_ms = sample::first_day * day_ms;

TimeRange days(std::int64_t begin, std::int64_t end) {
  return {{first_ms + begin * day_ms}, {first_ms + end * day_ms}};
}

InputAccount account_seen(std::int64_t begin_ms, std::int64_t end_ms) {
  InputAccount account;
  account.seen = TimeRange{{begin_ms}, {end_ms}};
  return account;
}

// `per_day` calls of 1,000 input tokens (0.003 USD) on each of `count` days.
GroupTotals daily_calls(std::int32_t count, int per_day) {
  GroupTotals totals;
  for (std::int32_t day = 0; day < count; ++day) {
    for (int i = 0; i < per_day; ++i) {
      Call call;
      call.price_key.day = sample::first_day + day;
      call.tokens.input = 1'000;
      sample::add_call(call, totals);
    }
  }
  return totals;
}

TEST(Period, OpenEndsAreClosedByWholeHoursSeen) {
  const InputAccount account = account_seen(first_ms + 90 * minute_ms, first_ms + 5 * hour_ms + 1);
  const std::optional<TimeRange> open = closed_period({}, account);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->begin.value, first_ms + hour_ms);
  EXPECT_EQ(open->end.value, first_ms + 6 * hour_ms);
  TimeRange half;
  half.end = {first_ms + 100 * hour_ms + 7};
  const std::optional<TimeRange> closed = closed_period(half, account);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->begin.value, first_ms + hour_ms);
  EXPECT_EQ(closed->end.value, first_ms + 100 * hour_ms + 7);
}

TEST(Period, AnEndOnTheHourStaysThere) {
  const std::optional<TimeRange> period =
      closed_period({}, account_seen(first_ms, first_ms + hour_ms));
  ASSERT_TRUE(period);
  EXPECT_EQ(*period, (TimeRange{{first_ms}, {first_ms + hour_ms}}));
}

TEST(Period, TimesBefore1970RoundOutwardsToo) {
  const std::optional<TimeRange> period = closed_period({}, account_seen(-1, 1));
  ASSERT_TRUE(period);
  EXPECT_EQ(*period, (TimeRange{{-hour_ms}, {hour_ms}}));
}

// F040
TEST(Period, WithoutLengthOrRecordsIsNone) {
  EXPECT_FALSE(closed_period({}, InputAccount()));
  EXPECT_FALSE(closed_period({{5}, {5}}, account_seen(0, 10)));
  TimeRange after_all;
  after_all.begin = {first_ms + day_ms};
  EXPECT_FALSE(closed_period(after_all, account_seen(first_ms, first_ms + 1)));
  EXPECT_TRUE(closed_period({{5}, {6}}, InputAccount()));
}

// F040
TEST(Projection, IsThePeriodTimesTheMeanMonth) {
  const std::optional<Projection> month =
      project(daily_calls(10, 3), sample::prices(), days(0, 10));
  ASSERT_TRUE(month);
  EXPECT_EQ(month->hours_milli, 240'000);
  EXPECT_EQ(month->monthly_invocations, 91U);  // 30 x 730.5 / 240 = 91.3125.
  ASSERT_TRUE(month->monthly_cost);
  EXPECT_EQ(to_decimal(*month->monthly_cost), "0.2739375");
  EXPECT_FALSE(month->trend_invocations);
  EXPECT_FALSE(month->trend_cost);
}

TEST(Projection, TrendIsOfTheLastSevenFullDays) {
  GroupTotals totals = daily_calls(14, 1);
  Call call;
  call.tokens.input = 1'000'000;  // 3 USD, outside the last full days: the 7th and the 15th.
  for (const std::int32_t day : {6, 14}) {
    call.price_key.day = sample::first_day + day;
    sample::add_call(call, totals);
  }
  TimeRange period = days(0, 14);
  period.end.value += 13 * hour_ms;
  const std::optional<Projection> month = project(totals, sample::prices(), period);
  ASSERT_TRUE(month);
  EXPECT_EQ(month->trend_invocations, 30U);  // 7 x 730.5 / 168 = 30.4375.
  ASSERT_TRUE(month->trend_cost);
  EXPECT_EQ(to_decimal(*month->trend_cost), "0.0913125");
  EXPECT_FALSE(project(totals, sample::prices(), days(0, 14 - 1))->trend_invocations.has_value());
}

TEST(Projection, OfUnpricedUsageHasCallsAndNoCost) {
  GroupTotals totals;
  Call call;
  call.price_key.model = "none";
  call.tokens.input = 5;
  sample::add_call(call, totals);
  const std::optional<Projection> month = project(totals, sample::prices(), days(0, 20));
  ASSERT_TRUE(month);
  EXPECT_EQ(month->monthly_invocations, 2U);  // 1.521875.
  EXPECT_FALSE(month->monthly_cost);
  EXPECT_EQ(month->trend_invocations, 0U);
  EXPECT_EQ(month->trend_cost, Attodollars{});  // No tokens in those days: nothing is unknown.
}

TEST(Projection, NeedsACall) {
  EXPECT_FALSE(project(GroupTotals(), sample::prices(), days(0, 20)));
}

TEST(Projection, OverflowIsUnknownNotWrong) {
  Int128 most = Int128{std::numeric_limits<std::int64_t>::max()} << 64U;
  EXPECT_FALSE(per_month(most, 1));
  EXPECT_TRUE(per_month(most, 730 * hour_ms + hour_ms / 2) == most);
}

// F040: every half-even quotient q of v x m / l satisfies 2 |v m - q l| <= l, and on a tie is even.
RC_GTEST_PROP(Projection, RoundsHalfToEvenOnce, ()) {
  const std::int64_t length_ms =
      *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(1, 400 * day_ms),
                      rc::gen::map(rc::gen::inRange<std::int64_t>(1, 9'000),
                                   [](std::int64_t hours) { return hours * hour_ms; }),
                      rc::gen::element<std::int64_t>(2 * 730 * hour_ms + hour_ms, 16, 32));
  const Int128 value = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 60U);
  const std::optional<Int128> month = per_month(value, length_ms);
  RC_ASSERT(month.has_value());
  const Int128 twice_rest = 2 * (value * 2'629'800'000 - *month * length_ms);
  const Int128 distance = twice_rest < 0 ? -twice_rest : twice_rest;
  RC_ASSERT(distance <= length_ms);
  RC_ASSERT(distance < length_ms || *month % 2 == 0);
}

// F040
RC_GTEST_PROP(Projection, TrendMatchesACountOfDays, ()) {
  const auto calls_on = *rc::gen::container<std::vector<int>>(21, rc::gen::inRange(0, 4));
  const auto end_hours = *rc::gen::inRange<std::int64_t>(14 * 24, 21 * 24 + 1);
  GroupTotals totals;
  std::uint64_t recent = 0;
  const std::int64_t full_days = end_hours / 24;
  for (std::int32_t day = 0; day < 21; ++day) {
    const auto index = static_cast<std::size_t>(day);
    for (int i = 0; i < calls_on[index]; ++i) {
      Call call;
      call.price_key.day = sample::first_day + day;
      call.tokens.input = 1;
      sample::add_call(call, totals);
    }
    if (day >= full_days - 7 && day < full_days) {
      recent += static_cast<std::uint64_t>(calls_on[index]);
    }
  }
  const TimeRange period{{first_ms}, {first_ms + end_hours * hour_ms}};
  const std::optional<Projection> month = project(totals, sample::prices(), period);
  RC_ASSERT(month.has_value() == (totals.invocations > 0U));
  if (!month) {
    return;
  }
  // 730.5 / 168 is 1461 / 336; a tie needs at least 56 calls.
  RC_ASSERT(month->trend_invocations == (recent * 1'461 + 168) / 336);
  // 3e12 attodollars a call.
  const Int128 cost = Int128{recent} * 3'000'000'000'000;
  RC_ASSERT(month->trend_cost->value == divide_half_even(cost * 1'461, 336));
}

}  // namespace
}  // namespace bedrocklog::analytics
