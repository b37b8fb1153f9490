// What one record did to a worker's sums, kept small: the loser among copies of a request takes
// exactly this back, long after the record itself is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/record_view.h"

namespace bedrocklog::analytics {

enum class Disposition : std::uint8_t { counted, out_of_range, filtered };

struct Contribution {
  Disposition disposition = Disposition::counted;
  // The rest stands for counted records only.
  std::uint32_t cell = 0;              // Of the worker's PartialAggregate: group and price key.
  std::optional<std::uint32_t> error;  // Of the same: group and error code.
  bool guardrail = false;
  ingest::TokenCounts tokens;
  std::optional<std::uint32_t> images;
  std::optional<std::uint32_t> latency_ms;
  std::optional<std::uint32_t> first_byte_ms;
  std::uint64_t size_bytes = 0;
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// A request without regard to its copies: account, region and request id in 128 bits.
struct RequestKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const RequestKey&, const RequestKey&) = default;
};

/// Two requests share a key by accident with odds of about 2^-128 per pair, and nobody who writes
/// logs can know which would: the key is hashed with keys of this process. Every bit is as good as
/// any other to choose places by. Requires a non-empty request id.
[[nodiscard]] RequestKey request_key_of(const ingest::RecordView& record);

/// Order among copies of one request, the largest wins: usage before an all-zero twin, success
/// before error, more fields before fewer, then by a hash of all that a report could show. Copies
/// of equal rank are the same in every report but one by object. Same in every process.
[[nodiscard]] std::uint64_t content_rank_of(const ingest::RecordView& record,
                                            std::uint64_t size_bytes);

struct DuplicateEntry {
  RequestKey key;
  std::uint64_t rank = 0;
  std::uint64_t object = 0;   // Position in the manifest.
  std::uint64_t ordinal = 0;  // In the object; with `object` it breaks ties of rank, least first.
  Contribution contribution;
};

/// Whether `left` is the one to keep of two copies.
[[nodiscard]] bool wins(const DuplicateEntry& left, const DuplicateEntry& right);

/// Room that encode() wants, a few bytes more than the largest entry takes.
inline constexpr std::size_t encoded_entry_bytes_max = 144;

/// Writes `entry` to the `encoded_entry_bytes_max` bytes at `into` and says how many of them are
/// the entry; what follows them is of no meaning.
[[nodiscard]] std::size_t encode(const DuplicateEntry& entry, char* into);

/// What tells requests apart and chooses between copies, without the rest.
struct EntryHead {
  RequestKey key;
  std::uint64_t rank = 0;
  std::size_t size_bytes = 0;  // Of the whole entry.
};

/// Of the entry at the front of `from`. Requires that encode() wrote it.
[[nodiscard]] EntryHead head_of(std::string_view from);

/// Reads one entry off the front of `from`. Requires that encode() wrote it.
[[nodiscard]] DuplicateEntry decode(std::string_view& from);

}  // namespace bedrocklog::analytics
