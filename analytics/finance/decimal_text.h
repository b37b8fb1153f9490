// Decimals that users write into files and flags, read exactly: percentages, exchange rates.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analytics/money.h"

namespace bedrocklog::finance {

inline constexpr std::size_t decimal_text_bytes_max = 32;

/// "12.5" with `decimals` 2 is 1250. Nothing for signs, exponents, empty sides of a point, more
/// decimals than that (zeros are fine), and values over 10^15.
[[nodiscard]] std::optional<std::int64_t> parse_scaled(std::string_view text, unsigned decimals);

/// A decimal as to_decimal() writes it, of either sign, x 10^`scale`. Nothing for other texts, more
/// decimals than that, and what 128 bits do not hold.
[[nodiscard]] std::optional<analytics::Int128> parse_amount(std::string_view text, unsigned scale);

}  // namespace bedrocklog::finance
