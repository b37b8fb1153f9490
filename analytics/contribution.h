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

/// Two requests share a key by accident with odds of 2^-128 per pair. Differs between processes.
/// Requires a non-empty request id.
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

inline constexpr std::size_t encoded_entry_bytes_max = 192;

/// Writes `entry` to `into` and says how many bytes it took.
[[nodiscard]] std::size_t encode(const DuplicateEntry& entry,
                                 char (&into)[encoded_entry_bytes_max]);

/// Reads one entry off the front of `from`. Requires that encode() wrote it.
[[nodiscard]] DuplicateEntry decode(std::string_view& from);

}  // namespace bedrocklog::analytics
