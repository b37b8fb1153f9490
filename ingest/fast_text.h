// Moves over JSON text 64 bytes at a time, without an index.
//
// Every function takes a place whose state is known (outside strings, or just inside one) and
// gives the place behind what it passed. All may read up to 64 bytes behind `end`; what they find
// there is never believed, since a place at or behind `end` fails.
//
// Included by the files that compile the reader of usual records for one kind of block each, all
// for the processor that has it (usual_reader.h): what is no template here must be always inlined.
#pragma once

#if defined(__x86_64__)

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <string_view>

#include "ingest/text_block.h"

namespace bedrocklog::ingest {

/// Nesting that is passed inside one value; what is deeper goes the careful way. Leaves room below
/// nesting_depth_max for the levels of a record around its bodies.
inline constexpr std::uint64_t passed_depth_max = 240;

/// Bit n tells whether the number of bits up to and including n is odd.
[[nodiscard, gnu::always_inline, gnu::target("pclmul")]] inline std::uint64_t running_parity(
    std::uint64_t bits) {
  const __m128i ones = _mm_set1_epi8(-1);
  const __m128i value = _mm_set_epi64x(0, static_cast<long long>(bits));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(value, ones, 0)));
}

/// Letters behind an odd run of backslashes. `carry` is 1 when the first letter of the block is
/// one because of the block before, and is set for the next.
[[nodiscard, gnu::always_inline]] inline std::uint64_t escaped_letters(std::uint64_t backslashes,
                                                                       std::uint64_t& carry) {
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

/// Quotes of the block `at` that are not escaped.
template <class Block>
[[nodiscard, gnu::always_inline]] inline std::uint64_t closing_quotes(const char* at,
                                                                      std::uint64_t& carry) {
  const Block block = Block::at(at);
  return block.equal('"') & ~escaped_letters(block.equal('\\'), carry);
}

/// Behind the closing quote of the string whose inside goes on `at`; null where it does not end.
/// `carry` is 1 when the first letter is escaped.
template <class Block>
[[nodiscard, gnu::always_inline]] inline const char* pass_string_rest(const char* at,
                                                                      const char* end,
                                                                      std::uint64_t carry) {
  // Two blocks for each branch, of which that behind the last one is likely to be missed.
  for (; end - at >= std::ptrdiff_t{2 * text_block_bytes}; at += 2 * text_block_bytes) {
    const auto first = static_cast<unsigned>(std::countr_zero(closing_quotes<Block>(at, carry)));
    const auto second = static_cast<unsigned>(
        std::countr_zero(closing_quotes<Block>(at + text_block_bytes, carry)));
    // The second counts when the first block has none, which is 64.
    const std::size_t size = first + (second & (0U - first / text_block_bytes));
    if (size < 2 * text_block_bytes) {
      return at + size + 1;
    }
  }
  for (; at < end; at += text_block_bytes) {
    if (const std::uint64_t quotes = closing_quotes<Block>(at, carry); quotes != 0) {
      return at + std::countr_zero(quotes) + 1;
    }
  }
  return nullptr;
}

/// Behind the closing quote of the string whose inside starts `at`; null where it does not end.
template <class Block>
[[nodiscard]] const char* pass_string_inside(const char* at, const char* end) {
  return pass_string_rest<Block>(at, end, 0);
}

/// True for every letter that a number, true, false or null starts with.
[[nodiscard, gnu::always_inline]] constexpr bool starts_number_or_word(char letter) {
  return (letter >= '0' && letter <= '9') || letter == '-' || letter == 't' || letter == 'f' ||
         letter == 'n';
}

/// Whether every scalar among `rest`, the letters outside strings that are no brackets, commas or
/// colons, starts as one may.
template <class Block>
[[nodiscard]] bool scalars_start_well(const Block& block, std::uint64_t rest,
                                      std::uint64_t& carry) {
  const std::uint64_t scalars = rest & ~block.equal(' ');
  const std::uint64_t starts = scalars & ~((scalars << 1U) | carry);
  carry = scalars >> 63U;
  const std::uint64_t digits = block.from('0') & ~block.from('9' + 1);
  const std::uint64_t words = block.equal('t') | block.equal('f') | block.equal('n');
  return (starts & ~(digits | words | block.equal('-'))) == 0;
}

/// The first of the `closing` brackets that leaves no bracket open, as a bit; 0 when none does.
/// `depth` are open before the block; some bracket is open before each closing one.
[[nodiscard, gnu::always_inline, gnu::target("bmi,bmi2,popcnt")]] inline std::uint64_t last_closing(
    std::uint64_t opening, std::uint64_t closing, std::uint64_t depth) {
  if (opening == 0) {
    return _pdep_u64(std::uint64_t{1} << (depth - 1), closing);
  }
  std::uint64_t passed = 0;
  for (std::uint64_t left = closing; left != 0; left &= left - 1) {
    ++passed;
    const std::uint64_t below = left ^ (left - 1);
    if (depth + static_cast<std::uint64_t>(std::popcount(opening & below)) == passed) {
      return left & ~(left - 1);
    }
  }
  return 0;
}

/// Behind the bracket that closes the one `at`; null where it does not in passable text: one that
/// does not end, is deep, or has a scalar that no JSON has. `place` is then where that was seen.
template <class Block>
[[nodiscard]] const char* pass_nested(const char* at, const char* end, const char*& place) {
  std::uint64_t depth = 0;
  std::uint64_t scalar_carry = 0;  // 1 when the last letter was part of a scalar.
  while (at < end) {
    // Each block starts outside strings, so that hardly anything waits for the block before.
    const Block block = Block::at(at);
    const Block folded = block.folded();
    std::uint64_t escape_carry = 0;
    const std::uint64_t quotes =
        block.equal('"') & ~escaped_letters(block.equal('\\'), escape_carry);
    const std::uint64_t inside = running_parity(quotes);
    const std::uint64_t opening = folded.equal('{') & ~inside;
    const std::uint64_t closing = folded.equal('}') & ~inside;
    std::uint64_t rest = ~(inside | quotes | folded.separators());
    const auto opened = static_cast<std::uint64_t>(std::popcount(opening));
    const auto closed = static_cast<std::uint64_t>(std::popcount(closing));
    const std::uint64_t last = closed >= depth ? last_closing(opening, closing, depth) : 0;
    rest &= last - 1;
    if ((rest | scalar_carry) != 0 && !scalars_start_well(block, rest, scalar_carry)) {
      break;
    }
    if (last != 0) {
      return at + std::countr_zero(last) + 1;
    }
    if (depth + opened > passed_depth_max) {
      break;
    }
    depth += opened - closed;
    at += text_block_bytes;
    if ((inside >> 63U) != 0) {
      // Most text of a body is in long strings, where only their end counts.
      const char* const behind = pass_string_rest<Block>(at, end, escape_carry);
      if (behind == nullptr) {
        at = end;
        break;
      }
      at = behind;
      scalar_carry = 0;
    }
  }
  place = at;
  return nullptr;
}

/// Eight letters as one number, to tell keys apart by.
[[nodiscard, gnu::always_inline]] inline std::uint64_t eight_letters(const char* at) {
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
