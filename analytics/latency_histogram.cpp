// Counting and nearest-rank search; all arithmetic is on integers.
#include "analytics/latency_histogram.h"

#include <algorithm>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::uint32_t page_ms = 1'024;
// A page with fewer distinct latencies keeps (offset, count) pairs: dense ones take 8 KiB.
constexpr std::size_t sparse_entries_max = 128;
// Pages found by one look into the directory: latencies below 17 minutes.
constexpr std::uint32_t directory_pages_max = 1'024;
constexpr std::uint16_t no_page = UINT16_MAX;

// Counters of 1,024 neighbouring milliseconds. Sparse: counts[i] belongs to offsets[i], sorted.
// Dense, once many differ: counts is indexed by the offset and offsets is empty.
struct Page {
  std::uint32_t number = 0;  // latency_ms / 1,024.
  std::vector<std::uint16_t> offsets;
  std::vector<std::uint64_t> counts;

  [[nodiscard]] bool is_dense() const { return counts.size() == page_ms; }
  [[nodiscard]] std::uint32_t latency_ms(std::size_t index) const {
    const auto offset = is_dense() ? static_cast<std::uint32_t>(index) : offsets[index];
    return number * page_ms + offset;
  }
  std::uint64_t& counter(std::uint16_t offset) {
    return is_dense() ? counts[offset] : sparse_counter(offset);
  }
  std::uint64_t& sparse_counter(std::uint16_t offset);
};

std::uint64_t& Page::sparse_counter(std::uint16_t offset) {
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

}  // namespace

/// Pages made on demand.
class LatencyHistogram::Counters {
 public:
  std::uint64_t& counter(std::uint32_t latency_ms) {
    const std::uint32_t number = latency_ms / page_ms;
    const auto offset = static_cast<std::uint16_t>(latency_ms % page_ms);
    if (number < directory_.size() && directory_[number] != no_page) {
      return pages_[directory_[number]].counter(offset);
    }
    return page_of(number).counter(offset);
  }

  [[nodiscard]] const std::vector<Page>& pages() const { return pages_; }

 private:
  Page& page_of(std::uint32_t number);

  std::vector<Page> pages_;               // Sorted by number.
  std::vector<std::uint16_t> directory_;  // Place in pages_ by number, as far as it goes.
};

Page& LatencyHistogram::Counters::page_of(std::uint32_t number) {
  const auto place =
      std::lower_bound(pages_.begin(), pages_.end(), number,
                       [](const Page& left, std::uint32_t right) { return left.number < right; });
  if (place != pages_.end() && place->number == number) {
    return *place;
  }
  Page& made = *pages_.insert(place, Page{number, {}, {}});
  if (number < directory_pages_max) {
    directory_.resize(std::max<std::size_t>(directory_.size(), number + 1), no_page);
    for (std::size_t at = 0; at < pages_.size() && pages_[at].number < directory_pages_max; ++at) {
      directory_[pages_[at].number] = static_cast<std::uint16_t>(at);
    }
  }
  return made;
}

LatencyHistogram::LatencyHistogram() = default;
LatencyHistogram::~LatencyHistogram() = default;
LatencyHistogram::LatencyHistogram(LatencyHistogram&&) noexcept = default;
LatencyHistogram& LatencyHistogram::operator=(LatencyHistogram&&) noexcept = default;
LatencyHistogram::LatencyHistogram(const LatencyHistogram& other)
    : listed_(other.listed_),
      counters_(other.counters_ ? std::make_unique<Counters>(*other.counters_) : nullptr),
      count_(other.count_),
      sum_ms_(other.sum_ms_) {}
LatencyHistogram& LatencyHistogram::operator=(const LatencyHistogram& other) {
  if (this != &other) {
    *this = LatencyHistogram(other);
  }
  return *this;
}

void LatencyHistogram::count_all() {
  counters_ = std::make_unique<Counters>();
  for (const std::uint32_t latency_ms : listed_) {
    ++counters_->counter(latency_ms);
  }
  listed_ = {};
}

void LatencyHistogram::add(std::uint32_t latency_ms) {
  ++count_;
  ensure(!__builtin_add_overflow(sum_ms_, latency_ms, &sum_ms_));
  if (counters_) {
    ++counters_->counter(latency_ms);
    return;
  }
  listed_.push_back(latency_ms);
  if (listed_.size() > listed_latencies_max) {
    count_all();
  }
}

void LatencyHistogram::take_back(std::uint32_t latency_ms) {
  if (counters_) {
    std::uint64_t& count = counters_->counter(latency_ms);
    ensure(count > 0);
    --count;
  } else {
    const auto found = std::find(listed_.begin(), listed_.end(), latency_ms);
    ensure(found != listed_.end());
    *found = listed_.back();
    listed_.pop_back();
  }
  --count_;
  sum_ms_ -= latency_ms;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  count_ += other.count_;
  ensure(!__builtin_add_overflow(sum_ms_, other.sum_ms_, &sum_ms_));
  if (!counters_ && (other.counters_ || count_ > listed_latencies_max)) {
    count_all();
  }
  if (!counters_) {
    listed_.insert(listed_.end(), other.listed_.begin(), other.listed_.end());
    return;
  }
  for (const std::uint32_t latency_ms : other.listed_) {
    ++counters_->counter(latency_ms);
  }
  if (!other.counters_) {
    return;
  }
  for (const Page& page : other.counters_->pages()) {
    for (std::size_t i = 0; i < page.counts.size(); ++i) {
      if (page.counts[i] != 0) {
        counters_->counter(page.latency_ms(i)) += page.counts[i];
      }
    }
  }
}

std::optional<std::uint32_t> LatencyHistogram::latency_of_rank(std::uint64_t rank) const {
  if (rank > count_) {
    return std::nullopt;
  }
  if (!counters_) {
    std::vector<std::uint32_t> ordered = listed_;
    const auto place = ordered.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(ordered.begin(), place, ordered.end());
    return *place;
  }
  std::uint64_t seen = 0;
  for (const Page& page : counters_->pages()) {
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
  if (!counters_) {
    return static_cast<std::uint64_t>(
        std::count_if(listed_.begin(), listed_.end(),
                      [latency_ms](std::uint32_t listed) { return listed > latency_ms; }));
  }
  std::uint64_t above = 0;
  for (const Page& page : counters_->pages()) {
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
