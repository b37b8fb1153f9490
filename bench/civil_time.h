// UTC calendar of the generator, its own so that the oracle shares no code with the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::bench {

inline constexpr std::int64_t day_s = 86'400;

/// Fields of a UTC second, for the year 1970 and later.
struct CivilTime {
  unsigned year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

/// Requires at_s >= 0.
[[nodiscard]] CivilTime civil_time(std::int64_t at_s);

/// Seconds since the epoch of "YYYY-MM-DD", or nothing if it is no date from 1970 on.
[[nodiscard]] std::optional<std::int64_t> parse_day_s(std::string_view text);

/// "2026-03-01"
[[nodiscard]] std::string day_text(std::int64_t at_s);
/// "2026-03-01T05:06:07Z"
[[nodiscard]] std::string instant_text(std::int64_t at_s);
/// "2026/03/01/05", the folder of an hour in S3.
[[nodiscard]] std::string hour_folder(std::int64_t at_s);

}  // namespace bedrocklog::bench
