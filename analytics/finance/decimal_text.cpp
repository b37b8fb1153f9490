// Digit by digit, so that nothing is ever rounded.
#include "analytics/finance/decimal_text.h"

#include <algorithm>

namespace bedrocklog::finance {
namespace {

constexpr std::int64_t scaled_max = 1'000'000'000'000'000;

}  // namespace

std::optional<std::int64_t> parse_scaled(std::string_view text, unsigned decimals) {
  const std::size_t point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  if (text.empty() || text.size() > decimal_text_bytes_max || point == 0 ||
      (has_point && point + 1 == text.size())) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  unsigned seen = 0;  // Digits behind the point.
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == point) {
      continue;
    }
    const char digit = text[at];
    if (digit < '0' || digit > '9') {
      return std::nullopt;
    }
    const bool is_behind = has_point && at > point;
    if (is_behind && seen == decimals) {
      if (digit != '0') {
        return std::nullopt;
      }
      continue;
    }
    seen += is_behind ? 1 : 0;
    value = value * 10 + (digit - '0');
    if (value > scaled_max) {
      return std::nullopt;
    }
  }
  for (; seen < decimals; ++seen) {
    value *= 10;
    if (value > scaled_max) {
      return std::nullopt;
    }
  }
  return value;
}

std::optional<analytics::Int128> parse_amount(std::string_view text, unsigned scale) {
  using analytics::Int128;
  const bool is_negative = text.starts_with('-');
  const std::string_view digits = text.substr(is_negative ? 1 : 0);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t decimals = point < digits.size() ? digits.size() - point - 1 : 0;
  if (point == 0 || (point < digits.size() && decimals == 0)) {
    return std::nullopt;
  }
  Int128 value = 0;
  const auto append = [&](int digit) {
    return !__builtin_mul_overflow(value, Int128{10}, &value) &&
           !__builtin_add_overflow(value, Int128{digit}, &value);
  };
  for (std::size_t at = 0; at < digits.size(); ++at) {
    const bool is_beyond = at > point && at - point > scale;
    if (at == point) {
      continue;
    }
    if (digits[at] < '0' || digits[at] > '9' || (is_beyond && digits[at] != '0') ||
        (!is_beyond && !append(digits[at] - '0'))) {
      return std::nullopt;
    }
  }
  for (std::size_t at = std::min<std::size_t>(decimals, scale); at < scale; ++at) {
    if (!append(0)) {
      return std::nullopt;
    }
  }
  return is_negative ? -value : value;
}

}  // namespace bedrocklog::finance
