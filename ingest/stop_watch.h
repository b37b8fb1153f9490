// Adds the time from its making to its end to a counter.
#pragma once

#include <chrono>
#include <cstdint>

namespace bedrocklog::ingest {

class StopWatch {
 public:
  /// `into_ns` outlives this; null: nothing is measured.
  explicit StopWatch(std::uint64_t* into_ns) : into_ns_(into_ns) {
    if (into_ns_ != nullptr) {
      start_ = std::chrono::steady_clock::now();
    }
  }
  ~StopWatch() {
    if (into_ns_ != nullptr) {
      *into_ns_ += static_cast<std::uint64_t>(
          std::chrono::nanoseconds(std::chrono::steady_clock::now() - start_).count());
    }
  }
  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;
  StopWatch(StopWatch&&) = delete;
  StopWatch& operator=(StopWatch&&) = delete;

 private:
  std::uint64_t* into_ns_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace bedrocklog::ingest
