// The two-stream kernel.
//
// A step takes from a stream one literal, if one comes next, and then one literal or match, without
// a branch that depends on the data but for rare ones. What a literal does not need of the second
// half (distance, its bits) is computed all the same and masked away: on text a branch there is
// mispredicted every other time, which costs more than the whole step. The steps of the two streams
// share a loop, so that each fills the waits of the other.
//
// Bits: a refill fills all 64, of which at least 56 count as taken from the input; the others are
// loaded again. A step uses at most 49 of them, so enough are left for the first look-up of the
// next step, which therefore need not wait for its refill.
#include "ingest/inflate_kernel.h"

#if defined(__x86_64__)

#include <algorithm>
#include <cstring>
#include <immintrin.h>

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t copy_bytes = 64;  // Copied at once, whatever the length.
constexpr std::ptrdiff_t out_step_bytes_max = 1 + 258;
constexpr std::ptrdiff_t in_step_bytes_max = 7;
constexpr std::ptrdiff_t word_bytes = 8;  // Loaded by a refill.
constexpr std::ptrdiff_t window_bytes = std::ptrdiff_t{32} << 10U;

constexpr unsigned length_extra_bits_max = 5;
constexpr unsigned distance_extra_bits_max = 13;
constexpr unsigned step_bits_max =  // A literal, then a match.
    2 * letter_index_bits + length_extra_bits_max + distance_index_bits + distance_extra_bits_max;
static_assert(step_bits_max <= 56, "a step must not use more than a refill gives");
static_assert(step_bits_max + letter_index_bits <= 64, "the next look-up is before its refill");

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
  stream.count |= 56U;
}

