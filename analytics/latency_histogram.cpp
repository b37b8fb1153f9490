// Counting and nearest-rank search; all arithmetic is on integers.
#include "analytics/latency_histogram.h"

#include <algorithm>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::uint32_t page_ms = 1'024;
// A page with fewer distinct latencies keeps (offset, count) pairs: a group of one call would
// otherwise cost 8 KiB per call, and reports by user and day have 100,000s of such groups.
constexpr std::size_t sparse_entries_max = 128;

}  // namespace

std::uint32_t LatencyHistogram::Page::latency_ms(std::size_t index) const {
  const auto offset = is_dense() ? static_cast<std::uint32_t>(index) : offsets[index];
  return number * page_ms + offset;
}

std::uint64_t& LatencyHistogram::Page::counter(std::uint16_t offset) {
  if (is_dense()) {
    return counts[offset];
  }
  const auto place = std::lower_bound(offsets.begin(), offsets.end(), offset);
  const auto index = place - offsets.begin();
  if (place != offsets.end() && *place == offset) {
    return counts[static_cast<std::size_t>(index)];
  }
  if (offsets.size() < sparse_entries_max) {
    offsets.insert(place, offset);
    return *counts.insert(counts.begin() + index, 0);
  }
  std::vector<std::uint64_t> dense(page_ms);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    dense[offsets[i]] = counts[i];
  }
  counts = std::move(dense);
  offsets = {};
  return counts[offset];
}

std::uint64_t& LatencyHistogram::counter(std::uint32_t latency_ms) {
  const std::uint32_t number = latency_ms / page_ms;
  auto page =
      std::lower_bound(pages_.begin(), pages_.end(), number,
                       [](const Page& left, std::uint32_t right) { return left.number < right; });
  if (page == pages_.end() || page->number != number) {
    page = pages_.insert(page, Page{number, {}, {}});
  }
  return page->counter(static_cast<std::uint16_t>(latency_ms % page_ms));
}

void LatencyHistogram::add(std::uint32_t latency_ms) {
  ++counter(latency_ms);
  ++count_;
  sum_ms_ += latency_ms;
}

void LatencyHistogram::take_back(std::uint32_t latency_ms) {
  std::uint64_t& count = counter(latency_ms);
  ensure(count > 0);
  --count;
  --count_;
  sum_ms_ -= latency_ms;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (const Page& page : other.pages_) {
    for (std::size_t i = 0; i < page.counts.size(); ++i) {
      if (page.counts[i] != 0) {
        counter(page.latency_ms(i)) += page.counts[i];
      }
    }
  }
  count_ += other.count_;
  sum_ms_ += other.sum_ms_;
}

std::optional<std::uint32_t> LatencyHistogram::latency_of_rank(std::uint64_t rank) const {
  std::uint64_t seen = 0;
  for (const Page& page : pages_) {
    for (std::size_t i = 0; i < page.counts.size(); ++i) {
      seen += page.counts[i];
      if (seen >= rank) {
        return page.latency_ms(i);
      }
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> LatencyHistogram::percentile_ms(std::uint32_t percent_milli) const {
  ensure(percent_milli > 0);
  ensure(percent_milli <= 100'000);
  if (count_ == 0) {
    return std::nullopt;
  }
  // ceil(count * p / 100) in 128 bits: no binary fraction lands on the wrong side of a whole rank.
  const Int128 rank = (Int128{count_} * percent_milli + 99'999) / 100'000;
  return latency_of_rank(static_cast<std::uint64_t>(rank));
}

std::uint64_t LatencyHistogram::count_above(std::uint32_t latency_ms) const {
  std::uint64_t above = 0;
  for (const Page& page : pages_) {
    for (std::size_t i = 0; i < page.counts.size(); ++i) {
      above += page.latency_ms(i) > latency_ms ? page.counts[i] : 0;
    }
  }
  return above;
}

// Ranks, not remembered extremes: take_back() may remove the last call of the smallest latency.
std::optional<std::uint32_t> LatencyHistogram::min_ms() const {
  return count_ == 0 ? std::nullopt : latency_of_rank(1);
}

std::optional<std::uint32_t> LatencyHistogram::max_ms() const {
  return count_ == 0 ? std::nullopt : latency_of_rank(count_);
}

}  // namespace bedrocklog::analytics
