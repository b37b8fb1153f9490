// Dates as users and price books write them, and ISO 8601 weeks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

/// Exactly `count` decimal digits, which must be all of `text`. Requires count <= 9.
[[nodiscard]] std::optional<unsigned> parse_fixed_digits(std::string_view text, unsigned count);

/// "2026-03-01", years 1970 to 9999; nothing for other forms and for dates that do not exist.
[[nodiscard]] std::optional<CivilDate> parse_date(std::string_view text);

/// "2026-03-01", of a UTC day.
[[nodiscard]] std::string date_text(std::int32_t day);

/// The first day of "2026-03", years 1970 to 9999.
[[nodiscard]] std::optional<CivilDate> parse_month(std::string_view text);

/// The first day of the month `months` later (earlier when negative).
[[nodiscard]] CivilDate first_of_month(CivilDate date, std::int64_t months);

/// Weeks of ISO 8601 begin on Monday; the week of a year's first Thursday is its week 1, so the
/// days around New Year can belong to a week of the neighbouring year.
struct IsoWeek {
  int year = 1970;
  unsigned week = 1;  // 1 to 53.
  friend bool operator==(const IsoWeek&, const IsoWeek&) = default;
};

/// Days are counted from 1970-01-01 everywhere here.
[[nodiscard]] IsoWeek iso_week_of(std::int64_t day);

/// 1 for Monday to 7 for Sunday.
[[nodiscard]] unsigned iso_weekday_of(std::int64_t day);

/// Monday of "2026-W10"; nothing for other forms and for a week 53 the year does not have.
[[nodiscard]] std::optional<std::int64_t> parse_iso_week(std::string_view text);

}  // namespace bedrocklog::analytics
