// Timestamps: every accepted spelling, what is refused, and the calendar against an independent
// one.
#include "ingest/unix_millis.h"

#include <string>

#include <date/date.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog {
namespace {

constexpr std::int64_t march_ms = 1'772'619'307'000;   // 2026-03-04T10:15:07Z.
constexpr std::int64_t last_ms = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z.

std::int64_t millis_of(std::string_view text) {
  const auto at = parse_timestamp(text);
  EXPECT_TRUE(at) << text;
  return at ? at->value : -1;
}

TEST(ParseTimestamp, ReadsWhatAwsWrites) {
  EXPECT_EQ(millis_of("2026-03-04T10:15:07Z"), march_ms);
  EXPECT_EQ(millis_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(millis_of("9999-12-31T23:59:59.999Z"), last_ms);
  EXPECT_EQ(millis_of("2024-02-29T00:00:00Z"), 1'709'164'800'000);
}

TEST(ParseTimestamp, CutsFractionsToMilliseconds) {
  EXPECT_EQ(millis_of("2026-03-04T10:15:07.2Z"), march_ms + 200);
  EXPECT_EQ(millis_of("2026-03-04T10:15:07.25Z"), march_ms + 250);
  EXPECT_EQ(millis_of("2026-03-04T10:15:07.456Z"), march_ms + 456);
  EXPECT_EQ(millis_of("2026-03-04T10:15:07.9999Z"), march_ms + 999);
  EXPECT_EQ(millis_of("2026-03-04 10:15:07.000000000"), march_ms);
  EXPECT_EQ(millis_of("2026-03-04 10:15:07.123456789"), march_ms + 123);
}

TEST(ParseTimestamp, ReadsOffsetsAndTheirAbsence) {
  EXPECT_EQ(millis_of("2026-03-04T10:15:07"), march_ms);
  EXPECT_EQ(millis_of("2026-03-04 10:15:07Z"), march_ms);
  EXPECT_EQ(millis_of("2026-03-04T12:15:07+02:00"), march_ms);
  EXPECT_EQ(millis_of("2026-03-04T04:45:07-0530"), march_ms);
  EXPECT_EQ(millis_of("2026-03-04T12:15:07.5+0200"), march_ms + 500);
  EXPECT_EQ(millis_of("1970-01-01T00:00:00+01:00"), -hour_ms);
}

TEST(ParseTimestamp, ReadsThirteenDigitsAsEpochMillis) {
  EXPECT_EQ(millis_of("1772619307000"), march_ms);
  EXPECT_FALSE(parse_timestamp("177261930700"));
  EXPECT_FALSE(parse_timestamp("17726193070000"));
  EXPECT_FALSE(parse_timestamp("177261930700x"));
  EXPECT_FALSE(parse_timestamp("-772619307000"));
}

TEST(ParseTimestamp, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "Z",
                           "2026-03-04",
                           "2026-03-04T10:15Z",
                           "2026-03-04t10:15:07Z",
                           "2026-03-04T10:15:07z",
                           "2026-03-04T10:15:07.Z",
                           "2026-03-04T10:15:07.1234567890Z",
                           "2026-03-04T10:15:07Z ",
                           " 2026-03-04T10:15:07Z",
                           "2026-03-04T10:15:07+02",
                           "2026-03-04T10:15:07+24:00",
                           "2026-03-04T10:15:07+02:60",
                           "2026-03-04T10:15:07ZZ",
                           "2026-02-30T00:00:00Z",
                           "2025-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-32T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:60Z",
                           "1969-12-31T23:59:59Z",
                           "2026/03/04T10:15:07Z",
                           "2026-03-04T10-15-07Z",
                           "20 6-03-04T10:15:07Z",
                           "12026-03-04T10:15:07Z"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

RC_GTEST_PROP(ParseTimestamp, UndoesToRfc3339, ()) {
  const auto millis = *rc::gen::inRange<std::int64_t>(0, last_ms + 1);
  RC_ASSERT(parse_timestamp(to_rfc3339({millis})) == UnixMillis{millis});
}

RC_GTEST_PROP(ParseTimestamp, AgreesWithAnotherCalendarLibrary, ()) {
  const auto millis = *rc::gen::inRange<std::int64_t>(0, last_ms + 1);
  const date::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{millis}};
  RC_ASSERT(parse_timestamp(date::format("%FT%TZ", time)) == UnixMillis{millis});
}

RC_GTEST_PROP(ParseTimestamp, NeverReadsBeyondAnyTextAndTakesNoOtherByte, ()) {
  std::string text = "2026-03-04T10:15:07.25+02:00";
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  text.resize(*rc::gen::inRange<std::size_t>(0, text.size() + 1));
  text.shrink_to_fit();  // So that the address sanitizer sees the first byte too far.
  const auto parsed = parse_timestamp(text);
  RC_ASSERT(!parsed || text.size() >= 19);
}

TEST(ToRfc3339, PrintsMillisecondsOnlyWhereThereAreSome) {
  EXPECT_EQ(to_rfc3339({march_ms}), "2026-03-04T10:15:07Z");
  EXPECT_EQ(to_rfc3339({march_ms + 250}), "2026-03-04T10:15:07.250Z");
  EXPECT_EQ(to_rfc3339({march_ms + 7}), "2026-03-04T10:15:07.007Z");
  EXPECT_EQ(to_rfc3339({-1}), "1969-12-31T23:59:59.999Z");
}

TEST(ToRfc3339, SurvivesTheEndsOfTheRange) {
  EXPECT_EQ(to_rfc3339(TimeRange{}.begin).back(), 'Z');
  EXPECT_EQ(to_rfc3339(TimeRange{}.end).back(), 'Z');
}

TEST(CivilDate, CountsEveryDayFromYearOneToTenThousand) {
  std::int64_t days = -719'162;  // 0001-01-01.
  for (int year = 1; year <= 10'000; ++year) {
    for (unsigned month = 1; month <= 12; ++month) {
      for (unsigned day = 1; day <= days_in_month(year, month); ++day, ++days) {
        const CivilDate date{year, month, day};
        ASSERT_EQ(days_from_civil(date), days) << year << '-' << month << '-' << day;
        ASSERT_TRUE(civil_from_days(days) == date) << days;
      }
    }
  }
  EXPECT_EQ(days, 2'933'263);  // 10001-01-01.
}

RC_GTEST_PROP(CivilDate, AgreesWithAnotherCalendarLibrary, ()) {
  const auto days = *rc::gen::inRange(-11'000'000, 11'000'000);
  const CivilDate date = civil_from_days(days);
  const date::year_month_day other{date::sys_days{date::days{days}}};
  RC_ASSERT(date.year == static_cast<int>(other.year()));
  RC_ASSERT(date.month == static_cast<unsigned>(other.month()));
  RC_ASSERT(date.day == static_cast<unsigned>(other.day()));
  RC_ASSERT(days_from_civil(date) == days);
}

TEST(TimeRange, IsHalfOpen) {
  const TimeRange range{{10}, {20}};
  EXPECT_FALSE(range.contains({9}));
  EXPECT_TRUE(range.contains({10}));
  EXPECT_TRUE(range.contains({19}));
  EXPECT_FALSE(range.contains({20}));
}

}  // namespace
}  // namespace bedrocklog
