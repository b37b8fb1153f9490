// Every way of naming a range of time, and what is said about the ways that fail.
#include "analytics/time_spec.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

constexpr TimeRange unbounded;

UnixMillis at(const std::string& text) {
  return parse_timestamp(text).value();
}

const UnixMillis now = at("2026-03-31T10:30:00Z");

// "begin end" of the range in UTC, `-` where it is open, or the Fault.
std::string resolved(const TimeSpec& spec, const Zone& zone = Zone(),
                     std::optional<UnixMillis> present = now) {
  const Result<TimeRange> range = resolve_range(spec, zone, present);
  if (!range) {
    return range.error().subject + ": " + range.error().message;
  }
  return (range->begin == unbounded.begin ? "-" : to_rfc3339(range->begin)) + ' ' +
         (range->end == unbounded.end ? "-" : to_rfc3339(range->end));
}

TimeSpec since(const std::string& text) {
  TimeSpec spec;
  spec.since = text;
  return spec;
}

TimeSpec until(const std::string& text) {
  TimeSpec spec;
  spec.until = text;
  return spec;
}

TimeSpec whole(std::string TimeSpec::* flag, const std::string& text) {
  TimeSpec spec;
  spec.*flag = text;
  return spec;
}

TEST(TimeSpec, NothingSaidIsAllOfTime) {
  EXPECT_EQ(resolved({}, Zone(), std::nullopt), "- -");
}

TEST(TimeSpec, SinceTakesTheBeginOfEveryForm) {
  EXPECT_EQ(resolved(since("12h")), "2026-03-30T22:30:00Z -");
  EXPECT_EQ(resolved(since("30d")), "2026-03-01T10:30:00Z -");
  EXPECT_EQ(resolved(since("2w")), "2026-03-17T10:30:00Z -");
  EXPECT_EQ(resolved(since("3mo")), "2025-12-31T10:30:00Z -");
  EXPECT_EQ(resolved(since("1mo")), "2026-02-28T10:30:00Z -");  // No 31 February.
  EXPECT_EQ(resolved(since("now")), "2026-03-31T10:30:00Z -");
  EXPECT_EQ(resolved(since("today")), "2026-03-31T00:00:00Z -");
  EXPECT_EQ(resolved(since("yesterday")), "2026-03-30T00:00:00Z -");
  EXPECT_EQ(resolved(since("2026-03")), "2026-03-01T00:00:00Z -");
  EXPECT_EQ(resolved(since("2026-03-05")), "2026-03-05T00:00:00Z -");
  EXPECT_EQ(resolved(since("2026-03-05T06:07:08Z")), "2026-03-05T06:07:08Z -");
  EXPECT_EQ(resolved(since("2026-03-05T06:07:08+05:30")), "2026-03-05T00:37:08Z -");
  EXPECT_EQ(resolved(since("@1772359200")), "2026-03-01T10:00:00Z -");
}

TEST(TimeSpec, UntilTakesTheEndOfCalendarWordsAndInstantsAsTheyAre) {
  EXPECT_EQ(resolved(until("2026-02")), "- 2026-03-01T00:00:00Z");
  EXPECT_EQ(resolved(until("2026-12-31")), "- 2027-01-01T00:00:00Z");
  EXPECT_EQ(resolved(until("yesterday")), "- 2026-03-31T00:00:00Z");
  EXPECT_EQ(resolved(until("2d")), "- 2026-03-29T10:30:00Z");
  EXPECT_EQ(resolved(until("@0")), "- 1970-01-01T00:00:00Z");
  EXPECT_EQ(resolved(until("2026-03-05T06:07:08Z")), "- 2026-03-05T06:07:08Z");
}

TEST(TimeSpec, WholeRangeFlags) {
  EXPECT_EQ(resolved(whole(&TimeSpec::month, "2026-02")),
            "2026-02-01T00:00:00Z 2026-03-01T00:00:00Z");
  EXPECT_EQ(resolved(whole(&TimeSpec::month, "this")), "2026-03-01T00:00:00Z 2026-04-01T00:00:00Z");
  EXPECT_EQ(resolved(whole(&TimeSpec::month, "last")), "2026-02-01T00:00:00Z 2026-03-01T00:00:00Z");
  EXPECT_EQ(resolved(whole(&TimeSpec::week, "2026-W01")),
            "2025-12-29T00:00:00Z 2026-01-05T00:00:00Z");
  EXPECT_EQ(resolved(whole(&TimeSpec::quarter, "2026-Q4")),
            "2026-10-01T00:00:00Z 2027-01-01T00:00:00Z");
  EXPECT_EQ(resolved(whole(&TimeSpec::day, "2024-02-29")),
            "2024-02-29T00:00:00Z 2024-03-01T00:00:00Z");
  EXPECT_EQ(resolved(whole(&TimeSpec::hours, "24")), "2026-03-30T10:30:00Z 2026-03-31T10:30:00Z");
}

