// Straightforward extraction by path, written from the format and not from the parser.
#include "tests/ingest/record_reference.h"

#include <cmath>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace bedrocklog::ingest {
namespace {

using nlohmann::json;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

/// The value at a chain of object members; null when any is missing.
json at(const json& value, const std::vector<std::string>& path) {
  json here = value;
  for (const std::string& name : path) {
    if (!here.is_object() || !here.contains(name)) {
      return nullptr;
    }
    json next = here[name];
    here = std::move(next);
  }
  return here;
}

json first_of(const std::vector<json>& candidates) {
  for (const json& one : candidates) {
    if (!one.is_null()) {
      return one;
    }
  }
  return nullptr;
}

/// Counters come as integers, integral doubles or digit strings.
json count(const json& value) {
  if (value.is_string()) {
    return std::stoull(value.get<std::string>());
  }
  if (value.is_number()) {
    return static_cast<std::uint64_t>(std::llround(value.get<double>()));
  }
  return nullptr;
}

json count_at(const json& value, const std::vector<std::string>& path) {
  return count(at(value, path));
}

std::string text_at(const json& value, const std::vector<std::string>& path) {
  const json found = at(value, path);
  return found.is_string() ? found.get<std::string>() : std::string();
}

json body_of(const json& part, const std::string& name) {
  json body = at(part, {name});
  if (body.is_string()) {
    body = json::parse(body.get<std::string>(), nullptr, false);
    return body.is_discarded() ? json() : body;
  }
  return body;
}

json one_hour_share(const json& usage) {
  const json details = at(usage, {"cacheDetails"});
  if (details.is_array() && !details.empty()) {
    std::uint64_t sum = 0;
    for (const json& one : details) {
      sum +=
          text_at(one, {"ttl"}) == "1h" ? count_at(one, {"inputTokens"}).get<std::uint64_t>() : 0;
    }
    return sum;
  }
  return count_at(usage, {"cache_creation", "ephemeral_1h_input_tokens"});
}

struct Usage {
  json input, output, cache_read, cache_write, one_hour;
};

void take(json& slot, const json& value) {
  if (!value.is_null()) {
    slot = value;
  }
}

void take_usage(Usage& into, const json& usage, bool with_output) {
  take(into.input, first_of({count_at(usage, {"inputTokens"}), count_at(usage, {"input_tokens"}),
                             count_at(usage, {"prompt_tokens"})}));
  if (with_output) {
    take(into.output,
         first_of({count_at(usage, {"outputTokens"}), count_at(usage, {"output_tokens"}),
                   count_at(usage, {"completion_tokens"})}));
  }
  take(into.cache_read, first_of({count_at(usage, {"cacheReadInputTokens"}),
                                  count_at(usage, {"cacheReadInputTokenCount"}),
                                  count_at(usage, {"cache_read_input_tokens"})}));
  take(into.cache_write, first_of({count_at(usage, {"cacheWriteInputTokens"}),
                                   count_at(usage, {"cacheWriteInputTokenCount"}),
                                   count_at(usage, {"cache_creation_input_tokens"})}));
  take(into.one_hour, one_hour_share(usage));
}

struct Body {
  Usage usage;
  json metrics = json::object();
  json latency, images;
  std::string stop_reason, tier;
  bool guardrail = false;
  bool optimized = false;
};

void take_text(std::string& slot, const std::string& text) {
  slot = text.empty() ? slot : text;
}

void take_chunk(Body& body, const json& chunk) {
  take_usage(body.usage, at(chunk, {"message", "usage"}), false);
  take_usage(body.usage, at(chunk, {"usage"}), true);
  take_usage(body.usage, at(chunk, {"metadata", "usage"}), true);
  take(body.usage.input, first_of({count_at(chunk, {"inputTextTokenCount"}),
                                   count_at(chunk, {"prompt_token_count"})}));
  take(body.usage.output, first_of({count_at(chunk, {"totalOutputTextTokenCount"}),
                                    count_at(chunk, {"generation_token_count"})}));
  const json results = at(chunk, {"results"});
  if (results.is_array()) {
    for (const json& one : results) {
      take(body.usage.output, count_at(one, {"tokenCount"}));
      take_text(body.stop_reason, text_at(one, {"completionReason"}));
    }
  }
  take(body.latency, first_of({count_at(chunk, {"metrics", "latencyMs"}),
                               count_at(chunk, {"metadata", "metrics", "latencyMs"})}));
  const json metrics = at(chunk, {"amazon-bedrock-invocationMetrics"});
  if (metrics.is_object()) {
    body.metrics = metrics;
  }
  for (const std::vector<std::string>& path : {std::vector<std::string>{"stopReason"},
                                               {"stop_reason"},
                                               {"completionReason"},
                                               {"delta", "stop_reason"},
                                               {"messageStop", "stopReason"}}) {
    take_text(body.stop_reason, text_at(chunk, path));
  }
  take_text(body.tier, text_at(chunk, {"serviceTier", "type"}));
  body.optimized |= text_at(chunk, {"performanceConfig", "latency"}) == "optimized";
  body.guardrail |= text_at(chunk, {"amazon-bedrock-guardrailAction"}) == "INTERVENED";
  const json images = at(chunk, {"images"});
  take(body.images, images.is_array() ? json(images.size()) : json());
}

Body read_body(const json& value) {
  Body body;
  if (value.is_array()) {
    for (const json& chunk : value) {
      take_chunk(body, chunk);
    }
  } else {
    take_chunk(body, value);
  }
  body.guardrail |= body.stop_reason == "guardrail_intervened";
  return body;
}

json milli(const json& value) {
  return value.is_number() ? json(std::llround(value.get<double>() * 1000.0)) : json();
}

void add_request(json& facts, const json& body) {
  facts["max_tokens"] = first_of({count_at(body, {"inferenceConfig", "maxTokens"}),
                                  count_at(body, {"max_tokens"}), count_at(body, {"max_gen_len"}),
                                  count_at(body, {"textGenerationConfig", "maxTokenCount"})});
  facts["temperature_milli"] =
      milli(first_of({at(body, {"inferenceConfig", "temperature"}), at(body, {"temperature"}),
                      at(body, {"textGenerationConfig", "temperature"})}));
}

void add_tokens(json& facts, const json& record, const Body& body) {
  const json& metrics = body.metrics;
  facts["input"] = first_of({count_at(record, {"input", "inputTokenCount"}),
                             count_at(record, {"inputTokenCount"}),
                             count_at(metrics, {"inputTokenCount"}), body.usage.input});
  facts["output"] = first_of({count_at(record, {"output", "outputTokenCount"}),
                              count_at(record, {"outputTokenCount"}),
                              count_at(metrics, {"outputTokenCount"}), body.usage.output});
  facts["cache_read"] =
      first_of({count_at(record, {"input", "cacheReadInputTokenCount"}),
                count_at(record, {"cacheReadInputTokenCount"}),
                count_at(metrics, {"cacheReadInputTokenCount"}), body.usage.cache_read});
  facts["cache_write"] =
      first_of({count_at(record, {"input", "cacheWriteInputTokenCount"}),
                count_at(record, {"cacheWriteInputTokenCount"}),
                count_at(metrics, {"cacheWriteInputTokenCount"}), body.usage.cache_write});
  facts["cache_write_1h"] = nullptr;
  if (!facts["cache_write"].is_null() && !body.usage.one_hour.is_null()) {
    facts["cache_write_1h"] = std::min(facts["cache_write"].get<std::uint64_t>(),
                                       body.usage.one_hour.get<std::uint64_t>());
  }
}

}  // namespace

