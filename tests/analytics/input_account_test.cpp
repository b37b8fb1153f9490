// Sums, merging and missing hours of the account of the input.
#include "analytics/input_account.h"

#include <gtest/gtest.h>

namespace bedrocklog::analytics {
namespace {

TimeRange hours(std::int64_t begin, std::int64_t end) {
  return {UnixMillis{begin * hour_ms}, UnixMillis{end * hour_ms}};
}

TEST(InputAccount, IsIncompleteByDefectsAndNotBySkips) {
  InputAccount account;
  account.skipped[0] = 3;
  account.objects_skipped[1] = 2;
  account.duplicate = account.filtered = account.out_of_range = 1;
  EXPECT_TRUE(account.complete());
  InputAccount rejected = account;
  rejected.rejected[1] = 1;
  EXPECT_FALSE(rejected.complete());
  InputAccount damaged = account;
  damaged.damages.push_back({});
  EXPECT_FALSE(damaged.complete());
  InputAccount unreadable = account;
  unreadable.unreadable.push_back({});
  EXPECT_FALSE(unreadable.complete());
}

TEST(InputAccount, SumsAllFatesOfRecords) {
  InputAccount account;
  account.counted = 1;
  account.duplicate = 2;
  account.out_of_range = 4;
  account.filtered = 8;
  account.rejected[1] = 16;
  account.rejected[9] = 32;
  account.skipped[0] = 64;
  EXPECT_EQ(account.records_seen(), 127U);
}

TEST(InputAccount, MergesCountsListsAndTimes) {
  InputAccount left;
  left.counted = 1;
  left.seen = hours(5, 6);
  left.hours_seen = {5};
  left.layouts[2] = 1;
  InputAccount right;
  right.counted = 2;
  right.packed_bytes = 7;
  right.seen = hours(2, 3);
  right.hours_seen = {2, 5};
  right.unreadable.push_back({"x", "no"});
  left.merge(right);
  left.merge(InputAccount{});
  EXPECT_EQ(left.counted, 3U);
  EXPECT_EQ(left.packed_bytes, 7U);
  EXPECT_EQ(left.layouts[2], 1U);
  EXPECT_EQ(left.seen, hours(2, 6));
  EXPECT_EQ(left.hours_seen, (std::set<std::int64_t>{2, 5}));
  EXPECT_EQ(left.unreadable.size(), 1U);
}

TEST(MissingHours, AreTheGapsBetweenHoursSeenInsideTheRange) {
  InputAccount account;
  EXPECT_TRUE(missing_hours(account, {}).empty());
  account.hours_seen = {-3, 0, 1, 4, 10};
  EXPECT_EQ(missing_hours(account, {}),
            (std::vector<TimeRange>{hours(-2, 0), hours(2, 4), hours(5, 10)}));
  EXPECT_EQ(missing_hours(account, hours(3, 7)),
            (std::vector<TimeRange>{hours(3, 4), hours(5, 7)}));
  EXPECT_TRUE(missing_hours(account, hours(11, 20)).empty());
  EXPECT_TRUE(missing_hours(account, hours(0, 2)).empty());
}

}  // namespace
}  // namespace bedrocklog::analytics
