// A window over the plain text of a document: UTF-8, whatever the document's own encoding is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/text_encoding.h"

namespace bedrocklog::ingest {

/// Bytes behind the held text that may be read, whatever is in them: wide loads need not look where
/// a text ends.
inline constexpr std::size_t text_padding_bytes = 64;

/// Holds the bytes from the current place on and reads more of them on demand. A byte order mark
/// is not part of the text but is counted in offsets; offsets of UTF-16 text are those of its
/// UTF-8 form. Reusable through open(); how the source cuts its bytes has no influence.
class PlainText {
 public:
  /// Fills the front of a span and says how much; 0 only at the end.
  using Read = std::function<std::size_t(std::span<char>)>;

  void open(Read read);

  /// What is held from the current place on, with text_padding_bytes behind it. Valid until the
  /// next call of more() or open().
  [[nodiscard]] std::string_view ahead() const { return {buffer_.data() + begin_, end_ - begin_}; }
  /// Holds more; false at the end of the document. Callers bound how much they hold.
  bool more();
  /// Moves on by `size` held bytes.
  void consume(std::size_t size);
  /// The same where none of the bytes is a newline: counting them took a quarter of a scan.
  void consume_in_line(std::size_t size) {
    offset_ += size;
    begin_ += size;
  }

  /// True if the first bytes are not those of any text.
  [[nodiscard]] bool is_binary() const { return is_binary_; }
  [[nodiscard]] std::uint64_t line() const { return line_; }      // 1-based.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }  // Of the current place.

 private:
  std::size_t fill(std::span<char> room);
  /// How much text the buffer can hold.
  [[nodiscard]] std::size_t room() const { return buffer_.size() - text_padding_bytes; }

  Read read_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t offset_ = 0;
  bool is_utf16_ = false;
  bool is_binary_ = false;
  Utf16Decoder decoder_;
  std::string raw_;      // UTF-16 bytes as read.
  std::string decoded_;  // Their UTF-8 form, from decoded_at_ on not yet handed out.
  std::size_t decoded_at_ = 0;
};

}  // namespace bedrocklog::ingest
