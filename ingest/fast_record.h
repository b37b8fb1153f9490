// Reads records of usual form straight from the text, many times faster than RecordParser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "ingest/record_parser.h"
#include "ingest/record_view.h"
#include "ingest/usual_reader.h"

namespace bedrocklog::ingest {

/// How many bytes behind a text FastRecordReader may read, whatever is in them.
inline constexpr std::size_t fast_padding_bytes = 64;

/// The instructions that text is read with.
enum class TextPath : std::uint8_t { careful, avx2, avx512 };

/// What this processor has, from TextPath::careful on, which means none.
[[nodiscard]] std::vector<TextPath> text_paths();

/// Knows compact records of the service's own layout and follows their structure without an index.
/// Whatever is out of the ordinary is left to RecordParser, which stays the measure: what is read
/// here equals what it gives. One per thread.
class FastRecordReader {
 public:
  using Outcome = ReadOutcome;

  /// Takes the best path.
  explicit FastRecordReader(ParseOptions options = {});
  /// `path` is one of text_paths().
  FastRecordReader(ParseOptions options, TextPath path);

  /// Reads the record that `text` starts with and that ends its line: a newline, return and
  /// newline, or the end of the text follow. `record` and `size_bytes` are set for
  /// Outcome::record only; the record borrows from the text and, until the next call, from here.
  [[nodiscard]] Outcome read(std::string_view text, RecordView& record, std::size_t& size_bytes) {
    return reader_ != nullptr ? reader_->read(text, record, size_bytes) : Outcome::unusual;
  }

 private:
  std::unique_ptr<UsualReader> reader_;  // Null on the careful path.
};

}  // namespace bedrocklog::ingest
