// Random numbers that are the same on every platform, which <random>'s distributions are not.
#pragma once

#include <cstdint>

namespace bedrocklog::bench {

/// Joins two numbers into one seed; near inputs give unrelated results.
[[nodiscard]] std::uint64_t mixed(std::uint64_t first, std::uint64_t second);

/// SplitMix64 (Steele, Lea, Flood 2014). Integers only, so no rounding mode can change an archive.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();

  /// Uniform in [0, bound). Requires bound > 0.
  std::uint32_t below(std::uint32_t bound);

  /// True with a probability of `per_million` / 1'000'000.
  bool chance(std::uint32_t per_million);

  /// Log-normal around `median`; `sigma_milli` / 1000 is the deviation in powers of two. Twelve
  /// uniforms stand for a normal, a parabola for 2^x (error below 0.3 %): close enough for sizes.
  std::uint64_t log_normal(std::uint64_t median, std::uint32_t sigma_milli);

 private:
  std::uint64_t state_;
};

}  // namespace bedrocklog::bench
