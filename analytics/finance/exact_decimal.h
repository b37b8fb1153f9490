// Amounts as bills write them: decimals of any length, sometimes with an exponent, kept exact.
#pragma once

#include <cstdint>
#include <string_view>

#include "analytics/money.h"

namespace bedrocklog::finance {

enum class DecimalFault : std::uint8_t {
  none,
  malformed,          // No decimal number.
  too_many_decimals,  // Digits behind the last one that can be kept.
  too_large,
};

struct ScaledDecimal {
  analytics::Int128 value = 0;  // Number x 10^scale.
  DecimalFault fault = DecimalFault::none;
};

/// "0.0000033", "-12.5", "+3", ".5", "9.0E-10", exact: zeros behind the last digit are no decimals.
/// Refuses a magnitude of `limit` and more, and any digit that 10^scale does not hold. Requires
/// 0 <= scale <= 30 and limit > 0.
[[nodiscard]] ScaledDecimal parse_decimal(std::string_view text, unsigned scale,
                                          analytics::Int128 limit);

/// 10^exponent. Requires exponent <= 38.
[[nodiscard]] analytics::Int128 power_of_ten(unsigned exponent);

/// numerator / denominator x 10^scale, or nothing when that is no whole number or is too large.
struct ExactQuotient {
  analytics::Int128 value = 0;
  bool is_exact = false;
};
/// Requires denominator > 0.
[[nodiscard]] ExactQuotient divide_exactly(analytics::Int128 numerator,
                                           analytics::Int128 denominator, unsigned scale);

/// Greatest common divisor of the magnitudes; 0 of 0 and 0.
[[nodiscard]] analytics::Int128 common_divisor(analytics::Int128 left, analytics::Int128 right);

}  // namespace bedrocklog::finance
