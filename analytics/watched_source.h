// A byte source that tells how far it is, how long reading took, and ends early when it is told to.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "analytics/elapsed_time.h"
#include "ingest/byte_source.h"

namespace bedrocklog::analytics {

/// Where the numbers go; all outlive the source.
struct SourceWatch {
  std::atomic<std::uint64_t>* packed_bytes = nullptr;  // Null: not wanted.
  std::uint64_t* read_ns = nullptr;
  const bool* is_stopped = nullptr;
  const std::atomic<bool>* is_cancelled = nullptr;  // Null: a wait for input is not cut short.
};

/// Waits for standard input to have something to read, or its end. False when `is_cancelled` was
/// set meanwhile: read() itself goes on over interruptions.
[[nodiscard]] bool wait_for_standard_input(const std::atomic<bool>& is_cancelled);

class WatchedSource final : public ingest::ByteSource {
 public:
  WatchedSource(std::unique_ptr<ingest::ByteSource> inner, const SourceWatch& watch,
                bool is_standard_input)
      : inner_(std::move(inner)), watch_(watch), is_standard_input_(is_standard_input) {}

  /// As the inner source; the end as soon as `is_stopped` or `is_cancelled` is set.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into) override {
    if (*watch_.is_stopped) {
      return std::size_t{0};
    }
    const auto start = std::chrono::steady_clock::now();
    if (is_standard_input_ && watch_.is_cancelled != nullptr &&
        !wait_for_standard_input(*watch_.is_cancelled)) {
      return std::size_t{0};
    }
    Result<std::size_t> got = inner_->read(into);
    *watch_.read_ns += nanoseconds_since(start);
    if (got && watch_.packed_bytes != nullptr) {
      watch_.packed_bytes->fetch_add(*got, std::memory_order_relaxed);
    }
    return got;
  }

 private:
  std::unique_ptr<ingest::ByteSource> inner_;
  SourceWatch watch_;
  bool is_standard_input_;
};

}  // namespace bedrocklog::analytics
