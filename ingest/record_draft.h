// A record while it is read: what each source says, before it is settled which one is believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/record_body.h"
#include "ingest/record_parser.h"
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

/// Everything that a walk over the members found, before it is settled what it is.
struct DraftView {
  RecordView record;
  std::string_view timestamp;
  std::string_view schema_type;
  std::string_view flat_account_id;
  std::string_view flat_region;
  std::string_view top_tier;
  std::string_view message;
  std::string_view data;
  TokenCounts nested;
  CallMetrics flat;    // Counters and latency at top level.
  CallMetrics vendor;  // invocationMetrics at top level.
  BodyFactsView body;
  RequestFacts request;
  std::optional<std::uint32_t> images;
  RecordFault fault = RecordFault::none;
  bool has_schema_type = false;
  bool has_part = false;  // operation, input, output or a top-level counter.
  bool has_list = false;
  bool has_field = false;
  bool has_value = false;
  bool has_event_version = false;
  bool has_event_source = false;
  bool has_digest = false;
  bool has_body_member = false;
  bool has_column = false;
  bool has_at_message = false;
  bool message_is_json = false;

  void note(RecordFault first) { fault = fault == RecordFault::none ? first : fault; }

  /// The rule of what counts as a record: its schema type, or the members that only it has.
  [[nodiscard]] bool is_record() const;
  /// What it is if it is no record.
  [[nodiscard]] ValueKind foreign_kind() const;
  /// Completes `record` from all sources by their order of trust, and notes what is missing.
  void settle(Layout layout);
};

}  // namespace bedrocklog::ingest