TEST(TimeSpec, CalendarWordsAreReadInTheZone) {
  const Zone berlin = Zone::named("Europe/Berlin").value();
  EXPECT_EQ(resolved(whole(&TimeSpec::month, "2026-03"), berlin),
            "2026-02-28T23:00:00Z 2026-03-31T22:00:00Z");  // DST began on the 29th.
  EXPECT_EQ(resolved(whole(&TimeSpec::day, "2026-03-29"), berlin),
            "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z");
  EXPECT_EQ(resolved(since("today"), berlin, at("2026-03-31T22:30:00Z")), "2026-03-31T22:00:00Z -");
  EXPECT_EQ(resolved(whole(&TimeSpec::month, "this"), berlin, at("2026-03-31T22:30:00Z")),
            "2026-03-31T22:00:00Z 2026-04-30T22:00:00Z");
  // The same local time a month before, on the other side of the DST change.
  EXPECT_EQ(resolved(since("1mo"), berlin, at("2026-04-15T08:00:00Z")), "2026-03-15T09:00:00Z -");
  const Zone apia = Zone::named("Pacific/Apia").value();
  EXPECT_EQ(resolved(whole(&TimeSpec::day, "2011-12-30"), apia),
            "--day: \"2011-12-30\" does not exist in Pacific/Apia");
}

TEST(TimeSpec, TextsOfNoFormAreRefusedWithFlagValueAndForms) {  // F067
  for (const char* text : {"0d",
                           "-5d",
                           "5",
                           "5m",
                           "5 d",
                           "123456d",
                           "tomorrow",
                           "2026-13",
                           "2026-02-30",
                           "2026-3-1",
                           "@",
                           "@-1",
                           "@253402300800",
                           "@1e9",
                           "99999999999999999999d",
                           "1mo2d",
                           "2026-03-01T25:00:00Z",
                           " today",
                           "1772612107000",
                           "2026-W10",
                           "2026-03-01T10:00:00Zjunk"}) {
    const std::string said = resolved(since(text));
    EXPECT_TRUE(said.starts_with("--since: \"" + std::string(text) + '"')) << said;
    EXPECT_NE(said.find("30d 12h 2w 3mo"), std::string::npos) << said;
    EXPECT_TRUE(resolved(until(text)).starts_with("--until: ")) << text;
  }
}

TEST(TimeSpec, ALocalTimeWithoutOffsetIsNotGuessed) {
  EXPECT_EQ(resolved(since("2026-03-01T10:00:00")),
            "--since: \"2026-03-01T10:00:00\" does not say its offset from UTC; end it in Z or in "
            "one such as +01:00");
}

TEST(TimeSpec, BadWholeRangeFlagsNameThemselvesAndTheirForm) {  // F067
  const auto starts = [](const std::string& said, const std::string& with) {
    EXPECT_TRUE(said.starts_with(with)) << said;
  };
  for (const char* text : {"2026-00", "2026", "next", "This", "2026-03-01"}) {
    starts(resolved(whole(&TimeSpec::month, text)),
           "--month: \"" + std::string(text) + "\" is not a month; write 2026-03, this or last");
  }
  for (const char* text : {"2021-W53", "10", "2026-W", "W10"}) {
    starts(resolved(whole(&TimeSpec::week, text)), "--week: \"" + std::string(text) + '"');
  }
  for (const char* text : {"2026-Q0", "2026-Q5", "Q1", "2026-Q", "2026-QQ", "1969-Q1"}) {
    starts(resolved(whole(&TimeSpec::quarter, text)), "--quarter: \"" + std::string(text) + '"');
  }
  for (const char* text : {"2026-02-29", "today", "2026-03"}) {
    starts(resolved(whole(&TimeSpec::day, text)), "--day: \"" + std::string(text) + '"');
  }
}

TEST(TimeSpec, InvertedAndEmptyRangesAreRefused) {  // F067
  TimeSpec spec;
  spec.since = "2026-03-02";
  spec.until = "2026-03-01";  // Ends where the other begins.
  EXPECT_EQ(resolved(spec),
            "--until: \"2026-03-01\" ends at 2026-03-02T00:00:00Z, which is not after --since "
            "\"2026-03-02\" at 2026-03-02T00:00:00Z");
  spec.since = "now";
  spec.until = "1h";
  EXPECT_TRUE(resolved(spec).starts_with("--until: \"1h\" ends at"));
  spec.until = "now";
  EXPECT_TRUE(resolved(spec).starts_with("--until: \"now\" ends at"));
  spec.since = "2026-03-01";
  spec.until = "2026-03-01";
  EXPECT_EQ(resolved(spec), "2026-03-01T00:00:00Z 2026-03-02T00:00:00Z");
}

