// What a path of the AWSLogs layout proves about when its records were delivered.
//
// Bedrock writes to .../AWSLogs/<account>/BedrockModelInvocationLogs/<region>/YYYY/MM/DD/HH/. So a
// report over some hours need not read, or on S3 even list, the others. Whether HH is the hour of
// the records or of their delivery is not documented, hence the slack on both sides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/unix_millis.h"

namespace bedrocklog::ingest {

/// Records are never in a folder of an earlier hour but for clocks that disagree.
inline constexpr int delivery_early_hours = 1;
/// Bedrock delivers within minutes; late hours are for retries. --delivery-slack.
inline constexpr int delivery_slack_hours_default = 6;

/// Hours since 1970, half-open.
struct HourWindow {
  std::int64_t begin = INT64_MIN;
  std::int64_t end = INT64_MAX;
  [[nodiscard]] bool contains(std::int64_t hour) const { return begin <= hour && hour < end; }
  [[nodiscard]] bool is_everything() const { return begin == INT64_MIN && end == INT64_MAX; }
  friend bool operator==(const HourWindow&, const HourWindow&) = default;
};

/// The hour folders that may hold records of `range`.
[[nodiscard]] HourWindow hour_window_of(const TimeRange& range, int slack_hours);

/// Where an AWSLogs tree says an object belongs.
struct DeliveryPlace {
  std::string account;
  std::string region;
  std::int64_t hour = 0;  // Since 1970, UTC.
};

/// Of a path or key that has AWSLogs/<account>/BedrockModelInvocationLogs/<region>/YYYY/MM/DD/HH/
/// with a date that exists and something behind it.
[[nodiscard]] std::optional<DeliveryPlace> delivery_place_of(std::string_view path);

/// How far a folder is into the AWSLogs layout.
enum class LayoutLevel : std::uint8_t {
  above,  // No AWSLogs on its path.
  tree,   // AWSLogs/ itself, or on the way from there to a region, the region included.
  year,
  month,
  day,
  hour,
  foreign,  // Below AWSLogs but not as Bedrock names it, or below an hour.
};

struct LayoutFolder {
  LayoutLevel level = LayoutLevel::above;
  HourWindow hours;  // Those its path names; everything where it names none.
};

/// Of a folder's path or key, with or without final '/'.
[[nodiscard]] LayoutFolder layout_folder_of(std::string_view folder);

/// Whether nothing below this folder (with or without final '/') can be inside `window`, because
/// its path names a year, month, day or hour of that layout that lies outside.
[[nodiscard]] bool is_outside(std::string_view folder, const HourWindow& window);

}  // namespace bedrocklog::ingest
