// Calendar buckets and zones, checked against the C library's own reading of the same zone data.
#include "analytics/zone.h"

#include <array>
#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

constexpr std::int64_t year_2037_seconds = 2'114'380'800;  // Where the stored transitions end.

// Half-hour DST, DST at midnight both ways, a skipped day, and ordinary ones.
const std::vector<std::string> zone_names = {"UTC",
                                             "Europe/Berlin",
                                             "America/New_York",
                                             "Asia/Kolkata",
                                             "Asia/Kathmandu",
                                             "Asia/Beirut",
                                             "Australia/Lord_Howe",
                                             "America/Havana",
                                             "Pacific/Apia",
                                             "America/St_Johns",
                                             "America/Sao_Paulo"};

// Makes the C library's local time that of a zone for as long as it lives.
class CLibraryZone {
 public:
  explicit CLibraryZone(const std::string& name) {
    setenv("TZ", name.c_str(), 1);
    tzset();
  }
  ~CLibraryZone() {
    unsetenv("TZ");
    tzset();
  }
  CLibraryZone(const CLibraryZone&) = delete;
  CLibraryZone& operator=(const CLibraryZone&) = delete;
  CLibraryZone(CLibraryZone&&) = delete;
  CLibraryZone& operator=(CLibraryZone&&) = delete;

  [[nodiscard]] static std::tm local(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    localtime_r(&time, &parts);
    return parts;
  }

  [[nodiscard]] static std::string format(std::int64_t seconds, const char* form) {
    const std::tm parts = local(seconds);
    std::ostringstream text;
    text << std::put_time(&parts, form);
    return text.str();
  }
};

Zone zone_named(const std::string& name) {
  const Result<Zone> zone = Zone::named(name);
  EXPECT_TRUE(zone) << name;
  return zone.value_or(Zone());
}

UnixMillis at(const std::string& text) {
  return parse_timestamp(text).value();
}

std::string label(KeyKind kind, const std::string& zone, const std::string& time) {
  return std::string(BucketClock(kind, zone_named(zone)).label(at(time)));
}

TEST(BucketClock, LabelsAreOfTheirForms) {
  const std::string time = "2026-03-04T10:15:07Z";
  EXPECT_EQ(label(KeyKind::hour, "UTC", time), "2026-03-04T10Z");
  EXPECT_EQ(label(KeyKind::day, "UTC", time), "2026-03-04");
  EXPECT_EQ(label(KeyKind::week, "UTC", time), "2026-W10");
  EXPECT_EQ(label(KeyKind::month, "UTC", time), "2026-03");
  EXPECT_EQ(label(KeyKind::quarter, "UTC", time), "2026-Q1");
  EXPECT_EQ(label(KeyKind::hour_of_day, "UTC", time), "10");
  EXPECT_EQ(label(KeyKind::weekday, "UTC", time), "3 Wed");
}

TEST(BucketClock, HoursStayUtcAndDaysFollowTheZone) {
  const std::string time = "2026-03-04T23:30:00Z";
  EXPECT_EQ(label(KeyKind::hour, "Asia/Kolkata", time), "2026-03-04T23Z");
  EXPECT_EQ(label(KeyKind::day, "Asia/Kolkata", time), "2026-03-05");
  EXPECT_EQ(label(KeyKind::hour_of_day, "+05:30", time), "05");
  EXPECT_EQ(label(KeyKind::day, "-08:00", "2026-01-01T07:59:59Z"), "2025-12-31");
  EXPECT_EQ(label(KeyKind::quarter, "-08:00", "2026-01-01T07:59:59Z"), "2025-Q4");
}

TEST(BucketClock, IsoWeeksCrossTheYear) {
  EXPECT_EQ(label(KeyKind::week, "UTC", "2021-01-03T23:59:59Z"), "2020-W53");
  EXPECT_EQ(label(KeyKind::week, "UTC", "2021-01-04T00:00:00Z"), "2021-W01");
  EXPECT_EQ(label(KeyKind::week, "UTC", "2025-12-29T00:00:00Z"), "2026-W01");
  EXPECT_EQ(label(KeyKind::week, "Europe/Berlin", "2025-12-28T23:00:00Z"), "2026-W01");
}

