// Time that has passed, for the figures of --timings.
#pragma once

#include <chrono>
#include <cstdint>

namespace bedrocklog::analytics {

[[nodiscard]] inline std::uint64_t nanoseconds_since(std::chrono::steady_clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count());
}

}  // namespace bedrocklog::analytics
