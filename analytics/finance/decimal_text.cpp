// Digit by digit, so that nothing is ever rounded.
#include "analytics/finance/decimal_text.h"

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

}  // namespace bedrocklog::finance
