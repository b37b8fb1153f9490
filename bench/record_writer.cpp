// Envelope of the record: key orders, optional members, counters, error records, the flat layout.
#include "bench/record_writer.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "bench/body_writer.h"
#include "bench/civil_time.h"
#include "bench/random_source.h"

namespace bedrocklog::bench {

namespace {

constexpr std::uint64_t sidecar_stream = 0x73696465U;
constexpr std::uint32_t sidecar_latency_ms = 4321;

void append_member(std::string_view key, std::string_view value, std::string& json) {
  json += fmt::format(R"("{}":)", key);
  append_quoted(value, json);
  json += ',';
}

void append_counter(std::string_view key, const std::optional<std::uint64_t>& value,
                    std::string& json) {
  if (value) {
    json += fmt::format(R"(,"{}":{})", key, *value);
  }
}

void append_input(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"("input":{"inputContentType":"application/json",)";
  if (call.input_s3_path.empty()) {
    json += R"("inputBodyJson":)";
    append_input_body(call, text, json);
  } else {
    json += R"("inputBodyS3Path":)";
    append_quoted(call.input_s3_path, json);
  }
  if (call.counters_in_envelope) {
    append_counter("inputTokenCount", call.input, json);
  }
  if (call.cache_in_envelope) {
    append_counter("cacheReadInputTokenCount", call.cache_read, json);
    append_counter("cacheWriteInputTokenCount", call.cache_write, json);
  }
  json += "},";
}

void append_output(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"("output":{"outputContentType":"application/json",)";
  if (call.output_s3_path.empty()) {
    json += R"("outputBodyJson":)";
    append_output_body(call, text, json);
  } else {
    json += R"("outputBodyS3Path":)";
    append_quoted(call.output_s3_path, json);
  }
  if (call.counters_in_envelope) {
    append_counter("outputTokenCount", call.output, json);
  }
  json += "},";
}

void append_metadata(const CallFacts& call, std::string& json) {
  if (call.metadata.empty()) {
    return;
  }
  json += R"("requestMetadata":{)";
  for (const auto& [key, value] : call.metadata) {
    append_member(key, value, json);
  }
  json.back() = '}';
  json += ',';
}

void append_identity(const CallFacts& call, std::string& json) {
  if (!call.identity_arn.empty()) {
    json += R"("identity":{)";
    append_member("arn", call.identity_arn, json);
    json.back() = '}';
    json += ',';
  }
}

constexpr std::string_view schema_members =
    R"("schemaType":"ModelInvocationLog","schemaVersion":"1.0",)";

std::string flat_text(const CallFacts& call, TextStream& text) {
  std::string request;
  append_input_body(call, text, request);
  std::string response;
  append_output_body(call, text, response);
  std::string json = "{";
  append_member("timestamp", instant_text(call.at_s), json);
  append_member("requestId", call.request_id, json);
  append_member("modelId", call.model_logged, json);
  json += fmt::format(R"("inputTokenCount":{},"outputTokenCount":{},"invocationLatency":{},)",
                      call.input.value_or(0), call.output.value_or(0), call.latency_ms.value_or(0));
  json += R"("input":{"inputBodyJson":)";
  append_quoted(request, json);
  json += R"(},"output":{"outputBodyJson":)";
  append_quoted(response, json);
  json += R"(},"metadata":{)";
  append_member("region", call.region, json);
  append_member("accountId", call.account, json);
  json.back() = '}';
  return json + '}';
}

}  // namespace

std::string record_text(const CallFacts& call, const TextSource& source) {
  TextStream text{.source = source, .random = RandomSource(call.text_seed)};
  if (call.flat) {
    return flat_text(call, text);
  }
  const bool schema_first = call.key_order == KeyOrder::schema_first;
  const bool identity_last = call.key_order == KeyOrder::identity_last;
  std::string json = "{";
  json += schema_first ? schema_members : "";
  append_member("timestamp", instant_text(call.at_s), json);
  append_member("accountId", call.account, json);
  if (!identity_last) {
    append_identity(call, json);
  }
  append_member("region", call.region, json);
  append_member("requestId", call.request_id, json);
  append_member("operation", name_of(call.operation), json);
  append_member("modelId", call.model_logged, json);
  if (!call.error_code.empty()) {
    append_member("errorCode", call.error_code, json);
  } else {
    json += call.null_error_code ? R"("errorCode":null,)" : "";
    append_input(call, text, json);
    append_output(call, text, json);
  }
  if (identity_last) {
    append_identity(call, json);
  }
  if (!call.inference_region.empty()) {
    append_member("inferenceRegion", call.inference_region, json);
  }
  append_metadata(call, json);
  json += schema_first ? "" : schema_members;
  json.back() = '}';
  return json;
}

std::string sidecar_text(const CallFacts& call, const TextSource& source, bool of_input) {
  TextStream text{.source = source, .random = RandomSource(mixed(call.text_seed, sidecar_stream))};
  std::string json;
  if (of_input) {
    append_input_body(call, text, json);
    return json;
  }
  // Latency went with the body: a reader that opens sidecars would find it here.
  CallFacts whole = call;
  whole.latency_ms = sidecar_latency_ms;
  whole.first_byte_ms = sidecar_latency_ms / 2;
  append_output_body(whole, text, json);
  return json;
}

}  // namespace bedrocklog::bench
