// Hashes of record fields: for finding groups and texts, for telling requests apart, and for
// choosing between copies of one request by their content.
//
// None is cryptographic. Those that only find things are seeded anew in each process, so that a
// log cannot be written to make them collide; nothing that is printed depends on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bedrocklog::analytics {

/// Same in all threads of this process, different in the next one.
[[nodiscard]] std::uint64_t process_seed();

/// Folds values of a fixed order into 128 bits. Texts carry their length, absence is a value.
class HashState {
 public:
  explicit HashState(std::uint64_t seed) : high_(seed ^ high_start), low_(~seed ^ low_start) {}

  void add(std::uint64_t word) {
    high_ = rotate((high_ ^ word) * high_factor, 29);
    low_ = rotate((low_ + word) * low_factor, 37) ^ high_;
  }
  void add(std::string_view text);
  template <class Number>
  void add(const std::optional<Number>& number) {
    add(number ? 1ULL : 0ULL);
    add(static_cast<std::uint64_t>(number.value_or(Number{})));
  }

  [[nodiscard]] std::uint64_t high() const { return finish(high_ + low_); }
  [[nodiscard]] std::uint64_t low() const { return finish(low_ ^ rotate(high_, 32)); }

 private:
  // Odd numbers without pattern: digits of the square roots of 2, 3, 5 and 7.
  static constexpr std::uint64_t high_start = 0x6A09E667F3BCC909;
  static constexpr std::uint64_t low_start = 0xBB67AE8584CAA73B;
  static constexpr std::uint64_t high_factor = 0x3C6EF372FE94F82B;
  static constexpr std::uint64_t low_factor = 0xA54FF53A5F1D36F1;

  [[nodiscard]] static std::uint64_t rotate(std::uint64_t word, unsigned bits) {
    return (word << bits) | (word >> (64 - bits));
  }
  [[nodiscard]] static std::uint64_t finish(std::uint64_t word) {
    word = (word ^ (word >> 32U)) * high_factor;
    word = (word ^ (word >> 29U)) * low_factor;
    return word ^ (word >> 32U);
  }

  std::uint64_t high_;
  std::uint64_t low_;
};

/// For lookups inside this process.
[[nodiscard]] std::uint64_t hash_of(std::string_view text);
[[nodiscard]] std::uint64_t hash_of(std::uint32_t left, std::uint32_t right);

}  // namespace bedrocklog::analytics
