// InvokeModelWithResponseStream: the model's own chunks, the service's metrics in the last one.
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "bench/body_writer.h"

namespace bedrocklog::bench {

namespace {

constexpr std::uint32_t chunk_bytes = 140;  // Of which about a third is text.
constexpr std::size_t chunk_text_bytes = 40;

// Shares out the output tokens so that counters on chunks look as they do in real streams.
struct Chunks {
  std::uint32_t count;
  std::uint64_t output;

  [[nodiscard]] std::uint64_t tokens_until(std::uint32_t chunk) const {
    return output * (chunk + 1) / count;
  }
};

// ,"amazon-bedrock-invocationMetrics":{...} with its comma; empty when the record has no latency at
// all.
std::string metrics_member(const CallFacts& call) {
  if (!call.latency_ms) {
    return {};
  }
  std::string json = fmt::format(
      R"(,"amazon-bedrock-invocationMetrics":{{"inputTokenCount":{},"outputTokenCount":{},)"
      R"("invocationLatency":{},"firstByteLatency":{})",
      call.input.value_or(0), call.output.value_or(0), *call.latency_ms,
      call.first_byte_ms.value_or(0));
  if (call.cache_in_body || (call.cache_in_envelope && call.cache_read)) {
    json += fmt::format(R"(,"cacheReadInputTokenCount":{},"cacheWriteInputTokenCount":{})",
                        call.cache_read.value_or(0), call.cache_write.value_or(0));
  }
  return json + '}';
}

void append_chunk_text(TextStream& text, std::string& json) {
  json += '"';
  text.source.append_prose(chunk_text_bytes, text.random, json);
  json += '"';
}

void append_anthropic_chunks(const CallFacts& call, TextStream& text, std::string& json) {
  const std::uint64_t provisional = call.output.value_or(0) > 0 ? 1 : 0;
  json += fmt::format(
      R"([{{"type":"message_start","message":{{"id":"msg_bdrk_02","type":"message",)"
      R"("role":"assistant","content":[],"stop_reason":null,"usage":{{"input_tokens":{},{})"
      R"("output_tokens":{}}}}}}},{{"type":"content_block_start","index":0,)"
      R"("content_block":{{"type":"text","text":""}}}})",
      call.input.value_or(0), anthropic_cache_members(call), provisional);
  const std::uint32_t count = std::max(1U, call.output_text_bytes / chunk_bytes);
  for (std::uint32_t chunk = 0; chunk < count; ++chunk) {
    json += R"(,{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":)";
    append_chunk_text(text, json);
    json += "}}";
  }
  if (call.spoofed) {
    std::string spoof;
    append_quoted(spoofed_object(), spoof);
    json += R"(,{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta",)"
            R"("partial_json":)";
    json += spoof + "}}";
  }
  json += fmt::format(R"(,{{"type":"content_block_stop","index":0}},{{"type":"message_delta",)"
                      R"("delta":{{"stop_reason":"end_turn","stop_sequence":null}},)"
                      R"("usage":{{"output_tokens":{}}}}},{{"type":"message_stop")",
                      call.output.value_or(0));
  json += guardrail_member(call);
  json += metrics_member(call) + '}';
  json += call.guardrail == GuardrailOutcome::input_blocked ? R"(,"[DONE]"])" : "]";
}

void append_nova_chunks(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"([{"messageStart":{"role":"assistant"}})";
  const std::uint32_t count = std::max(1U, call.output_text_bytes / chunk_bytes);
  for (std::uint32_t chunk = 0; chunk < count; ++chunk) {
    json += R"(,{"contentBlockDelta":{"delta":{"text":)";
    append_chunk_text(text, json);
    json += R"(},"contentBlockIndex":0}})";
  }
  json += fmt::format(R"(,{{"contentBlockStop":{{"contentBlockIndex":0}}}},{{"messageStop":)"
                      R"({{"stopReason":"end_turn"}}}},{{"metadata":{{"usage":{{"inputTokens":{},)"
                      R"("outputTokens":{}}},"metrics":{{}},"trace":{{}}}})",
                      call.input.value_or(0), call.output.value_or(0));
  json += metrics_member(call) + "}]";
}

// Titan, Llama and Mistral: every chunk has the same keys, the last one the metrics too.
void append_plain_chunks(const CallFacts& call, TextStream& text, std::string& json) {
  const Chunks chunks{.count = std::max(1U, call.output_text_bytes / chunk_bytes),
                      .output = call.output.value_or(0)};
  for (std::uint32_t chunk = 0; chunk < chunks.count; ++chunk) {
    const bool last = chunk + 1 == chunks.count;
    json += chunk == 0 ? '[' : ',';
    if (call.family == BodyFamily::titan_text) {
      json += R"({"outputText":)";
      append_chunk_text(text, json);
      json += fmt::format(R"(,"index":0,"totalOutputTextTokenCount":{},"completionReason":{},)"
                          R"("inputTextTokenCount":{})",
                          last ? fmt::format("{}", chunks.output) : "null",
                          last ? R"("FINISH")" : "null", call.input.value_or(0));
    } else if (call.family == BodyFamily::llama) {
      json += R"({"generation":)";
      append_chunk_text(text, json);
      json +=
          fmt::format(R"(,"prompt_token_count":{},"generation_token_count":{},"stop_reason":{})",
                      chunk == 0 ? fmt::format("{}", call.input.value_or(0)) : "null",
                      chunks.tokens_until(chunk), last ? R"("stop")" : "null");
    } else {
      json += R"({"outputs":[{"text":)";
      append_chunk_text(text, json);
      json += fmt::format(R"(,"stop_reason":{}}}])", last ? R"("stop")" : "null");
    }
    json += last ? metrics_member(call) + '}' : "}";
  }
  json += ']';
}

}  // namespace

void append_chunks(const CallFacts& call, TextStream& text, std::string& json) {
  if (call.family == BodyFamily::anthropic) {
    append_anthropic_chunks(call, text, json);
  } else if (call.family == BodyFamily::nova) {
    append_nova_chunks(call, text, json);
  } else {
    append_plain_chunks(call, text, json);
  }
}

}  // namespace bedrocklog::bench
