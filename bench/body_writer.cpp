// Bodies of Converse and of InvokeModel per family. Streams of chunks are in stream_writer.cpp.
#include "bench/body_writer.h"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace bedrocklog::bench {

namespace {

constexpr std::uint32_t embedding_bytes_per_number = 12;

void append_text(const CallFacts& call, std::size_t bytes, TextStream& text, std::string& json) {
  json += '"';
  if (call.spoofed) {
    text.source.append_spoofed_prose(bytes, text.random, json);
  } else {
    text.source.append_prose(bytes, text.random, json);
  }
  json += '"';
}

bool is_converse(const CallFacts& call) {
  return call.operation == Operation::converse || call.operation == Operation::converse_stream;
}

void append_converse_input(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"({"messages":[{"role":"user","content":[{"text":)";
  append_text(call, call.input_text_bytes * 2U / 3, text, json);
  json += '}';
  if (call.spoofed) {
    json += R"(,{"toolResult":{"toolUseId":"tooluse_1","content":[{"json":)";
    json += spoofed_object();
    json += "}]}}";
  }
  json += R"(]}],"system":[{"text":)";
  append_text(call, call.input_text_bytes / 3, text, json);
  // Drawn one after the other: compilers differ in the order of arguments.
  const std::string_view temperature = text.random.chance(500'000) ? "0.7" : "0";
  const std::uint32_t tokens_max = 256U << text.random.below(5);
  fmt::format_to(std::back_inserter(json),
                 R"(}}],"inferenceConfig":{{"maxTokens":{},"temperature":{}}}}})", tokens_max,
                 temperature);
}

std::string converse_usage(const CallFacts& call, RandomSource& random) {
  const std::uint64_t input = call.input.value_or(0);
  const std::uint64_t output = call.output.value_or(0);
  const std::uint64_t read = call.cache_read.value_or(0);
  const std::uint64_t written = call.cache_write.value_or(0);
  std::string json = fmt::format(R"({{"inputTokens":{},"outputTokens":{},"totalTokens":{})", input,
                                 output, input + output + read + written);
  if (call.cache_in_body) {
    json += fmt::format(R"(,"cacheReadInputTokens":{},"cacheWriteInputTokens":{})", read, written);
    if (random.chance(200'000)) {  // Both spellings side by side occur in raw API output.
      json += fmt::format(R"(,"cacheReadInputTokenCount":{},"cacheWriteInputTokenCount":{})", read,
                          written);
    }
    if (call.cache_write_1h) {
      json += fmt::format(
          R"(,"cacheDetails":[{{"ttl":"1h","inputTokens":{}}},{{"ttl":"5m","inputTokens":{}}}])",
          *call.cache_write_1h, written - *call.cache_write_1h);
    }
  }
  return json + '}';
}

constexpr std::string_view guardrail_trace =
    R"({"guardrail":{"inputAssessment":{"gr0example1":{"topicPolicy":{"topics":[{"name":)"
    R"("Example","type":"DENY","action":"BLOCKED"}]},"invocationMetrics":)"
    R"({"guardrailProcessingLatency":210,"usage":{"topicPolicyUnits":1,"contentPolicyUnits":1},)"
    R"("guardrailCoverage":{"textCharacters":{"guarded":20,"total":20}}}}}}})";

void append_converse_output(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"({"output":{"message":{"role":"assistant","content":[)";
  if (call.output_text_bytes > 0) {
    json += R"({"text":)";
    append_text(call, call.output_text_bytes, text, json);
    json += '}';
  }
  if (call.spoofed) {
    json += R"(,{"toolUse":{"toolUseId":"tooluse_2","name":"file_report","input":)";
    json += spoofed_object();
    json += "}}";
  }
  const std::string_view stop = call.guardrail != GuardrailOutcome::none ? "guardrail_intervened"
                                : call.spoofed                           ? "tool_use"
                                : text.random.chance(60'000)             ? "max_tokens"
                                                                         : "end_turn";
  json += fmt::format(R"(]}}}},"stopReason":"{}")", stop);
  if (call.latency_ms) {
    json += fmt::format(R"(,"metrics":{{"latencyMs":{}}})", *call.latency_ms);
  }
  json += R"(,"usage":)";
  json += converse_usage(call, text.random);
  if (call.guardrail != GuardrailOutcome::none) {
    json += R"(,"trace":)";
    json += guardrail_trace;
  }
  if (!call.service_tier.empty()) {
    json += fmt::format(R"(,"serviceTier":{{"type":"{}"}})", call.service_tier);
  }
  if (call.latency_optimized) {
    json += R"(,"performanceConfig":{"latency":"optimized"})";
  }
  json += '}';
}

void append_anthropic_input(const CallFacts& call, TextStream& text, std::string& json) {
  json += fmt::format(R"({{"anthropic_version":"bedrock-2023-05-31","max_tokens":{},"messages":[)",
                      256U << text.random.below(5));
  if (call.spoofed) {
    json +=
        R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":)";
    json += spoofed_object();
    json += "}]},";
  }
  json += R"({"role":"user","content":)";
  append_text(call, call.input_text_bytes, text, json);
  json += "}]}";
}

void append_nova_input(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"({"schemaVersion":"messages-v1","messages":[{"role":"user","content":[{"text":)";
  append_text(call, call.input_text_bytes, text, json);
  json += R"(}]}],"inferenceConfig":{"maxTokens":512,"temperature":0.3}})";
}

void append_prompt_input(const CallFacts& call, TextStream& text, std::string& json) {
  switch (call.family) {
    case BodyFamily::titan_text:
    case BodyFamily::titan_embed:
      json += R"({"inputText":)";
      append_text(call, call.input_text_bytes, text, json);
      json += call.family == BodyFamily::titan_text
                  ? R"(,"textGenerationConfig":{"maxTokenCount":512,"temperature":0}})"
                  : R"(,"dimensions":256,"normalize":true})";
      return;
    case BodyFamily::llama:
      json += R"({"prompt":)";
      append_text(call, call.input_text_bytes, text, json);
      json += R"(,"max_gen_len":512})";
      return;
    default:
      json += R"({"prompt":)";
      append_text(call, call.input_text_bytes, text, json);
      json += R"(,"max_tokens":512,"temperature":0.5})";
  }
}

void append_anthropic_output(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"({"id":"msg_bdrk_01","type":"message","role":"assistant","content":[{"type":"text",)"
          R"("text":)";
  append_text(call, call.output_text_bytes, text, json);
  json += R"(}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":)";
  json += fmt::format(R"({},{}"output_tokens":{}}})", call.input.value_or(0),
                      anthropic_cache_members(call), call.output.value_or(0));
  json += guardrail_member(call);
  json += '}';
}

void append_nova_output(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"({"output":{"message":{"role":"assistant","content":[{"text":)";
  append_text(call, call.output_text_bytes, text, json);
  const std::uint64_t input = call.input.value_or(0);
  const std::uint64_t output = call.output.value_or(0);
  json +=
      fmt::format(R"(}}]}}}},"stopReason":"end_turn","usage":{{"inputTokens":{},"outputTokens":{},)"
                  R"("totalTokens":{}}}}})",
                  input, output, input + output);
}

void append_embedding_output(const CallFacts& call, TextStream& text, std::string& json) {
  json += R"({"embedding":[)";
  const std::uint32_t numbers = 4 + call.output_text_bytes / embedding_bytes_per_number;
  for (std::uint32_t number = 0; number < numbers; ++number) {
    const std::uint32_t digits = text.random.below(10'000'000);
    json += fmt::format("{}{}0.{:07}", number == 0 ? "" : ",", digits % 2 == 0 ? "-" : "", digits);
  }
  json += fmt::format(R"(,1e-05],"inputTextTokenCount":{}}})", call.input.value_or(0));
}

void append_prompt_output(const CallFacts& call, TextStream& text, std::string& json) {
  const std::uint64_t input = call.input.value_or(0);
  const std::uint64_t output = call.output.value_or(0);
  switch (call.family) {
    case BodyFamily::titan_text:
      json +=
          fmt::format(R"({{"inputTextTokenCount":{},"results":[{{"tokenCount":{},"outputText":)",
                      input, output);
      append_text(call, call.output_text_bytes, text, json);
      json += R"(,"completionReason":"FINISH"}]})";
      return;
    case BodyFamily::llama:
      json += R"({"generation":)";
      append_text(call, call.output_text_bytes, text, json);
      json += fmt::format(
          R"(,"prompt_token_count":{},"generation_token_count":{},"stop_reason":"stop"}})", input,
          output);
      return;
    default:
      json += R"({"outputs":[{"text":)";
      append_text(call, call.output_text_bytes, text, json);
      json += R"(,"stop_reason":"stop"}]})";
  }
}

}  // namespace

std::string anthropic_cache_members(const CallFacts& call) {
  if (!call.cache_in_body) {
    return {};
  }
  const std::uint64_t written = call.cache_write.value_or(0);
  std::string json =
      fmt::format(R"("cache_creation_input_tokens":{},"cache_read_input_tokens":{},)", written,
                  call.cache_read.value_or(0));
  if (call.cache_write_1h) {
    json += fmt::format(R"("cache_creation":{{"ephemeral_5m_input_tokens":{},)"
                        R"("ephemeral_1h_input_tokens":{}}},)",
                        written - *call.cache_write_1h, *call.cache_write_1h);
  }
  return json;
}

std::string_view guardrail_member(const CallFacts& call) {
  return call.guardrail == GuardrailOutcome::none
             ? ""
             : R"(,"amazon-bedrock-guardrailAction":"INTERVENED")";
}

void append_input_body(const CallFacts& call, TextStream& text, std::string& json) {
  if (is_converse(call)) {
    append_converse_input(call, text, json);
  } else if (call.family == BodyFamily::anthropic) {
    append_anthropic_input(call, text, json);
  } else if (call.family == BodyFamily::nova) {
    append_nova_input(call, text, json);
  } else {
    append_prompt_input(call, text, json);
  }
}

void append_output_body(const CallFacts& call, TextStream& text, std::string& json) {
  if (is_converse(call)) {
    append_converse_output(call, text, json);
  } else if (call.operation == Operation::invoke_stream) {
    append_chunks(call, text, json);
  } else if (call.family == BodyFamily::anthropic) {
    append_anthropic_output(call, text, json);
  } else if (call.family == BodyFamily::nova) {
    append_nova_output(call, text, json);
  } else if (call.family == BodyFamily::titan_embed) {
    append_embedding_output(call, text, json);
  } else {
    append_prompt_output(call, text, json);
  }
}

}  // namespace bedrocklog::bench
