// Rows, hours and gaps of an inventory, against a plain count over every hour.
#include "cli/inventory.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::cli {
namespace {

constexpr std::int64_t march = 492'312;  // 2026-03-01T00Z in hours since 1970.

ingest::ObjectRef object_at(std::int64_t hour, int number, const std::string& account = "111") {
  const std::string text = to_rfc3339({hour * hour_ms});
  const std::string path = fmt::format(
      "s3://logs/AWSLogs/{}/BedrockModelInvocationLogs/eu-west-1/{}/{}/{}/{}/{}.json.gz", account,
      text.substr(0, 4), text.substr(5, 2), text.substr(8, 2), text.substr(11, 2), number);
  return {path, path, 10, "", 0};
}

TEST(Inventory, GivesEachAccountItsHoursAndGaps) {
  ingest::Manifest manifest;
  manifest.objects = {object_at(march, 1), object_at(march, 2), object_at(march + 1, 1),
                      object_at(march + 4, 1), object_at(march + 2, 1, "222")};
  const Inventory inventory = take_inventory(manifest, {});
  ASSERT_EQ(inventory.rows.size(), 2U);
  const InventoryRow& row = inventory.rows[0];
  EXPECT_EQ(row.account, "111");
  EXPECT_EQ(row.region, "eu-west-1");
  EXPECT_EQ(row.objects, 4U);
  EXPECT_EQ(row.bytes, 40U);
  EXPECT_EQ(row.first_hour, march);
  EXPECT_EQ(row.last_hour, march + 4);
  EXPECT_EQ(row.hours, 3U);
  EXPECT_EQ(row.hours_missing, 2U);
  ASSERT_EQ(inventory.gaps.size(), 1U);
  EXPECT_EQ(hour_text(inventory.gaps[0].begin), "2026-03-01T02Z");
  EXPECT_EQ(hour_text(inventory.gaps[0].end), "2026-03-01T04Z");
  EXPECT_EQ(inventory.rows[1].hours_missing, 0U);
}

TEST(Inventory, PutsWhatIsNotInTheLayoutLast) {
  ingest::Manifest manifest;
  manifest.objects = {{"s3://logs/a.jsonl", "a.jsonl", 7, "", 0}, object_at(march, 1)};
  const Inventory inventory = take_inventory(manifest, {march, march + 1});
  ASSERT_EQ(inventory.rows.size(), 2U);
  EXPECT_EQ(inventory.rows[1].account, "");
  EXPECT_EQ(inventory.rows[1].bytes, 7U);
  EXPECT_FALSE(inventory.rows[1].first_hour);
}

TEST(Inventory, TakesTheHoursThatARangeTouches) {
  const ingest::HourWindow window =
      hours_touched_by({{march * hour_ms + 1}, {(march + 2) * hour_ms + 1}});
  EXPECT_EQ(window, (ingest::HourWindow{march, march + 3}));
  EXPECT_EQ(hours_touched_by({{march * hour_ms}, {(march + 2) * hour_ms}}),
            (ingest::HourWindow{march, march + 2}));
  EXPECT_TRUE(hours_touched_by({}).is_everything());
}

RC_GTEST_PROP(Inventory, AgreesWithACountOfEveryHour, ()) {
  const auto offsets =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 60)));
  const ingest::HourWindow window{march + *rc::gen::inRange(0, 20),
                                  march + *rc::gen::inRange(30, 60)};
  ingest::Manifest manifest;
  std::set<std::int64_t> hours;
  std::uint64_t objects = 0;
  for (const int offset : offsets) {
    const std::int64_t hour = march + offset;
    manifest.objects.push_back(object_at(hour, static_cast<int>(manifest.objects.size())));
    if (window.contains(hour)) {
      hours.insert(hour);
      ++objects;
    }
  }
  const Inventory inventory = take_inventory(manifest, window);
  RC_ASSERT(inventory.rows.size() == (hours.empty() ? 0U : 1U));
  if (hours.empty()) {
    return;
  }
  RC_ASSERT(inventory.rows[0].objects == objects);
  RC_ASSERT(inventory.rows[0].hours == hours.size());
  std::uint64_t missing = 0;
  for (std::int64_t hour = *hours.begin(); hour <= *hours.rbegin(); ++hour) {
    const bool is_in_gap =
        std::any_of(inventory.gaps.begin(), inventory.gaps.end(),
                    [&](const HourGap& gap) { return gap.begin <= hour && hour < gap.end; });
    RC_ASSERT(is_in_gap == !hours.contains(hour));
    missing += is_in_gap ? 1 : 0;
  }
  RC_ASSERT(inventory.rows[0].hours_missing == missing);
  for (const HourGap& gap : inventory.gaps) {  // As long as can be.
    const bool is_maximal = hours.contains(gap.begin - 1) && hours.contains(gap.end);
    RC_ASSERT(is_maximal);
  }
}

}  // namespace
}  // namespace bedrocklog::cli
