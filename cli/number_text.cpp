// std::from_chars with ranges and units.
#include "cli/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace bedrocklog::cli {

Result<std::uint64_t> parse_whole_number(std::string_view text, const std::string& flag,
                                         NumberRange range) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = status == std::errc{} && end == text.data() + text.size();
  if (!is_number || value < range.min || value > range.max) {
    return fault(flag,
                 fmt::format("takes a whole number from {} to {}: {}", range.min, range.max, text));
  }
  return value;
}

Result<std::uint64_t> parse_byte_size(std::string_view text, const std::string& flag,
                                      NumberRange range) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 12> units = {
      {{"", 1},
       {"B", 1},
       {"K", 1ULL << 10U},
       {"KiB", 1ULL << 10U},
       {"kB", 1'000},
       {"KB", 1'000},
       {"M", 1ULL << 20U},
       {"MiB", 1ULL << 20U},
       {"MB", 1'000'000},
       {"G", 1ULL << 30U},
       {"GiB", 1ULL << 30U},
       {"GB", 1'000'000'000}}};
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto* found = std::find_if(units.begin(), units.end(),
                                   [&](const auto& each) { return each.first == unit; });
  const bool is_size = status == std::errc{} && found != units.end();
  if (!is_size || value > range.max / found->second || value * found->second < range.min) {
    return fault(flag, fmt::format("takes a size such as 64MiB, from {} to {} bytes: {}", range.min,
                                   range.max, text));
  }
  return value * found->second;
}

bool is_integer(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace bedrocklog::cli
