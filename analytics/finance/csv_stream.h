// Rows of a comma-separated text (RFC 4180) that is too large to hold, one at a time.
//
// Takes and refuses what csv_table.h does, but a bill may have more columns and no end of rows.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::finance {

inline constexpr std::size_t stream_columns_max = 8'192;  // Legacy reports have one per tag.
inline constexpr std::size_t stream_field_size_bytes_max = std::size_t{256} << 10U;
inline constexpr std::size_t stream_row_size_bytes_max = std::size_t{4} << 20U;

/// Fills the front of the span and says how much; 0 at the end.
using ReadBytes = std::function<std::size_t(std::span<char> into)>;

class CsvStream {
 public:
  /// `name` is the subject of faults, with the line.
  CsvStream(ReadBytes read, std::string name);

  /// Moves to the next row that is not blank; false at the end. A Fault is final: text that is no
  /// CSV (quotes where none may be, zero bytes), or over a limit.
  [[nodiscard]] Result<bool> next();

  /// Of the present row; valid until next().
  [[nodiscard]] std::span<const std::string_view> fields() const { return fields_; }
  /// Line on which the present row begins, from 1.
  [[nodiscard]] std::size_t line() const { return row_line_; }
  /// After the end: the line of a row that the end of the text cut inside quotes. It was not given.
  [[nodiscard]] std::optional<std::size_t> cut_line() const { return cut_line_; }

 private:
  enum class State { field_begin, plain, quoted, quote_in_quoted, carriage_return };

  [[nodiscard]] bool fill();
  void begin_row();
  void end_field();
  void end_row();
  [[nodiscard]] std::optional<Fault> take(char c);
  [[nodiscard]] std::optional<Fault> take_in_quotes(char c);
  [[nodiscard]] std::optional<Fault> take_outside(char c);
  [[nodiscard]] std::optional<Fault> over_limit() const;
  [[nodiscard]] Fault refused(std::string message) const;
  [[nodiscard]] Result<bool> finish();

  ReadBytes read_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  bool is_first_fill_ = true;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
  State state_ = State::field_begin;
  bool was_quoted_ = false;  // The field before a carriage return.
  bool is_row_complete_ = false;
  std::string text_;  // Of all fields of the row.
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> fields_;
  std::optional<std::size_t> cut_line_;
};

}  // namespace bedrocklog::finance
