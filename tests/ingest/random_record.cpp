// Builds random records and writes them in random notation.
#include "tests/ingest/random_record.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace bedrocklog::ingest {

using nlohmann::json;

std::string RandomRecords::words() {
  static const std::array<const char*, 16> pool = {
      "plain",
      "two words",
      "quote \" inside",
      "back\\slash",
      "line\nbreak\ttab",
      R"("inputTokenCount":999999,"schemaType":"Other")",
      R"({"modelId":"spoof","timestamp":"1999-01-01T00:00:00Z"})",
      R"(\"latencyMs\":77}]}])",
      "snow \xE2\x98\x83 and \xF0\x9F\x98\x80",
      "\x01 control",
      "}{",
      "][,:",
      "\"",
      "\\",
      "\xC3\xBC",
      ""};
  std::string text = pool.at(below(pool.size()));
  return chance(3) ? text + words() : text;
}

json RandomRecords::counter(std::uint32_t limit) {
  const std::uint32_t value = below(limit);
  switch (below(8)) {
    case 0:
      return std::to_string(value);
    case 1:
      return static_cast<double>(value);
    default:
      return value;
  }
}

json RandomRecords::anthropic_usage() {
  json usage = {{"input_tokens", counter(5000)}, {"output_tokens", counter(5000)}};
  if (chance(2)) {
    usage["cache_read_input_tokens"] = counter(100);
    usage["cache_creation_input_tokens"] = counter(100);
  }
  if (chance(3)) {
    usage["cache_creation"] = {{"ephemeral_5m_input_tokens", counter(50)},
                               {"ephemeral_1h_input_tokens", counter(150)}};
  }
  return usage;
}

json RandomRecords::converse_body() {
  json body = {{"output",
                {{"message",
                  {{"role", "assistant"},
                   {"content", json::array({{{"text", words()}},
                                            {{"toolUse",
                                              {{"input",
                                                {{"usage", {{"inputTokens", 9}}},
                                                 {"metrics", {{"latencyMs", 1}}},
                                                 {"text", words()}}}}}}})}}}}},
               {"stopReason", chance(4) ? "guardrail_intervened" : "end_turn"},
               {"metrics", {{"latencyMs", counter(90000)}}},
               {"usage", {{"inputTokens", counter(3000)}, {"outputTokens", counter(3000)}}}};
  if (chance(2)) {
    body["usage"]["cacheReadInputTokens"] = counter(70);
    body["usage"]["cacheWriteInputTokenCount"] = counter(70);
  }
  if (chance(3)) {
    body["usage"]["cacheDetails"] = json::array(
        {{{"ttl", "5m"}, {"inputTokens", below(9)}}, {{"ttl", "1h"}, {"inputTokens", below(99)}}});
  }
  if (chance(4)) {
    body["serviceTier"] = {{"type", chance(2) ? "priority" : "flex"}};
  }
  if (chance(4)) {
    body["performanceConfig"] = {{"latency", chance(2) ? "optimized" : "standard"}};
  }
  return chance(8)
             ? json::array({{{"messageStop", {{"stopReason", "end_turn"}}}}, {{"metadata", body}}})
             : body;
}

json RandomRecords::anthropic_body() {
  return {{"id", words()},
          {"type", "message"},
          {"content", json::array({{{"type", "text"}, {"text", words()}}, words()})},
          {"stop_reason", chance(3) ? json() : json("max_tokens")},
          {"usage", anthropic_usage()}};
}

json RandomRecords::anthropic_stream() {
  json start = anthropic_usage();
  json chunks = json::array(
      {{{"type", "message_start"}, {"message", {{"stop_reason", nullptr}, {"usage", start}}}}});
  for (std::uint32_t left = below(12); left > 0; --left) {
    json delta = {{"type", "content_block_delta"},
                  {"index", 0},
                  {"delta", {{"type", "text_delta"}, {"text", words()}}}};
    if (chance(12)) {
      delta["amazon-bedrock-guardrailAction"] = chance(2) ? "INTERVENED" : "NONE";
    }
    chunks.push_back(delta);
  }
  if (!chance(6)) {
    chunks.push_back(
        {{"type", "message_delta"},
         {"delta", {{"stop_reason", "end_turn"}}},
         {"usage", chance(2) ? json{{"output_tokens", counter(999)}} : anthropic_usage()}});
  }
  if (!chance(4)) {
    chunks.push_back({{"type", "message_stop"},
                      {"amazon-bedrock-invocationMetrics",
                       {{"inputTokenCount", counter(800)},
                        {"outputTokenCount", counter(800)},
                        {"invocationLatency", counter(70000)},
                        {"firstByteLatency", counter(7000)}}}});
  }
  if (chance(4)) {
    chunks.push_back("[DONE]");
  }
  return chunks;
}

