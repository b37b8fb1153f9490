// Budgets against days, periods and rates worked out by hand and by an exact oracle.
#include "analytics/finance/budget.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/budget_report.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::sample::Call;
using analytics::sample::first_day;  // 2026-03-01.

constexpr Int128 usd = Int128{1'000'000'000} * 1'000'000'000 * 10'000;

std::int32_t day_of(int year, unsigned month, unsigned day) {
  return static_cast<std::int32_t>(days_from_civil({year, month, day}));
}

UnixMillis at_noon(std::int32_t day) {
  return {day * day_ms + day_ms / 2};
}

std::string shown(const std::optional<NetDollars>& amount) {
  return amount ? to_decimal(*amount) : "unknown";
}

Budget budget_of(std::string_view amount) {
  Budget budget;
  budget.name = "all";
  budget.amount = net_of(*parse_amount(amount), 0);
  budget.warn_at_e2 = {8'000, 10'000};
  return budget;
}

DailyUse daily_usd(const std::vector<std::pair<std::int32_t, std::int64_t>>& days) {
  DailyUse daily;
  for (const auto& [day, dollars] : days) {
    daily[day] = {NetDollars{dollars * usd}, 1, 1, 0};
  }
  return daily;
}

TEST(BudgetPeriods, AreCalendarPeriods) {
  const std::int32_t leap = day_of(2028, 2, 29);
  EXPECT_EQ(period_of(BudgetPeriod::monthly, leap),
            (DayRange{day_of(2028, 2, 1), day_of(2028, 3, 1)}));
  EXPECT_EQ(period_of(BudgetPeriod::quarterly, leap),
            (DayRange{day_of(2028, 1, 1), day_of(2028, 4, 1)}));
  EXPECT_EQ(period_of(BudgetPeriod::yearly, leap),
            (DayRange{day_of(2028, 1, 1), day_of(2029, 1, 1)}));
  EXPECT_EQ(period_of(BudgetPeriod::quarterly, day_of(2026, 12, 31)).end, day_of(2027, 1, 1));
}

TEST(BudgetPeriods, AreReadAsTheyAreWritten) {
  for (const BudgetPeriod period :
       {BudgetPeriod::monthly, BudgetPeriod::quarterly, BudgetPeriod::yearly}) {
    for (const std::int32_t day : {day_of(2026, 1, 1), day_of(2026, 10, 1)}) {
      const std::int32_t first = period_of(period, day).begin;
      EXPECT_EQ(parse_period_label(period, period_label(period, day)), first);
    }
  }
  for (const char* text : {"", "2026-Q0", "2026-Q5", "2026-Q11", "2026", "2026-03", "1969-Q1"}) {
    EXPECT_EQ(parse_period_label(BudgetPeriod::quarterly, text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_period_label(BudgetPeriod::yearly, "2026-01"), std::nullopt);
}

TEST(BudgetLine, ForecastsFromTheTimeThatIsOver) {
  // Ten and a half of 31 days are over; 21 USD are used, the last 7 full days used 14.
  std::vector<std::pair<std::int32_t, std::int64_t>> days;
  for (std::int32_t day = first_day - 5; day < first_day + 10; ++day) {
    days.emplace_back(day, 2);
  }
  days.emplace_back(first_day + 10, 1);
  const BudgetLine line = budget_line(budget_of("50"), daily_usd(days), first_day,
                                      {at_noon(first_day + 10), first_day - 5});

  EXPECT_TRUE(line.is_open);
  EXPECT_EQ(shown(line.cost), "21.00");
  EXPECT_EQ(line.used_e2, Int128{4'200});
  EXPECT_EQ(shown(line.variance), "-29.00");
  EXPECT_EQ(shown(line.per_day), "2.00");
  EXPECT_EQ(shown(line.forecast), "62.00");
  EXPECT_EQ(shown(line.forecast_trend), "62.00");
  EXPECT_EQ(line.exhausted_on, std::nullopt);
  // 2 USD a day pass 50 USD on the 26th day, which is 26 March.
  EXPECT_EQ(line.forecast_exhausted_on, first_day + 25);
  EXPECT_TRUE(line.forecast_exceeds());
  EXPECT_FALSE(line.reaches(8'000));
  EXPECT_TRUE(line.reaches(4'200));
  EXPECT_FALSE(line.reaches(4'201));
}

TEST(BudgetLine, KnowsNoTrendOfDaysBeforeTheArchive) {
  const BudgetLine line = budget_line(budget_of("50"), daily_usd({{first_day + 4, 1}}), first_day,
                                      {at_noon(first_day + 10), first_day + 4});
  EXPECT_EQ(line.forecast_trend, std::nullopt);
  EXPECT_NE(line.forecast, std::nullopt);
}

TEST(BudgetLine, OfAClosedPeriodForecastsNothing) {
  const BudgetLine line =
      budget_line(budget_of("50"), daily_usd({{first_day, 31}, {first_day + 30, 31}}), first_day,
                  {{(first_day + 31) * day_ms}, first_day});
  EXPECT_FALSE(line.is_open);
  EXPECT_EQ(line.forecast, std::nullopt);
  EXPECT_EQ(line.forecast_trend, std::nullopt);
  EXPECT_EQ(shown(line.per_day), "2.00");
  EXPECT_EQ(line.exhausted_on, first_day + 30);
  EXPECT_TRUE(line.is_exceeded());
  EXPECT_EQ(shown(line.variance), "12.00");
}

TEST(BudgetLine, IsUnknownWhereNothingHasAPrice) {
  DailyUse daily;
  daily[first_day] = {{}, 3, 0, 12};
  const BudgetLine line =
      budget_line(budget_of("50"), daily, first_day, {at_noon(first_day + 3), first_day});
  EXPECT_EQ(line.cost, std::nullopt);
  EXPECT_EQ(line.forecast, std::nullopt);
  EXPECT_EQ(line.used_e2, std::nullopt);
  EXPECT_EQ(line.use.unpriced_tokens, 12U);
  EXPECT_FALSE(line.reaches(1));
}

TEST(BudgetLine, ReachesALevelBetweenTwoAttodollarsAtTheUpperOne) {
  BudgetLine line;
  line.amount = NetDollars{3};
  line.cost = NetDollars{1};
  EXPECT_FALSE(line.reaches(5'000));
  line.cost = NetDollars{2};
  EXPECT_TRUE(line.reaches(5'000));
  line.amount = NetDollars{0};
  EXPECT_TRUE(line.reaches(10'000));
  line.cost = NetDollars{0};
  EXPECT_FALSE(line.reaches(10'000));
}

TEST(BudgetLine, TakesTheAmountOfItsPeriod) {
  Budget budget = budget_of("50");
  budget.amounts[first_day] = net_of(*parse_amount("70"), 0);
  EXPECT_EQ(shown(budget.amount_of(first_day)), "70.00");
  EXPECT_EQ(shown(budget.amount_of(day_of(2026, 4, 1))), "50.00");
}

/// Two models and two teams on one day, a call without a team, and one without a price.
analytics::Aggregate sample_aggregate(std::vector<analytics::Key> by) {
  std::vector<Call> calls(4);
  calls[0].keys = {"full", "search"};
  calls[0].tokens = {.input = 1'000'000};
  calls[1].keys = {"full", "ads"};
  calls[1].tokens = {.output = 1'000'000};
  calls[2].keys = {"full", std::nullopt};
  calls[2].tokens = {.input = 2'000'000};
  calls[3].keys = {"nothing", "search"};
  calls[3].price_key.model = "nothing";
  calls[3].tokens = {.input = 5};
  return analytics::sample::aggregate_of(std::move(by), calls);
}

TEST(BudgetUse, CountsACallInEveryScopeItIsIn) {
  BudgetScope scope;
  const auto resolve = [&](std::string_view name) { return scope.resolve(name); };
  std::vector<Budget> budgets(2);
  budgets[0].scope = *analytics::Expression::parse("model ~ \"f*\"", "test", resolve);
  budgets[1].scope = *analytics::Expression::parse("tag:team = search", "test", resolve);
  const BudgetUse use = *use_of_budgets(budgets, sample_aggregate(scope.keys()),
                                        analytics::sample::prices(), Discounts());

  EXPECT_EQ(shown(use.by_budget[0].at(first_day).known_cost()), "24.00");
  EXPECT_EQ(use.by_budget[0].at(first_day).invocations, 3U);
  EXPECT_EQ(shown(use.by_budget[1].at(first_day).known_cost()), "3.00");
  EXPECT_EQ(use.by_budget[1].at(first_day).invocations, 2U);
  EXPECT_EQ(use.by_budget[1].at(first_day).unpriced_tokens, 5U);
  EXPECT_TRUE(use.outside.empty());
}

TEST(BudgetUse, KeepsApartWhatNoBudgetCovers) {
  BudgetScope scope;
  const auto resolve = [&](std::string_view name) { return scope.resolve(name); };
  ASSERT_TRUE(scope.resolve("model"));
  std::vector<Budget> budgets(1);
  budgets[0].scope = *analytics::Expression::parse("tag:team = search", "test", resolve);
  const BudgetUse use = *use_of_budgets(budgets, sample_aggregate(scope.keys()),
                                        analytics::sample::prices(), Discounts());
  EXPECT_EQ(shown(use.outside.at(first_day).known_cost()), "21.00");
  EXPECT_EQ(use.outside.at(first_day).invocations, 2U);
}

TEST(BudgetUse, IsNetOfDiscounts) {
  const Discounts discounts = *Discounts::of({{"*", "full", 2'500, {}, {}, "here"}}, "ours");
  ASSERT_FALSE(discounts.needs_account());
  std::vector<Budget> budgets(1);
  const BudgetUse use = *use_of_budgets(
      budgets,
      sample_aggregate({{analytics::KeyKind::model, ""}, {analytics::KeyKind::tag, "team"}}),
      analytics::sample::prices(), discounts);
  EXPECT_EQ(shown(use.by_budget[0].at(first_day).known_cost()), "18.00");
}

TEST(BudgetScope, RefusesTimesAndWhatIsNoKey) {
  BudgetScope scope;
  EXPECT_FALSE(scope.resolve("day"));
  EXPECT_FALSE(scope.resolve("input"));
  EXPECT_EQ(scope.resolve("account")->id, 0);
  EXPECT_EQ(scope.resolve("tag:team")->id, 1);
  EXPECT_EQ(scope.resolve("account")->id, 0);
  EXPECT_EQ(scope.keys().size(), 2U);
}

TEST(BudgetReport, ShowsWholePeriodsUpToTheLastRecordOrNow) {
  const TimeRange seen{at_noon(first_day - 20), at_noon(first_day + 3)};
  // Long after the archive ended: no empty periods behind it.
  EXPECT_EQ(*periods_to_show(BudgetPeriod::monthly, {{}, seen, at_noon(day_of(2026, 11, 5))}),
            (std::vector<std::int32_t>{day_of(2026, 2, 1), first_day}));
  // Still written: the period of now is there although nothing was used in it.
  EXPECT_EQ(periods_to_show(BudgetPeriod::monthly,
                            {{},
                             TimeRange{at_noon(day_of(2026, 3, 3)), at_noon(day_of(2026, 3, 30))},
                             at_noon(day_of(2026, 4, 1))})
                ->back(),
            day_of(2026, 4, 1));
  // Asked for, and not begun: not shown.
  const TimeRange year{{day_of(2026, 1, 1) * day_ms}, {day_of(2027, 1, 1) * day_ms}};
  EXPECT_EQ(*periods_to_show(BudgetPeriod::quarterly, {year, seen, at_noon(first_day)}),
            (std::vector<std::int32_t>{day_of(2026, 1, 1)}));
  EXPECT_TRUE(
      periods_to_show(BudgetPeriod::monthly, {{}, std::nullopt, at_noon(first_day)})->empty());
  const TimeRange ages{{0}, {day_of(2026, 1, 1) * day_ms}};
  EXPECT_TRUE(periods_to_show(BudgetPeriod::monthly, {ages, seen, at_noon(first_day)}));
  EXPECT_FALSE(
      periods_to_show(BudgetPeriod::monthly,
                      {{{0}, {day_of(2200, 1, 1) * day_ms}}, seen, at_noon(day_of(2200, 1, 1))}));
}

TEST(BudgetReport, ReadsWholePeriodsAndTheDaysOfTheTrend) {
  std::vector<Budget> budgets(2);
  budgets[1].period = BudgetPeriod::quarterly;
  const TimeRange march{{first_day * day_ms}, {(first_day + 31) * day_ms}};
  EXPECT_EQ(range_to_read(budgets, march, at_noon(day_of(2026, 9, 1))),
            (TimeRange{{day_of(2026, 1, 1) * day_ms}, {day_of(2026, 4, 1) * day_ms}}));
  budgets.pop_back();
  EXPECT_EQ(range_to_read(budgets, march, at_noon(first_day + 1)).begin.value,
            (first_day - 6) * day_ms);
  EXPECT_EQ(range_to_read(budgets, {}, at_noon(first_day)), TimeRange{});
}

TEST(BudgetReport, TellsWhatTheLatestPeriodSetsOff) {
  const std::vector<Budget> budgets = {budget_of("10"), budget_of("100")};
  const BudgetTime time{at_noon(first_day + 9), first_day - 28};
  const DailyUse much = daily_usd({{first_day - 3, 400}, {first_day, 80}});
  const auto lines_of = [&](std::int32_t day) {
    std::vector<BudgetLine> lines = {budget_line(budgets[1], much, day_of(2026, 2, 1), time),
                                     budget_line(budgets[1], much, day, time)};
    lines[0].budget = lines[1].budget = 1;
    return lines;
  };
  const std::vector<BudgetLine> lines = lines_of(first_day);

  const std::vector<std::string> warned = alarms_of(budgets, lines, *parse_budget_alarm(""));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0], "budget \"all\" of 2026-03: 80.00 of 100.00 USD used, 80.00 %");
  EXPECT_TRUE(alarms_of(budgets, lines, *parse_budget_alarm("81")).empty());
  EXPECT_EQ(alarms_of(budgets, lines, *parse_budget_alarm("80")).size(), 1U);
  EXPECT_THAT(alarms_of(budgets, lines, *parse_budget_alarm("forecast")).at(0),
              testing::EndsWith("; forecast 261.0526315789473684210526 USD"));
  EXPECT_FALSE(parse_budget_alarm("soon"));
  EXPECT_FALSE(parse_budget_alarm("0"));
}

// An oracle of its own: quotients are checked by multiplying across.
RC_GTEST_PROP(BudgetProperty, ForecastsAreTheExactQuotient, ()) {
  const auto elapsed_minutes = *rc::gen::inRange<std::int64_t>(1, 31 * 24 * 60);
  const auto cents = *rc::gen::inRange<std::int64_t>(0, 100'000'000);
  Budget budget = budget_of("1000");
  DailyUse daily;
  daily[first_day] = {NetDollars{cents * (usd / 100)}, 1, 1, 0};
  const UnixMillis now{first_day * day_ms + elapsed_minutes * minute_ms};
  const BudgetLine line = budget_line(budget, daily, first_day, {now, first_day});

  const Int128 length_minutes = 31 * 24 * 60;
  const Int128 exact = line.cost->value * length_minutes;
  const Int128 error = line.forecast->value * elapsed_minutes - exact;
  RC_ASSERT(2 * (error < 0 ? -error : error) <= elapsed_minutes);
  // The day of exhaustion is the first at whose end the same line is above the amount.
  for (std::int32_t day = 0; day < 31; ++day) {
    const Int128 by_then = line.cost->value * (Int128{day + 1} * 24 * 60);
    const bool is_over = by_then > line.amount->value * elapsed_minutes;
    const bool is_told =
        line.forecast_exhausted_on && *line.forecast_exhausted_on <= first_day + day;
    if (!line.is_exceeded() && first_day + day >= now.value / day_ms) {
      RC_ASSERT(is_over == is_told);
    }
  }
}

}  // namespace
}  // namespace bedrocklog::finance
