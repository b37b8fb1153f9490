// Hashes of record fields: for finding groups and texts, for telling requests apart, and for
// choosing between copies of one request by their content.
//
// None is cryptographic. Those that only find things are keyed anew in each process, so that a
// log cannot be written to make them collide; nothing that is printed depends on them. They
// multiply two words of 64 bits, each hidden behind a part of the key, and fold the product of 128
// bits.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bedrocklog::analytics {

/// Same in all threads of this process, different in the next one.
struct HashKeys {
  std::array<std::uint64_t, 4> words{};
};
[[nodiscard]] const HashKeys& process_keys();

__extension__ using UInt128 = unsigned __int128;

/// High and low half of the product, folded into one word that depends on all bits of both.
[[nodiscard]] inline std::uint64_t fold_product(std::uint64_t left, std::uint64_t right) {
  const UInt128 product = UInt128{left} * right;
  return static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
}

[[nodiscard]] inline std::uint64_t word_at(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

/// The next 16 bytes of a text, or what is left of it; never reads outside. Without its length two
/// texts can have the same words.
struct TextWords {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};
[[nodiscard]] inline TextWords words_of_short(std::string_view text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (text.size() >= 8) {
    return {word_at(begin), word_at(end - 8)};  // They overlap where the text is short.
  }
  if (text.size() >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, begin, sizeof(first));
    std::memcpy(&last, end - sizeof(last), sizeof(last));
    return {first, last};
  }
  if (text.empty()) {
    return {};
  }
  const auto byte = [](char character) {
    return std::uint64_t{static_cast<unsigned char>(character)};
  };
  return {byte(*begin) | byte(begin[text.size() / 2]) << 8U, byte(end[-1])};
}

/// Calls `take(first, second)` for each 16 bytes of `text`, the last ones as words_of_short() has
/// them; at least once.
template <class Take>
void for_words_of(std::string_view text, const Take& take) {
  constexpr std::size_t step = 16;
  while (text.size() > step) {
    const char* begin = text.data();
    take(word_at(begin), word_at(begin + sizeof(std::uint64_t)));
    text.remove_prefix(step);
  }
  const TextWords last = words_of_short(text);
  take(last.first, last.second);
}

/// Folds values of a fixed order into 64 bits, the same in every process. Two lanes take turns, so
/// that neither waits for the other.
class ContentHash {
 public:
  void add(std::string_view text) {
    std::uint64_t& lane = next_lane();
    lane ^= text.size();
    for_words_of(text, [&lane](std::uint64_t first, std::uint64_t second) {
      lane = fold_product(first ^ factor, second ^ lane);
    });
  }
  void add(std::uint64_t first, std::uint64_t second) {
    std::uint64_t& lane = next_lane();
    lane = fold_product(first ^ factor, second ^ lane);
  }

  [[nodiscard]] std::uint64_t value() const {
    return fold_product(lanes_[0] ^ factor, lanes_[1] ^ turns_);
  }

 private:
  // Numbers without pattern: digits of the square roots of 2, 3 and 5.
  static constexpr std::uint64_t factor = 0x3C6EF372FE94F82B;

  std::uint64_t& next_lane() { return lanes_[turns_++ % 2]; }

  std::array<std::uint64_t, 2> lanes_{0x6A09E667F3BCC909, 0xBB67AE8584CAA73B};
  std::uint64_t turns_ = 0;
};

/// For lookups inside this process.
[[nodiscard]] std::uint64_t hash_of(std::string_view text);
[[nodiscard]] inline std::uint64_t hash_of(std::uint64_t left, std::uint64_t right) {
  const HashKeys& keys = process_keys();
  return fold_product(left ^ keys.words[0], right ^ keys.words[1]);
}

/// A number to choose a place of a small cache by: cheap, and bad where texts differ only in
/// places it does not look at. Such texts displace each other and no harm is done.
[[nodiscard]] inline std::uint64_t place_of(std::string_view text) {
  constexpr std::uint64_t factor = 0xA54FF53A5F1D36F1;
  TextWords ends = words_of_short(text);
  if (text.size() > 16) {
    // Ids and ARNs tell themselves apart at their ends and in the middle.
    ends.first =
        word_at(text.data() + text.size() - 16) + 3 * word_at(text.data() + text.size() / 2 - 4);
  }
  return fold_product(ends.first ^ (text.size() * factor), ends.second ^ factor);
}

}  // namespace bedrocklog::analytics
