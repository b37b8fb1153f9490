// Objects sorted by place and hour, then counted.
#include "cli/inventory.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace bedrocklog::cli {
namespace {

using Place = std::pair<std::string, std::string>;  // Account and region.

std::int64_t floor_hour(std::int64_t ms) {
  return ms / hour_ms - (ms % hour_ms < 0 ? 1 : 0);
}

/// Fills in the hours of `row` from `hours`, which may hold any of them twice; appends the gaps.
void add_hours(InventoryRow& row, std::vector<std::int64_t> hours, std::vector<HourGap>& gaps) {
  std::sort(hours.begin(), hours.end());
  hours.erase(std::unique(hours.begin(), hours.end()), hours.end());
  row.hours = hours.size();
  row.first_hour = hours.front();
  row.last_hour = hours.back();
  for (std::size_t at = 1; at < hours.size(); ++at) {
    const std::int64_t begin = hours[at - 1] + 1;
    if (begin < hours[at]) {
      row.hours_missing += static_cast<std::uint64_t>(hours[at] - begin);
      gaps.push_back({row.account, row.region, begin, hours[at]});
    }
  }
}

}  // namespace

Inventory take_inventory(const ingest::Manifest& manifest, const ingest::HourWindow& window) {
  struct Entry {
    InventoryRow row;
    std::vector<std::int64_t> hours;
  };
  std::map<Place, Entry> placed;
  InventoryRow others;
  for (const ingest::ObjectRef& object : manifest.objects) {
    const auto place = ingest::delivery_place_of(object.uri);
    if (place && !window.contains(place->hour)) {
      continue;
    }
    Entry* entry = place ? &placed[{place->account, place->region}] : nullptr;
    InventoryRow& row = entry == nullptr ? others : entry->row;
    ++row.objects;
    row.bytes += object.size_bytes;
    if (place) {
      entry->hours.push_back(place->hour);
    }
  }
  Inventory inventory;
  for (auto& [place, entry] : placed) {
    entry.row.account = place.first;
    entry.row.region = place.second;
    add_hours(entry.row, std::move(entry.hours), inventory.gaps);
    inventory.rows.push_back(std::move(entry.row));
  }
  if (others.objects > 0) {
    inventory.rows.push_back(std::move(others));
  }
  return inventory;
}

ingest::HourWindow hours_touched_by(const TimeRange& range) {
  ingest::HourWindow window;
  if (range.begin.value != std::numeric_limits<std::int64_t>::min()) {
    window.begin = floor_hour(range.begin.value);
  }
  if (range.end.value != std::numeric_limits<std::int64_t>::max()) {
    window.end = floor_hour(range.end.value - 1) + 1;
  }
  return window;
}

std::string hour_text(std::int64_t hour) {
  constexpr std::size_t up_to_hour = 13;  // Of "2026-03-01T05:00:00Z".
  return to_rfc3339({hour * hour_ms}).substr(0, up_to_hour) + 'Z';
}

}  // namespace bedrocklog::cli
