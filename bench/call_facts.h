// One invocation as the generator decided it: what its record says, and how it is to be written.
//
// The writers turn it into bytes and the oracle adds it up; neither sees the other's result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bedrocklog::bench {

enum class Operation : std::uint8_t {
  converse,
  converse_stream,
  invoke_model,
  invoke_stream,
  none
};

/// As the log spells it; empty for none (the flat layout has no operation).
[[nodiscard]] std::string_view name_of(Operation operation);

/// Which request and response bodies InvokeModel carries.
enum class BodyFamily : std::uint8_t {
  anthropic,
  nova,
  titan_text,
  titan_embed,
  llama,
  mistral,
  converse_only
};

/// Sequences of keys seen in real records.
enum class KeyOrder : std::uint8_t { schema_first, schema_last, identity_last };

enum class GuardrailOutcome : std::uint8_t { none, input_blocked, output_blocked };

struct CallFacts {
  std::int64_t at_s = 0;
  std::string account;
  std::string region;
  std::string inference_region;  // Empty: not logged.
  std::string request_id;
  Operation operation = Operation::none;
  BodyFamily family = BodyFamily::anthropic;
  std::string model_logged;
  std::string model_canonical;
  std::string identity_arn;  // Empty: not logged.
  std::string user;
  std::string_view error_code;  // Empty: success.
  std::vector<std::pair<std::string_view, std::string_view>> metadata;

  // What a reader has to find, wherever it stands. Absent is not zero.
  std::optional<std::uint64_t> input;
  std::optional<std::uint64_t> output;
  std::optional<std::uint64_t> cache_read;
  std::optional<std::uint64_t> cache_write;
  std::optional<std::uint64_t> cache_write_1h;
  std::optional<std::uint32_t> latency_ms;
  std::optional<std::uint32_t> first_byte_ms;

  bool scope_is_global = false;
  bool covered_by_provisioned = false;
  GuardrailOutcome guardrail = GuardrailOutcome::none;
  std::string_view service_tier;  // As bodies spell it: default, priority, flex. Empty: not told.
  bool latency_optimized = false;

  // How to write it.
  std::uint64_t text_seed = 0;  // All text of the bodies follows from it.
  KeyOrder key_order = KeyOrder::schema_last;
  std::uint32_t input_text_bytes = 0;
  std::uint32_t output_text_bytes = 0;
  std::string input_s3_path;   // Not empty: the body is offloaded to a sidecar.
  std::string output_s3_path;  // As above; latency and the 1-hour share went with it.
  bool counters_in_envelope = true;
  bool cache_in_envelope = false;
  bool cache_in_body = false;
  bool spoofed = false;
  bool null_error_code = false;
  bool flat = false;
};

}  // namespace bedrocklog::bench
