// Exact latency distribution of one report group.
//
// A reported percentile must be reproducible by hand from the logs, so nothing is sampled or
// sketched: every distinct millisecond has its own counter. Merging and taking back only add and
// subtract counters, hence the result does not depend on the number of threads or the order of
// files.
//
// Thread safety: none. Each worker fills its own; merge() joins them afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analytics/money.h"

namespace bedrocklog::analytics {

class LatencyHistogram {
 public:
  /// Counts one invocation that took `latency_ms`.
  void add(std::uint32_t latency_ms);

  /// Undoes one add(latency_ms). Requires that it was added to this or to what was merged in.
  void take_back(std::uint32_t latency_ms);

  /// Adds every counter of `other`; commutative and associative.
  void merge(const LatencyHistogram& other);

  /// Nearest-rank percentile in ms: the smallest latency that at least `percent_milli` / 1000
  /// percent of the invocations did not exceed (p99.9 is 99'900). Nothing if nothing was counted.
  /// Requires 0 < percent_milli <= 100'000.
  [[nodiscard]] std::optional<std::uint32_t> percentile_ms(std::uint32_t percent_milli) const;

  [[nodiscard]] std::optional<std::uint32_t> min_ms() const;
  [[nodiscard]] std::optional<std::uint32_t> max_ms() const;
  /// Invocations that took more than `latency_ms`.
  [[nodiscard]] std::uint64_t count_above(std::uint32_t latency_ms) const;
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Int128 sum_ms() const { return sum_ms_; }

 private:
  // Counters of 1,024 neighbouring milliseconds. Sparse: counts[i] belongs to offsets[i], sorted.
  // Dense, once many differ: counts is indexed by the offset and offsets is empty.
  struct Page {
    std::uint32_t number = 0;  // latency_ms / 1,024.
    std::vector<std::uint16_t> offsets;
    std::vector<std::uint64_t> counts;

    [[nodiscard]] bool is_dense() const { return offsets.size() != counts.size(); }
    [[nodiscard]] std::uint32_t latency_ms(std::size_t index) const;
    std::uint64_t& counter(std::uint16_t offset);
  };

  std::uint64_t& counter(std::uint32_t latency_ms);
  /// The latency at 1-based `rank`; nothing beyond the last.
  [[nodiscard]] std::optional<std::uint32_t> latency_of_rank(std::uint64_t rank) const;

  std::vector<Page> pages_;  // Made on demand, sorted by number.
  std::uint64_t count_ = 0;  // Sum of all counters.
  Int128 sum_ms_ = 0;
};

}  // namespace bedrocklog::analytics
