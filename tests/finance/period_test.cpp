// Periods and their names, fiscal years among them.
#include "analytics/finance/period.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

std::int32_t day(int year, unsigned month, unsigned of_month) {
  return static_cast<std::int32_t>(days_from_civil({year, month, of_month}));
}

std::string label(PeriodKind kind, std::int32_t at, unsigned start = 1) {
  const PeriodCalendar calendar(kind, start);
  return calendar.label_of(calendar.of_day(at));
}

TEST(PeriodCalendar, NamesCalendarPeriods) {
  const std::int32_t at = day(2024, 2, 29);
  EXPECT_EQ(label(PeriodKind::day, at), "2024-02-29");
  EXPECT_EQ(label(PeriodKind::month, at), "2024-02");
  EXPECT_EQ(label(PeriodKind::quarter, at), "2024-Q1");
  EXPECT_EQ(label(PeriodKind::quarter, day(2024, 12, 31)), "2024-Q4");
  EXPECT_EQ(label(PeriodKind::year, at), "2024");
  EXPECT_EQ(label(PeriodKind::total, at), "total");
  const PeriodCalendar months(PeriodKind::month);
  EXPECT_EQ(months.of_day(at), (Period{day(2024, 2, 1), day(2024, 3, 1)}));
  EXPECT_EQ(months.before(months.of_day(day(2026, 1, 15))),
            (Period{day(2025, 12, 1), day(2026, 1, 1)}));
}

TEST(PeriodCalendar, AFiscalYearIsNamedAfterTheYearInWhichItEnds) {
  EXPECT_EQ(label(PeriodKind::fiscal_year, day(2025, 9, 30), 10), "FY2025");
  EXPECT_EQ(label(PeriodKind::fiscal_year, day(2025, 10, 1), 10), "FY2026");
  EXPECT_EQ(label(PeriodKind::fiscal_quarter, day(2025, 10, 1), 10), "FY2026-Q1");
  EXPECT_EQ(label(PeriodKind::fiscal_quarter, day(2026, 9, 30), 10), "FY2026-Q4");
  EXPECT_EQ(label(PeriodKind::fiscal_month, day(2025, 10, 1), 10), "FY2026-M01");
  EXPECT_EQ(label(PeriodKind::fiscal_month, day(2026, 9, 30), 10), "FY2026-M12");
  EXPECT_EQ(label(PeriodKind::fiscal_year, day(2026, 1, 1), 1), "FY2026");
  EXPECT_EQ(label(PeriodKind::fiscal_quarter, day(2026, 3, 31), 2), "FY2027-Q1");
  EXPECT_EQ(label(PeriodKind::fiscal_year, day(2026, 1, 31), 2), "FY2026");
  const PeriodCalendar quarters(PeriodKind::fiscal_quarter, 2);
  EXPECT_EQ(quarters.of_day(day(2026, 4, 30)), (Period{day(2026, 2, 1), day(2026, 5, 1)}));
}

TEST(PeriodCalendar, KindsAndMonthsAreReadByName) {
  for (const std::string& name : period_kind_names()) {
    EXPECT_TRUE(parse_period_kind(name)) << name;
  }
  ASSERT_FALSE(parse_period_kind("week"));
  EXPECT_EQ(parse_period_kind("week").error().subject, "--period");
  EXPECT_EQ(parse_fiscal_start("october").value(), 10U);
  EXPECT_EQ(parse_fiscal_start("feb").value(), 2U);
  EXPECT_EQ(parse_fiscal_start("07").value(), 7U);
  EXPECT_FALSE(parse_fiscal_start("13"));
  EXPECT_FALSE(parse_fiscal_start(""));
}

RC_GTEST_PROP(PeriodCalendar, EveryDayIsInsideItsPeriodAndPeriodsMeetAndSortLikeTheirNames, ()) {
  const auto kind = *rc::gen::element(PeriodKind::day, PeriodKind::month, PeriodKind::quarter,
                                      PeriodKind::year, PeriodKind::fiscal_month,
                                      PeriodKind::fiscal_quarter, PeriodKind::fiscal_year);
  const PeriodCalendar calendar(kind, *rc::gen::inRange(1U, 13U));
  const auto at = *rc::gen::inRange<std::int32_t>(0, 40'000);
  const Period period = calendar.of_day(at);
  RC_ASSERT(period.begin <= at && at < period.end);
  RC_ASSERT(calendar.of_day(period.begin) == period);
  RC_ASSERT(calendar.of_day(period.end - 1) == period);
  const Period before = calendar.before(period);
  RC_ASSERT(before.end == period.begin);
  RC_ASSERT(calendar.label_of(before) < calendar.label_of(period));
}

}  // namespace
}  // namespace bedrocklog::finance