TEST(BucketClock, ToleratesTheEndsOfTime) {
  BucketClock clock(KeyKind::week, zone_named("Europe/Berlin"));
  EXPECT_NE(clock.label({INT64_MAX}), clock.label({INT64_MIN}));
}

TEST(BucketClock, KnowsItsKeys) {
  EXPECT_TRUE(is_time_key(KeyKind::hour));
  EXPECT_TRUE(is_time_key(KeyKind::weekday));
  EXPECT_FALSE(is_time_key(KeyKind::object));
  EXPECT_FALSE(is_time_key(KeyKind::model));
  EXPECT_DEATH(BucketClock(KeyKind::model, Zone()), "check failed");
}

TEST(Zone, DaysOfADstChangeHave23Or25Hours) {
  const Zone berlin = zone_named("Europe/Berlin");
  const auto hours_of = [&](CivilDate date) {
    CivilDate next = date;
    ++next.day;
    return (berlin.start_of_day(next).value - berlin.start_of_day(date).value) / hour_ms;
  };
  EXPECT_EQ(hours_of({2026, 3, 28}), 24);
  EXPECT_EQ(hours_of({2026, 3, 29}), 23);
  EXPECT_EQ(hours_of({2026, 10, 25}), 25);
}

TEST(Zone, ADayBeginsAtItsFirstInstantThatExists) {
  // Sao Paulo went from 00:00 to 01:00 on 2018-11-04.
  EXPECT_EQ(zone_named("America/Sao_Paulo").start_of_day({2018, 11, 4}),
            at("2018-11-04T03:00:00Z"));
  // Havana went from 01:00 back to 00:00 on 2025-11-02: midnight twice.
  EXPECT_EQ(zone_named("America/Havana").start_of_day({2025, 11, 2}), at("2025-11-02T04:00:00Z"));
  // Apia had no 2011-12-30.
  const Zone apia = zone_named("Pacific/Apia");
  EXPECT_EQ(apia.start_of_day({2011, 12, 30}), apia.start_of_day({2011, 12, 31}));
}

TEST(Zone, OffsetsHoldForTheRangeTheyName) {
  const Zone::Offset winter = zone_named("Europe/Berlin").offset_at(at("2026-01-15T00:00:00Z"));
  EXPECT_EQ(winter.offset_ms, hour_ms);
  EXPECT_EQ(winter.valid.begin, at("2025-10-26T01:00:00Z"));
  EXPECT_EQ(winter.valid.end, at("2026-03-29T01:00:00Z"));
  EXPECT_EQ(Zone().offset_at({0}).valid, TimeRange{});
}

TEST(Zone, FixedOffsetsAreRead) {
  EXPECT_EQ(zone_named("+05:30").offset_at({0}).offset_ms, 5 * hour_ms + 30 * minute_ms);
  EXPECT_EQ(zone_named("-08:00").offset_at({0}).offset_ms, -8 * hour_ms);
  EXPECT_EQ(zone_named("+14:00").name(), "+14:00");
  EXPECT_EQ(zone_named("-08:00").start_of_day({2026, 3, 1}), at("2026-03-01T08:00:00Z"));
  for (const char* name : {"+14:01", "+5:30", "05:30", "+05:60", "+0530", "+25:00", "+0a:00"}) {
    EXPECT_FALSE(Zone::named(name)) << name;
  }
}

TEST(Zone, UnknownNamesGetTheNearest) {
  const auto message = [](const std::string& name) {
    const Result<Zone> zone = Zone::named(name);
    return zone ? std::string("accepted") : zone.error().subject + ' ' + zone.error().message;
  };
  EXPECT_EQ(message("Europe/Berlni"),
            "--tz \"Europe/Berlni\" is not a time zone; did you mean Europe/Berlin?");
  EXPECT_NE(message("Kathmandu").find("did you mean Asia/Kathmandu?"), std::string::npos);
  EXPECT_NE(message("utc+1").find("is not a time zone"), std::string::npos);
  for (const char* name : {"", "../../etc/passwd", "/etc/passwd", "Europe/", "\x1b[2J"}) {
    EXPECT_NE(message(name).find("is not a time zone"), std::string::npos) << name;
  }
}

