// Compression and bundle formats told by their first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bedrocklog::ingest {

enum class Wrapping : std::uint8_t { none, gzip, zstd, bzip2, xz, tar, zip };

/// How many first bytes wrapping_of() wants to see if there are as many.
inline constexpr std::size_t wrapping_bytes_needed = 265;

/// Judges content by its first bytes. No text of any kind is taken for a wrapping: each signature
/// holds a byte that text cannot, except bzip2, which is asked for ten bytes where there are ten.
/// Content cut after its very first byte is still told for gzip, the only wrapping AWS writes.
[[nodiscard]] Wrapping wrapping_of(std::span<const char> first_bytes);

}  // namespace bedrocklog::ingest