/// Takes a literal and looks at the symbol behind it. False for a symbol that is left to others;
/// the literal is taken nevertheless.
[[gnu::always_inline, gnu::target("avx2,bmi,bmi2")]] inline bool look(Stream& stream,
                                                                      const DeflateTables& tables,
                                                                      Symbol& symbol) {
  constexpr std::uint64_t letter_mask = (1U << letter_index_bits) - 1U;
  constexpr std::uint64_t distance_mask = (1U << distance_index_bits) - 1U;
  const std::uint32_t first = tables.letters[stream.bits & letter_mask];
  refill(stream);
  *stream.out = static_cast<std::uint8_t>(first >> LetterEntry::value_at);
  stream.out += first >> 31U;
  stream.bits >>= first & 63U;
  stream.count -= first;
  symbol.letter = tables.letters[stream.bits & letter_mask];
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

/// A match whose source is less than a vector before its target.
[[gnu::always_inline, gnu::target("avx2,bmi,bmi2")]] inline void copy_near(std::uint8_t* out,
                                                                           std::size_t distance,
                                                                           std::size_t length) {
  const std::uint8_t* from = out - distance;
  const std::uint8_t* const end = out + length;
  if (distance >= 16) {
    do {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
      out += 16;
      from += 16;
    } while (out < end);
  } else if (distance >= 8) {
    do {
      std::memcpy(out, from, 8);
      out += 8;
      from += 8;
    } while (out < end);
  } else {
    do {
      *out++ = *from++;
    } while (out < end);
  }
}

[[gnu::always_inline, gnu::target("avx2,bmi,bmi2")]] inline void copy_vector(
    std::uint8_t* out, const std::uint8_t* from) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

/// Carries out what look() found. False for a match that begins before the member; then only
/// look()'s part has happened.
template <bool is_checked>
[[gnu::always_inline, gnu::target("avx2,bmi,bmi2")]] inline bool act(Stream& stream,
                                                                     const Symbol& symbol,
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
  if ((symbol.distance_kept & DistanceEntry::is_near) != 0) [[unlikely]] {
    copy_near(stream.out, distance, length);
  } else {
    const std::uint8_t* from = stream.out - distance;
    copy_vector(stream.out, from);
    copy_vector(stream.out + 32, from + 32);
    // The literal over what was copied for nothing; of a match, where nothing is yet.
    stream.out[copy_bytes & ~symbol.literal_mask] = value;
    if (length > copy_bytes) [[unlikely]] {
      for (std::size_t done = copy_bytes; done < length; done += 32) {
        copy_vector(stream.out + done, from + done);
      }
    }
  }
  stream.out += length;
  return true;
}

/// Steps that keep to the room behind out_end and load nothing from behind in_end: every bit they
/// use is there.
[[gnu::always_inline]] inline std::ptrdiff_t safe_steps(const Stream& stream,
                                                        const InflateCursor& cursor) {
  if (stream.out >= cursor.out_end) {
    return 0;
  }
  const std::ptrdiff_t input_bytes = cursor.in_end - stream.in;
  if (input_bytes < word_bytes) {
    return 0;
  }
  return std::min(1 + (cursor.out_end - stream.out) / out_step_bytes_max,
                  1 + (input_bytes - word_bytes) / in_step_bytes_max);
}

[[nodiscard]] bool needs_check(const InflateCursor& cursor) {
  return cursor.out - cursor.floor < window_bytes;
}

template <bool is_checked>
[[gnu::target("avx2,bmi,bmi2")]] KernelStop run_one(InflateCursor& lane,
                                                    const DeflateTables& tables) {
  Stream stream = stream_of(lane);
  refill(stream);
  bool goes_on = true;
  for (std::ptrdiff_t steps = 0; goes_on && (steps = safe_steps(stream, lane)) > 0;) {
    for (; goes_on && steps > 0; --steps) {
      Symbol symbol;
      goes_on = look(stream, tables, symbol) && act<is_checked>(stream, symbol, lane.floor);
    }
  }
  store(lane, stream);
  return KernelStop::lane_0;
}

template <bool is_checked>
[[gnu::target("avx2,bmi,bmi2")]] KernelStop run_two(InflateCursor& lane_0,
                                                    const DeflateTables& tables_0,
                                                    InflateCursor& lane_1,
                                                    const DeflateTables& tables_1) {
  Stream first = stream_of(lane_0);
  Stream second = stream_of(lane_1);
  refill(first);
  refill(second);
  KernelStop stop = KernelStop::lane_0;
  for (;;) {
    const std::ptrdiff_t steps_0 = safe_steps(first, lane_0);
    const std::ptrdiff_t steps_1 = safe_steps(second, lane_1);
    std::ptrdiff_t steps = std::min(steps_0, steps_1);
    if (steps == 0) {
      stop = steps_0 == 0 ? KernelStop::lane_0 : KernelStop::lane_1;
      break;
    }
    bool goes_on = true;
    for (; steps > 0; --steps) {
      Symbol symbol_0;
      Symbol symbol_1;
      if (!look(first, tables_0, symbol_0)) [[unlikely]] {
        stop = KernelStop::lane_0;
        goes_on = false;
        break;
      }
      if (!look(second, tables_1, symbol_1)) [[unlikely]] {
        stop = KernelStop::lane_1;
        goes_on = false;
        break;
      }
      if (!act<is_checked>(first, symbol_0, lane_0.floor)) [[unlikely]] {
        stop = KernelStop::lane_0;
        goes_on = false;
        break;
      }
      if (!act<is_checked>(second, symbol_1, lane_1.floor)) [[unlikely]] {
        stop = KernelStop::lane_1;
        goes_on = false;
        break;
      }
    }
    if (!goes_on) {
      break;
    }
  }
  store(lane_0, first);
  store(lane_1, second);
  return stop;
}

}  // namespace

bool has_inflate_kernel() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi2") != 0;
}

KernelStop run_kernel(InflateCursor& lane, const DeflateTables& tables) {
  return needs_check(lane) ? run_one<true>(lane, tables) : run_one<false>(lane, tables);
}

KernelStop run_kernel(InflateCursor& lane_0, const DeflateTables& tables_0, InflateCursor& lane_1,
                      const DeflateTables& tables_1) {
  return needs_check(lane_0) || needs_check(lane_1)
             ? run_two<true>(lane_0, tables_0, lane_1, tables_1)
             : run_two<false>(lane_0, tables_0, lane_1, tables_1);
}

}  // namespace bedrocklog::ingest

#else

#include "ingest/ensure.h"

namespace bedrocklog::ingest {

bool has_inflate_kernel() {
  return false;
}

KernelStop run_kernel(InflateCursor&, const DeflateTables&) {
  ensure(false);
  return KernelStop::lane_0;
}

KernelStop run_kernel(InflateCursor& lane_0, const DeflateTables& tables_0, InflateCursor&,
                      const DeflateTables&) {
  return run_kernel(lane_0, tables_0);
}

}  // namespace bedrocklog::ingest

#endif
