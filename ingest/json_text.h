// The small parts of JSON: escapes in strings, and numbers that must stay exact.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bedrocklog::ingest {

[[nodiscard]] constexpr bool is_json_space(char letter) {
  return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
}

/// Appends the text that `escaped` (the inside of a JSON string) stands for. A surrogate without
/// its partner becomes U+FFFD: AWS writes none, and one odd letter is no reason to lose a record.
/// False, with `into` partly filled, for an escape that JSON does not know.
[[nodiscard]] bool unescape_json(std::string_view escaped, std::string& into);

/// A decimal number times a power of ten, as an integer.
struct ScaledNumber {
  bool is_number = false;
  bool exact = false;  // False: rounded half to even.
  bool negative = false;
  bool too_large = false;  // Does not fit `magnitude`.
  std::uint64_t magnitude = 0;
};

/// Reads `-1.25e3`-like text (the whole of it) as its value times 10^scale, without floating
/// point. Leading zeros are fine, since digit strings come from other tools.
[[nodiscard]] ScaledNumber parse_decimal(std::string_view text, int scale = 0);

}  // namespace bedrocklog::ingest
