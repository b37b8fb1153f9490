// Reads the usage objects of response bodies, with the names that all model families give counts.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <optional>

#include "ingest/fast_body.h"

namespace bedrocklog::ingest {

/// What a usage object has told already.
enum UsageCount : std::uint8_t {
  input_count = 1,
  output_count = 2,
  cache_read_count = 4,
  cache_write_count = 8,
  one_hour_count = 16,
};

/// Takes a count if it is the first of its usage object.
[[gnu::always_inline]] inline void keep_untold(std::optional<std::uint64_t>& slot,
                                               std::optional<std::uint64_t> count, unsigned bit,
                                               unsigned& told) {
  if (count && (told & bit) == 0) {
    slot = count;
    told |= bit;
  }
}

/// One usage object: of two names for one count the first wins; its counts replace earlier ones.
template <class Block>
const char* FastBodyReader<Block>::read_usage(const char* at, bool with_output) {
  TokenCounts& counts = facts_->usage;
  const std::optional<std::uint64_t> output_before = counts.output;
  unsigned told = 0;
  at = each_member(*walk_, at, [&](const char* name) { return read_usage_member(name, told); });
  if (!with_output) {
    counts.output = output_before;
  }
  return at;
}

template <class Block>
const char* FastBodyReader<Block>::read_usage_member(const char* name, unsigned& told) {
  TokenCounts& usage = facts_->usage;
  std::optional<std::uint64_t> count;
  std::optional<std::uint64_t>* slot = nullptr;
  std::size_t size = 0;
  unsigned bit = 0;
  const auto is = [&](const auto& text, std::optional<std::uint64_t>& into, unsigned which) {
    if (!reads(name, text)) {
      return false;
    }
    slot = &into;
    bit = which;
    size = sizeof text - 1;
    return true;
  };
  switch (eight_letters(name)) {
    case key_start("inputTok"):
      (void)is("inputTokens\":", usage.input, input_count);
      break;
    case key_start("outputTo"):
      (void)is("outputTokens\":", usage.output, output_count);
      break;
    case key_start("input_to"):
      (void)is("input_tokens\":", usage.input, input_count);
      break;
    case key_start("output_t"):
      (void)is("output_tokens\":", usage.output, output_count);
      break;
    case key_start("cacheRea"):
      (void)(is("cacheReadInputTokens\":", usage.cache_read, cache_read_count) ||
             is("cacheReadInputTokenCount\":", usage.cache_read, cache_read_count));
      break;
    case key_start("cacheWri"):
      (void)(is("cacheWriteInputTokens\":", usage.cache_write, cache_write_count) ||
             is("cacheWriteInputTokenCount\":", usage.cache_write, cache_write_count));
      break;
    case key_start("cache_re"):
      (void)is("cache_read_input_tokens\":", usage.cache_read, cache_read_count);
      break;
    case key_start("cache_cr"):
      if (!is("cache_creation_input_tokens\":", usage.cache_write, cache_write_count)) {
        return read_one_hour(name, told);
      }
      break;
    case key_start("cacheDet"):
      return read_one_hour(name, told);
    case key_start("totalTok"):
      if (reads(name, "totalTokens\":")) {
        return walk_->read_count(name + 13, count);
      }
      break;
    default:
      break;
  }
  if (slot == nullptr) {
    return walk_->fail(name);
  }
  name = walk_->read_count(name + size, count);
  keep_untold(*slot, count, bit, told);
  return name;
}

/// The share of cache writes that is kept for an hour, in its two usual forms.
template <class Block>
const char* FastBodyReader<Block>::read_one_hour(const char* name, unsigned& told) {
  std::optional<std::uint64_t> one_hour;
  std::optional<std::uint64_t> five_minutes;
  const char* at = name;
  const auto pass = [&](const auto& text, std::optional<std::uint64_t>* into) {
    if (at == nullptr || at >= walk_->end() || !reads(at, text)) {
      at = nullptr;
      return;
    }
    at += sizeof text - 1;
    at = into != nullptr ? walk_->read_count(at, *into) : at;
  };
  if (reads(name, "cacheDetails\":[{\"ttl\":\"1h")) {
    pass("cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":", &one_hour);
    pass("},{\"ttl\":\"5m\",\"inputTokens\":", &five_minutes);
    pass("}]", nullptr);
  } else {
    pass("cache_creation\":{\"ephemeral_5m_input_tokens\":", &five_minutes);
    pass(",\"ephemeral_1h_input_tokens\":", &one_hour);
    pass("}", nullptr);
  }
  if (at == nullptr || !one_hour || !five_minutes) {
    return walk_->fail(name);
  }
  keep_untold(facts_->usage.cache_write_1h, one_hour, one_hour_count, told);
  return at;
}

}  // namespace bedrocklog::ingest

#endif