json RandomRecords::nova_stream() {
  json last = {{"metadata",
                {{"usage", {{"inputTokens", counter(50)}, {"outputTokens", counter(50)}}},
                 {"metrics", json::object()},
                 {"trace", json::object()}}}};
  if (!chance(3)) {
    last["amazon-bedrock-invocationMetrics"] = {{"invocationLatency", counter(4000)},
                                                {"firstByteLatency", counter(400)},
                                                {"cacheReadInputTokenCount", counter(40)}};
  }
  return json::array({{{"messageStart", {{"role", "assistant"}}}},
                      {{"contentBlockDelta", {{"delta", {{"text", words()}}}}}},
                      {{"messageStop", {{"stopReason", "end_turn"}}}},
                      last});
}

json RandomRecords::small_body() {
  switch (below(5)) {
    case 0:
      return {{"generation", words()},
              {"prompt_token_count", counter(60)},
              {"generation_token_count", counter(60)},
              {"stop_reason", "stop"}};
    case 1:
      return {{"inputTextTokenCount", counter(60)},
              {"results", json::array({{{"tokenCount", below(60)},
                                        {"outputText", words()},
                                        {"completionReason", "FINISH"}}})}};
    case 2:
      return {{"inputTextTokenCount", counter(60)},
              {"embedding", json::array({0.5, -1e-5, 3, words()})}};
    case 3:
      return {{"images", json::array({words(), words()})}};
    default:
      return {{"choices", json::array({{{"text", words()}}})},
              {"usage", {{"prompt_tokens", counter(60)}, {"completion_tokens", counter(60)}}}};
  }
}

json RandomRecords::request_body() {
  json body = {{"messages", json::array({{{"role", "user"}, {"content", words()}}})},
               {"system", words()},
               {"usage", {{"input_tokens", 5}}}};
  switch (below(4)) {
    case 0:
      body["inferenceConfig"] = {{"maxTokens", below(4096)}, {"temperature", below(1000) / 1000.0}};
      break;
    case 1:
      body["max_tokens"] = below(4096);
      body["temperature"] = below(100) / 100.0;
      break;
    case 2:
      body["max_gen_len"] = below(4096);
      break;
    default:
      body["textGenerationConfig"] = {{"maxTokenCount", below(512)}, {"temperature", below(2)}};
  }
  return body;
}

json RandomRecords::flat_record() {
  json record = {{"timestamp", "2026-05-06T07:08:09.125Z"},
                 {"requestId", words()},
                 {"modelId", "amazon.nova-lite-v1:0"},
                 {"inputTokenCount", counter(500)},
                 {"outputTokenCount", counter(500)},
                 {"invocationLatency", counter(9000)},
                 {"input", {{"inputBodyJson", request_body().dump()}}},
                 {"output", {{"outputBodyJson", anthropic_body().dump()}}},
                 {"metadata", {{"region", "eu-central-1"}, {"accountId", "444455556666"}}}};
  return record;
}

