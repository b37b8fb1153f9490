// What the user says about time, and the half-open UTC range it means.
#pragma once

#include <optional>
#include <string>

#include "analytics/zone.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

inline constexpr int hours_max = 8'784;  // A leap year.

/// The time flags as typed; empty means not given.
struct TimeSpec {
  std::string since, until;  // "30d" "12h" "2w" "3mo" back from now; today yesterday now; 2026-03;
                             // 2026-03-01; RFC 3339; @epoch seconds.
  std::string month;         // 2026-03, this, last.
  std::string week;          // 2026-W10.
  std::string quarter;       // 2026-Q1.
  std::string day;           // 2026-03-01.
  std::string hours;         // 1 to hours_max: that long before now.
};

/// The range, unbounded where nothing is said. Calendar words are read in `zone`; `until` of a
/// calendar word (2026-03) means its end. `now` is needed by relative words only; when they are
/// used and `now` is nothing, the Fault says so. Fails for more than one way of saying the same
/// end, an empty or inverted range, and texts of no known form, always naming the flag and the
/// forms allowed.
[[nodiscard]] Result<TimeRange> resolve_range(const TimeSpec& spec, const Zone& zone,
                                              std::optional<UnixMillis> now);

/// "1".."8784"; 0, negative, overflow and other text are Faults that name the allowed range. //
/// F055
[[nodiscard]] Result<int> parse_hours(std::string_view text);

/// One instant: RFC 3339, a date, or @epoch seconds (for --now). No relative words.
[[nodiscard]] Result<UnixMillis> parse_instant(std::string_view text, const Zone& zone);

}  // namespace bedrocklog::analytics
