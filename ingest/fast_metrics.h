// Reads what members of response bodies hold: metrics, stop reasons, first and last chunks.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <optional>

#include "ingest/fast_body.h"

namespace bedrocklog::ingest {

template <class Block>
const char* FastBodyReader<Block>::read_call_metrics(const char* at) {
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
template <class Block>
const char* FastBodyReader<Block>::read_latency(const char* at) {
  std::optional<std::uint32_t> latency_ms;
  at = each_member(*walk_, at, [&](const char* name) {
    return reads(name, "latencyMs\":") && !latency_ms ? walk_->read_count(name + 11, latency_ms)
                                                      : walk_->fail(name);
  });
  keep_last(facts_->latency_ms, latency_ms);
  return at;
}

/// `delta` and `messageStop`, of whose members only the stop reason counts.
template <class Block>
const char* FastBodyReader<Block>::read_stop(const char* at) {
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
template <class Block>
const char* FastBodyReader<Block>::read_start(const char* at) {
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

template <class Block>
const char* FastBodyReader<Block>::read_metadata(const char* at) {
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
