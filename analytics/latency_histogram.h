// Exact latency distribution of one report group.
//
// A reported percentile must be reproducible by hand from the logs, so nothing is sampled or
// sketched: the calls of a small group are listed one by one, and in a large one every distinct
// millisecond has its own counter. Merging and taking back only add and remove calls, hence the
// result does not depend on the number of threads or the order of files.
//
// Thread safety: none. Each worker fills its own; merge() joins them afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "analytics/money.h"

namespace bedrocklog::analytics {

/// Calls listed at most; beyond it there are counters. Reports by user and day have hundreds of
/// thousands of groups with a few calls each.
inline constexpr std::size_t listed_latencies_max = 512;

class LatencyHistogram {
 public:
  LatencyHistogram();
  ~LatencyHistogram();
  LatencyHistogram(const LatencyHistogram& other);
  LatencyHistogram(LatencyHistogram&& other) noexcept;
  LatencyHistogram& operator=(const LatencyHistogram& other);
  LatencyHistogram& operator=(LatencyHistogram&& other) noexcept;

  /// Counts one invocation that took `latency_ms`. The sum of all must stay below 2^64 ms.
  void add(std::uint32_t latency_ms);

  /// Undoes one add(latency_ms). Requires that it was added to this or to what was merged in.
  void take_back(std::uint32_t latency_ms);

  /// Adds every counter of `other`; commutative and associative.
  void merge(const LatencyHistogram& other);

  /// Nearest-rank percentile in ms: the smallest latency that at least `percent_milli` / 1000
  /// percent of the invocations did not exceed (p99.9 is 99'900). Nothing if nothing was counted.
  /// Requires 0 < percent_milli <= 100'000.
  [[nodiscard]] std::optional<std::uint32_t> percentile_ms(std::uint32_t percent_milli) const;

  /// The 1-based rank that percentile_ms() looks for. Requires count > 0.
  [[nodiscard]] static std::uint64_t rank_of(std::uint64_t count, std::uint32_t percent_milli);

  /// All latencies, in no order, where they are listed one by one; else empty. Valid until the next
  /// change.
  [[nodiscard]] std::span<const std::uint32_t> listed() const { return listed_; }

  [[nodiscard]] std::optional<std::uint32_t> min_ms() const;
  [[nodiscard]] std::optional<std::uint32_t> max_ms() const;
  /// Invocations that took more than `latency_ms`.
  [[nodiscard]] std::uint64_t count_above(std::uint32_t latency_ms) const;
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Int128 sum_ms() const { return sum_ms_; }

 private:
  class Counters;

  void count_all();  // From the list to counters.
  /// The latency at 1-based `rank`; nothing beyond the last.
  [[nodiscard]] std::optional<std::uint32_t> latency_of_rank(std::uint64_t rank) const;

  std::vector<std::uint32_t> listed_;   // In no order; empty once there are counters.
  std::unique_ptr<Counters> counters_;  // Null for a small group.
  std::uint64_t count_ = 0;
  std::uint64_t sum_ms_ = 0;
};

}  // namespace bedrocklog::analytics
