// Sums and merges of the account, and the hours that have no record.
#include "analytics/input_account.h"

#include <algorithm>
#include <numeric>

namespace bedrocklog::analytics {

namespace {

template <std::size_t size>
std::uint64_t sum_of(const std::array<std::uint64_t, size>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

template <std::size_t size>
void add(std::array<std::uint64_t, size>& to, const std::array<std::uint64_t, size>& counts) {
  std::transform(to.begin(), to.end(), counts.begin(), to.begin(), std::plus<>());
}

template <class Item>
void append(std::vector<Item>& to, const std::vector<Item>& items) {
  to.insert(to.end(), items.begin(), items.end());
}

}  // namespace

std::uint64_t InputAccount::rejected_total() const {
  return sum_of(rejected);
}

std::uint64_t InputAccount::skipped_total() const {
  return sum_of(skipped);
}

std::uint64_t InputAccount::objects_skipped_total() const {
  return sum_of(objects_skipped);
}

std::uint64_t InputAccount::records_seen() const {
  return counted + duplicate + out_of_range + filtered + rejected_total() + skipped_total();
}

bool InputAccount::complete() const {
  return rejected_total() == 0 && damages.empty() && unreadable.empty();
}

void InputAccount::merge(const InputAccount& other) {
  objects_listed += other.objects_listed;
  objects_read += other.objects_read;
  add(objects_skipped, other.objects_skipped);
  packed_bytes += other.packed_bytes;
  plain_bytes += other.plain_bytes;
  counted += other.counted;
  duplicate += other.duplicate;
  out_of_range += other.out_of_range;
  filtered += other.filtered;
  add(rejected, other.rejected);
  add(skipped, other.skipped);
  add(layouts, other.layouts);
  absent.merge(other.absent);
  append(rejects, other.rejects);
  append(damages, other.damages);
  append(unreadable, other.unreadable);
  if (other.seen) {
    seen = seen ? TimeRange{std::min(seen->begin, other.seen->begin),
                            std::max(seen->end, other.seen->end)}
                : *other.seen;
  }
  hours_seen.insert(other.hours_seen.begin(), other.hours_seen.end());
}

std::vector<TimeRange> missing_hours(const InputAccount& account, const TimeRange& range) {
  std::vector<TimeRange> missing;
  std::optional<UnixMillis> covered_to;  // End of the last hour seen so far.
  for (const std::int64_t hour : account.hours_seen) {
    const UnixMillis begin{hour * hour_ms};
    if (covered_to && *covered_to < begin) {
      const TimeRange gap{std::max(*covered_to, range.begin), std::min(begin, range.end)};
      if (gap.begin < gap.end) {
        missing.push_back(gap);
      }
    }
    covered_to = UnixMillis{begin.value + hour_ms};
  }
  return missing;
}

}  // namespace bedrocklog::analytics
