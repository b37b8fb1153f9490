// The loops of the two-stream kernel; see inflate_step.h, which only these sources include, too.
#pragma once

#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>

#include "ingest/inflate_kernel.h"
#include "ingest/inflate_step.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::ptrdiff_t window_bytes = std::ptrdiff_t{32} << 10U;
// The first refill of a step moves by up to 7 bytes, the second by what a literal took.
constexpr std::ptrdiff_t word_bytes = 8;  // Loaded by a refill.
constexpr std::ptrdiff_t first_refill_bytes_max = 7;
constexpr std::ptrdiff_t second_refill_bytes_max = 7 - (refill_bits_min - letter_index_bits) / 8;
constexpr std::ptrdiff_t in_step_bytes_max = first_refill_bytes_max + second_refill_bytes_max;
constexpr std::ptrdiff_t in_read_bytes_max = first_refill_bytes_max + word_bytes;
constexpr std::ptrdiff_t out_step_bytes_max = 1 + match_bytes_max;

/// Steps that keep to the room behind out_end and load nothing from behind in_end: every bit they
/// use is there.
[[gnu::always_inline]] inline std::ptrdiff_t safe_steps(const Stream& stream,
                                                        const InflateCursor& cursor) {
  const std::ptrdiff_t room_bytes = cursor.out_end - stream.out;
  const std::ptrdiff_t input_bytes = cursor.in_end - stream.in;
  if (room_bytes <= 0 || input_bytes < in_read_bytes_max) {
    return 0;
  }
  const std::ptrdiff_t by_room = 1 + room_bytes / out_step_bytes_max;
  const std::ptrdiff_t by_input = 1 + (input_bytes - in_read_bytes_max) / in_step_bytes_max;
  return by_room < by_input ? by_room : by_input;
}

/// look(), and where that is not enough look_again().
[[gnu::always_inline]] inline bool find(Stream& stream, const DeflateTables& tables,
                                        Symbol& symbol) {
  if (look(stream, tables, symbol)) [[likely]] {
    return true;
  }
  return look_again(stream, tables, symbol);
}

template <class Copier, bool is_checked>
KernelStop run_one_checked(InflateCursor& lane, const DeflateTables& tables) {
  Stream stream = stream_of(lane);
  refill(stream);
  bool goes_on = true;
  for (std::ptrdiff_t steps = 0; goes_on && (steps = safe_steps(stream, lane)) > 0;) {
    for (; goes_on && steps > 0; --steps) {
      Symbol symbol;
      goes_on = find(stream, tables, symbol) && act<Copier, is_checked>(stream, symbol, lane.floor);
    }
  }
  store(lane, stream);
  return KernelStop::lane_0;
}

template <class Copier, bool is_checked>
KernelStop run_two_checked(InflateCursor& lane_0, const DeflateTables& tables_0,
                           InflateCursor& lane_1, const DeflateTables& tables_1) {
  Stream first = stream_of(lane_0);
  Stream second = stream_of(lane_1);
  refill(first);
  refill(second);
  KernelStop stop = KernelStop::lane_0;
  for (bool goes_on = true; goes_on;) {
    const std::ptrdiff_t steps_0 = safe_steps(first, lane_0);
    const std::ptrdiff_t steps_1 = safe_steps(second, lane_1);
    std::ptrdiff_t steps = steps_0 < steps_1 ? steps_0 : steps_1;
    if (steps == 0) {
      stop = steps_0 == 0 ? KernelStop::lane_0 : KernelStop::lane_1;
      break;
    }
    for (; steps > 0; --steps) {
      Symbol symbol_0;
      Symbol symbol_1;
      goes_on = false;
      if (!find(first, tables_0, symbol_0)) [[unlikely]] {
        stop = KernelStop::lane_0;
        break;
      }
      if (!find(second, tables_1, symbol_1)) [[unlikely]] {
        stop = KernelStop::lane_1;
        break;
      }
      if (!act<Copier, is_checked>(first, symbol_0, lane_0.floor)) [[unlikely]] {
        stop = KernelStop::lane_0;
        break;
      }
      if (!act<Copier, is_checked>(second, symbol_1, lane_1.floor)) [[unlikely]] {
        stop = KernelStop::lane_1;
        break;
      }
      goes_on = true;
    }
  }
  store(lane_0, first);
  store(lane_1, second);
  return stop;
}

/// A match may begin before the member.
inline bool needs_check(const InflateCursor& cursor) {
  return cursor.out - cursor.floor < window_bytes;
}

template <class Copier>
KernelStop run_one(InflateCursor& lane, const DeflateTables& tables) {
  return needs_check(lane) ? run_one_checked<Copier, true>(lane, tables)
                           : run_one_checked<Copier, false>(lane, tables);
}

template <class Copier>
KernelStop run_two(InflateCursor& lane_0, const DeflateTables& tables_0, InflateCursor& lane_1,
                   const DeflateTables& tables_1) {
  return needs_check(lane_0) || needs_check(lane_1)
             ? run_two_checked<Copier, true>(lane_0, tables_0, lane_1, tables_1)
             : run_two_checked<Copier, false>(lane_0, tables_0, lane_1, tables_1);
}

}  // namespace
}  // namespace bedrocklog::ingest

#endif
