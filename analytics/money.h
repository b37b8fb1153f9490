// Exact money: integers counted in 1e-18 US dollars, and prices that multiply into them.
//
// A price is a decimal string with at most 10 decimals per 1, 1,000 or 1,000,000 units (observed
// and possible granularity of the AWS price list), so tokens x price never divides and never
// rounds. Rounding happens for display only.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/fault.h"

namespace bedrocklog::analytics {

__extension__ using Int128 = __int128;

/// An amount of US dollars x 10^18. Range 1.7e20 USD; additions are checked by ensure().
struct Attodollars {
  Int128 value = 0;
  friend auto operator<=>(const Attodollars&, const Attodollars&) = default;
};

Attodollars operator+(Attodollars left, Attodollars right);
Attodollars operator-(Attodollars left, Attodollars right);
Attodollars& operator+=(Attodollars& left, Attodollars right);

/// USD per `unit_quantity` metered items.
struct UnitPrice {
  std::int64_t mantissa_e10 = 0;    // USD x 10^10; never negative.
  std::uint32_t unit_quantity = 1;  // 1, 1'000 or 1'000'000.
  friend bool operator==(const UnitPrice&, const UnitPrice&) = default;
};

/// Parses "0.0000350000". Refuses signs, exponents, more than 10 decimals (unless zeros) and
/// amounts over 10^8.
[[nodiscard]] Result<UnitPrice> parse_unit_price(std::string_view decimal,
                                                 std::uint32_t unit_quantity);

/// quantity x price, exact.
[[nodiscard]] Attodollars cost_of(std::uint64_t quantity, UnitPrice price);

/// An integer that stands for value / 10^scale, printed with all its digits: trailing zeros are
/// trimmed down to `decimals_min`. ("12.3456"; never "-0.00".) Requires 0 <= scale <= 30.
[[nodiscard]] std::string to_decimal(Int128 value, unsigned scale, unsigned decimals_min);

/// Bytes that write_decimal() may write.
inline constexpr std::size_t decimal_bytes_max = 80;

/// to_decimal() into memory of at least decimal_bytes_max bytes; gives the end of the text.
/// Requires decimals_min <= 30 besides.
[[nodiscard]] char* write_decimal(char* into, Int128 value, unsigned scale, unsigned decimals_min);

/// The same rounded half to even to exactly `decimals` digits. Requires decimals <= scale.
[[nodiscard]] std::string to_decimal_rounded(Int128 value, unsigned scale, unsigned decimals);

/// "0.00", "12.3456": exact digits, at least two.
[[nodiscard]] inline std::string to_decimal(Attodollars amount) {
  return to_decimal(amount.value, 18, 2);
}

/// numerator / denominator rounded half to even. Requires denominator > 0.
[[nodiscard]] Int128 divide_half_even(Int128 numerator, Int128 denominator);

}  // namespace bedrocklog::analytics
