// A step of the two-stream kernel, for the sources that are compiled for one kind of processor
// each. Only they include it: all is inlined, since nothing that needs such a processor may be
// shared with other sources.
//
// A step takes from a stream one literal, if one comes next, and then one literal or match, without
// a branch that depends on the data but for rare ones. What a literal does not need of the second
// half (distance, its bits) is computed all the same and masked away: on text a branch there is
// mispredicted every other time, which costs more than the whole step. The steps of the two streams
// share a loop, so that each fills the waits of the other.
//
// Bits: a refill fills all 64, of which at least 56 count as taken from the input; the others are
// loaded again. A step uses at most 49 of them, so enough are left for the first look-up of the
// next step, which therefore need not wait for its refill. A symbol with a code that is too long
// for the tables is looked up again, behind a refill of its own.
//
// A Copier is how a processor copies the first vector of a match:
//   static void copy_first(out, from, distance, is_near): vector_bytes to `out`, each what lies
//   `distance` before it; of a literal anything, to be overwritten. is_near: the distance is at
//   most 32, and this is a match.
#pragma once

#if defined(__x86_64__)

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

#include "ingest/inflate_kernel.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t vector_bytes = 32;
constexpr std::size_t match_bytes_max = 258;

constexpr unsigned length_extra_bits_max = 5;
constexpr unsigned distance_extra_bits_max = 13;
constexpr unsigned code_bits_max = 15;
constexpr unsigned refill_bits_min = 56;
constexpr unsigned step_bits_max =  // A literal, then a match.
    2 * letter_index_bits + length_extra_bits_max + distance_index_bits + distance_extra_bits_max;
static_assert(step_bits_max <= refill_bits_min, "a step must not use more than a refill gives");
static_assert(step_bits_max + letter_index_bits <= 64, "the next look-up is before its refill");
constexpr unsigned long_match_bits_max =  // Behind the second refill of a step.
    2 * code_bits_max + length_extra_bits_max + distance_extra_bits_max;
static_assert(long_match_bits_max <= refill_bits_min, "a long match is behind a refill of its own");
static_assert(long_match_bits_max + letter_index_bits <= 64, "the next look-up then, too");

/// Positions of the bytes of a pattern that repeats every `row` bytes; row 32 is plain.
using RepeatRows = std::array<std::array<std::uint8_t, vector_bytes>, vector_bytes + 1>;
alignas(64) constexpr RepeatRows repeats = [] {
  RepeatRows rows{};
  for (std::size_t distance = 1; distance <= vector_bytes; ++distance) {
    for (std::size_t i = 0; i < vector_bytes; ++i) {
      rows.at(distance).at(i) = static_cast<std::uint8_t>(i % distance);
    }
  }
  return rows;
}();

/// A cursor without what does not change in the loop.
struct Stream {
  std::uint64_t bits;
  std::uint32_t count;  // Only the lowest six bits mean something.
  const std::uint8_t* in;
  std::uint8_t* out;
};

/// What the first half of a step knows.
struct Symbol {
  std::uint32_t letter;         // Entry of the second look-up.
  std::uint32_t letter_bits;    // Of code and extra bits, in the lowest six bits.
  std::uint32_t distance;       // Entry of the distance look-up.
  std::uint32_t distance_kept;  // The same, 0 for a literal.
  std::uint64_t rest;           // Bits behind the letter.
  std::uint64_t literal_mask;   // All ones for a literal.
};

[[gnu::always_inline]] inline Stream stream_of(const InflateCursor& cursor) {
  return {cursor.bits, cursor.count, cursor.in, cursor.out};
}

[[gnu::always_inline]] inline void store(InflateCursor& cursor, const Stream& stream) {
  cursor.bits = stream.bits;
  cursor.count = stream.count & 63U;
  cursor.in = stream.in;
  cursor.out = stream.out;
}

[[gnu::always_inline]] inline void refill(Stream& stream) {
  std::uint64_t word = 0;
  std::memcpy(&word, stream.in, sizeof word);
  stream.bits |= word << (stream.count & 63U);
  stream.in += 7U - (stream.count >> 3U & 7U);
  stream.count |= refill_bits_min;
}

