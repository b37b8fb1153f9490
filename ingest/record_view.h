// What we believe one invocation record says, field by field.
//
// Sources of the fields: AWS Bedrock User Guide, "Monitor model invocation using CloudWatch Logs
// and Amazon S3" (read 2026), and public real records of all four operations. Latency, the 1-hour
// cache share, stop reason, tier and guardrail outcome stand only inside bodies, which are absent
// when they exceed 100 KB: absent is never zero here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "ingest/unix_millis.h"

namespace bedrocklog::ingest {

/// Absent is not zero: a missing counter adds nothing and is told apart in data-quality checks.
struct TokenCounts {
  std::optional<std::uint64_t> input;  // Uncached; cache tokens come on top.
  std::optional<std::uint64_t> output;
  std::optional<std::uint64_t> cache_read;
  std::optional<std::uint64_t> cache_write;     // 5-minute and 1-hour writes together.
  std::optional<std::uint64_t> cache_write_1h;  // The 1-hour share of cache_write, if known.
  friend bool operator==(const TokenCounts&, const TokenCounts&) = default;

  /// Sum of all classes, absent as nothing.
  [[nodiscard]] std::uint64_t total() const {
    return input.value_or(0) + output.value_or(0) + cache_read.value_or(0) +
           cache_write.value_or(0);
  }
};

/// A counter above this is not a token count but damage (RecordFault::number_range).
inline constexpr std::uint64_t tokens_per_record_max = 1'000'000'000'000;
inline constexpr std::uint32_t metadata_entries_max = 64;  // Further entries are ignored.

/// Why one record was not counted. The record's own text is never kept.
enum class RecordFault : std::uint8_t {
  none,
  not_json,       // Not valid JSON, or cut in the middle.
  not_an_object,  // A JSON string, number or null where a record should be.
  field_missing,  // A record (schemaType or modelId seen) without timestamp or modelId.
  field_type,     // A counter that is an object, a modelId that is a number, ...
  number_range,   // Negative, fractional or over the limit.
  timestamp,      // Not a time.
  line_too_long,  // Over value_size_bytes_max; skipped to its end without being kept.
  nesting,        // Deeper than nesting_depth_max.
  invalid_utf8,
};
inline constexpr std::size_t record_fault_count = 10;

/// Stable snake_case name used in JSON and CSV, e.g. "line_too_long".
[[nodiscard]] std::string_view name_of(RecordFault fault);

enum class Layout : std::uint8_t {
  raw_lines,      // S3 archive: one compact record per line, also several glued on one.
  json_document,  // Pretty-printed records or arrays of records.
  export_lines,   // CloudWatch export task: time stamp, blank, record.
  subscription,   // DATA_MESSAGE envelopes, with or without the awslogs wrapper.
  cli_events,     // filter-log-events, get-log-events.
  insights_json,  // get-query-results and PowerShell collections of it.
  insights_csv,
  flat,  // Counters at top level (seed 000).
};
inline constexpr std::size_t layout_count = 8;

[[nodiscard]] std::string_view name_of(Layout layout);

/// One record. Borrows every string_view and the metadata span from the parser that filled it and
/// from the bytes it was given: valid until the next parse of that parser. Never crosses threads.
struct RecordView {
  UnixMillis at;
  std::string_view request_id;  // Empty when absent, like all texts below.
  std::string_view account_id;
  std::string_view region;            // Source region: the one that prices the call.
  std::string_view inference_region;  // Where it ran; never priced by.
  std::string_view operation;
  std::string_view model_id;  // As logged: id, profile id or ARN. Never empty.
  std::string_view identity_arn;
  std::string_view error_code;  // Empty means success.
  std::string_view stop_reason;
  std::string_view service_tier;  // default, priority, flex, reserved as the body says.
  std::span<const std::pair<std::string_view, std::string_view>> metadata;  // requestMetadata.
  TokenCounts tokens;
  std::optional<std::uint32_t> latency_ms;
  std::optional<std::uint32_t> first_byte_ms;
  std::optional<std::uint32_t> images;            // Produced images, if the record tells.
  std::optional<std::uint64_t> max_tokens;        // Inference parameter asked for.
  std::optional<std::int32_t> temperature_milli;  // Inference parameter x 1000.
  bool latency_optimized = false;                 // performanceConfig.latency == "optimized".
  bool guardrail_intervened = false;
  bool input_in_s3 = false;  // Body offloaded: inputBodyS3Path present.
  bool output_in_s3 = false;
  Layout layout = Layout::raw_lines;
  std::string_view
      json;  // The record's own text, bodies included; empty if it had none (CSV rows).
};

}  // namespace bedrocklog::ingest
