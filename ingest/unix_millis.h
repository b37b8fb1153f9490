// Points in time: UTC milliseconds since 1970-01-01, and half-open ranges of them.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog {

struct UnixMillis {
  std::int64_t value = 0;  // May be negative before 1970.
  friend auto operator<=>(const UnixMillis&, const UnixMillis&) = default;
};

/// Half-open: `begin` is inside, `end` is not. The default range holds every time.
struct TimeRange {
  UnixMillis begin{std::numeric_limits<std::int64_t>::min()};
  UnixMillis end{std::numeric_limits<std::int64_t>::max()};

  [[nodiscard]] bool contains(UnixMillis at) const { return begin <= at && at < end; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

inline constexpr std::int64_t second_ms = 1'000;
inline constexpr std::int64_t minute_ms = 60 * second_ms;
inline constexpr std::int64_t hour_ms = 60 * minute_ms;
inline constexpr std::int64_t day_ms = 24 * hour_ms;

/// A timestamp as logs and their re-exports write it: `2026-03-04T10:15:07Z`, 0 to 9 fraction
/// digits (cut to ms), `T` or a blank between date and time, `Z`, `+hh:mm`, `-hhmm` or nothing
/// (= UTC); or 13 digits of epoch milliseconds. Years 1970 to 9999; a date that does not exist,
/// such as 30 February, is nothing. Allocates nothing.
[[nodiscard]] std::optional<UnixMillis> parse_timestamp(std::string_view text);

/// `2026-03-04T10:15:07Z`, with `.250` only where milliseconds are not zero (RFC 3339, UTC).
[[nodiscard]] std::string to_rfc3339(UnixMillis at);

/// Calendar date of a day counted from 1970-01-01, proleptic Gregorian.
struct CivilDate {
  int year = 1970;
  unsigned month = 1;  // 1 to 12.
  unsigned day = 1;    // 1 to 31.
  friend auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

/// Days since 1970-01-01 of a date that exists. No check: callers validate first.
[[nodiscard]] std::int64_t days_from_civil(CivilDate date);

/// The inverse of days_from_civil().
[[nodiscard]] CivilDate civil_from_days(std::int64_t days);

/// 28 to 31. Requires 1 <= month <= 12.
[[nodiscard]] unsigned days_in_month(int year, unsigned month);

}  // namespace bedrocklog
