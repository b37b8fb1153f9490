// Reads records of usual form straight from the text, many times faster than RecordParser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "ingest/record_parser.h"
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

/// How many bytes behind a text FastRecordReader may read, whatever is in them.
inline constexpr std::size_t fast_padding_bytes = 64;

/// Knows compact records of the service's own layout and follows their structure without an index.
/// Whatever is out of the ordinary is left to RecordParser, which stays the measure: what is read
/// here equals what it gives. One per thread.
class FastRecordReader {
 public:
  enum class Outcome : std::uint8_t {
    record,
    unusual,     // To be parsed with care. Always, on processors without the instructions.
    incomplete,  // The text ends before the record does, or before that can be told.
  };

  explicit FastRecordReader(ParseOptions options = {});
  ~FastRecordReader();
  FastRecordReader(FastRecordReader&&) noexcept;
  FastRecordReader& operator=(FastRecordReader&&) noexcept;
  FastRecordReader(const FastRecordReader&) = delete;
  FastRecordReader& operator=(const FastRecordReader&) = delete;

  /// Reads the record that `text` starts with and that ends its line: a newline, return and
  /// newline, or the end of the text follow. `record` and `size_bytes` are set for
  /// Outcome::record only; the record borrows from the text and, until the next call, from here.
  [[nodiscard]] Outcome read(std::string_view text, RecordView& record, std::size_t& size_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::ingest