TEST(TimeSpec, OneEndIsSaidOnlyOnce) {  // F067
  const std::vector<std::pair<std::string, std::string TimeSpec::*>> flags = {
      {"--since", &TimeSpec::since}, {"--until", &TimeSpec::until},
      {"HOURS", &TimeSpec::hours},   {"--month", &TimeSpec::month},
      {"--week", &TimeSpec::week},   {"--quarter", &TimeSpec::quarter},
      {"--day", &TimeSpec::day}};
  for (std::size_t i = 0; i < flags.size(); ++i) {
    for (std::size_t j = std::max<std::size_t>(i + 1, 2); j < flags.size(); ++j) {
      TimeSpec spec;
      spec.*flags[i].second = "1";
      spec.*flags[j].second = "1";
      const std::string said = resolved(spec);
      EXPECT_TRUE(said.starts_with(flags[j].first + ": says the whole range")) << said;
      EXPECT_NE(said.find("so " + flags[i].first + " cannot"), std::string::npos) << said;
    }
  }
}

TEST(TimeSpec, RelativeWordsSayWhenTheyLackTheTime) {
  for (const char* text : {"30d", "now", "today", "yesterday"}) {
    const std::string said = resolved(since(text), Zone(), std::nullopt);
    EXPECT_TRUE(said.starts_with("--since: \"" + std::string(text) + '"')) << said;
    EXPECT_NE(said.find("--now"), std::string::npos) << said;
  }
  EXPECT_TRUE(resolved(whole(&TimeSpec::hours, "5"), Zone(), std::nullopt).starts_with("HOURS: "));
  EXPECT_TRUE(
      resolved(whole(&TimeSpec::month, "last"), Zone(), std::nullopt).starts_with("--month: "));
  EXPECT_EQ(resolved(since("2026-03"), Zone(), std::nullopt), "2026-03-01T00:00:00Z -");
}

TEST(TimeSpec, WordsThatReachBackBefore1970AreRefused) {
  EXPECT_EQ(resolved(since("99999mo")), "--since: \"99999mo\" reaches back before 1970");
  EXPECT_EQ(resolved(since("99999w")), "--since: \"99999w\" reaches back before 1970");
}

TEST(Hours, FromOneToALeapYear) {  // F055
  EXPECT_EQ(parse_hours("1").value(), 1);
  EXPECT_EQ(parse_hours("24").value(), 24);
  EXPECT_EQ(parse_hours("8784").value(), 8'784);
}

TEST(Hours, ZeroNegativeOverflowAndTextNameTheAllowedRange) {  // F055
  for (const char* text : {"0", "-1", "8785", "99999999999999999999", "18446744073709551617", "abc",
                           "", "1.5", "1e3", "24h", " 24", "+24", "0x18"}) {
    const Result<int> hours = parse_hours(text);
    ASSERT_FALSE(hours) << text;
    EXPECT_EQ(hours.error().subject, "HOURS");
    EXPECT_EQ(hours.error().message, '"' + std::string(text) +
                                         "\" is not a number of hours; write a whole number from "
                                         "1 to 8784");
  }
  EXPECT_TRUE(resolved(whole(&TimeSpec::hours, "0")).starts_with("HOURS: \"0\""));
}

RC_GTEST_PROP(Hours, ExactlyTheNumbersOfTheRangeAreRead, (std::int64_t number)) {  // F055
  const auto near = *rc::gen::inRange<std::int64_t>(-100, 9'000);
  for (const std::int64_t hours : {number, near}) {
    const Result<int> read = parse_hours(std::to_string(hours));
    RC_ASSERT(read.has_value() == (hours >= 1 && hours <= hours_max));
    RC_ASSERT(!read || *read == hours);
  }
}

TEST(Instant, ReadsExactTimesAndDatesOnly) {
  const Zone berlin = Zone::named("Europe/Berlin").value();
  EXPECT_EQ(parse_instant("2026-03-01T10:00:00Z", berlin).value(), at("2026-03-01T10:00:00Z"));
  EXPECT_EQ(parse_instant("@1772359200", berlin).value(), at("2026-03-01T10:00:00Z"));
  EXPECT_EQ(parse_instant("2026-03-01", berlin).value(), at("2026-02-28T23:00:00Z"));
  for (const char* text : {"now", "30d", "2026-03", "", "1772359200", "today"}) {
    const Result<UnixMillis> instant = parse_instant(text, berlin);
    ASSERT_FALSE(instant) << text;
    EXPECT_EQ(instant.error().subject, "--now");
    EXPECT_NE(instant.error().message.find("@1772359200"), std::string::npos);
  }
}

RC_GTEST_PROP(TimeSpec, HostileTextsAreAnsweredAndNothingElse, (std::string text)) {
  const auto frame = *rc::gen::element<std::string>("", "2026-03-01T", "@", "2026-", "9");
  const Result<TimeRange> range = resolve_range(since(frame + text + "x"), Zone(), now);
  RC_ASSERT(!range);
  RC_ASSERT(range.error().subject == "--since");
  RC_ASSERT(range.error().message.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace bedrocklog::analytics
