// Scales a decimal text to an integer without losing what lies below the scale.
#include "analytics/expression_number.h"

#include <algorithm>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {
namespace {

constexpr unsigned scale_max = 30;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Appends a decimal digit; false when the value no longer fits.
bool append_digit(Int128& value, int digit) {
  return !__builtin_mul_overflow(value, Int128{10}, &value) &&
         !__builtin_add_overflow(value, Int128{digit}, &value);
}

}  // namespace

std::optional<NumberBound> parse_number_bound(std::string_view text, unsigned scale) {
  ensure(scale <= scale_max);
  const bool is_negative = text.starts_with('-');
  text.remove_prefix(is_negative ? 1 : 0);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction;
  if (point != std::string_view::npos) {
    fraction = text.substr(point + 1);
    if (!all_digits(fraction)) {
      return std::nullopt;
    }
  }
  if (!all_digits(whole)) {
    return std::nullopt;
  }
  NumberBound bound;
  for (const char c : whole) {
    if (!append_digit(bound.floor, c - '0')) {
      return std::nullopt;
    }
  }
  for (std::size_t i = 0; i < scale; ++i) {
    if (!append_digit(bound.floor, i < fraction.size() ? fraction[i] - '0' : 0)) {
      return std::nullopt;
    }
  }
  const std::string_view below = fraction.substr(std::min<std::size_t>(scale, fraction.size()));
  bound.above_floor = below.find_first_not_of('0') != std::string_view::npos;
  if (is_negative) {
    bound.floor = -bound.floor - (bound.above_floor ? 1 : 0);
  }
  return bound;
}

}  // namespace bedrocklog::analytics
