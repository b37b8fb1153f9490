// Numbers written in filter expressions, compared exactly with integers of some decimal scale.
#pragma once

#include <optional>
#include <string_view>

#include "analytics/money.h"

namespace bedrocklog::analytics {

/// A literal as seen from integers that count 10^-scale. "2.5" against whole tokens lies between
/// 2 and 3: less than one, greater than the other, equal to none.
struct NumberBound {
  Int128 floor = 0;          // Largest integer that is not above the literal.
  bool above_floor = false;  // The literal is not an integer of the scale.

  /// Negative, zero or positive: `value` is less than, equal to or greater than the literal.
  [[nodiscard]] int order_of(Int128 value) const {
    if (value > floor) {
      return 1;
    }
    return value == floor && !above_floor ? 0 : -1;
  }
};

/// Reads "12", "-0.5", "3.1400". Nothing for other forms and for what leaves 128 bits. Requires
/// scale <= 30.
[[nodiscard]] std::optional<NumberBound> parse_number_bound(std::string_view text, unsigned scale);

}  // namespace bedrocklog::analytics
