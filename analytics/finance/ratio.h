// Shares and rates of exact integers: what budgets, forecasts and comparisons divide.
//
// Nothing here knows a fraction but as two integers, so every figure can be checked by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analytics/money.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

using analytics::Attodollars;
using analytics::Int128;

/// Largest amount that users may state: 10^12 USD.
inline constexpr std::int64_t amount_usd_max = 1'000'000'000'000;

/// "1500", "1500.50": USD with up to 18 decimals. Refuses signs, exponents, separators and amounts
/// over amount_usd_max; the message says what is allowed.
[[nodiscard]] Result<Attodollars> parse_amount(std::string_view text);

/// "80", "12.5": percent x 100, with up to two decimals, 0 to `percent_max`.
[[nodiscard]] Result<std::uint32_t> parse_percent_e2(std::string_view text,
                                                     std::uint32_t percent_max);

/// Requires both of a fraction to be positive but the numerator, which may be 0, and below 2^62.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

/// value x fraction, rounded half to even; nothing when it does not fit.
[[nodiscard]] std::optional<Int128> times(Int128 value, Fraction fraction);

/// The largest integer that is not above value x fraction; nothing when it does not fit.
[[nodiscard]] std::optional<Int128> floor_times(Int128 value, Fraction fraction);

/// part / whole in percent x 100, rounded half to even; nothing for a whole of 0 or less, and when
/// it does not fit.
[[nodiscard]] std::optional<Int128> percent_e2(Int128 part, Int128 whole);

}  // namespace bedrocklog::finance
