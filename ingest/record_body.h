// What the bodies of a record tell: usage, latency, stop reason, and parameters of the request.
//
// Shapes: Converse responses, native bodies of the model families, and arrays of native stream
// chunks. Sources: AWS Bedrock Runtime API reference (Converse, InvokeModel), the model parameter
// pages of the User Guide, and recorded API traffic in public test suites (read 2026).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/member_reader.h"
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

struct CallMetrics {
  TokenCounts tokens;
  std::optional<std::uint32_t> latency_ms;
  std::optional<std::uint32_t> first_byte_ms;
};

/// Borrows from the body text and the arena it was read with.
struct BodyFactsView {
  CallMetrics metrics;  // amazon-bedrock-invocationMetrics of the last chunk that has it.
  TokenCounts usage;    // The model's own account of tokens.
  std::optional<std::uint32_t> latency_ms;  // metrics.latencyMs of Converse.
  std::optional<std::uint32_t> images;
  std::string_view stop_reason;
  std::string_view service_tier;
  bool latency_optimized = false;
  bool guardrail_intervened = false;
};

/// Borrows nothing.
struct RequestFacts {
  std::optional<std::uint64_t> max_tokens;
  std::optional<std::int32_t> temperature_milli;
};

/// Reads the response body here: an object, or an array of chunks; anything else is passed over.
void read_response_body(JsonView& view, TextArena& arena, BodyFactsView& facts);

/// Reads one chunk of a stream, an object, into what the chunks before it have told.
void read_response_chunk(JsonView& view, TextArena& arena, BodyFactsView& facts);

/// Whether a member of this name, without escapes, means anything in a response body or a chunk.
[[nodiscard]] bool is_response_key(std::string_view key);

/// Reads the request body here, an object; anything else is passed over.
void read_request_body(JsonView& view, TextArena& arena, RequestFacts& facts);

/// Reads an object of invocation metrics, as the last chunk of a stream carries it.
void read_call_metrics(JsonView& view, TextArena& arena, CallMetrics& metrics);

/// `{"type":"flex"}`, or the bare string.
[[nodiscard]] std::string_view read_service_tier(JsonView& view, TextArena& arena);

/// `{"latency":"optimized"}`.
[[nodiscard]] bool read_latency_optimized(JsonView& view, TextArena& arena);

}  // namespace bedrocklog::ingest