RC_GTEST_PROP(BucketClock, AgreesWithTheCLibrary, ()) {
  const std::string name = *rc::gen::elementOf(zone_names);
  const CLibraryZone reference(name);
  struct Form {
    KeyKind kind;
    const char* form;
  };
  const auto form = *rc::gen::element<std::size_t>(0, 1, 2, 3, 4);
  const std::array<Form, 5> forms = {{{KeyKind::day, "%Y-%m-%d"},
                                      {KeyKind::week, "%G-W%V"},
                                      {KeyKind::month, "%Y-%m"},
                                      {KeyKind::hour_of_day, "%H"},
                                      {KeyKind::weekday, "%u %a"}}};
  BucketClock clock(forms.at(form).kind, zone_named(name));
  // Runs of near times, so that the remembered label and offset are used and left.
  auto seconds = *rc::gen::inRange<std::int64_t>(0, year_2037_seconds);
  for (int i = 0; i < 40; ++i) {
    RC_ASSERT(clock.label({seconds * second_ms + 999}) ==
              CLibraryZone::format(seconds, forms.at(form).form));
    seconds += *rc::gen::element<std::int64_t>(1, 1'800, 3'600, 86'400, 2'600'000);
    seconds = seconds % year_2037_seconds;
  }
}

RC_GTEST_PROP(BucketClock, LabelsSortInTimeOrder, ()) {
  const auto kind = *rc::gen::element(KeyKind::hour, KeyKind::day, KeyKind::week, KeyKind::month,
                                      KeyKind::quarter);
  BucketClock clock(kind, Zone());
  const auto early = *rc::gen::inRange<std::int64_t>(0, 253'402'300'799'000);
  const auto late = *rc::gen::inRange<std::int64_t>(early, 253'402'300'799'000);
  const std::string first(clock.label({early}));
  RC_ASSERT(first <= clock.label({late}));
}

RC_GTEST_PROP(Zone, DaysBeginWhereASearchByTheMinuteFindsThem, ()) {
  const std::string name = *rc::gen::elementOf(zone_names);
  const auto days = *rc::gen::inRange<std::int64_t>(366, year_2037_seconds / 86'400);
  const CivilDate date = civil_from_days(days);
  const CLibraryZone reference(name);
  std::int64_t seconds = days * 86'400 - 16 * 3'600;
  const auto local_date = [&] {
    const std::tm parts = CLibraryZone::local(seconds);
    return CivilDate{parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon) + 1,
                     static_cast<unsigned>(parts.tm_mday)};
  };
  while (local_date() < date) {
    seconds += 60;
  }
  RC_ASSERT(zone_named(name).start_of_day(date).value == seconds * second_ms);
}

TEST(BucketClock, SaysHowLongItsLabelHolds) {
  const Result<Zone> zone = Zone::named("Australia/Lord_Howe");  // Changes by half an hour.
  ASSERT_TRUE(zone);
  constexpr std::int64_t change_ms = 1'775'314'800'000 - hour_ms * 2;
  for (std::int64_t at_ms = change_ms; at_ms < change_ms + 6 * hour_ms; at_ms += 7 * minute_ms) {
    BucketClock clock(KeyKind::hour_of_day, *zone);
    const std::string label(clock.label(UnixMillis{at_ms}));
    const TimeRange range = clock.label_range();
    ASSERT_TRUE(range.contains(UnixMillis{at_ms}));
    for (const std::int64_t other_ms : {range.begin.value, range.end.value - 1}) {
      BucketClock other(KeyKind::hour_of_day, *zone);
      ASSERT_EQ(other.label(UnixMillis{other_ms}), label);
    }
  }
}

TEST(BucketClock, RemembersNothingAboutTimesWithoutEnd) {
  BucketClock clock(KeyKind::day, Zone());
  static_cast<void>(clock.label(UnixMillis{INT64_MIN}));
  EXPECT_FALSE(clock.label_range().contains(UnixMillis{INT64_MIN}));
  EXPECT_EQ(clock.label(UnixMillis{0}), "1970-01-01");
}

}  // namespace
}  // namespace bedrocklog::analytics
