// Counting and nearest-rank search; all arithmetic is on integers.
#include "analytics/latency_histogram.h"

#include <algorithm>
#include <map>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::uint32_t page_ms = 256;
// A page with fewer distinct latencies keeps (offset, count) pairs: dense ones take 1 KiB.
constexpr std::size_t sparse_entries_max = 16;
// Pages found by one look into the directory: latencies below 17 minutes.
constexpr std::uint32_t directory_pages_max = 4'096;
constexpr std::uint16_t no_page = UINT16_MAX;
constexpr unsigned counter_bits = 32;

// Counters of 256 neighbouring milliseconds; what exceeds 32 bits is carried by their owner.
// Sparse: counts[i] belongs to offsets[i], sorted. Dense, once many differ: counts is indexed by
// the offset and offsets is empty.
struct Page {
  std::uint32_t number = 0;  // latency_ms / 256.
  std::vector<std::uint16_t> offsets;
  std::vector<std::uint32_t> counts;

  [[nodiscard]] bool is_dense() const { return counts.size() == page_ms; }
  [[nodiscard]] std::uint32_t latency_ms(std::size_t index) const {
    const auto offset = is_dense() ? static_cast<std::uint32_t>(index) : offsets[index];
    return number * page_ms + offset;
  }
  std::uint32_t& counter(std::uint16_t offset) {
    return is_dense() ? counts[offset] : sparse_counter(offset);
  }
  std::uint32_t& sparse_counter(std::uint16_t offset);
};

std::uint32_t& Page::sparse_counter(std::uint16_t offset) {
  const auto place = std::lower_bound(offsets.begin(), offsets.end(), offset);
  const auto index = place - offsets.begin();
  if (place != offsets.end() && *place == offset) {
    return counts[static_cast<std::size_t>(index)];
  }
  if (offsets.size() < sparse_entries_max) {
    offsets.insert(place, offset);
    return *counts.insert(counts.begin() + index, 0);
  }
  std::vector<std::uint32_t> dense(page_ms);
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
  void add(std::uint32_t latency_ms) {
    if (++counter(latency_ms) == 0) {
      ++carried_[latency_ms];
    }
  }
  void add(std::uint32_t latency_ms, std::uint64_t count) {
    std::uint32_t& low = counter(latency_ms);
    const std::uint64_t sum = low + count;  // Counts are below 2^63.
    low = static_cast<std::uint32_t>(sum);
    if (sum >> counter_bits != 0) {
      carried_[latency_ms] += sum >> counter_bits;
    }
  }
  /// Requires that there is one.
  void take_back(std::uint32_t latency_ms) {
    std::uint32_t& low = counter(latency_ms);
    if (low == 0) {
      const auto carried = carried_.find(latency_ms);
      ensure(carried != carried_.end());
      if (--carried->second == 0) {
        carried_.erase(carried);
      }
    }
    --low;
  }

  /// Calls `take(latency_ms, count)` in the order of latency until it says true.
  template <class Take>
  void visit(const Take& take) const {
    for (const Page& page : pages_) {
      for (std::size_t i = 0; i < page.counts.size(); ++i) {
        const std::uint32_t latency_ms = page.latency_ms(i);
        if (take(latency_ms, page.counts[i] + carried(latency_ms))) {
          return;
        }
      }
    }
  }

 private:
  std::uint32_t& counter(std::uint32_t latency_ms) {
    const std::uint32_t number = latency_ms / page_ms;
    const auto offset = static_cast<std::uint16_t>(latency_ms % page_ms);
    if (number < directory_.size() && directory_[number] != no_page) {
      return pages_[directory_[number]].counter(offset);
    }
    return page_of(number).counter(offset);
  }
  Page& page_of(std::uint32_t number);
  [[nodiscard]] std::uint64_t carried(std::uint32_t latency_ms) const {
    if (carried_.empty()) {
      return 0;
    }
    const auto found = carried_.find(latency_ms);
    return found == carried_.end() ? 0 : found->second << counter_bits;
  }

  std::vector<Page> pages_;                         // Sorted by number.
  std::vector<std::uint16_t> directory_;            // Place in pages_ by number, as far as it goes.
  std::map<std::uint32_t, std::uint64_t> carried_;  // Multiples of 2^32, by latency.
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
    counters_->add(latency_ms);
  }
  listed_ = {};
}

void LatencyHistogram::add(std::uint32_t latency_ms) {
  ++count_;
  ensure(!__builtin_add_overflow(sum_ms_, latency_ms, &sum_ms_));
  if (counters_) {
    counters_->add(latency_ms);
    return;
  }
  listed_.push_back(latency_ms);
  if (listed_.size() > listed_latencies_max) {
    count_all();
  }
}

void LatencyHistogram::take_back(std::uint32_t latency_ms) {
  if (counters_) {
    counters_->take_back(latency_ms);
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
    counters_->add(latency_ms);
  }
  if (other.counters_) {
    other.counters_->visit([this](std::uint32_t latency_ms, std::uint64_t count) {
      if (count != 0) {
        counters_->add(latency_ms, count);
      }
      return false;
    });
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
  std::optional<std::uint32_t> found;
  counters_->visit([&](std::uint32_t latency_ms, std::uint64_t count) {
    seen += count;
    if (seen >= rank) {
      found = latency_ms;
    }
    return found.has_value();
  });
  return found;
}

std::uint64_t LatencyHistogram::rank_of(std::uint64_t count, std::uint32_t percent_milli) {
  ensure(percent_milli > 0);
  ensure(percent_milli <= 100'000);
  // ceil(count * p / 100) in 128 bits: no binary fraction lands on the wrong side of a whole rank.
  const Int128 rank = (Int128{count} * percent_milli + 99'999) / 100'000;
  return static_cast<std::uint64_t>(rank);
}

std::optional<std::uint32_t> LatencyHistogram::percentile_ms(std::uint32_t percent_milli) const {
  const std::uint64_t rank = rank_of(count_, percent_milli);
  return count_ == 0 ? std::nullopt : latency_of_rank(rank);
}

std::uint64_t LatencyHistogram::count_above(std::uint32_t latency_ms) const {
  if (!counters_) {
    return static_cast<std::uint64_t>(
        std::count_if(listed_.begin(), listed_.end(),
                      [latency_ms](std::uint32_t listed) { return listed > latency_ms; }));
  }
  std::uint64_t above = 0;
  counters_->visit([&](std::uint32_t counted_ms, std::uint64_t count) {
    above += counted_ms > latency_ms ? count : 0;
    return false;
  });
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
