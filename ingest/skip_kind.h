// Things in a log folder that are no invocation records and no errors either.
//
// Source of the list: facts gathered on Bedrock archives (README, "What is skipped"); each kind is
// counted in every report, because a silent skip cannot be told from a lost record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bedrocklog::ingest {

enum class SkipKind : std::uint8_t {
  sidecar,           // Bodies over 100 KB and media under .../data/.
  permission_check,  // amazon-bedrock-logs-permission-check, or its line in CloudWatch archives.
  write_test,        // aws-logs-write-test of the CloudWatch export task.
  cloudtrail,        // AWSLogs/<account>/CloudTrail[-Digest|-Insight]/ trees and their content.
  control_message,   // CONTROL_MESSAGE heartbeats of a subscription filter.
  foreign_json,      // Valid JSON that is no invocation record.
  foreign_text,      // Text of no known layout: not one JSON value, prefix or CSV header in it.
  foreign_binary,    // Bytes that are no text: images, databases, unknown compression.
  empty,             // Zero bytes, before or after decompression.
  special_file,      // Socket, device, FIFO, or a link that leads nowhere or round in a circle.
};
inline constexpr std::size_t skip_kind_count = 10;

/// Stable snake_case name used in JSON and CSV, e.g. "permission_check".
[[nodiscard]] std::string_view name_of(SkipKind kind);

}  // namespace bedrocklog::ingest
