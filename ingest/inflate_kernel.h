// Decoding deflate symbols: the two-stream kernel, and one symbol at a time for what it leaves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ingest/deflate_tables.h"

namespace bedrocklog::ingest {

/// Where a stream stands. `in` is behind the bytes that `bits` holds; packed_padding_bytes can be
/// read behind in_end, and some hundred bytes written behind out_end.
struct InflateCursor {
  std::uint64_t bits = 0;
  std::uint32_t count = 0;  // Of bits held, 0 to 63.
  const std::uint8_t* in = nullptr;
  const std::uint8_t* in_end = nullptr;
  std::uint8_t* out = nullptr;
  std::uint8_t* out_end = nullptr;
  const std::uint8_t* floor = nullptr;  // No match may begin before: the member's first byte.
};

/// More bits than the input has were used.
[[nodiscard]] bool is_past_end(const InflateCursor& cursor);
/// Drops the rest of a byte and gives back the whole bytes held.
void align_to_byte(InflateCursor& cursor);

enum class BlockKind : std::uint8_t { codes, stored, invalid };

/// Reads a block's header; builds its tables, or aligns and tells the size of a stored one.
[[nodiscard]] BlockKind read_block_header(InflateCursor& cursor, DeflateTables& tables,
                                          bool& is_last, std::size_t& stored_size);

enum class SymbolKind : std::uint8_t { output, end_of_block, invalid };

/// Decodes a literal, a match or the end of the block, whatever it is. Slow.
[[nodiscard]] SymbolKind decode_one(InflateCursor& cursor, const DeflateTables& tables);

/// The lane that cannot go on: it stands before a symbol for decode_one(), or at its out_end, or
/// near its in_end.
enum class KernelStop : std::uint8_t { lane_0, lane_1 };

/// The kernel as compiled for one kind of processor.
struct InflateKernel {
  const char* name;
  /// Requires out < out_end.
  KernelStop (*run_one)(InflateCursor& lane, const DeflateTables& tables);
  /// The same of both lanes.
  KernelStop (*run_two)(InflateCursor& lane_0, const DeflateTables& tables_0, InflateCursor& lane_1,
                        const DeflateTables& tables_1);
};

/// Those that this processor can run, fastest first.
[[nodiscard]] std::span<const InflateKernel* const> inflate_kernels();

extern const InflateKernel avx512_inflate_kernel;  // Defined on x86-64 only, like the next.
extern const InflateKernel avx2_inflate_kernel;

}  // namespace bedrocklog::ingest
