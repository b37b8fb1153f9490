// Shares add up to the pot whatever the weights are.
#include "analytics/finance/shared_cost.h"

#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

using analytics::Int128;

TEST(SharedCost, GoesByLargestRemainder) {
  const std::vector<Int128> weights = {1, 1, 1};
  EXPECT_EQ(split_by(10, weights), (std::vector<Int128>{4, 3, 3}));
  EXPECT_EQ(split_by(-10, weights), (std::vector<Int128>{-4, -3, -3}));
  EXPECT_EQ(split_by(7, std::vector<Int128>{6, 1, 3}), (std::vector<Int128>{4, 1, 2}));
  EXPECT_EQ(split_by(5, std::vector<Int128>{0, 0}), (std::vector<Int128>{3, 2}));
  EXPECT_EQ(split_by(5, std::vector<Int128>{-3, 1}), (std::vector<Int128>{0, 5}));
  EXPECT_TRUE(split_by(5, {}).empty());
}

TEST(SharedCost, DoesNotOverflowWhereAProductWould) {
  const Int128 huge = Int128{1} << 120U;  // About 1.3e14 USD at 22 decimals.
  const std::vector<Int128> weights = {huge, huge, huge + 3};
  const std::vector<Int128> parts = split_by(huge, weights);
  EXPECT_EQ(parts[0] + parts[1] + parts[2], huge);
  EXPECT_LE(parts[2] - parts[0], 2);
}

RC_GTEST_PROP(SharedCost, PartsAddUpAndMissTheirRatioByLessThanOneUnit,
              (std::int64_t pot, const std::vector<std::int32_t>& given)) {
  std::vector<Int128> weights(given.begin(), given.end());
  const std::vector<Int128> parts = split_by(pot, weights);
  RC_ASSERT(parts.size() == weights.size());
  if (weights.empty()) {
    return;
  }
  RC_ASSERT(std::accumulate(parts.begin(), parts.end(), Int128{0}) == Int128{pot});
  Int128 sum = 0;
  for (Int128& weight : weights) {
    weight = weight > 0 ? weight : 0;
    sum += weight;
  }
  for (std::size_t at = 0; at < parts.size() && sum > 0; ++at) {
    const Int128 error = parts[at] * sum - Int128{pot} * weights[at];
    RC_ASSERT(error < sum && error > -sum);
  }
}

TEST(SharedCost, FixedSharesMustAddUp) {
  const auto fault_in = [](std::string_view text) {
    const Result<FixedShares> shares = parse_fixed_shares(text, "s.csv");
    return shares ? "no fault" : shares.error().subject + ": " + shares.error().message;
  };
  EXPECT_EQ(fault_in("team,basis_points\na,7500\nb,2500\n"), "no fault");
  EXPECT_EQ(fault_in("team,basis_points\na,7500\nb,2499\n"),
            "s.csv: the shares must add up to 10000 basis points: 9999");
  EXPECT_EQ(fault_in("team,basis_points\na,75.5\n"),
            "s.csv:2: basis_points takes a whole number from 0 to 10000, hundredths of a percent: "
            "75.5");
  EXPECT_EQ(fault_in("team,basis_points\na,5000\na,5000\n"),
            "s.csv:3: gives team a a second share");
  EXPECT_EQ(fault_in("team,basis_points\n,10000\n"), "s.csv:2: names no team");
  EXPECT_TRUE(parse_fixed_shares("[[share]]\nteam = \"a\"\nbasis_points = 10000\n", "s.toml"));
}

}  // namespace
}  // namespace bedrocklog::finance