/// What follows from symbol.letter. False for a symbol that is not in the tables.
[[gnu::always_inline]] inline bool look_behind(const Stream& stream, const DeflateTables& tables,
                                               Symbol& symbol) {
  constexpr std::uint64_t distance_mask = (1U << distance_index_bits) - 1U;
  symbol.letter_bits = symbol.letter >> LetterEntry::bits_at;
  symbol.rest = stream.bits >> (symbol.letter_bits & 63U);
  symbol.distance = tables.distances[symbol.rest & distance_mask];
  symbol.literal_mask =
      static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(symbol.letter)} >> 31U);
  symbol.distance_kept = symbol.distance & ~static_cast<std::uint32_t>(symbol.literal_mask);
  // Both rare flags in one test.
  constexpr unsigned apart = 15;
  static_assert(LetterEntry::is_rare >> apart == DistanceEntry::is_rare);
  return ((symbol.letter >> apart | symbol.distance_kept) & DistanceEntry::is_rare) == 0;
}

/// Takes a literal and looks at the symbol behind it.
[[gnu::always_inline]] inline bool look(Stream& stream, const DeflateTables& tables,
                                        Symbol& symbol) {
  constexpr std::uint64_t letter_mask = (1U << letter_index_bits) - 1U;
  const std::uint32_t first = tables.letters[stream.bits & letter_mask];
  refill(stream);
  *stream.out = static_cast<std::uint8_t>(first >> LetterEntry::value_at);
  stream.out += first >> 31U;
  stream.bits >>= first & 63U;
  stream.count -= first;
  symbol.letter = tables.letters[stream.bits & letter_mask];
  return look_behind(stream, tables, symbol);
}

/// Looks once more at the symbol that is not in the tables. False for one that is left to others:
/// the end of the block, or no code.
[[gnu::always_inline]] inline bool look_again(Stream& stream, const DeflateTables& tables,
                                              Symbol& symbol) {
  refill(stream);
  if ((symbol.letter & LetterEntry::is_rare) != 0) {
    symbol.letter = tables.long_letter(stream.bits);
    if ((symbol.letter & LetterEntry::is_rare) != 0) {
      return false;
    }
  }
  if (look_behind(stream, tables, symbol)) {
    return true;
  }
  symbol.distance = tables.long_distance(symbol.rest);
  symbol.distance_kept = symbol.distance;
  return (symbol.distance & DistanceEntry::is_rare) == 0;
}

[[gnu::always_inline]] inline void copy_vector(std::uint8_t* out, const std::uint8_t* from) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

/// The rest of a match whose first vector is there. As much as the longest match needs: where to
/// end a loop would be mispredicted more often than not.
[[gnu::always_inline]] inline void copy_rest(std::uint8_t* out, std::size_t distance,
                                             std::size_t length) {
  if (distance >= vector_bytes) {
#pragma GCC unroll 8
    for (std::size_t done = vector_bytes; done < match_bytes_max; done += vector_bytes) {
      copy_vector(out + done, out + done - distance);
    }
    return;
  }
  const std::size_t stride = vector_bytes - vector_bytes % distance;
  for (std::size_t done = stride; done < length; done += stride) {
    copy_vector(out + done, out);
  }
}

/// Carries out what look() found. False for a match that begins before the member; then only
/// look()'s part has happened.
template <class Copier, bool is_checked>
[[gnu::always_inline]] inline bool act(Stream& stream, const Symbol& symbol,
                                       const std::uint8_t* floor) {
  const std::uint64_t length_extra = _bzhi_u64(stream.bits, symbol.letter_bits) >>
                                     (symbol.letter >> LetterEntry::code_bits_at & 63U);
  const std::uint64_t distance = (symbol.distance >> DistanceEntry::base_at) +
                                 (_bzhi_u64(symbol.rest, symbol.distance) >>
                                  (symbol.distance >> DistanceEntry::code_bits_at & 63U));
  if constexpr (is_checked) {
    if ((distance & ~symbol.literal_mask) > static_cast<std::uint64_t>(stream.out - floor)) {
      return false;
    }
  }
  stream.bits = symbol.rest >> (symbol.distance_kept & 63U);
  stream.count -= symbol.letter_bits;
  stream.count -= symbol.distance_kept;
  const auto value = static_cast<std::uint8_t>(symbol.letter >> LetterEntry::value_at);
  // 1 for a literal.
  const std::uint64_t length =
      ((value + 3U + length_extra) & ~symbol.literal_mask) - symbol.literal_mask;
  Copier::copy_first(stream.out, stream.out - distance, distance,
                     (symbol.distance_kept & DistanceEntry::is_near) != 0);
  // The literal over what was copied for nothing; of a match, where nothing is yet.
  stream.out[vector_bytes & ~symbol.literal_mask] = value;
  if (length > vector_bytes) [[unlikely]] {
    copy_rest(stream.out, distance, length);
  }
  stream.out += length;
  return true;
}

}  // namespace
}  // namespace bedrocklog::ingest

#endif
