// Moves over JSON text 64 bytes at a time, without an index, on processors with AVX2.
//
// Every function takes a place whose state is known (outside strings, or just inside one) and
// gives the place behind what it passed. All may read up to 64 bytes behind `end`; what they find
// there is never believed, since a place at or behind `end` fails. Callers must have made sure
// that the processor can do it (fast_text_supported()).
#pragma once

#if defined(__x86_64__)

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <string_view>

namespace bedrocklog::ingest {

inline constexpr std::size_t text_block_bytes = 64;
/// Nesting that is passed inside one value; what is deeper goes the careful way. Leaves room below
/// nesting_depth_max for the levels of a record around its bodies.
inline constexpr std::uint64_t passed_depth_max = 240;

/// Whether this processor has the instructions used here.
[[nodiscard]] bool fast_text_supported();

/// One bit for each of 64 bytes, the first byte in the lowest bit.
struct TextBlock {
  __m256i low;
  __m256i high;

  [[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] static TextBlock at(
      const char* text) {
    __m256i low;
    __m256i high;
    std::memcpy(&low, text, sizeof low);
    std::memcpy(&high, text + sizeof low, sizeof high);
    return {low, high};
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] static std::uint64_t
  bits(__m256i low, __m256i high) {
    const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
    const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
    return first | (std::uint64_t{second} << 32U);
  }

  [[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] std::uint64_t equal(
      char letter) const {
    const __m256i wanted = _mm256_set1_epi8(letter);
    return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  }

  /// Upper-case ASCII made lower: the brackets `[` and `]` become the braces of their side.
  [[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] TextBlock folded()
      const {
    const __m256i bit = _mm256_set1_epi8(0x20);
    return {_mm256_or_si256(low, bit), _mm256_or_si256(high, bit)};
  }

  /// Letters that a number, true, false or null starts with.
  [[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] std::uint64_t
  number_or_word_starts() const {
    const __m256i below = _mm256_set1_epi8('0' - 1);
    const __m256i above = _mm256_set1_epi8('9' + 1);
    const std::uint64_t digits =
        bits(_mm256_cmpgt_epi8(low, below), _mm256_cmpgt_epi8(high, below)) &
        bits(_mm256_cmpgt_epi8(above, low), _mm256_cmpgt_epi8(above, high));
    return digits | equal('-') | equal('t') | equal('f') | equal('n');
  }

  /// Bytes that are the entry of `table` for their low four bits.
  [[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] static std::uint64_t
  listed(const TextBlock& index, const TextBlock& wanted, __m256i table) {
    return bits(_mm256_cmpeq_epi8(wanted.low, _mm256_shuffle_epi8(table, index.low)),
                _mm256_cmpeq_epi8(wanted.high, _mm256_shuffle_epi8(table, index.high)));
  }
};

/// Bit n tells whether the number of bits up to and including n is odd.
[[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] inline std::uint64_t
running_parity(std::uint64_t bits) {
  const __m128i ones = _mm_set1_epi8(-1);
  const __m128i value = _mm_set_epi64x(0, static_cast<long long>(bits));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(value, ones, 0)));
}

/// Letters behind an odd run of backslashes. `carry` is 1 when the first letter of the block is
/// one because of the block before, and is set for the next.
[[nodiscard, gnu::always_inline, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] inline std::uint64_t
escaped_letters(std::uint64_t backslashes, std::uint64_t& carry) {
  constexpr std::uint64_t odd = 0xAAAA'AAAA'AAAA'AAAAULL;
  // Subtracting the starts of runs from odd places turns each run into alternating bits, so that
  // every second backslash is told apart whatever the length of its run.
  const std::uint64_t free = backslashes & ~carry;
  const std::uint64_t turns = (((free << 1U) | odd) - free) ^ odd;
  const std::uint64_t escaped = turns ^ (backslashes | carry);
  // Nearly never is a backslash the last letter: a branch keeps blocks from waiting for another.
  carry = 0;
  if ((backslashes >> 63U) != 0) [[unlikely]] {
    carry = turns >> 63U;
  }
  return escaped;
}

/// Behind the closing quote of the string whose inside starts `at`; null where it does not end.
[[nodiscard, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] inline const char* pass_string_inside(
    const char* at, const char* end) {
  std::uint64_t carry = 0;
  while (at < end) {
    const TextBlock block = TextBlock::at(at);
    std::uint64_t quotes = block.equal('"');
    const std::uint64_t backslashes = block.equal('\\');
    if ((backslashes | carry) != 0) {
      quotes &= ~escaped_letters(backslashes, carry);
    }
    if (quotes != 0) {
      return at + std::countr_zero(quotes) + 1;
    }
    at += text_block_bytes;
  }
  return nullptr;
}

/// True for every letter that a number, true, false or null starts with.
[[nodiscard]] constexpr bool starts_number_or_word(char letter) {
  return (letter >= '0' && letter <= '9') || letter == '-' || letter == 't' || letter == 'f' ||
         letter == 'n';
}

/// What is known between two blocks of nested values.
struct NestingState {
  std::uint64_t depth = 0;
  std::uint64_t string_carry = 0;  // All ones inside a string.
  std::uint64_t escape_carry = 0;
  std::uint64_t scalar_carry = 0;  // 1 when the last letter was part of a scalar.
};

/// Whether every scalar among `rest`, the letters outside strings that are no brackets, commas or
/// colons, starts as one may.
[[nodiscard, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] inline bool scalars_start_well(
    const TextBlock& block, std::uint64_t rest, std::uint64_t& carry) {
  const std::uint64_t scalars = rest & ~block.equal(' ');
  const std::uint64_t starts = scalars & ~((scalars << 1U) | carry);
  carry = scalars >> 63U;
  return (starts & ~block.number_or_word_starts()) == 0;
}

/// Behind the bracket that closes the one `at`; null where it does not in passable text: one that
/// does not end, is deep, or has a scalar that no JSON has. `place` is then where that was seen.
[[nodiscard, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] inline const char* pass_nested(
    const char* at, const char* end, const char*& place) {
  // At the low four bits of each separator, itself folded; nothing folded is 0.
  const __m256i separators =
      _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0, 0, 0, 0, 0, 0, 0, 0,
                       0, 0, 0, ':', '{', ',', '}', 0, 0);
  NestingState state;
  for (; at < end; at += text_block_bytes) {
    const TextBlock block = TextBlock::at(at);
    const TextBlock folded = block.folded();
    const std::uint64_t backslashes = block.equal('\\');
    const std::uint64_t quotes =
        block.equal('"') & ~escaped_letters(backslashes, state.escape_carry);
    const std::uint64_t inside = running_parity(quotes) ^ state.string_carry;
    state.string_carry = std::uint64_t{0} - (inside >> 63U);
    const std::uint64_t opening = folded.equal('{') & ~inside;
    const std::uint64_t closing = folded.equal('}') & ~inside;
    std::uint64_t rest = ~(inside | quotes | TextBlock::listed(block, folded, separators));
    const auto opened = static_cast<std::uint64_t>(std::popcount(opening));
    const auto closed = static_cast<std::uint64_t>(std::popcount(closing));
    const char* behind = nullptr;
    if (closed >= state.depth) {
      std::uint64_t passed = 0;
      for (std::uint64_t left = closing; left != 0; left &= left - 1) {
        ++passed;
        const std::uint64_t below = left ^ (left - 1);
        const auto before = static_cast<std::uint64_t>(std::popcount(opening & below));
        if (state.depth + before == passed) {
          behind = at + std::countr_zero(left) + 1;
          rest &= below;
          break;
        }
      }
    }
    if ((rest | state.scalar_carry) != 0 && !scalars_start_well(block, rest, state.scalar_carry)) {
      break;
    }
    if (behind != nullptr) {
      return behind;
    }
    if (state.depth + opened > passed_depth_max) {
      break;
    }
    state.depth += opened - closed;
  }
  place = at;
  return nullptr;
}

/// True when no byte is a control character; `is_ascii` tells whether all are below 0x80. The text
/// has at least text_block_bytes.
[[nodiscard, gnu::target("avx2,bmi,bmi2,pclmul,popcnt")]] inline bool has_no_control(
    std::string_view text, bool& is_ascii) {
  __m256i least = _mm256_set1_epi8(-1);
  __m256i any = _mm256_setzero_si256();
  const char* at = text.data();
  // The last block covers some bytes again rather than what is behind the text.
  const char* const last = at + text.size() - text_block_bytes;
  bool is_last = false;
  while (!is_last) {
    is_last = at >= last;
    const TextBlock block = TextBlock::at(is_last ? last : at);
    least = _mm256_min_epu8(least, _mm256_min_epu8(block.low, block.high));
    any = _mm256_or_si256(any, _mm256_or_si256(block.low, block.high));
    at += text_block_bytes;
  }
  const __m256i limit = _mm256_set1_epi8(0x20);
  is_ascii = _mm256_movemask_epi8(any) == 0;
  return _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(least, limit), limit)) == -1;
}

/// Eight letters as one number, to tell keys apart by.
[[nodiscard]] inline std::uint64_t eight_letters(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}
[[nodiscard]] consteval std::uint64_t key_start(const char (&text)[9]) {
  std::uint64_t value = 0;
  for (unsigned index = 0; index < 8; ++index) {
    value |= std::uint64_t{static_cast<unsigned char>(text[index])} << (8 * index);
  }
  return value;
}

/// Whether the letters `at` are those of a literal, of which up to 63 are read in any case.
template <std::size_t size>
[[nodiscard, gnu::always_inline]] inline bool reads(const char* at, const char (&text)[size]) {
  return std::memcmp(at, text, size - 1) == 0;
}

}  // namespace bedrocklog::ingest

#endif
