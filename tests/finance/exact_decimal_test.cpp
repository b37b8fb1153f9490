// Decimals of bills, exact or refused.
#include "analytics/finance/exact_decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

using analytics::Int128;

std::string read(std::string_view text, unsigned scale = 18) {
  const ScaledDecimal number = parse_decimal(text, scale, power_of_ten(36));
  switch (number.fault) {
    case DecimalFault::none:
      return analytics::to_decimal(number.value, scale, 0);
    case DecimalFault::malformed:
      return "malformed";
    case DecimalFault::too_many_decimals:
      return "too many decimals";
    case DecimalFault::too_large:
      return "too large";
  }
  return "?";
}

TEST(ExactDecimal, ReadsWhatBillsWrite) {
  EXPECT_EQ(read("0.0000033"), "0.0000033");
  EXPECT_EQ(read("-12.50"), "-12.5");
  EXPECT_EQ(read("9.0E-10"), "0.0000000009");
  EXPECT_EQ(read("1.5e+3"), "1500");
  EXPECT_EQ(read("+.5"), "0.5");
  EXPECT_EQ(read("000"), "0");
  EXPECT_EQ(read("-0.0"), "0");
  EXPECT_EQ(read("0E-99"), "0");
  EXPECT_EQ(read("0.000000000000000001"), "0.000000000000000001");
  EXPECT_EQ(read("0.0000000000000000010000000000000"), "0.000000000000000001");
  EXPECT_EQ(read("100000000000000000000e-20"), "1");
}

TEST(ExactDecimal, RefusesWhatItCannotKeep) {
  EXPECT_EQ(read("0.0000000000000000001"), "too many decimals");
  EXPECT_EQ(read("1e-19"), "too many decimals");
  EXPECT_EQ(read("1.23456789012345678901234567890123456789"), "too many decimals");
  EXPECT_EQ(read("1e18"), "too large");
  EXPECT_EQ(read("1e99"), "too large");
  EXPECT_EQ(read("1.5", 0), "too many decimals");
  for (const std::string_view text : {"", "-", ".", "1,5", "1.2.3", "0x1", "1e", "1e1000", "e5",
                                      " 1", "1 ", "--1", "NaN", "1e5x"}) {
    EXPECT_EQ(read(text), "malformed") << text;
  }
}

RC_GTEST_PROP(ExactDecimalProperty, ReadsBackWhatIsPrinted, ()) {
  const Int128 value =
      Int128{*rc::gen::arbitrary<std::int64_t>()} * *rc::gen::inRange<std::int64_t>(1, 100'000'000);
  const ScaledDecimal read_back =
      parse_decimal(analytics::to_decimal(value, 18, 0), 18, power_of_ten(36));
  RC_ASSERT(read_back.fault == DecimalFault::none);
  RC_ASSERT(read_back.value == value);
}

TEST(ExactDecimal, DividesOnlyWhereNothingIsLost) {
  EXPECT_TRUE(divide_exactly(1, 8, 3).is_exact);
  EXPECT_EQ(divide_exactly(1, 8, 3).value, 125);
  EXPECT_FALSE(divide_exactly(1, 8, 2).is_exact);
  EXPECT_FALSE(divide_exactly(1, 3, 18).is_exact);
  EXPECT_EQ(divide_exactly(-6, 3, 0).value, -2);
  EXPECT_TRUE(divide_exactly(power_of_ten(37), power_of_ten(36), 6).is_exact);
  EXPECT_FALSE(divide_exactly(power_of_ten(37), 1, 6).is_exact);  // Too large.
}

}  // namespace
}  // namespace bedrocklog::finance
