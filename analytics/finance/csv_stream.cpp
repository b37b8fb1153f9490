// A row is complete when its line end was seen: the state is kept between fillings of the buffer.
#include "analytics/finance/csv_stream.h"

#include <utility>

namespace bedrocklog::finance {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

CsvStream::CsvStream(ReadBytes read, std::string name)
    : read_(std::move(read)), name_(std::move(name)), buffer_(buffer_bytes) {}

Fault CsvStream::refused(std::string message) const {
  return Fault{name_ + ':' + std::to_string(line_), std::move(message)};
}

bool CsvStream::fill() {
  at_ = 0;
  size_ = read_(buffer_);
  if (is_first_fill_) {
    is_first_fill_ = false;
    while (size_ > 0 && size_ < byte_order_mark.size()) {
      const std::size_t more = read_(std::span(buffer_).subspan(size_));
      if (more == 0) {
        break;
      }
      size_ += more;
    }
    if (std::string_view(buffer_.data(), size_).starts_with(byte_order_mark)) {
      at_ = byte_order_mark.size();
      if (at_ == size_) {
        return fill();
      }
    }
  }
  return size_ > 0;
}

void CsvStream::begin_row() {
  text_.clear();
  ends_.clear();
  fields_.clear();
  row_line_ = line_;
  state_ = State::field_begin;
  is_row_complete_ = false;
}

void CsvStream::end_field() {
  ends_.push_back(text_.size());
  state_ = State::field_begin;
}

void CsvStream::end_row() {
  const bool is_blank = ends_.empty() && text_.empty() && state_ == State::field_begin;
  if (is_blank) {
    row_line_ = line_;
    return;
  }
  end_field();
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    fields_.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  is_row_complete_ = true;
}

std::optional<Fault> CsvStream::over_limit() const {
  if (ends_.size() > stream_columns_max) {
    return refused("has more than 8,192 fields in a row");
  }
  if (text_.size() - (ends_.empty() ? 0 : ends_.back()) > stream_field_size_bytes_max) {
    return refused("has a field over 256 KiB; a quote may never close");
  }
  if (text_.size() > stream_row_size_bytes_max) {
    return refused("has a row over 4 MiB; a quote may never close");
  }
  return std::nullopt;
}

std::optional<Fault> CsvStream::take_in_quotes(char c) {
  if (c == '"') {
    state_ = State::quote_in_quoted;
    return std::nullopt;
  }
  line_ += c == '\n' ? 1U : 0U;
  text_ += c;
  return over_limit();
}

std::optional<Fault> CsvStream::take_outside(char c) {
  const bool after_quote = state_ == State::quote_in_quoted;
  switch (c) {
    case ',':
      end_field();
      return over_limit();
    case '\n':
      ++line_;
      end_row();
      return std::nullopt;
    case '\r':
      was_quoted_ = after_quote;
      if (state_ != State::field_begin || !ends_.empty()) {  // Else the line is blank.
        state_ = State::carriage_return;
      }
      return std::nullopt;
    case '"':
      if (after_quote) {
        text_ += c;
        state_ = State::quoted;
        return std::nullopt;
      }
      if (state_ == State::plain) {
        return refused("has a quote inside an unquoted field");
      }
      state_ = State::quoted;
      return std::nullopt;
    default:
      if (after_quote) {
        return refused("has text after a closing quote");
      }
      state_ = State::plain;
      text_ += c;
      return over_limit();
  }
}

std::optional<Fault> CsvStream::take(char c) {
  if (c == '\0') {
    return refused("holds a zero byte");
  }
  if (state_ == State::quoted) {
    return take_in_quotes(c);
  }
  if (state_ == State::carriage_return) {
    if (c == '\n') {
      ++line_;
      end_row();
      return std::nullopt;
    }
    if (was_quoted_) {
      return refused("has text after a closing quote");
    }
    text_ += '\r';
    state_ = State::plain;
  }
  return take_outside(c);
}

Result<bool> CsvStream::finish() {
  if (state_ == State::quoted) {
    cut_line_ = row_line_;
    return false;
  }
  end_row();
  return is_row_complete_;
}

Result<bool> CsvStream::next() {
  begin_row();
  for (;;) {
    if (at_ == size_ && !fill()) {
      return finish();
    }
    while (at_ < size_) {
      if (std::optional<Fault> bad = take(buffer_[at_++])) {
        return tl::unexpected(*std::move(bad));
      }
      if (is_row_complete_) {
        return true;
      }
    }
  }
}

}  // namespace bedrocklog::finance
