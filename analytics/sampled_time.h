// The time of something short that happens very often, told from one time out of many: reading the
// clock before and after each would take a good part of what is measured.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "analytics/elapsed_time.h"

namespace bedrocklog::analytics {

class SampledTime {
 public:
  /// One out of so many; odd, so that records that alternate are met alike.
  static constexpr std::uint64_t period = 63;

  /// Calls `work`, which happens once more, and now and then measures it.
  template <class Work>
  void run(const Work& work) {
    if (++times_ % period != 0) {
      work();
      return;
    }
    const auto start = std::chrono::steady_clock::now();
    work();
    measured_ns_ += nanoseconds_since(start);
    ++measured_times_;
  }

  /// Of all times, as far as those measured stand for them.
  [[nodiscard]] std::uint64_t estimated_ns() const {
    if (measured_times_ == 0) {
      return 0;
    }
    const std::uint64_t clock_ns = measured_times_ * ns_of_clock();
    return (measured_ns_ - std::min(measured_ns_, clock_ns)) * times_ / measured_times_;
  }

 private:
  /// What a measurement of nothing gives.
  [[nodiscard]] static std::uint64_t ns_of_clock() {
    std::uint64_t least = UINT64_MAX;
    for (int i = 0; i < 100; ++i) {
      least = std::min(least, nanoseconds_since(std::chrono::steady_clock::now()));
    }
    return least;
  }

  std::uint64_t times_ = 0;
  std::uint64_t measured_times_ = 0;
  std::uint64_t measured_ns_ = 0;
};

}  // namespace bedrocklog::analytics
