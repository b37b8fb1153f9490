// Reads records of usual form: each member by the first letters of its name.
//
// Included as fast_text.h is; definitions in fast_root.h and fast_parts.h.
#pragma once

#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ingest/fast_body.h"
#include "ingest/fast_walk.h"
#include "ingest/json_index.h"
#include "ingest/record_body.h"
#include "ingest/usual_reader.h"

namespace bedrocklog::ingest {

/// Of record, input and output, for telling copies, which are left to the careful parser.
enum RecordMember : std::uint8_t {
  schema_type,
  timestamp,
  account_id,
  identity,
  region,
  inference_region,
  request_id,
  operation,
  model_id,
  error_code,
  input,
  output,
  request_metadata,
  body,
  body_path,
  tokens,
  cache_read,
  cache_write,
};

/// Makes `value` one that was just constructed. What the compiler does by itself, a repeated store
/// by the processor, takes as long to start as a usual record's members to read.
template <class Block, class T>
[[gnu::always_inline]] inline void make_blank(T& value) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) >= text_block_bytes);
  static constexpr T blank{};
  const auto* from = reinterpret_cast<const char*>(&blank);
  auto* to = reinterpret_cast<char*>(&value);
  for (std::size_t at = 0; at + text_block_bytes < sizeof(T); at += text_block_bytes) {
    Block::at(from + at).store(to + at);
  }
  const std::size_t last = sizeof(T) - text_block_bytes;
  Block::at(from + last).store(to + last);
}

/// Over blocks of one kind. One per thread.
template <class Block>
class BlockReader : public UsualReader {
 public:
  explicit BlockReader(ParseOptions options) : options_(options) {}

  [[nodiscard]] ReadOutcome read(std::string_view text, RecordView& record,
                                 std::size_t& size_bytes) override;

 private:
  static bool is_first(unsigned member, std::uint64_t& members) {
    const std::uint64_t bit = std::uint64_t{1} << member;
    const bool first = (members & bit) == 0;
    members |= bit;
    return first;
  }

  const char* read_root_member(const char* name, RecordView& record);
  const char* read_input(const char* at, RecordView& record);
  const char* read_output(const char* at, RecordView& record);
  const char* read_request(const char* at);
  const char* read_identity(const char* at, RecordView& record);
  const char* read_metadata(const char* at);
  template <class Table>
  const char* pass_other(const char* name, const Table& table);
  template <std::size_t usual_bytes>
  const char* read_once(unsigned member, const char* at, std::string_view& into) {
    return is_first(member, seen_) ? walk_.template read_text<usual_bytes>(at, into)
                                   : walk_.fail(at);
  }
  /// A path of a body that was stored elsewhere: only that there is one counts.
  const char* pass_path(const char* at, bool& found) {
    found = true;
    return *at == '"' ? walk_.pass_inside(at + 1) : walk_.fail(at);
  }
  void clear();
  bool settle(RecordView& record);

  ParseOptions options_;
  TextArena arena_;
  JsonIndex index_;
  std::vector<std::pair<std::string_view, std::string_view>> metadata_;
  TextWalk<Block> walk_{nullptr, arena_};
  BodyFactsView facts_;
  RequestFacts request_;
  std::string_view timestamp_;
  std::uint64_t seen_ = 0;
  bool has_schema_type_ = false;
};

}  // namespace bedrocklog::ingest

#endif
