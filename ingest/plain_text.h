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

  /// Opens lines that were cut out of a document: the first `size` bytes of `buffer`, which holds
  /// text_padding_bytes behind them. more() then gives nothing.
  void open_lines(std::vector<char> buffer, std::size_t size);
  /// Gives the buffer of open_lines() back; no text is left.
  [[nodiscard]] std::vector<char> release();
  /// more() was called for lines that were cut out: behind them there may have been more.
  [[nodiscard]] bool is_exceeded() const { return is_exceeded_; }

  /// Gives the text away, what is held first, without moving the place; 0 at the end. Only
  /// resume() may follow.
  [[nodiscard]] std::size_t give_away(std::span<char> into);
  /// Goes on at a place of the same document, with `text` in front of what was not given away.
  void resume(std::uint64_t offset, std::uint64_t line, std::string text);

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
  std::size_t fill_from_source(std::span<char> room);
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
  bool is_cut_out_ = false;
  bool is_exceeded_ = false;
  std::string returned_;  // Given back by resume(), from returned_at_ on not yet held again.
  std::size_t returned_at_ = 0;
  Utf16Decoder decoder_;
  std::string raw_;      // UTF-16 bytes as read.
  std::string decoded_;  // Their UTF-8 form, from decoded_at_ on not yet handed out.
  std::size_t decoded_at_ = 0;
};

}  // namespace bedrocklog::ingest
