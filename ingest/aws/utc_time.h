// Whole seconds of UTC as AWS requests and answers write them.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::aws {

struct UtcTime {
  std::int64_t seconds = 0;  // Since 1970-01-01.
  friend auto operator<=>(const UtcTime&, const UtcTime&) = default;
};

/// Tells the time; tests give their own.
using Clock = std::function<UtcTime()>;
[[nodiscard]] UtcTime system_time();

/// `2026-03-04T10:15:07Z`, fractions dropped, `Z`, `UTC` or `+hh:mm` at the end (expiry times of
/// credentials, XML answers).
[[nodiscard]] std::optional<UtcTime> parse_iso_time(std::string_view text);
/// `Wed, 04 Mar 2026 10:15:07 GMT` (RFC 9110: Date, Last-Modified, Retry-After).
[[nodiscard]] std::optional<UtcTime> parse_http_date(std::string_view text);
/// `20260304T101507Z`, as x-amz-date.
[[nodiscard]] std::string to_amz_date(UtcTime at);
/// `2026-03-04T10:15:07Z`.
[[nodiscard]] std::string to_iso_time(UtcTime at);

}  // namespace bedrocklog::aws
