// Joining groups of workers: found by texts, ordered by texts, emptied ones gone.
#include "analytics/group_merge.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bedrocklog::analytics {
namespace {

using Keys = std::vector<std::optional<std::string>>;

GroupTotals& totals_of(GroupMerge& merge, const Keys& keys) {
  std::vector<const KeyText*> names;
  for (const std::optional<std::string>& key : keys) {
    names.push_back(key ? merge.names().text(*key) : nullptr);
  }
  return merge.totals_of(names);
}

Keys keys_of(const Group& group) {
  Keys keys;
  for (std::size_t key = 0; key < group.keys.size(); ++key) {
    keys.emplace_back(group.keys[key]);
  }
  return keys;
}

class GroupMergeShares : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Shares, GroupMergeShares, testing::Values(1, 2, 3, 7));

TEST_P(GroupMergeShares, PutsGroupsInOrderOfTheirTextsAndDropsEmptyOnes) {
  GroupMerge merge(3, GetParam());
  const std::vector<Keys> sorted = {
      {std::nullopt, "b", "a"}, {"", "b", "a"},  {"a", std::nullopt, "z"}, {"a", "b", std::nullopt},
      {"a", "b", ""},           {"a", "b", "c"}, {"b", "a", "a"},          {"c", "a", "a"}};
  for (const std::size_t at : {5U, 0U, 7U, 2U, 4U, 1U, 6U, 3U}) {
    totals_of(merge, sorted[at]).invocations += at + 1;
    totals_of(merge, {"empty", std::to_string(at), "x"});
  }
  totals_of(merge, sorted[6]).invocations += 100;
  Aggregate aggregate;
  ASSERT_TRUE(merge.finish(16, aggregate, GetParam()));
  ASSERT_EQ(aggregate.groups.size(), sorted.size());
  for (std::size_t at = 0; at < sorted.size(); ++at) {
    EXPECT_EQ(keys_of(aggregate.groups[at]), sorted[at]);
    EXPECT_EQ(aggregate.groups[at].totals.invocations, at + 1 + (at == 6 ? 100 : 0));
  }
}

// 64 bits have room for 16 of these keys: the order depends on those behind, too.
TEST_P(GroupMergeShares, OrdersByEveryOneOfManyKeys) {
  constexpr std::size_t width = 20;
  GroupMerge merge(width, GetParam());
  std::vector<Keys> sorted;
  for (std::size_t key = 0; key < width; ++key) {
    Keys keys(width, "a");
    keys[width - 1 - key] = "b";
    sorted.push_back(keys);
  }
  for (std::size_t at = width; at-- > 0;) {
    totals_of(merge, sorted[at]).invocations = at + 1;
  }
  for (const char* other : {"c", "d", "e", "f", "g", "h", "i", "j", "k"}) {
    totals_of(merge, Keys(width, other)).invocations = 1;
  }
  Aggregate aggregate;
  ASSERT_TRUE(merge.finish(100, aggregate, GetParam()));
  for (std::size_t at = 0; at < width; ++at) {
    EXPECT_EQ(keys_of(aggregate.groups[at]), sorted[at]);
    EXPECT_EQ(aggregate.groups[at].totals.invocations, at + 1);
  }
}

TEST(GroupMerge, CountsEmptiedGroupsAgainstTheLimit) {
  GroupMerge merge(1);
  totals_of(merge, {"a"}).invocations = 1;
  totals_of(merge, {"b"});
  Aggregate aggregate;
  EXPECT_FALSE(merge.finish(1, aggregate));
}

TEST(GroupMerge, NumbersPriceKeysInOrderAndJoinsTheirCells) {
  GroupMerge merge(0);
  GroupTotals& totals = totals_of(merge, {});
  totals.invocations = 4;
  for (const char* model : {"m", "a", "m", "z"}) {
    PriceKey key;
    key.model = model;
    totals.billed.append(*merge.names().price_key(key), {.invocations = 1, .input = 10});
  }
  PriceKey unused;
  unused.model = "b";
  totals.billed.append(*merge.names().price_key(unused), {});
  Aggregate aggregate;
  ASSERT_TRUE(merge.finish(1, aggregate));
  std::string text;
  for (const auto& [key, tokens] : aggregate.groups.front().totals.billed) {
    EXPECT_EQ(aggregate.names->price_keys()[key->number], key);
    text += key->model + " " + std::to_string(tokens.input) + " ";
  }
  EXPECT_EQ(text, "a 10 m 20 z 10 ");
}

TEST(BilledUsage, MergesTheSameOneByOneAndInOneWalk) {
  GroupNames names;
  std::vector<const ListedPriceKey*> keys;
  for (std::int32_t day = 0; day < 100; ++day) {
    PriceKey key;
    key.day = day;
    keys.push_back(names.price_key(key));
  }
  BilledUsage few;
  for (const std::size_t at : {98U, 3U, 51U}) {
    few.add(*keys[at], {.invocations = 1, .output = at});
  }
  BilledUsage many;
  for (std::size_t at = 0; at < keys.size(); at += 3) {
    many.add(*keys[at], {.invocations = 2});
  }
  BilledUsage left = few;
  left.merge(many);
  BilledUsage right = many;
  right.merge(few);
  ASSERT_EQ(left.size(), right.size());
  EXPECT_EQ(left.size(), 35U);  // Days 3 and 51 are in both.
  for (auto one = left.begin(), other = right.begin(); one != left.end(); ++one, ++other) {
    EXPECT_EQ(one->key, other->key);
    EXPECT_EQ(one->tokens.invocations, other->tokens.invocations);
    EXPECT_EQ(one->tokens.output, other->tokens.output);
  }
}

}  // namespace
}  // namespace bedrocklog::analytics
