// Reads response and request bodies: only top-level members of a body or chunk are looked at, so
// text of a prompt or answer that looks like a counter is never taken for one.
#include "ingest/record_body.h"

#include <array>
#include <limits>
#include <utility>

namespace bedrocklog::ingest {
namespace {

template <class Key>
using Entry = std::pair<std::string_view, Key>;

enum class UsageKey : std::uint8_t {
  input,
  output,
  cache_read,
  cache_write,
  input_anthropic,
  output_anthropic,
  cache_read_anthropic,
  cache_write_anthropic,
  input_openai,
  output_openai,
  cache_read_twin,
  cache_write_twin,
  cache_details,
  cache_creation,
  other,
};
constexpr KeyTable usage_keys(std::to_array<Entry<UsageKey>>({
    {"inputTokens", UsageKey::input},
    {"outputTokens", UsageKey::output},
    {"cacheReadInputTokens", UsageKey::cache_read},
    {"cacheWriteInputTokens", UsageKey::cache_write},
    {"input_tokens", UsageKey::input_anthropic},
    {"output_tokens", UsageKey::output_anthropic},
    {"cache_read_input_tokens", UsageKey::cache_read_anthropic},
    {"cache_creation_input_tokens", UsageKey::cache_write_anthropic},
    {"prompt_tokens", UsageKey::input_openai},
    {"completion_tokens", UsageKey::output_openai},
    {"cacheReadInputTokenCount", UsageKey::cache_read_twin},
    {"cacheWriteInputTokenCount", UsageKey::cache_write_twin},
    {"cacheDetails", UsageKey::cache_details},
    {"cache_creation", UsageKey::cache_creation},
}));

enum class SmallKey : std::uint8_t {
  ttl,
  input_tokens,
  one_hour,
  latency_ms,
  latency,
  type,
  usage,
  metrics,
  stop_reason,
  token_count,
  completion_reason,
  max_tokens,
  temperature,
  other,
};
constexpr KeyTable cache_detail_keys(std::to_array<Entry<SmallKey>>(
    {{"ttl", SmallKey::ttl}, {"inputTokens", SmallKey::input_tokens}}));
constexpr KeyTable cache_creation_keys(std::to_array<Entry<SmallKey>>({{"ephemeral_1h_input_tokens",
                                                                        SmallKey::one_hour}}));
constexpr KeyTable metrics_keys(std::to_array<Entry<SmallKey>>({{"latencyMs",
                                                                 SmallKey::latency_ms}}));
constexpr KeyTable performance_keys(std::to_array<Entry<SmallKey>>({{"latency",
                                                                     SmallKey::latency}}));
constexpr KeyTable tier_keys(std::to_array<Entry<SmallKey>>({{"type", SmallKey::type}}));
constexpr KeyTable metadata_keys(std::to_array<Entry<SmallKey>>({{"usage", SmallKey::usage},
                                                                 {"metrics", SmallKey::metrics}}));
constexpr KeyTable stop_keys(std::to_array<Entry<SmallKey>>(
    {{"stop_reason", SmallKey::stop_reason}, {"stopReason", SmallKey::stop_reason}}));
constexpr KeyTable result_keys(std::to_array<Entry<SmallKey>>(
    {{"tokenCount", SmallKey::token_count}, {"completionReason", SmallKey::completion_reason}}));
constexpr KeyTable inference_keys(std::to_array<Entry<SmallKey>>(
    {{"maxTokens", SmallKey::max_tokens}, {"temperature", SmallKey::temperature}}));
constexpr KeyTable titan_config_keys(std::to_array<Entry<SmallKey>>(
    {{"maxTokenCount", SmallKey::max_tokens}, {"temperature", SmallKey::temperature}}));

enum class CallKey : std::uint8_t {
  input,
  output,
  cache_read,
  cache_write,
  latency,
  first_byte,
  other,
};
constexpr KeyTable call_keys(std::to_array<Entry<CallKey>>({
    {"inputTokenCount", CallKey::input},
    {"outputTokenCount", CallKey::output},
    {"cacheReadInputTokenCount", CallKey::cache_read},
    {"cacheWriteInputTokenCount", CallKey::cache_write},
    {"invocationLatency", CallKey::latency},
    {"firstByteLatency", CallKey::first_byte},
}));

enum class BodyKey : std::uint8_t {
  usage,
  metrics,
  metadata,
  message,
  delta,
  message_stop,
  call_metrics,
  guardrail_action,
  stop_reason,
  stop_reason_snake,
  completion_reason,
  results,
  titan_input,
  titan_output,
  llama_input,
  llama_output,
  service_tier,
  performance,
  images,
  artifacts,
  images_count,
  other,
};
constexpr KeyTable body_keys(std::to_array<Entry<BodyKey>>({
    {"usage", BodyKey::usage},
    {"metrics", BodyKey::metrics},
    {"metadata", BodyKey::metadata},
    {"message", BodyKey::message},
    {"delta", BodyKey::delta},
    {"messageStop", BodyKey::message_stop},
    {"amazon-bedrock-invocationMetrics", BodyKey::call_metrics},
    {"amazon-bedrock-guardrailAction", BodyKey::guardrail_action},
    {"stopReason", BodyKey::stop_reason},
    {"stop_reason", BodyKey::stop_reason_snake},
    {"completionReason", BodyKey::completion_reason},
    {"results", BodyKey::results},
    {"inputTextTokenCount", BodyKey::titan_input},
    {"totalOutputTextTokenCount", BodyKey::titan_output},
    {"prompt_token_count", BodyKey::llama_input},
    {"generation_token_count", BodyKey::llama_output},
    {"serviceTier", BodyKey::service_tier},
    {"performanceConfig", BodyKey::performance},
    {"images", BodyKey::images},
    {"artifacts", BodyKey::artifacts},
    {"outputImagesCount", BodyKey::images_count},
}));

enum class RequestKey : std::uint8_t {
  inference_config,
  titan_config,
  max_tokens,
  max_gen_len,
  temperature,
  other,
};
constexpr KeyTable request_keys(std::to_array<Entry<RequestKey>>({
    {"inferenceConfig", RequestKey::inference_config},
    {"textGenerationConfig", RequestKey::titan_config},
    {"max_tokens", RequestKey::max_tokens},
    {"max_gen_len", RequestKey::max_gen_len},
    {"temperature", RequestKey::temperature},
}));

void keep_first(std::optional<std::uint64_t>& slot, std::optional<std::uint64_t> value) {
  slot = slot ? slot : value;
}

/// A later chunk is more complete than an earlier one: what it says replaces.
template <class T>
void keep_last(std::optional<T>& slot, std::optional<T> value) {
  slot = value ? value : slot;
}

void keep_last(std::string_view& slot, std::string_view value) {
  slot = value.empty() ? slot : value;
}

void keep_last(TokenCounts& slot, const TokenCounts& later) {
  keep_last(slot.input, later.input);
  keep_last(slot.output, later.output);
  keep_last(slot.cache_read, later.cache_read);
  keep_last(slot.cache_write, later.cache_write);
  keep_last(slot.cache_write_1h, later.cache_write_1h);
}

/// `[{"ttl":"1h","inputTokens":7},...]`: where the list stands, a missing "1h" means none.
std::optional<std::uint64_t> read_cache_details(JsonView& view, TextArena& arena) {
  if (view.peek() != '[') {
    return std::nullopt;
  }
  std::optional<std::uint64_t> one_hour;
  view.elements([&] {
    std::string_view ttl;
    std::uint64_t tokens = 0;
    read_members(view, arena, cache_detail_keys, [&](SmallKey key) {
      if (key == SmallKey::ttl) {
        ttl = read_text(view, arena).value_or(std::string_view{});
      } else {
        tokens = read_counter(view).value_or(0);
      }
    });
    if (!ttl.empty()) {
      one_hour = one_hour.value_or(0) + (ttl == "1h" ? tokens : 0);
    }
  });
  return one_hour;
}

std::optional<std::uint64_t> read_cache_creation(JsonView& view, TextArena& arena) {
  std::optional<std::uint64_t> one_hour;
  read_members(view, arena, cache_creation_keys, [&](SmallKey) { one_hour = read_counter(view); });
  return one_hour;
}

TokenCounts read_usage(JsonView& view, TextArena& arena) {
  TokenCounts usage;
  read_members(view, arena, usage_keys, [&](UsageKey key) {
    switch (key) {
      case UsageKey::input:
      case UsageKey::input_anthropic:
      case UsageKey::input_openai:
        return keep_first(usage.input, read_counter(view));
      case UsageKey::output:
      case UsageKey::output_anthropic:
      case UsageKey::output_openai:
        return keep_first(usage.output, read_counter(view));
      case UsageKey::cache_read:
      case UsageKey::cache_read_anthropic:
      case UsageKey::cache_read_twin:
        return keep_first(usage.cache_read, read_counter(view));
      case UsageKey::cache_write:
      case UsageKey::cache_write_anthropic:
      case UsageKey::cache_write_twin:
        return keep_first(usage.cache_write, read_counter(view));
      case UsageKey::cache_details:
        return keep_first(usage.cache_write_1h, read_cache_details(view, arena));
      case UsageKey::cache_creation:
        return keep_first(usage.cache_write_1h, read_cache_creation(view, arena));
      case UsageKey::other:
        return;
    }
  });
  return usage;
}

std::optional<std::uint32_t> read_latency(JsonView& view, TextArena& arena) {
  std::optional<std::uint32_t> latency_ms;
  read_members(view, arena, metrics_keys, [&](SmallKey) { latency_ms = read_small_counter(view); });
  return latency_ms;
}

/// `metadata` of the last Nova or Converse event: usage, and latency where it is not empty.
void read_metadata(JsonView& view, TextArena& arena, BodyFactsView& facts) {
  read_members(view, arena, metadata_keys, [&](SmallKey key) {
    if (key == SmallKey::usage) {
      keep_last(facts.usage, read_usage(view, arena));
    } else {
      keep_last(facts.latency_ms, read_latency(view, arena));
    }
  });
}

/// `message` of Anthropic's message_start: its output count is provisional and not taken.
void read_message_start(JsonView& view, TextArena& arena, BodyFactsView& facts) {
  read_members(view, arena, metadata_keys, [&](SmallKey key) {
    if (key == SmallKey::usage) {
      TokenCounts usage = read_usage(view, arena);
      usage.output.reset();
      keep_last(facts.usage, usage);
    }
  });
}

std::string_view read_stop_reason(JsonView& view, TextArena& arena) {
  std::string_view reason;
  read_members(view, arena, stop_keys, [&](SmallKey) {
    reason = reason.empty() ? read_text(view, arena).value_or(std::string_view{}) : reason;
  });
  return reason;
}

/// Titan Text: `results[].{tokenCount,completionReason}`.
void read_results(JsonView& view, TextArena& arena, BodyFactsView& facts) {
  if (view.peek() != '[') {
    return;
  }
  std::optional<std::uint64_t> output;
  view.elements([&] {
    read_members(view, arena, result_keys, [&](SmallKey key) {
      if (key == SmallKey::completion_reason) {
        keep_last(facts.stop_reason, read_text(view, arena).value_or(std::string_view{}));
      } else if (const std::optional<std::uint64_t> tokens = read_counter(view)) {
        output = output.value_or(0) + *tokens;
      }
    });
  });
  keep_last(facts.usage.output, output);
}

std::optional<std::uint32_t> count_elements(JsonView& view) {
  if (view.peek() != '[') {
    return std::nullopt;
  }
  std::uint32_t count = 0;
  view.elements([&] { ++count; });
  return count;
}

void read_body_member(BodyKey key, JsonView& view, TextArena& arena, BodyFactsView& facts) {
  const auto text = [&] { return read_text(view, arena).value_or(std::string_view{}); };
  switch (key) {
    case BodyKey::usage:
      return keep_last(facts.usage, read_usage(view, arena));
    case BodyKey::metrics:
      return keep_last(facts.latency_ms, read_latency(view, arena));
    case BodyKey::metadata:
      return read_metadata(view, arena, facts);
    case BodyKey::message:
      return read_message_start(view, arena, facts);
    case BodyKey::delta:
    case BodyKey::message_stop:
      return keep_last(facts.stop_reason, read_stop_reason(view, arena));
    case BodyKey::call_metrics:
      return read_call_metrics(view, arena, facts.metrics);
    case BodyKey::guardrail_action:
      facts.guardrail_intervened |= text() == "INTERVENED";
      return;
    case BodyKey::stop_reason:
    case BodyKey::stop_reason_snake:
    case BodyKey::completion_reason:
      return keep_last(facts.stop_reason, text());
    case BodyKey::results:
      return read_results(view, arena, facts);
    case BodyKey::titan_input:
    case BodyKey::llama_input:
      return keep_last(facts.usage.input, read_counter(view));
    case BodyKey::titan_output:
    case BodyKey::llama_output:
      return keep_last(facts.usage.output, read_counter(view));
    case BodyKey::service_tier:
      return keep_last(facts.service_tier, read_service_tier(view, arena));
    case BodyKey::performance:
      facts.latency_optimized |= read_latency_optimized(view, arena);
      return;
    case BodyKey::images:
    case BodyKey::artifacts:
      return keep_last(facts.images, count_elements(view));
    case BodyKey::images_count:
      return keep_last(facts.images, read_small_counter(view));
    case BodyKey::other:
      return;
  }
}

std::optional<std::int32_t> read_temperature(JsonView& view) {
  std::string_view text;
  if (view.peek() == '"' || !view.scalar(text)) {
    return std::nullopt;
  }
  constexpr int milli = 3;
  const ScaledNumber number = parse_decimal(text, milli);
  if (!number.is_number || number.too_large ||
      number.magnitude > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  const auto magnitude = static_cast<std::int32_t>(number.magnitude);
  return number.negative ? -magnitude : magnitude;
}

template <class Table>
void read_inference_config(JsonView& view, TextArena& arena, const Table& table,
                           RequestFacts& facts) {
  read_members(view, arena, table, [&](SmallKey key) {
    if (key == SmallKey::max_tokens) {
      keep_first(facts.max_tokens, read_counter(view));
    } else if (!facts.temperature_milli) {
      facts.temperature_milli = read_temperature(view);
    }
  });
}

}  // namespace

void read_response_chunk(JsonView& view, TextArena& arena, BodyFactsView& facts) {
  read_members(view, arena, body_keys,
               [&](BodyKey key) { read_body_member(key, view, arena, facts); });
}

bool is_response_key(std::string_view key) {
  return body_keys.find(key, BodyKey::other) != BodyKey::other;
}

void read_response_body(JsonView& view, TextArena& arena, BodyFactsView& facts) {
  if (view.peek() == '[') {
    view.elements([&] { read_response_chunk(view, arena, facts); });
  } else {
    read_response_chunk(view, arena, facts);
  }
  facts.guardrail_intervened |= facts.stop_reason == "guardrail_intervened";
}

void read_request_body(JsonView& view, TextArena& arena, RequestFacts& facts) {
  read_members(view, arena, request_keys, [&](RequestKey key) {
    switch (key) {
      case RequestKey::inference_config:
        return read_inference_config(view, arena, inference_keys, facts);
      case RequestKey::titan_config:
        return read_inference_config(view, arena, titan_config_keys, facts);
      case RequestKey::max_tokens:
      case RequestKey::max_gen_len:
        return keep_first(facts.max_tokens, read_counter(view));
      case RequestKey::temperature:
        if (!facts.temperature_milli) {
          facts.temperature_milli = read_temperature(view);
        }
        return;
      case RequestKey::other:
        return;
    }
  });
}

void read_call_metrics(JsonView& view, TextArena& arena, CallMetrics& metrics) {
  CallMetrics later;
  read_members(view, arena, call_keys, [&](CallKey key) {
    switch (key) {
      case CallKey::input:
        later.tokens.input = read_counter(view);
        return;
      case CallKey::output:
        later.tokens.output = read_counter(view);
        return;
      case CallKey::cache_read:
        later.tokens.cache_read = read_counter(view);
        return;
      case CallKey::cache_write:
        later.tokens.cache_write = read_counter(view);
        return;
      case CallKey::latency:
        later.latency_ms = read_small_counter(view);
        return;
      case CallKey::first_byte:
        later.first_byte_ms = read_small_counter(view);
        return;
      case CallKey::other:
        return;
    }
  });
  keep_last(metrics.tokens, later.tokens);
  keep_last(metrics.latency_ms, later.latency_ms);
  keep_last(metrics.first_byte_ms, later.first_byte_ms);
}

std::string_view read_service_tier(JsonView& view, TextArena& arena) {
  if (const std::optional<std::string_view> bare = read_text(view, arena)) {
    return *bare;
  }
  std::string_view tier;
  read_members(view, arena, tier_keys,
               [&](SmallKey) { tier = read_text(view, arena).value_or(std::string_view{}); });
  return tier;
}

bool read_latency_optimized(JsonView& view, TextArena& arena) {
  bool optimized = false;
  read_members(view, arena, performance_keys,
               [&](SmallKey) { optimized = read_text(view, arena) == "optimized"; });
  return optimized;
}

}  // namespace bedrocklog::ingest
