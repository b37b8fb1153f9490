// Shares and rates against long division by hand.
#include "analytics/finance/ratio.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

std::string amount(std::string_view text) {
  const Result<Attodollars> parsed = parse_amount(text);
  return parsed ? to_decimal(*parsed) : "refused";
}

TEST(Ratio, ReadsAmountsWithAllTheirDigits) {
  EXPECT_EQ(amount("1500"), "1500.00");
  EXPECT_EQ(amount("0.000000000000000001"), "0.000000000000000001");
  EXPECT_EQ(amount("1000000000000"), "1000000000000.00");
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", "1000000000000.1",
                           "0.0000000000000000001", "12345678901234", " 1"}) {
    EXPECT_EQ(amount(text), "refused") << text;
  }
}

TEST(Ratio, ReadsPercentagesToTwoDecimals) {
  EXPECT_EQ(parse_percent_e2("80", 100).value_or(1), 8'000U);
  EXPECT_EQ(parse_percent_e2("87.5", 100).value_or(1), 8'750U);
  EXPECT_EQ(parse_percent_e2("100", 100).value_or(1), 10'000U);
  EXPECT_FALSE(parse_percent_e2("100.01", 100));
  EXPECT_FALSE(parse_percent_e2("1.005", 100));
}

TEST(Ratio, HasNoPercentageOfNothing) {
  EXPECT_EQ(percent_e2(1, 3), Int128{3'333});
  EXPECT_EQ(percent_e2(1, 0), std::nullopt);
  EXPECT_EQ(percent_e2(Int128{1} << 125, 3), std::nullopt);
}

TEST(Ratio, SaysWhenAProductDoesNotFit) {
  EXPECT_EQ(times(Int128{1} << 126, {4, 1}), std::nullopt);
  EXPECT_EQ(times(Int128{1} << 126, {4, 4}), Int128{1} << 126);
}

// Small enough that the whole product fits 128 bits, where rounding is simple.
RC_GTEST_PROP(RatioProperty, RoundsLikeOneDivision, (std::int64_t value)) {
  const Fraction fraction{*rc::gen::inRange<std::int64_t>(0, 1'000'000),
                          *rc::gen::inRange<std::int64_t>(1, 1'000)};
  const Int128 product = Int128{value} * fraction.numerator;
  RC_ASSERT(times(value, fraction) == analytics::divide_half_even(product, fraction.denominator));
  const Int128 floor = *floor_times(value, fraction);
  RC_ASSERT(floor * fraction.denominator <= product);
  RC_ASSERT((floor + 1) * fraction.denominator > product);
}

// Against the definition, at sizes where the product alone has over 128 bits.
RC_GTEST_PROP(RatioProperty, KeepsItsPromiseForLargeMoney, ()) {
  const Int128 value = Int128{*rc::gen::inRange<std::int64_t>(0, INT64_MAX)} << 30U;
  const Fraction fraction{*rc::gen::inRange<std::int64_t>(1, 40'000'000'000),
                          *rc::gen::inRange<std::int64_t>(1, 40'000'000'000)};
  const Int128 whole = value / fraction.denominator * fraction.numerator;
  const Int128 rest = value % fraction.denominator * fraction.numerator;
  RC_ASSERT(floor_times(value, fraction) == whole + rest / fraction.denominator);
}

}  // namespace
}  // namespace bedrocklog::finance
