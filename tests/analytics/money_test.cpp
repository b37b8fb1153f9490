// Exact money: what is parsed, what is printed, and that no split of a sum changes it.
#include "analytics/money.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

constexpr Int128 int128_max = static_cast<Int128>(std::numeric_limits<std::uint64_t>::max() >> 1U)
                                  << 64U |
                              static_cast<Int128>(std::numeric_limits<std::uint64_t>::max());
constexpr Int128 int128_min = -int128_max - 1;

TEST(UnitPrice, KeepsEveryDigitOfThePriceList) {
  EXPECT_EQ(parse_unit_price("0.0000350000", 1'000).value(), (UnitPrice{350'000, 1'000}));
  EXPECT_EQ(parse_unit_price("3", 1'000'000).value(), (UnitPrice{30'000'000'000, 1'000'000}));
  EXPECT_EQ(parse_unit_price("0.0000000001", 1).value(), (UnitPrice{1, 1}));
  EXPECT_EQ(parse_unit_price("0", 1).value(), (UnitPrice{0, 1}));
  EXPECT_EQ(parse_unit_price("00012.50000000000000", 1).value(), (UnitPrice{125'000'000'000, 1}));
  EXPECT_EQ(parse_unit_price("100000000", 1).value().mantissa_e10, 1'000'000'000'000'000'000);
}

TEST(UnitPrice, RefusesWhatItCannotHoldExactly) {
  for (const char* text :
       {"", "-1", "+1", "1e3", ".5", "5.", ".", "1.2.3", " 1", "1 ", "1,5", "0x1", "nan",
        "0.00000000001", "100000000.0000000001", "100000001", "999999999999999999999999999999",
        "99999999999999999999999999999999999999999999999999999999999999999"}) {
    const Result<UnitPrice> price = parse_unit_price(text, 1);
    ASSERT_FALSE(price) << text;
    EXPECT_NE(price.error().message.find("is not a price"), std::string::npos);
    EXPECT_EQ(price.error().message.find('\n'), std::string::npos);
  }
}

TEST(Money, CostIsTokensTimesPrice) {
  const UnitPrice sonnet = parse_unit_price("3.3", 1'000'000).value();
  EXPECT_EQ(to_decimal(cost_of(1'234'567, sonnet)), "4.0740711");
  const UnitPrice smallest = parse_unit_price("0.0000000001", 1'000'000).value();
  EXPECT_EQ(cost_of(1, smallest).value, 100);  // 10^-16 USD.
  EXPECT_EQ(cost_of(0, sonnet).value, 0);
  // The largest count at 1 USD per token still fits.
  EXPECT_EQ(to_decimal(cost_of(UINT64_MAX, parse_unit_price("1", 1).value())),
            "18446744073709551615.00");
}

TEST(MoneyDeathTest, OverflowEndsTheProcessInsteadOfWrapping) {
  EXPECT_DEATH(static_cast<void>(Attodollars{int128_max} + Attodollars{1}), "check failed");
  EXPECT_DEATH(static_cast<void>(Attodollars{int128_min} - Attodollars{1}), "check failed");
  EXPECT_DEATH(static_cast<void>(cost_of(UINT64_MAX, UnitPrice{1'000'000'000'000'000'000, 1})),
               "check failed");
}

TEST(Money, PrintsAtLeastTheDecimalsAskedFor) {
  EXPECT_EQ(to_decimal(Attodollars{}), "0.00");
  EXPECT_EQ(to_decimal(123'456, 4, 2), "12.3456");
  EXPECT_EQ(to_decimal(120'000, 4, 2), "12.00");
  EXPECT_EQ(to_decimal(120'000, 4, 0), "12");
  EXPECT_EQ(to_decimal(-5, 3, 1), "-0.005");
  EXPECT_EQ(to_decimal(7, 0, 0), "7");
  EXPECT_EQ(to_decimal(7, 0, 2), "7.00");
  EXPECT_EQ(to_decimal(75, 1, 3), "7.500");
  EXPECT_EQ(to_decimal(100, 0, 0), "100");
  EXPECT_EQ(to_decimal(1, 30, 0), "0.000000000000000000000000000001");
  EXPECT_EQ(to_decimal(int128_min, 0, 0), "-170141183460469231731687303715884105728");
}

TEST(Money, PrintsAllDigitsWhereSixtyFourBitsEnd) {
  constexpr Int128 e19 = Int128{10'000'000'000'000'000'000ULL};
  EXPECT_EQ(to_decimal(Int128{UINT64_MAX}, 0, 0), "18446744073709551615");
  EXPECT_EQ(to_decimal(Int128{UINT64_MAX} + 1, 0, 0), "18446744073709551616");
  EXPECT_EQ(to_decimal(Int128{UINT64_MAX} + 1, 18, 2), "18.446744073709551616");
  EXPECT_EQ(to_decimal(e19 * 3, 0, 0), "30000000000000000000");
  EXPECT_EQ(to_decimal(e19 * e19, 18, 2), "100000000000000000000.00");
  EXPECT_EQ(to_decimal(e19 * e19 + 7, 30, 2), "100000000.000000000000000000000000000007");
  EXPECT_EQ(to_decimal(int128_max, 30, 30), "170141183.460469231731687303715884105727");
  EXPECT_EQ(to_decimal(int128_min, 30, 0), "-170141183.460469231731687303715884105728");
  EXPECT_EQ(to_decimal(0, 30, 30), "0.000000000000000000000000000000");
  EXPECT_EQ(to_decimal(0, 0, 30), "0.000000000000000000000000000000");
}

TEST(Money, RoundsHalfToEven) {
  EXPECT_EQ(to_decimal_rounded(125, 2, 1), "1.2");
  EXPECT_EQ(to_decimal_rounded(135, 2, 1), "1.4");
  EXPECT_EQ(to_decimal_rounded(-125, 2, 1), "-1.2");
  EXPECT_EQ(to_decimal_rounded(126, 2, 1), "1.3");
  EXPECT_EQ(to_decimal_rounded(5, 1, 0), "0");
  EXPECT_EQ(to_decimal_rounded(15, 1, 0), "2");
  EXPECT_EQ(to_decimal_rounded(-5, 1, 0), "0");     // Never "-0".
  EXPECT_EQ(to_decimal_rounded(-4, 3, 2), "0.00");  // Never "-0.00".
  EXPECT_EQ(to_decimal_rounded(1'230, 3, 3), "1.230");
  EXPECT_EQ(divide_half_even(int128_min, 1), int128_min);
  EXPECT_EQ(divide_half_even(int128_max, int128_max), 1);
}

// F043: tokens may be summed in any split before or after pricing.
RC_GTEST_PROP(Money, AnySplitOfTokensCostsTheSame, (std::vector<std::uint32_t> parts)) {
  const auto mantissa = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const auto quantity = *rc::gen::element<std::uint32_t>(1, 1'000, 1'000'000);
  const UnitPrice price{mantissa, quantity};
  Attodollars sum;
  std::uint64_t tokens = 0;
  for (const std::uint32_t part : parts) {
    sum += cost_of(part, price);
    tokens += part;
  }
  RC_ASSERT(sum == cost_of(tokens, price));
}

RC_GTEST_PROP(Money, PriceTextsComeBackUnchanged, ()) {
  const auto mantissa = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000'001);
  const std::string text = to_decimal(mantissa, 10, 0);
  RC_ASSERT(parse_unit_price(text, 1).value().mantissa_e10 == mantissa);
}

RC_GTEST_PROP(Money, HalfEvenIsTheNearestAndOnTiesTheEvenOne,
              (std::int64_t numerator, std::uint32_t some)) {
  const Int128 denominator = static_cast<Int128>(some) + 1;
  const Int128 rounded = divide_half_even(numerator, denominator);
  const Int128 distance = 2 * (numerator - rounded * denominator);
  RC_ASSERT(distance <= denominator && -distance <= denominator);
  if (distance == denominator || -distance == denominator) {
    RC_ASSERT(rounded % 2 == 0);
  }
}

}  // namespace
}  // namespace bedrocklog::analytics
