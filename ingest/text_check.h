// Whether text is what JSON may be written in: UTF-8 without control characters.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "ingest/text_block.h"

namespace bedrocklog::ingest {

inline constexpr std::size_t lead_bytes_max = 3;  // Of a letter, before its last byte.

/// A way in which two bytes may not follow one another, as sets of half bytes: bit n of each tells
/// whether n is in it.
struct BadPair {
  unsigned first_high;
  unsigned first_low;
  unsigned second_high;
};

inline constexpr unsigned any_half = 0xFFFF;
inline constexpr unsigned ascii_highs = 0x00FF;
inline constexpr unsigned continuing_highs = 0x0F00;
inline constexpr unsigned leading_highs = 0xF000;
/// The last is none behind a lead of three or more: there, a third or fourth byte must be.
inline constexpr std::array<BadPair, 8> bad_pairs = {{
    {leading_highs, any_half, ascii_highs | leading_highs},  // A letter that is cut.
    {ascii_highs, any_half, continuing_highs},               // A letter without its lead.
    {1U << 0xC, 0x0003, continuing_highs},                   // ASCII in two bytes.
    {1U << 0xE, 1U << 0x0, 0x0300},                          // Two bytes' worth in three.
    {1U << 0xE, 1U << 0xD, 0x0C00},                          // Surrogates.
    {1U << 0xF, 0xFFE1, 0x0100},  // Three bytes' worth in four; too high.
    {1U << 0xF, 0xFFF0, 0x0E00},  // Above the last letter.
    {continuing_highs, any_half, continuing_highs},
}};

/// For each half byte, one bit for each of bad_pairs that has it in the given set.
[[nodiscard]] consteval std::array<std::uint8_t, 16> pairs_by_half(unsigned BadPair::* set) {
  std::array<std::uint8_t, 16> table{};
  for (unsigned half = 0; half < table.size(); ++half) {
    for (unsigned pair = 0; pair < bad_pairs.size(); ++pair) {
      const unsigned has = bad_pairs[pair].*set >> half & 1U;
      table[half] = static_cast<std::uint8_t>(table[half] | has << pair);
    }
  }
  return table;
}
inline constexpr auto pairs_by_first_high = pairs_by_half(&BadPair::first_high);
inline constexpr auto pairs_by_first_low = pairs_by_half(&BadPair::first_low);
inline constexpr auto pairs_by_second_high = pairs_by_half(&BadPair::second_high);

/// Bytes other than zero where the letters of the block `at`, of which it is known that it is not
/// the start of its text, are not UTF-8. A letter that it leaves unfinished is for the next one to
/// judge. After Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte".
template <class Block>
[[nodiscard, gnu::always_inline]] inline Block bad_letters(const char* at) {
  const Block before = Block::at(at - 1);
  const Block pairs = before.high_halves().looked_up(pairs_by_first_high) &
                      before.low_halves().looked_up(pairs_by_first_low) &
                      Block::at(at).high_halves().looked_up(pairs_by_second_high);
  // The highest bit, that of the last pair, where a third or a fourth byte must be.
  const Block wanted = (Block::at(at - 2).less(0xE0 - 0x80) | Block::at(at - 3).less(0xF0 - 0x80)) &
                       Block::all('\x80');
  return pairs ^ wanted;
}

/// Whether a letter may go on behind the block `at`.
[[nodiscard, gnu::always_inline]] inline bool goes_on(const char* at) {
  std::uint32_t last = 0;
  std::memcpy(&last, at + text_block_bytes - sizeof last, sizeof last);
  return (last & 0x8080'8000U) != 0;
}

/// Whether a byte is ASCII and no control character.
[[nodiscard, gnu::always_inline]] constexpr bool is_plain_letter(char letter) {
  return static_cast<signed char>(letter) >= ' ';  // Bytes from 0x80 are negative.
}

/// The lowest bits set, 1 to 64 of them.
[[nodiscard, gnu::always_inline]] inline std::uint64_t first_bits(std::size_t count) {
  return ~std::uint64_t{0} >> (text_block_bytes - count);
}

/// True when `text` has no control character and is UTF-8. False, too, when one of its first three
/// bytes or its last is not ASCII: JSON records start and end with such. May read up to 64 bytes
/// behind it.
template <class Block>
[[nodiscard]] bool is_clean_text(std::string_view text) {
  constexpr unsigned blocks_at_once = 64;
  if (text.size() <= lead_bytes_max || !is_plain_letter(text[0]) || !is_plain_letter(text[1]) ||
      !is_plain_letter(text[2]) || !is_plain_letter(text.back())) {
    return false;
  }
  const char* at = text.data() + lead_bytes_max;
  const char* const end = text.data() + text.size();
  Block least = Block::all('\xFF');
  Block bad = Block::all('\0');
  std::uint64_t bad_ends = 0;
  std::uint64_t first_wide = 0;  // 1 when a letter may go on in the first block.
  while (at < end) {
    // First which blocks have more than ASCII: a branch for each would often be missed.
    const char* const begin = at;
    const auto whole = static_cast<unsigned>(std::min<std::size_t>(
        static_cast<std::size_t>(end - at) / text_block_bytes, blocks_at_once - 1));
    std::uint64_t wide_blocks = whole != 0 ? first_wide : 0;
#pragma GCC unroll 4
    for (unsigned index = 0; index < whole; ++index) {
      const Block block = Block::at(at);
      least = least.least(block);
      wide_blocks |= std::uint64_t{block.has_wide()} << index;
      at += text_block_bytes;
    }
    const std::uint64_t in_strip = (std::uint64_t{1} << whole) - 1;
    for (; wide_blocks != 0; wide_blocks &= wide_blocks - 1) {
      const int index = std::countr_zero(wide_blocks);
      const char* const block = begin + text_block_bytes * static_cast<unsigned>(index);
      bad = bad | bad_letters<Block>(block);
      wide_blocks |= (std::uint64_t{goes_on(block)} << index << 1U) & in_strip;
    }
    // Then one more, of which only what belongs to the text counts.
    if (at < end) {
      const std::uint64_t seen =
          first_bits(std::min(static_cast<std::size_t>(end - at), text_block_bytes));
      bad_ends |= (Block::at(at).controls() | ~bad_letters<Block>(at).equal('\0')) & seen;
      first_wide = std::uint64_t{goes_on(at)};
      at += text_block_bytes;
    }
  }
  return (bad_ends | least.controls() | ~bad.equal('\0')) == 0;
}

}  // namespace bedrocklog::ingest

#endif
