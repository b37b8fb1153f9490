// Counting and nearest-rank search; all arithmetic is on integers.
#include "analytics/latency_histogram.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

static_assert(listed_latencies_max >= 2 &&
              (listed_latencies_max & (listed_latencies_max - 1)) == 0);

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
    note_sum(latency_ms);
    ++count_;
    if (++counter(latency_ms) == 0) {
      ++carried_[latency_ms];
    }
  }
  /// Requires that the sum stays below 2^64 ms.
  void add(std::uint32_t latency_ms, std::uint64_t count) {
    note_sum(count * latency_ms);
    count_ += count;
    std::uint32_t& low = counter(latency_ms);
    const std::uint64_t sum = low + count;  // Counts are below 2^63.
    low = static_cast<std::uint32_t>(sum);
    if (sum >> counter_bits != 0) {
      carried_[latency_ms] += sum >> counter_bits;
    }
  }
  /// Requires that there is one.
  void take_back(std::uint32_t latency_ms) {
    sum_ms_ -= latency_ms;
    --count_;
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

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t sum_ms() const { return sum_ms_; }

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
  void note_sum(std::uint64_t sum_ms) {
    ensure(!__builtin_add_overflow(sum_ms_, sum_ms, &sum_ms_));
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
  std::uint64_t count_ = 0;
  std::uint64_t sum_ms_ = 0;
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
LatencyHistogram::LatencyHistogram(LatencyHistogram&& other) noexcept
    : far_(std::move(other.far_)),
      counters_(std::move(other.counters_)),
      near_(other.near_),
      listed_size_(std::exchange(other.listed_size_, 0)),
      listed_room_(std::exchange(other.listed_room_, near_max)) {}
LatencyHistogram& LatencyHistogram::operator=(LatencyHistogram&& other) noexcept {
  far_ = std::move(other.far_);
  counters_ = std::move(other.counters_);
  near_ = other.near_;
  listed_size_ = std::exchange(other.listed_size_, 0);
  listed_room_ = std::exchange(other.listed_room_, near_max);
  return *this;
}
LatencyHistogram::LatencyHistogram(const LatencyHistogram& other)
    : counters_(other.counters_ ? std::make_unique<Counters>(*other.counters_) : nullptr) {
  for (const std::uint32_t latency_ms : other.all_listed()) {
    add(latency_ms);
  }
}
LatencyHistogram& LatencyHistogram::operator=(const LatencyHistogram& other) {
  if (this != &other) {
    *this = LatencyHistogram(other);
  }
  return *this;
}

void LatencyHistogram::make_room() {
  if (listed_size_ >= listed_latencies_max) {
    count_all();
    return;
  }
  const std::uint32_t room = 2 * listed_room_;
  auto larger = std::make_unique_for_overwrite<std::uint32_t[]>(room);
  std::copy_n(listed(), listed_size_, larger.get());
  far_ = std::move(larger);
  listed_room_ = room;
}

void LatencyHistogram::count_all() {
  if (!counters_) {
    counters_ = std::make_unique<Counters>();
  }
  for (const std::uint32_t latency_ms : all_listed()) {
    counters_->add(latency_ms);
  }
  listed_size_ = 0;
}

void LatencyHistogram::settle() {
  if (!counters_) {
    std::sort(listed(), listed() + listed_size_);
    return;
  }
  count_all();
  far_.reset();
  listed_room_ = near_max;
}

void LatencyHistogram::take_back(std::uint32_t latency_ms) {
  std::uint32_t* const end = listed() + listed_size_;
  std::uint32_t* const found = std::find(listed(), end, latency_ms);
  if (found != end) {
    *found = end[-1];
    --listed_size_;
    return;
  }
  ensure(counters_ != nullptr);
  counters_->take_back(latency_ms);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (const std::uint32_t latency_ms : other.all_listed()) {
    add(latency_ms);
  }
  if (other.counters_) {
    if (!counters_) {
      counters_ = std::make_unique<Counters>();
    }
    other.counters_->visit([this](std::uint32_t latency_ms, std::uint64_t count) {
      if (count != 0) {
        counters_->add(latency_ms, count);
      }
      return false;
    });
  }
}

std::uint64_t LatencyHistogram::count() const {
  return listed_size_ + (counters_ ? counters_->count() : 0);
}

Int128 LatencyHistogram::sum_ms() const {
  const std::span<const std::uint32_t> listed = all_listed();
  return std::accumulate(listed.begin(), listed.end(), Int128{counters_ ? counters_->sum_ms() : 0});
}

template <class Take>
void LatencyHistogram::visit(const Take& take) const {
  const std::span<const std::uint32_t> listed = all_listed();
  std::vector<std::uint32_t> ordered(listed.begin(), listed.end());
  std::sort(ordered.begin(), ordered.end());
  auto next = ordered.begin();
  const auto take_listed = [&](std::uint64_t below_ms) {
    for (; next != ordered.end() && *next < below_ms; ++next) {
      if (take(*next, 1)) {
        return true;
      }
    }
    return false;
  };
  bool is_done = false;
  if (counters_) {
    counters_->visit([&](std::uint32_t latency_ms, std::uint64_t count) {
      is_done = take_listed(latency_ms) || take(latency_ms, count);
      return is_done;
    });
  }
  if (!is_done) {
    take_listed(std::uint64_t{1} << 32U);
  }
}

std::optional<std::uint32_t> LatencyHistogram::latency_of_rank(std::uint64_t rank) const {
  const std::span<const std::uint32_t> listed = all_listed();
  if (!counters_ && rank <= listed.size() && std::is_sorted(listed.begin(), listed.end())) {
    return listed[rank - 1];
  }
  std::uint64_t seen = 0;
  std::optional<std::uint32_t> found;
  visit([&](std::uint32_t latency_ms, std::uint64_t count) {
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
  const std::uint64_t rank = rank_of(count(), percent_milli);
  return rank == 0 ? std::nullopt : latency_of_rank(rank);
}

std::uint64_t LatencyHistogram::count_above(std::uint32_t latency_ms) const {
  std::uint64_t above = 0;
  visit([&](std::uint32_t counted_ms, std::uint64_t count) {
    above += counted_ms > latency_ms ? count : 0;
    return false;
  });
  return above;
}

// Ranks, not remembered extremes: take_back() may remove the last call of the smallest latency.
std::optional<std::uint32_t> LatencyHistogram::min_ms() const {
  return count() == 0 ? std::nullopt : latency_of_rank(1);
}

std::optional<std::uint32_t> LatencyHistogram::max_ms() const {
  return count() == 0 ? std::nullopt : latency_of_rank(count());
}

}  // namespace bedrocklog::analytics
