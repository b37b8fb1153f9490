// Reads response bodies chunk by chunk: a body without a stream is one.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <cstring>

#include "ingest/fast_body.h"
#include "ingest/json_view.h"

namespace bedrocklog::ingest {

template <class Block>
const char* FastBodyReader<Block>::read(const char* at) {
  if (at >= walk_->end()) {
    return walk_->fail(at);
  }
  in_stream_ = *at == '[';
  at = in_stream_ ? read_chunks(at) : read_chunk(at);
  facts_->guardrail_intervened |= facts_->stop_reason == "guardrail_intervened";
  return at;
}

template <class Block>
const char* FastBodyReader<Block>::read_chunks(const char* at) {
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
template <class Block>
const char* FastBodyReader<Block>::pass_alike(const char* at) {
  const std::string_view before = pattern_.before;
  const std::string_view behind = pattern_.behind;
  if (before.empty() || walk_->end() - at < static_cast<std::ptrdiff_t>(before.size()) ||
      std::memcmp(at, before.data(), before.size()) != 0) {
    return nullptr;
  }
  const char* const close = pass_string_inside<Block>(at + before.size(), walk_->end());
  if (close == nullptr || walk_->end() - close < static_cast<std::ptrdiff_t>(behind.size()) ||
      std::memcmp(close - 1, behind.data(), behind.size()) != 0) {
    return nullptr;
  }
  return close - 1 + behind.size();
}

template <class Block>
const char* FastBodyReader<Block>::read_chunk(const char* at) {
  seen_ = 0;
  const char* const behind =
      each_member(*walk_, at, [this](const char* name) { return read_member(name); });
  return behind != nullptr || walk_->is_cut() ? behind : read_carefully(at);
}

/// From the start of the chunk once more: what has been taken from it is then taken again.
template <class Block>
const char* FastBodyReader<Block>::read_carefully(const char* at) {
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

template <class Block>
bool FastBodyReader<Block>::is_first(unsigned key) {
  const std::uint64_t bit = std::uint64_t{1} << key;
  const bool first = (seen_ & bit) == 0;
  seen_ |= bit;
  return first;
}

}  // namespace bedrocklog::ingest

#endif
