// Reads response bodies member by member; what a member means is said in record_body.cpp.
#include "ingest/fast_body.h"

#if defined(__x86_64__)

#include <cstring>
#include <optional>

#include "ingest/json_view.h"

namespace bedrocklog::ingest {
namespace {

/// Of body and chunk, for telling copies.
enum BodyMember : std::uint8_t {
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
  titan_input,
  titan_output,
  llama_input,
  llama_output,
  service_tier,
  performance,
};

// How far the inside of a chunk is walked in search of the string that changes from chunk to chunk.
constexpr int loose_levels = 3;

template <class T>
void keep_last(std::optional<T>& slot, const std::optional<T>& value) {
  slot = value ? value : slot;
}

void keep_last(std::string_view& slot, std::string_view value) {
  slot = value.empty() ? slot : value;
}

}  // namespace

const char* FastBodyReader::read(const char* at) {
  if (at >= walk_->end()) {
    return walk_->fail(at);
  }
  in_stream_ = *at == '[';
  at = in_stream_ ? read_chunks(at) : read_chunk(at);
  facts_->guardrail_intervened |= facts_->stop_reason == "guardrail_intervened";
  return at;
}

const char* FastBodyReader::read_chunks(const char* at) {
  const char* const end = walk_->end();
  if (at + 1 < end && at[1] == ']') {
    return at + 2;
  }
  do {
    ++at;
    if (at >= end) {
      return walk_->fail(at);
    }
    if (const char* const behind = pass_alike(at)) {
      at = behind;
      continue;
    }
    if (*at == '"') {
      at = walk_->pass_inside(at + 1);
    } else {
      string_begin_ = string_end_ = at;
      pattern_ = {};
      const char* const begin = at;
      at = read_chunk(at);
      if (at != nullptr && string_end_ != string_begin_) {
        pattern_.before = {begin, static_cast<std::size_t>(string_begin_ - begin)};
        pattern_.behind = {string_end_, static_cast<std::size_t>(at - string_end_)};
      }
    }
    if (at == nullptr) {
      return nullptr;
    }
  } while (at < end && *at == ',');
  return at < end && *at == ']' ? at + 1 : walk_->fail(at);
}

/// Over a chunk that has the effect of the last one again, which is none: all that a chunk says
/// replaces what was said before. Null, without a failure, for any other.
const char* FastBodyReader::pass_alike(const char* at) {
  const std::string_view before = pattern_.before;
  const std::string_view behind = pattern_.behind;
  if (before.empty() || walk_->end() - at < static_cast<std::ptrdiff_t>(before.size()) ||
      std::memcmp(at, before.data(), before.size()) != 0) {
    return nullptr;
  }
  const char* const close = pass_string_inside(at + before.size(), walk_->end());
  if (close == nullptr || walk_->end() - close < static_cast<std::ptrdiff_t>(behind.size()) ||
      std::memcmp(close - 1, behind.data(), behind.size()) != 0) {
    return nullptr;
  }
  return close - 1 + behind.size();
}

const char* FastBodyReader::read_chunk(const char* at) {
  seen_ = 0;
  const char* const behind =
      each_member(*walk_, at, [this](const char* name) { return read_member(name); });
  return behind != nullptr || walk_->is_cut() ? behind : read_carefully(at);
}

/// From the start of the chunk once more: what has been taken from it is then taken again.
const char* FastBodyReader::read_carefully(const char* at) {
  const char* const behind = *at == '{' ? walk_->pass_brackets(at) : nullptr;
  if (behind == nullptr || behind > walk_->end()) {
    return walk_->fail(at);
  }
  string_begin_ = string_end_ = at;
  const std::string_view text(at, static_cast<std::size_t>(behind - at));
  if (index_->build(text) != IndexStatus::ok) {
    return walk_->fail(at);
  }
  JsonView view(text, index_->positions());
  read_response_chunk(view, walk_->arena(), *facts_);
  return view.fault() == RecordFault::none ? behind : walk_->fail(at);
}

bool FastBodyReader::is_first(unsigned key) {
  const std::uint64_t bit = std::uint64_t{1} << key;
  const bool first = (seen_ & bit) == 0;
  seen_ |= bit;
  return first;
}

const char* FastBodyReader::read_member(const char* name) {
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
const char* FastBodyReader::pass_other(const char* name) {
  const char* const at = walk_->pass_name(name);
  return at == nullptr || is_response_key(name_before(at, name)) ? walk_->fail(name)
                                                                 : pass_unknown(name);
}

const char* FastBodyReader::pass_unknown(const char* name) {
  const char* const at = walk_->pass_name(name);
  if (at == nullptr) {
    return nullptr;
  }
  return in_stream_ ? pass_loosely(at, loose_levels) : walk_->pass_value(at);
}

const char* FastBodyReader::pass_loosely(const char* at, int levels) {
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

const char* FastBodyReader::read_named_text(const char* at, unsigned key, std::string_view& into) {
  std::string_view text;
  at = is_first(key) ? walk_->read_text(at, text) : walk_->fail(at);
  keep_last(into, at != nullptr ? text : std::string_view{});
  return at;
}

/// What the service adds to bodies of any model.
const char* FastBodyReader::read_service(const char* name) {
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
const char* FastBodyReader::read_family_count(const char* name) {
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

const char* FastBodyReader::read_call_metrics(const char* at) {
  CallMetrics& metrics = facts_->metrics;
  unsigned members = 0;
  // A null leaves what an earlier chunk said, as does a missing member.
  const auto read_into = [&](const char* value, unsigned bit, auto& into) {
    const bool is_second = (members & bit) != 0;
    members |= bit;
    return is_second ? walk_->fail(value) : walk_->read_count(value, into);
  };
  return each_member(*walk_, at, [&](const char* name) {
    if (reads(name, "inputTokenCount\":")) {
      return read_into(name + 17, 1U, metrics.tokens.input);
    }
    if (reads(name, "outputTokenCount\":")) {
      return read_into(name + 18, 2U, metrics.tokens.output);
    }
    if (reads(name, "invocationLatency\":")) {
      return read_into(name + 19, 4U, metrics.latency_ms);
    }
    if (reads(name, "firstByteLatency\":")) {
      return read_into(name + 18, 8U, metrics.first_byte_ms);
    }
    if (reads(name, "cacheReadInputTokenCount\":")) {
      return read_into(name + 26, 16U, metrics.tokens.cache_read);
    }
    if (reads(name, "cacheWriteInputTokenCount\":")) {
      return read_into(name + 27, 32U, metrics.tokens.cache_write);
    }
    return walk_->fail(name);
  });
}

/// `metrics` of Converse.
const char* FastBodyReader::read_latency(const char* at) {
  std::optional<std::uint32_t> latency_ms;
  at = each_member(*walk_, at, [&](const char* name) {
    return reads(name, "latencyMs\":") && !latency_ms ? walk_->read_count(name + 11, latency_ms)
                                                      : walk_->fail(name);
  });
  keep_last(facts_->latency_ms, latency_ms);
  return at;
}

/// `delta` and `messageStop`, of whose members only the stop reason counts.
const char* FastBodyReader::read_stop(const char* at) {
  std::string_view reason;
  bool is_copy = false;
  at = each_member(*walk_, at, [&](const char* name) {
    const bool is_snake = reads(name, "stop_reason\":");
    if (is_snake || reads(name, "stopReason\":")) {
      const bool is_second = is_copy;
      is_copy = true;
      return is_second ? walk_->fail(name) : walk_->read_text(name + (is_snake ? 13 : 12), reason);
    }
    const char* const value = walk_->pass_name(name);
    return value != nullptr ? pass_loosely(value, loose_levels - 1) : nullptr;
  });
  keep_last(facts_->stop_reason, reason);
  return at;
}

/// `message` of the first chunk: usage without its provisional output.
const char* FastBodyReader::read_start(const char* at) {
  bool is_copy = false;
  return each_member(*walk_, at, [&](const char* name) {
    if (reads(name, "usage\":{")) {
      const bool is_second = is_copy;
      is_copy = true;
      return is_second ? walk_->fail(name) : read_usage(name + 7, false);
    }
    const char* const value = walk_->pass_name(name);
    return value != nullptr && !reads(name, "usage\"") ? walk_->pass_value(value)
                                                       : walk_->fail(name);
  });
}

const char* FastBodyReader::read_metadata(const char* at) {
  unsigned members = 0;
  return each_member(*walk_, at, [&](const char* name) {
    const bool is_usage = reads(name, "usage\":{");
    if (is_usage || reads(name, "metrics\":{")) {
      const unsigned bit = is_usage ? 1U : 2U;
      const bool is_second = (members & bit) != 0;
      members |= bit;
      if (is_second) {
        return walk_->fail(name);
      }
      return is_usage ? read_usage(name + 7, true) : read_latency(name + 9);
    }
    const char* const value = walk_->pass_name(name);
    const bool is_other = value != nullptr && !reads(name, "usage\"") && !reads(name, "metrics\"");
    return is_other ? walk_->pass_value(value) : walk_->fail(name);
  });
}

}  // namespace bedrocklog::ingest

#endif
