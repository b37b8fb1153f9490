// What a response body tells, read from its text without an index: see record_body.h.
//
// Included as fast_text.h is; definitions in fast_chunks.h, fast_members.h, fast_metrics.h and
// fast_usage.h.
#pragma once

#if defined(__x86_64__)

#include <cstdint>
#include <optional>
#include <string_view>

#include "ingest/fast_walk.h"
#include "ingest/json_index.h"
#include "ingest/record_body.h"

namespace bedrocklog::ingest {

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
inline constexpr int loose_levels = 3;

template <class T>
void keep_last(std::optional<T>& slot, const std::optional<T>& value) {
  slot = value ? value : slot;
}

[[gnu::always_inline]] inline void keep_last(std::string_view& slot, std::string_view value) {
  slot = value.empty() ? slot : value;
}

/// Reads bodies with the effect of read_response_body(). Members of usual form are read here; an
/// object with any other is given to read_response_chunk() with an index of its own. Borrows.
template <class Block>
class FastBodyReader {
 public:
  FastBodyReader(TextWalk<Block>& walk, JsonIndex& index, BodyFactsView& facts)
      : walk_(&walk), index_(&index), facts_(&facts) {}

  /// Over the object or array of chunks here; null after a failure of the walk.
  [[nodiscard]] const char* read(const char* at);

 private:
  /// A chunk that was read, and the one string in it that may differ in the next without being
  /// looked at. Streams repeat a chunk hundreds of times with another piece of text.
  struct Pattern {
    std::string_view before;  // From the start of the chunk to the inside of the string.
    std::string_view behind;  // From the closing quote to the end of the chunk.
  };

  [[nodiscard]] const char* read_chunks(const char* at);
  [[nodiscard]] const char* read_chunk(const char* at);
  [[nodiscard]] const char* read_carefully(const char* at);
  [[nodiscard]] const char* pass_alike(const char* at);
  [[nodiscard]] const char* read_member(const char* name);
  [[nodiscard]] const char* read_named_text(const char* at, unsigned key, std::string_view& into);
  [[nodiscard]] const char* read_service(const char* name);
  [[nodiscard]] const char* read_family_count(const char* name);
  // Usage objects (fast_usage.cpp).
  [[nodiscard]] const char* read_usage(const char* at, bool with_output);
  [[nodiscard]] const char* read_usage_member(const char* name, unsigned& told);
  [[nodiscard]] const char* read_one_hour(const char* name, unsigned& told);

  [[nodiscard]] const char* read_call_metrics(const char* at);
  [[nodiscard]] const char* read_latency(const char* at);
  [[nodiscard]] const char* read_stop(const char* at);
  [[nodiscard]] const char* read_start(const char* at);
  [[nodiscard]] const char* read_metadata(const char* at);
  [[nodiscard]] const char* pass_other(const char* name);
  [[nodiscard]] const char* pass_unknown(const char* name);
  [[nodiscard]] const char* pass_loosely(const char* at, int levels);
  [[nodiscard]] bool is_first(unsigned key);

  TextWalk<Block>* walk_;
  JsonIndex* index_;
  BodyFactsView* facts_;
  std::uint64_t seen_ = 0;  // Members of this chunk, to leave copies of one to the careful way.
  bool in_stream_ = false;
  const char* string_begin_ = nullptr;  // Longest string of this chunk that was passed unread.
  const char* string_end_ = nullptr;
  Pattern pattern_;
};

}  // namespace bedrocklog::ingest

#endif
