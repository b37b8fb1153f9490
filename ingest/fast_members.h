// Reads the members of response bodies and chunks; what they mean is said in record_body.cpp.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <optional>

#include "ingest/fast_body.h"

namespace bedrocklog::ingest {

template <class Block>
const char* FastBodyReader<Block>::read_member(const char* name) {
  switch (eight_letters(name)) {
    case key_start("usage\":{"):
      return is_first(usage) ? read_usage(name + 7, true) : walk_->fail(name);
    case key_start("metrics\""):
      return name[8] == ':' && is_first(metrics) ? read_latency(name + 9) : walk_->fail(name);
    case key_start("metadata"):
      return reads(name + 8, "\":") && is_first(metadata) ? read_metadata(name + 10)
                                                          : pass_other(name);
    case key_start("message\""):
      return name[8] == ':' && is_first(message) ? read_start(name + 9) : walk_->fail(name);
    case key_start("messageS"):
      return reads(name + 8, "top\":") && is_first(message_stop) ? read_stop(name + 13)
                                                                 : pass_other(name);
    case key_start("delta\":{"):
      return is_first(delta) ? read_stop(name + 7) : walk_->fail(name);
    case key_start("stopReas"):
      return reads(name + 8, "on\":") ? read_named_text(name + 12, stop_reason, facts_->stop_reason)
                                      : pass_other(name);
    case key_start("stop_rea"):
      return reads(name + 8, "son\":")
                 ? read_named_text(name + 13, stop_reason_snake, facts_->stop_reason)
                 : pass_other(name);
    case key_start("completi"):
      return reads(name + 8, "onReason\":")
                 ? read_named_text(name + 18, completion_reason, facts_->stop_reason)
                 : pass_other(name);
    case key_start("amazon-b"):
    case key_start("serviceT"):
    case key_start("performa"):
      return read_service(name);
    case key_start("inputTex"):
    case key_start("totalOut"):
    case key_start("prompt_t"):
    case key_start("generati"):
      return read_family_count(name);
    case key_start("output\":"):
      return in_stream_ ? pass_other(name) : walk_->pass_value(name + 8);
    case key_start("results\""):
    case key_start("images\":"):
    case key_start("artifact"):
    case key_start("outputIm"):
      return pass_other(name);
    default:
      // Every other name that means something is too short for the cases above to have seen it.
      return reads(name, "usage\"") || reads(name, "delta\"") ? walk_->fail(name)
                                                              : pass_unknown(name);
  }
  return walk_->fail(name);
}

/// A member that means nothing here. One that does, in another form than usual, fails.
template <class Block>
const char* FastBodyReader<Block>::pass_other(const char* name) {
  const char* const at = walk_->pass_name(name);
  return at == nullptr || is_response_key(name_before(at, name)) ? walk_->fail(name)
                                                                 : pass_unknown(name);
}

template <class Block>
const char* FastBodyReader<Block>::pass_unknown(const char* name) {
  const char* const at = walk_->pass_name(name);
  if (at == nullptr) {
    return nullptr;
  }
  return in_stream_ ? pass_loosely(at, loose_levels) : walk_->pass_value(at);
}

template <class Block>
const char* FastBodyReader<Block>::pass_loosely(const char* at, int levels) {
  if (at >= walk_->end()) {
    return walk_->fail(at);
  }
  if (*at == '{' && levels > 0) {
    return each_member(*walk_, at, [&](const char* name) -> const char* {
      const char* const value = walk_->pass_name(name);
      return value != nullptr ? pass_loosely(value, levels - 1) : nullptr;
    });
  }
  const char* const behind = walk_->pass_value(at);
  if (behind != nullptr && *at == '"' && behind - at > string_end_ - string_begin_) {
    string_begin_ = at + 1;
    string_end_ = behind - 1;
  }
  return behind;
}

template <class Block>
const char* FastBodyReader<Block>::read_named_text(const char* at, unsigned key,
                                                   std::string_view& into) {
  std::string_view text;
  at = is_first(key) ? walk_->read_text(at, text) : walk_->fail(at);
  keep_last(into, at != nullptr ? text : std::string_view{});
  return at;
}

/// What the service adds to bodies of any model.
template <class Block>
const char* FastBodyReader<Block>::read_service(const char* name) {
  std::string_view text;
  if (reads(name, "amazon-bedrock-invocationMetrics\":")) {
    return is_first(call_metrics) ? read_call_metrics(name + 34) : walk_->fail(name);
  }
  if (reads(name, "amazon-bedrock-guardrailAction\":")) {
    name = read_named_text(name + 32, guardrail_action, text);
    facts_->guardrail_intervened |= text == "INTERVENED";
    return name;
  }
  const bool is_tier = reads(name, "serviceTier\":{\"type\":");
  if (!is_tier && !reads(name, "performanceConfig\":{\"latency\":")) {
    return pass_other(name);
  }
  const char* const at = is_tier ? read_named_text(name + 21, service_tier, text)
                                 : read_named_text(name + 30, performance, text);
  if (at == nullptr || at >= walk_->end() || *at != '}') {
    return walk_->fail(name);
  }
  if (is_tier) {
    keep_last(facts_->service_tier, text);
  } else {
    facts_->latency_optimized |= text == "optimized";
  }
  return at + 1;
}

/// Counters that stand in the body itself.
template <class Block>
const char* FastBodyReader<Block>::read_family_count(const char* name) {
  std::optional<std::uint64_t> count;
  unsigned key = titan_input;
  std::size_t size = 0;
  if (reads(name, "inputTextTokenCount\":")) {
    size = 21;
  } else if (reads(name, "totalOutputTextTokenCount\":")) {
    key = titan_output;
    size = 27;
  } else if (reads(name, "prompt_token_count\":")) {
    key = llama_input;
    size = 20;
  } else if (reads(name, "generation_token_count\":")) {
    key = llama_output;
    size = 24;
  } else {
    return pass_other(name);
  }
  const char* const at = is_first(key) ? walk_->read_count(name + size, count) : walk_->fail(name);
  const bool is_input = key == titan_input || key == llama_input;
  keep_last(is_input ? facts_->usage.input : facts_->usage.output, count);
  return at;
}

}  // namespace bedrocklog::ingest

#endif
