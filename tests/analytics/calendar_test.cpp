// Dates that exist, and ISO weeks where years meet.
#include "analytics/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

TEST(Calendar, KnowsWhichDatesExist) {
  EXPECT_EQ(parse_date("2024-02-29"), (CivilDate{2024, 2, 29}));
  for (const char* text : {"2026-02-29", "2026-00-01", "2026-13-01", "2026-01-00", "2026-04-31",
                           "1969-12-31", "2026-1-01", "2026-01-1", "26-01-01", "2026/01/01",
                           "2026-01-01 ", "2026-01-0x", "-026-01-01", ""}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
  EXPECT_EQ(parse_month("2026-12"), (CivilDate{2026, 12, 1}));
  EXPECT_FALSE(parse_month("2026-13"));
  EXPECT_FALSE(parse_month("2026-1"));
}

TEST(Calendar, MonthsRollOverYears) {
  EXPECT_EQ(first_of_month({2026, 12, 31}, 1), (CivilDate{2027, 1, 1}));
  EXPECT_EQ(first_of_month({2026, 1, 31}, -1), (CivilDate{2025, 12, 1}));
  EXPECT_EQ(first_of_month({2026, 3, 15}, -15), (CivilDate{2024, 12, 1}));
}

// Examples of the standard and of long years.
TEST(Calendar, IsoWeeksBelongToTheYearOfTheirThursday) {
  const auto week_of = [](CivilDate date) { return iso_week_of(days_from_civil(date)); };
  EXPECT_EQ(week_of({2005, 1, 1}), (IsoWeek{2004, 53}));
  EXPECT_EQ(week_of({2007, 1, 1}), (IsoWeek{2007, 1}));
  EXPECT_EQ(week_of({2008, 12, 29}), (IsoWeek{2009, 1}));
  EXPECT_EQ(week_of({2010, 1, 3}), (IsoWeek{2009, 53}));
  EXPECT_EQ(week_of({2020, 12, 31}), (IsoWeek{2020, 53}));
  EXPECT_EQ(week_of({2026, 3, 4}), (IsoWeek{2026, 10}));
  EXPECT_EQ(iso_weekday_of(days_from_civil({2026, 3, 4})), 3U);
  EXPECT_EQ(iso_weekday_of(-5), 6U);
}

TEST(Calendar, RefusesWeeksThatDoNotExist) {
  EXPECT_EQ(parse_iso_week("2026-W10"), days_from_civil({2026, 3, 2}));
  EXPECT_EQ(parse_iso_week("2020-W53"), days_from_civil({2020, 12, 28}));
  EXPECT_EQ(parse_iso_week("2026-W01"), days_from_civil({2025, 12, 29}));
  for (const char* text : {"2021-W53", "2026-W00", "2026-W54", "2026-W1", "2026W10", "2026-w10"}) {
    EXPECT_FALSE(parse_iso_week(text)) << text;
  }
}

RC_GTEST_PROP(Calendar, WeeksAreSevenDaysLongAndInOrder, ()) {
  const auto day = *rc::gen::inRange<std::int64_t>(-800'000, 2'900'000);
  const bool is_sunday = iso_weekday_of(day) == 7;
  const IsoWeek today = iso_week_of(day);
  const IsoWeek tomorrow = iso_week_of(day + 1);
  RC_ASSERT((today == tomorrow) != is_sunday);
  RC_ASSERT(iso_weekday_of(day + 1) == (is_sunday ? 1U : iso_weekday_of(day) + 1));
  if (is_sunday) {
    RC_ASSERT(tomorrow == (IsoWeek{today.year, today.week + 1}) ||
              (tomorrow == IsoWeek{today.year + 1, 1} && today.week >= 52));
  }
}

}  // namespace
}  // namespace bedrocklog::analytics
