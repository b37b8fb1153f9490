// SplitMix64 and a log-normal on integers.
#include "bench/random_source.h"

#include <algorithm>

namespace bedrocklog::bench {

namespace {

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15U;
constexpr std::int64_t one_q16 = 65536;

std::uint64_t scrambled(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

std::uint64_t mixed(std::uint64_t first, std::uint64_t second) {
  return scrambled(scrambled(first + golden_gamma) + second * golden_gamma);
}

std::uint64_t RandomSource::next() {
  state_ += golden_gamma;
  return scrambled(state_);
}

std::uint32_t RandomSource::below(std::uint32_t bound) {
  return static_cast<std::uint32_t>(((next() >> 32U) * bound) >> 32U);
}

bool RandomSource::chance(std::uint32_t per_million) {
  return below(1'000'000) < per_million;
}

std::uint64_t RandomSource::log_normal(std::uint64_t median, std::uint32_t sigma_milli) {
  std::int64_t normal_q16 = -6 * one_q16;
  for (int draw = 0; draw < 3; ++draw) {
    const std::uint64_t bits = next();
    for (unsigned shift = 0; shift < 64; shift += 16) {
      normal_q16 += static_cast<std::int64_t>((bits >> shift) & 0xffffU);
    }
  }
  // Offset by 32 powers of two so that the shift below is always to the right.
  const std::int64_t exponent_q16 =
      std::clamp<std::int64_t>(normal_q16 * sigma_milli / 1000, -16 * one_q16, 16 * one_q16) +
      32 * one_q16;
  const std::int64_t fraction = exponent_q16 % one_q16;
  const std::int64_t mantissa_q16 =
      one_q16 + fraction * (43025 + 22511 * fraction / one_q16) / one_q16;
  const auto whole = static_cast<unsigned>(exponent_q16 / one_q16);  // 16 to 48.
  __extension__ using Wide = unsigned __int128;
  const Wide scaled = static_cast<Wide>(median) * static_cast<std::uint64_t>(mantissa_q16);
  return static_cast<std::uint64_t>((scaled << whole) >> 48U);
}

}  // namespace bedrocklog::bench
