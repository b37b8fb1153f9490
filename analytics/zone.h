// Time zones and calendar buckets. Everything is UTC unless the user names a zone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analytics/report_key.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

/// Cheap to copy; refers to the process-wide zone data.
class Zone {
 public:
  Zone() = default;  // UTC.

  /// "UTC", "Europe/Berlin" or a fixed "+05:30". Fails for unknown names, with the nearest one.
  [[nodiscard]] static Result<Zone> named(std::string_view name);

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Local time minus UTC at `at`, in ms, and the range in which it holds.
  struct Offset {
    std::int64_t offset_ms = 0;
    TimeRange valid;
  };
  [[nodiscard]] Offset offset_at(UnixMillis at) const;

  /// First instant of a local calendar day (00:00, or the first that exists after a DST gap).
  [[nodiscard]] UnixMillis start_of_day(CivilDate local) const;

 private:
  std::string name_ = "UTC";
  const void* data_ = nullptr;  // The zone data's own object; null for UTC and fixed offsets.
  std::int64_t fixed_offset_ms_ = 0;
};

/// Turns times into bucket labels for one key of hour..weekday; remembers the last offset and
/// label, so that a run of records of one bucket formats once. One per worker and key.
///
/// Labels sort as text in time order: hour "2026-03-04T10Z" (hours stay UTC whatever the zone),
/// day "2026-03-04", week "2026-W10" (ISO), month "2026-03", quarter "2026-Q1",
/// hour_of_day "00".."23", weekday "1 Mon".."7 Sun".
class BucketClock {
 public:
  BucketClock(KeyKind kind, Zone zone);  // Requires a time key.
  /// Valid until the next call.
  [[nodiscard]] std::string_view label(UnixMillis at);
  /// Times around that of the last call for which the label is the same; perhaps not all of them.
  [[nodiscard]] TimeRange label_range() const { return range_; }

 private:
  KeyKind kind_;
  Zone zone_;
  Zone::Offset offset_;
  bool has_offset_ = false;
  TimeRange range_{{0}, {0}};
  std::string label_;
};

/// True for hour..weekday.
[[nodiscard]] bool is_time_key(KeyKind kind);

}  // namespace bedrocklog::analytics
