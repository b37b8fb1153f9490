// Reads the parts of a record: its identity, its tags, its input and its output.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <algorithm>

#include "ingest/block_reader.h"
#include "ingest/json_view.h"
#include "ingest/record_keys.h"

namespace bedrocklog::ingest {

template <class Block>
const char* BlockReader<Block>::read_identity(const char* at, RecordView& record) {
  std::uint64_t members = 0;
  return each_member(walk_, at, [&](const char* name) {
    if (reads(name, "arn\":")) {
      return is_first(0, members) ? walk_.read_wide_text(name + 5, record.identity_arn)
                                  : walk_.fail(name);
    }
    return pass_other(name, identity_keys);
  });
}

template <class Block>
const char* BlockReader<Block>::read_metadata(const char* at) {
  return each_member(walk_, at, [&](const char* name) {
    const char* const value_at = walk_.pass_name(name);
    if (value_at == nullptr || metadata_.size() == metadata_entries_max) {
      return walk_.fail(name);
    }
    const std::string_view key = name_before(value_at, name);
    std::string_view value;
    const char* const behind = *value_at == '"' ? walk_.read_text(value_at, value) : nullptr;
    const auto has_key = [&](const auto& entry) { return entry.first == key; };
    if (behind == nullptr || std::ranges::any_of(metadata_, has_key)) {
      return walk_.fail(name);
    }
    metadata_.emplace_back(key, value);
    return behind;
  });
}

template <class Block>
const char* BlockReader<Block>::read_input(const char* at, RecordView& record) {
  std::uint64_t members = 0;
  return each_member(walk_, at, [&](const char* name) {
    switch (eight_letters(name)) {
      case key_start("inputTok"):
        return reads(name + 8, "enCount\":") && is_first(tokens, members)
                   ? walk_.read_count(name + 17, record.tokens.input)
                   : walk_.fail(name);
      case key_start("cacheRea"):
        return reads(name + 8, "dInputTokenCount\":") && is_first(cache_read, members)
                   ? walk_.read_count(name + 26, record.tokens.cache_read)
                   : walk_.fail(name);
      case key_start("cacheWri"):
        return reads(name + 8, "teInputTokenCount\":") && is_first(cache_write, members)
                   ? walk_.read_count(name + 27, record.tokens.cache_write)
                   : walk_.fail(name);
      case key_start("inputBod"):
        if (reads(name + 8, "yJson\":{") && is_first(body, members)) {
          return options_.request_parameters ? read_request(name + 15)
                                             : walk_.pass_brackets(name + 15);
        }
        return reads(name + 8, "yS3Path\":") && is_first(body_path, members)
                   ? pass_path(name + 17, record.input_in_s3)
                   : walk_.fail(name);
      case key_start("inputCon"):
        return reads(name + 8, "tentType\":\"application/json\"") ? name + 36
                                                                  : pass_other(name, input_keys);
      default:
        return pass_other(name, input_keys);
    }
  });
}

template <class Block>
const char* BlockReader<Block>::read_request(const char* at) {
  const char* const behind = walk_.pass_brackets(at);
  if (behind == nullptr || behind > walk_.end()) {
    return walk_.fail(at);
  }
  const std::string_view text(at, static_cast<std::size_t>(behind - at));
  if (index_.build(text) != IndexStatus::ok) {
    return walk_.fail(at);
  }
  JsonView view(text, index_.positions());
  read_request_body(view, arena_, request_);
  return view.fault() == RecordFault::none ? behind : walk_.fail(at);
}

template <class Block>
const char* BlockReader<Block>::read_output(const char* at, RecordView& record) {
  std::uint64_t members = 0;
  return each_member(walk_, at, [&](const char* name) {
    switch (eight_letters(name)) {
      case key_start("outputTo"):
        return reads(name + 8, "kenCount\":") && is_first(tokens, members)
                   ? walk_.read_count(name + 18, record.tokens.output)
                   : walk_.fail(name);
      case key_start("outputBo"):
        if (reads(name + 8, "dyJson\":") && is_first(body, members)) {
          return name[16] == '{' || name[16] == '['
                     ? FastBodyReader<Block>(walk_, index_, facts_).read(name + 16)
                     : walk_.fail(name);
        }
        return reads(name + 8, "dyS3Path\":") && is_first(body_path, members)
                   ? pass_path(name + 18, record.output_in_s3)
                   : walk_.fail(name);
      case key_start("outputCo"):
        return reads(name + 8, "ntentType\":\"application/json\"") ? name + 37
                                                                   : pass_other(name, output_keys);
      default:
        return pass_other(name, output_keys);
    }
  });
}

}  // namespace bedrocklog::ingest

#endif
