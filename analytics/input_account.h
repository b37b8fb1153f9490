// The account of the input: what was listed, read, counted and left out, and why.
//
// A total never stands without it. The identity
//   counted + duplicate + out_of_range + filtered + rejected + skipped == records seen
// holds by construction of the scan and is checked with ensure() before any report is made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analytics/field_gaps.h"
#include "ingest/document_reader.h"
#include "ingest/hour_path.h"
#include "ingest/manifest.h"
#include "ingest/record_view.h"
#include "ingest/skip_kind.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

inline constexpr std::size_t reject_samples_shown_max = 5;

/// Where a bad record is; never what it says.
struct RejectSample {
  std::string object;  // ObjectRef::name.
  std::string member;  // Bundle member, else empty.
  std::uint64_t ordinal = 0;
  std::uint64_t line = 0;
  std::uint64_t byte_offset = 0;
  ingest::RecordFault fault = ingest::RecordFault::none;
  friend auto operator<=>(const RejectSample&, const RejectSample&) = default;
};

struct ObjectDamage {
  std::string object;
  ingest::Damage damage;
};

struct InputAccount {
  std::uint64_t objects_listed = 0;  // Everything found, skipped and unreadable included.
  std::uint64_t objects_read = 0;    // Read to the end or to their damage, with records or without.
  std::array<std::uint64_t, ingest::skip_kind_count> objects_skipped{};
  std::uint64_t packed_bytes = 0;
  std::uint64_t plain_bytes = 0;

  std::uint64_t counted = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t out_of_range = 0;
  std::uint64_t filtered = 0;
  std::array<std::uint64_t, ingest::record_fault_count> rejected{};
  std::array<std::uint64_t, ingest::skip_kind_count> skipped{};
  std::array<std::uint64_t, ingest::layout_count> layouts{};  // Records parsed, by layout.

  FieldGaps absent;  // Of records parsed, duplicates included.

  std::vector<RejectSample> rejects;  // The first ones in (object, ordinal) order, up to a limit.
  std::vector<ObjectDamage> damages;  // Sorted by object, then document order.
  std::vector<ingest::UnreadableObject> unreadable;  // Sorted by name.

  /// Set when folders of other hours were passed over by their path (Manifest::is_pruned): the
  /// hours whose folders were read.
  std::optional<ingest::HourWindow> hours_listed;

  std::optional<TimeRange> seen;      // First to last (inclusive + 1 ms) time of parsed records.
  std::set<std::int64_t> hours_seen;  // UTC hours since 1970 with at least one parsed record.

  [[nodiscard]] std::uint64_t rejected_total() const;
  [[nodiscard]] std::uint64_t skipped_total() const;
  [[nodiscard]] std::uint64_t objects_skipped_total() const;
  /// Left side of the identity above.
  [[nodiscard]] std::uint64_t records_seen() const;
  /// Nothing was rejected, damaged or unreadable. Skips, duplicates and filters are no defects.
  [[nodiscard]] bool complete() const;
  /// Adds the counts of `other`; lists are appended, not sorted or cut.
  void merge(const InputAccount& other);
};

/// Hours of `range` (cut to the first and last hour seen) in which no record was seen, as maximal
/// half-open ranges in order. The one computation behind every "missing hours" shown anywhere.
[[nodiscard]] std::vector<TimeRange> missing_hours(const InputAccount& account,
                                                   const TimeRange& range);

}  // namespace bedrocklog::analytics
