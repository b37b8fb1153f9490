// What paths of the AWSLogs layout prove, and what no path proves.
#include "ingest/hour_path.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view region_folder =
    "/mnt/p/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1";

std::string below(std::string_view date) {
  return fmt::format("{}/{}", region_folder, date);
}

std::int64_t hour_at(int year, unsigned month, unsigned day, int hour) {
  return days_from_civil({year, month, day}) * 24 + hour;
}

HourWindow window_of(std::int64_t begin, std::int64_t end) {
  return {begin, end};
}

TEST(HourWindowOf, WidensByTheHourBeforeAndTheSlackBehind) {
  const std::int64_t ten = hour_at(2026, 3, 4, 10);
  const TimeRange whole_hour{{ten * hour_ms}, {(ten + 1) * hour_ms}};
  EXPECT_EQ(hour_window_of(whole_hour, 6), window_of(ten - 1, ten + 7));
  EXPECT_EQ(hour_window_of(whole_hour, 0), window_of(ten - 1, ten + 1));
  const TimeRange parts{{ten * hour_ms + 1}, {(ten + 1) * hour_ms + 1}};
  EXPECT_EQ(hour_window_of(parts, 0), window_of(ten - 1, ten + 2));
}

TEST(HourWindowOf, LeavesOpenEndsOpen) {
  EXPECT_TRUE(hour_window_of({}, 6).is_everything());
  TimeRange since;
  since.begin = {0};
  EXPECT_EQ(hour_window_of(since, 6), window_of(-1, HourWindow().end));
  TimeRange until;
  until.end = {-1};
  EXPECT_EQ(hour_window_of(until, 0), window_of(HourWindow().begin, 0));
}

RC_GTEST_PROP(HourWindowOf, HoldsTheHourOfEveryTimeOfTheRange, ()) {
  const auto begin = *rc::gen::inRange<std::int64_t>(-10 * hour_ms, 100 * hour_ms);
  const auto size_ms = *rc::gen::inRange<std::int64_t>(1, 50 * hour_ms);
  const auto at = begin + *rc::gen::inRange<std::int64_t>(0, size_ms);
  const auto slack = *rc::gen::inRange(0, 30);
  const auto late = *rc::gen::inRange(-delivery_early_hours, slack + 1);
  const HourWindow window = hour_window_of({{begin}, {begin + size_ms}}, slack);
  const std::int64_t hour = (at + 1'000 * hour_ms) / hour_ms - 1'000;
  RC_ASSERT(window.contains(hour + late));
}

TEST(DeliveryPlaceOf, ReadsAccountRegionAndHour) {
  const auto place = delivery_place_of(below("2026/03/04/10/a.json.gz"));
  ASSERT_TRUE(place);
  EXPECT_EQ(place->account, "111122223333");
  EXPECT_EQ(place->region, "us-east-1");
  EXPECT_EQ(place->hour, hour_at(2026, 3, 4, 10));
  const auto of_organisation = delivery_place_of(
      "AWSLogs/o-abc123/111122223333/BedrockModelInvocationLogs/eu-west-1/2026/12/31/23/data/x");
  ASSERT_TRUE(of_organisation);
  EXPECT_EQ(of_organisation->account, "111122223333");
  EXPECT_EQ(of_organisation->region, "eu-west-1");
  EXPECT_EQ(of_organisation->hour, hour_at(2027, 1, 1, 0) - 1);
}

TEST(DeliveryPlaceOf, KnowsNoOtherPaths) {
  for (const char* date : {"2026/03/04/10", "2026/03/04/10/", "2026/03/04/a.json.gz",
                           "2026/02/29/10/a", "2026/3/04/10/a", "2026/03/04/24/a",
                           "1969/12/31/23/a", "2026/03/04//10/a", "2026-03-04/10/a"}) {
    EXPECT_FALSE(delivery_place_of(below(date))) << date;
  }
  EXPECT_FALSE(delivery_place_of("2026/03/04/10/a"));
  EXPECT_FALSE(delivery_place_of("AWSLogs/1/CloudTrail/us-east-1/2026/03/04/10/a"));
  EXPECT_FALSE(delivery_place_of(""));
}

TEST(LayoutFolderOf, TellsTheLevel) {
  const auto level = [](std::string_view folder) { return layout_folder_of(folder).level; };
  for (const char* folder : {"", "a/b/", "/", "NotAWSLogs/1"}) {
    EXPECT_EQ(level(folder), LayoutLevel::above) << folder;
  }
  for (const char* folder :
       {"p/AWSLogs", "p/AWSLogs/", "AWSLogs/1/", "AWSLogs/o-1/1/", "AWSLogs/o-1/",
        "AWSLogs/1/BedrockModelInvocationLogs/", "AWSLogs/1/BedrockModelInvocationLogs/us-east-1/",
        "AWSLogs/o-1/1/BedrockModelInvocationLogs/us-east-1"}) {
    EXPECT_EQ(level(folder), LayoutLevel::tree) << folder;
  }
  EXPECT_EQ(level(below("2026/")), LayoutLevel::year);
  EXPECT_EQ(level(below("2026/03")), LayoutLevel::month);
  EXPECT_EQ(level(below("2026/03/04/")), LayoutLevel::day);
  EXPECT_EQ(level(below("2026/03/04/10/")), LayoutLevel::hour);
  EXPECT_EQ(level(below("2026/03/04/10/data/")), LayoutLevel::foreign);
  EXPECT_EQ(level(below("2026/x/")), LayoutLevel::foreign);
  EXPECT_EQ(level("AWSLogs/1/CloudTrail/"), LayoutLevel::foreign);
}

TEST(IsOutside, DecidesAtEveryLevelOfTheDate) {
  const HourWindow window{hour_at(2026, 3, 4, 10), hour_at(2026, 3, 4, 12)};
  for (const char* inside : {"", "2026", "2026/", "2026/03", "2026/03/04", "2026/03/04/10",
                             "2026/03/04/11/data/", "x", "2026/13", "26/03"}) {
    EXPECT_FALSE(is_outside(below(inside), window)) << inside;
  }
  for (const char* outside : {"2025", "2027/", "2026/02", "2026/03/03/", "2026/03/04/09",
                              "2026/03/04/12/data", "2025/13", "2025/x/y/z"}) {
    EXPECT_TRUE(is_outside(below(outside), window)) << outside;
    EXPECT_FALSE(is_outside(below(outside), HourWindow())) << outside;
  }
  EXPECT_FALSE(is_outside("2025/01/01/00", window));
  EXPECT_FALSE(is_outside("AWSLogs/1/CloudTrail/us-east-1/2025", window));
}

TEST(IsOutside, FindsTheLayoutBehindAnotherFolderOfThatName) {
  const HourWindow window{hour_at(2026, 1, 1, 0), hour_at(2027, 1, 1, 0)};
  EXPECT_TRUE(is_outside(fmt::format("AWSLogs/{}", below("2025")), window));
  EXPECT_TRUE(is_outside(fmt::format("{}/AWSLogs", below("2025")), window));
}

TEST(IsOutside, LeavesNothingDatedInAnEmptyWindow) {
  const std::int64_t noon = hour_at(2026, 3, 4, 12);
  EXPECT_TRUE(is_outside(below("2026"), window_of(noon, noon)));
  EXPECT_FALSE(is_outside(region_folder, window_of(noon, noon)));
}

}  // namespace
}  // namespace bedrocklog::ingest
