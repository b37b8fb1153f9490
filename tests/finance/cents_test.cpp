// Rounded amounts add up to the rounded sum.
#include "analytics/finance/cents.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using Amounts = std::vector<std::optional<Int128>>;

TEST(Cents, TheMissingUnitGoesToTheLargestRemainderAndOfEqualOnesToTheFirst) {
  Amounts thirds = {3'333, 3'333, 3'334};
  EXPECT_EQ(round_to_add_up(thirds, 4, 2), 100);
  EXPECT_EQ(thirds, (Amounts{33, 33, 34}));

  Amounts equal = {50, 50, 50};
  EXPECT_EQ(round_to_add_up(equal, 2, 0), 2);  // 1.5 is rounded to the even 2.
  EXPECT_EQ(equal, (Amounts{1, 1, 0}));

  Amounts half = {50, std::nullopt};
  EXPECT_EQ(round_to_add_up(half, 2, 0), 0);
  EXPECT_EQ(half, (Amounts{0, std::nullopt}));
}

TEST(Cents, NegativeAmountsAreRoundedAlike) {
  Amounts amounts = {-149, 49, 100};
  EXPECT_EQ(round_to_add_up(amounts, 2, 0), 0);
  EXPECT_EQ(amounts, (Amounts{-1, 0, 1}));
}

RC_GTEST_PROP(Cents, RoundedRowsAddUpAndNoneMovesByAWholeUnit, ()) {
  const auto amounts = *rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000));
  const unsigned scale = 6;
  const auto decimals = *rc::gen::inRange(0U, 5U);
  Int128 unit = 1;
  for (unsigned at = decimals; at < scale; ++at) {
    unit *= 10;
  }
  Amounts rounded(amounts.begin(), amounts.end());
  const Int128 sum = round_to_add_up(rounded, scale, decimals);
  Int128 exact = 0;
  Int128 added = 0;
  for (std::size_t at = 0; at < amounts.size(); ++at) {
    exact += amounts[at];
    added += *rounded[at];
    const Int128 moved = *rounded[at] * unit - amounts[at];
    RC_ASSERT(moved < unit && moved > -unit);
  }
  RC_ASSERT(added == sum);
  RC_ASSERT(sum == analytics::divide_half_even(exact, unit));
  Amounts again(amounts.begin(), amounts.end());
  (void)round_to_add_up(again, scale, decimals);
  RC_ASSERT(again == rounded);
}

}  // namespace
}  // namespace bedrocklog::finance
