// How many records lack which field. No defect of the logs, but what a report cannot tell follows
// from it: without a region a call has no price, without a request id no duplicate is found.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ingest/record_view.h"

namespace bedrocklog::analytics {

enum class GapField : std::uint8_t {
  region,
  account,
  request_id,
  operation,
  identity,
  tokens,   // Of successes: no counter at all.
  latency,  // Of successes.
};
inline constexpr std::size_t gap_field_count = 7;

/// Stable snake_case name used in JSON.
[[nodiscard]] std::string_view name_of(GapField field);

/// Records without a field, by field.
struct FieldGaps {
  std::array<std::uint64_t, gap_field_count> records{};

  void note(const ingest::RecordView& record);
  void merge(const FieldGaps& other);
};

}  // namespace bedrocklog::analytics