json RandomRecords::record() {
  if (chance(8)) {
    return flat_record();
  }
  static const std::array<const char*, 4> operations = {"Converse", "ConverseStream", "InvokeModel",
                                                        "InvokeModelWithResponseStream"};
  json record = {{"schemaType", "ModelInvocationLog"},
                 {"schemaVersion", "1.0"},
                 {"timestamp", "2026-02-0" + std::to_string(1 + below(9)) + "T10:15:07Z"},
                 {"modelId", "us.anthropic.claude-sonnet-4-6"},
                 {"accountId", "444455556666"},
                 {"requestId", words()},
                 {"region", "eu-west-3"},
                 {"operation", operations.at(below(4))}};
  if (!chance(5)) {
    record["identity"] = {{"arn", "arn:aws:iam::444455556666:user/" + words()}, {"kind", words()}};
  }
  if (chance(3)) {
    record["inferenceRegion"] = "eu-north-1";
  }
  if (chance(3)) {
    record["requestMetadata"] = {{"team", words()}, {words(), words()}};
  }
  if (chance(6)) {
    record["errorCode"] = chance(2) ? json("ThrottlingException") : json();
    return record;
  }
  json input = {{"inputContentType", "application/json"}};
  json output = {{"outputContentType", "application/json"}};
  const std::uint32_t family = below(6);
  json body = family == 0   ? anthropic_body()
              : family == 1 ? anthropic_stream()
              : family == 2 ? nova_stream()
              : family == 3 ? small_body()
                            : converse_body();
  input["inputBodyJson"] = chance(6) ? json(request_body().dump()) : request_body();
  output["outputBodyJson"] = chance(6) ? json(body.dump()) : body;
  if (chance(8)) {
    input.erase("inputBodyJson");
    input["inputBodyS3Path"] = "s3://bucket/data/x_input.json.gz";
    output.erase("outputBodyJson");
    output["outputBodyS3Path"] = "s3://bucket/data/x_output.json.gz";
  }
  if (!chance(4)) {
    input["inputTokenCount"] = counter(9000);
    output["outputTokenCount"] = counter(9000);
  }
  if (chance(2)) {
    input["cacheReadInputTokenCount"] = chance(5) ? json() : counter(200);
    input["cacheWriteInputTokenCount"] = counter(200);
  }
  record["input"] = input;
  record["output"] = chance(20) ? json() : output;
  if (chance(10)) {
    record["performanceConfig"] = {{"latency", "optimized"}};
  }
  return record;
}

void RandomRecords::write_space(bool lines, std::string& into) {
  if (chance(6)) {
    into += lines && chance(2) ? "\n" : (chance(2) ? " " : "\t");
  }
}

void RandomRecords::write_string(std::string_view text, std::string& into) {
  into += '"';
  const std::string safe = json(text).dump();  // Quotes, backslashes and controls escaped.
  for (std::size_t at = 1; at + 1 < safe.size(); ++at) {
    const char letter = safe[at];
    if (letter == '\\') {
      const std::size_t size = safe[at + 1] == 'u' ? 6 : 2;
      into += safe.substr(at, size);
      at += size - 1;
    } else if (chance(9) && letter > ' ' && letter < '\x7F') {
      static constexpr std::string_view digits = "0123456789abcdef";
      const auto code = static_cast<unsigned char>(letter);
      into += "\\u00";
      into += digits[code / 16U];
      into += digits[code % 16U];
    } else {
      into += letter;
    }
  }
  into += '"';
}

void RandomRecords::write(const json& value, bool lines, std::string& into) {
  write_space(lines, into);
  if (value.is_object()) {
    std::vector<std::pair<std::string, json>> members;
    for (const auto& [key, member] : value.items()) {
      members.emplace_back(key, member);
    }
    std::shuffle(members.begin(), members.end(), random_);
    if (!members.empty() && chance(15) && !members.front().second.is_null()) {
      members.emplace_back(members.front().first, json{{"copy", "never read"}});
    }
    into += '{';
    for (std::size_t index = 0; index < members.size(); ++index) {
      into += index == 0 ? "" : ",";
      write_space(lines, into);
      write_string(members[index].first, into);
      write_space(lines, into);
      into += ':';
      write(members[index].second, lines, into);
    }
    into += '}';
  } else if (value.is_array()) {
    into += '[';
    for (std::size_t index = 0; index < value.size(); ++index) {
      into += index == 0 ? "" : ",";
      write(value[index], lines, into);
    }
    into += ']';
  } else if (value.is_string()) {
    write_string(value.get<std::string>(), into);
  } else {
    into += value.dump();
  }
  write_space(lines, into);
}

std::string RandomRecords::text(const json& value, bool lines) {
  std::string result;
  write(value, lines, result);
  const std::size_t begin = result.find('{');
  return result.substr(begin, result.rfind('}') - begin + 1);
}

}  // namespace bedrocklog::ingest
