// What a listing says about the logs without reading them: which hours there are, and which not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/hour_path.h"
#include "ingest/manifest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::cli {

/// Objects of one account and region of the AWSLogs layout; both empty for all that lie elsewhere,
/// whose hours nobody knows.
struct InventoryRow {
  std::string account;
  std::string region;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
  std::optional<std::int64_t> first_hour;  // Since 1970, UTC; by folder.
  std::optional<std::int64_t> last_hour;
  std::uint64_t hours = 0;          // With at least one object.
  std::uint64_t hours_missing = 0;  // Between first and last without any.
};

/// Hours without any object, half-open and as long as can be.
struct HourGap {
  std::string account;
  std::string region;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct Inventory {
  std::vector<InventoryRow> rows;  // By account and region; the row of all others comes last.
  std::vector<HourGap> gaps;       // By account, region and time.
};

/// Objects whose folder names an hour outside `window` are left out.
[[nodiscard]] Inventory take_inventory(const ingest::Manifest& manifest,
                                       const ingest::HourWindow& window);

/// The hours that `range` touches: no slack, as folders are asked for and not records.
[[nodiscard]] ingest::HourWindow hours_touched_by(const TimeRange& range);

/// "2026-03-01T05Z".
[[nodiscard]] std::string hour_text(std::int64_t hour);

}  // namespace bedrocklog::cli