json facts_of(const RecordView& record) {
  json metadata = json::object();
  for (const auto& [key, value] : record.metadata) {
    metadata[std::string(key)] = value;
  }
  return {{"at", to_rfc3339(record.at)},
          {"request_id", record.request_id},
          {"account_id", record.account_id},
          {"region", record.region},
          {"inference_region", record.inference_region},
          {"operation", record.operation},
          {"model_id", record.model_id},
          {"identity_arn", record.identity_arn},
          {"error_code", record.error_code},
          {"stop_reason", record.stop_reason},
          {"service_tier", record.service_tier},
          {"metadata", metadata},
          {"input", or_null(record.tokens.input)},
          {"output", or_null(record.tokens.output)},
          {"cache_read", or_null(record.tokens.cache_read)},
          {"cache_write", or_null(record.tokens.cache_write)},
          {"cache_write_1h", or_null(record.tokens.cache_write_1h)},
          {"latency_ms", or_null(record.latency_ms)},
          {"first_byte_ms", or_null(record.first_byte_ms)},
          {"images", or_null(record.images)},
          {"max_tokens", or_null(record.max_tokens)},
          {"temperature_milli", or_null(record.temperature_milli)},
          {"latency_optimized", record.latency_optimized},
          {"guardrail_intervened", record.guardrail_intervened},
          {"input_in_s3", record.input_in_s3},
          {"output_in_s3", record.output_in_s3}};
}

json reference_facts(const json& record, bool request_parameters) {
  const Body body = read_body(body_of(at(record, {"output"}), "outputBodyJson"));
  json facts = {
      {"at", to_rfc3339(parse_timestamp(text_at(record, {"timestamp"})).value_or(UnixMillis{}))},
      {"request_id", text_at(record, {"requestId"})},
      {"inference_region", text_at(record, {"inferenceRegion"})},
      {"operation", text_at(record, {"operation"})},
      {"model_id", text_at(record, {"modelId"})},
      {"identity_arn", text_at(record, {"identity", "arn"})},
      {"error_code", text_at(record, {"errorCode"})},
      {"stop_reason", body.stop_reason},
      {"service_tier", body.tier},
      {"metadata", json::object()},
      {"max_tokens", nullptr},
      {"temperature_milli", nullptr},
      {"guardrail_intervened", body.guardrail},
      {"input_in_s3", !at(record, {"input", "inputBodyS3Path"}).is_null()},
      {"output_in_s3", !at(record, {"output", "outputBodyS3Path"}).is_null()}};
  facts["account_id"] = text_at(record, {"accountId"}).empty()
                            ? text_at(record, {"metadata", "accountId"})
                            : text_at(record, {"accountId"});
  facts["region"] = text_at(record, {"region"}).empty() ? text_at(record, {"metadata", "region"})
                                                        : text_at(record, {"region"});
  if (at(record, {"requestMetadata"}).is_object()) {
    facts["metadata"] = at(record, {"requestMetadata"});
  }
  add_tokens(facts, record, body);
  facts["latency_ms"] = first_of({count_at(body.metrics, {"invocationLatency"}), body.latency,
                                  count_at(record, {"invocationLatency"})});
  facts["first_byte_ms"] = count_at(body.metrics, {"firstByteLatency"});
  facts["images"] = first_of({count_at(record, {"output", "outputImagesCount"}), body.images});
  facts["latency_optimized"] =
      body.optimized || text_at(record, {"performanceConfig", "latency"}) == "optimized";
  if (request_parameters) {
    add_request(facts, body_of(at(record, {"input"}), "inputBodyJson"));
  }
  return facts;
}

}  // namespace bedrocklog::ingest
