// Items of an array in blocks stay where they are.
#include "analytics/block_array.h"

#include <gtest/gtest.h>

namespace bedrocklog::analytics {
namespace {

TEST(BlockArray, KeepsItemsInPlaceWhileItGrowsAndWhenItsFrontIsDropped) {
  BlockArray<int> array;
  array.push_back(0);
  const int* first = &array[0];
  for (int item = 1; item < 1'000; ++item) {
    array.push_back(item);
  }
  EXPECT_EQ(&array[0], first);
  EXPECT_EQ(array.size(), 1'000U);
  for (const std::size_t below : {0U, 255U, 256U, 257U, 600U}) {
    array.drop_front(below);
    for (std::size_t at = below; at < array.size(); ++at) {
      ASSERT_EQ(array[at], static_cast<int>(at));
    }
  }
  array.clear();
  EXPECT_EQ(array.size(), 0U);
  array.push_back(7);
  EXPECT_EQ(array[0], 7);
}

}  // namespace
}  // namespace bedrocklog::analytics
