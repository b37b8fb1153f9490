// Exact latency distribution of one report group.
//
// A reported percentile must be reproducible by hand from the logs, so nothing is sampled or
// sketched: the calls of a small group are listed one by one, and in a large one every distinct
// millisecond has its own counter. The latest calls of a large group are listed, too, until there
// are enough of them to count at once: their counters are far apart in memory, and looking for many
// costs little more than looking for one. Merging and taking back only add and remove calls, hence
// the result does not depend on the number of threads or the order of files.
//
// Thread safety: none. Each worker fills its own; merge() joins them afterwards.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

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
  void add(std::uint32_t latency_ms) {
    if (listed_size_ == listed_room_) {
      make_room();
    }
    listed()[listed_size_++] = latency_ms;
  }

  /// Has the memory fetched that add() will write to.
  void prefetch() const { __builtin_prefetch(all_listed().data() + listed_size_, 1); }

  /// Undoes one add(latency_ms). Requires that it was added to this or to what was merged in.
  void take_back(std::uint32_t latency_ms);

  /// Adds every counter of `other`; commutative and associative.
  void merge(const LatencyHistogram& other);

  /// Puts the calls in an order in which the questions below are answered fast. Changes no answer.
  void settle();

  /// Nearest-rank percentile in ms: the smallest latency that at least `percent_milli` / 1000
  /// percent of the invocations did not exceed (p99.9 is 99'900). Nothing if nothing was counted.
  /// Requires 0 < percent_milli <= 100'000.
  [[nodiscard]] std::optional<std::uint32_t> percentile_ms(std::uint32_t percent_milli) const;

  /// The 1-based rank that percentile_ms() looks for; 0 of nothing.
  [[nodiscard]] static std::uint64_t rank_of(std::uint64_t count, std::uint32_t percent_milli);

  /// All latencies, in no order, where they are listed one by one; else empty. Valid until the next
  /// change.
  [[nodiscard]] std::span<const std::uint32_t> latencies_if_listed() const {
    return counters_ ? std::span<const std::uint32_t>() : all_listed();
  }

  [[nodiscard]] std::optional<std::uint32_t> min_ms() const;
  [[nodiscard]] std::optional<std::uint32_t> max_ms() const;
  /// Invocations that took more than `latency_ms`.
  [[nodiscard]] std::uint64_t count_above(std::uint32_t latency_ms) const;
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] Int128 sum_ms() const;

 private:
  class Counters;
  static constexpr std::uint32_t near_max = 2;

  [[nodiscard]] std::uint32_t* listed() { return far_ ? far_.get() : near_.data(); }
  [[nodiscard]] std::span<const std::uint32_t> all_listed() const {
    return {far_ ? far_.get() : near_.data(), listed_size_};
  }
  void make_room();
  void count_all();  // From the list to counters.
  /// Calls `take(latency_ms, count)` in the order of latency until it says true.
  template <class Take>
  void visit(const Take& take) const;
  /// The latency at 1-based `rank`; nothing beyond the last.
  [[nodiscard]] std::optional<std::uint32_t> latency_of_rank(std::uint64_t rank) const;

  // The list is in no order, and near or far: most of a million groups have a call or two.
  std::unique_ptr<std::uint32_t[]> far_;
  std::unique_ptr<Counters> counters_;  // Null for a small group.
  std::array<std::uint32_t, near_max> near_{};
  std::uint32_t listed_size_ = 0;
  std::uint32_t listed_room_ = near_max;
};

}  // namespace bedrocklog::analytics
