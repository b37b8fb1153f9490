// Rows of a CSV text (RFC 4180): quoted fields may hold commas, doubled quotes and newlines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::ingest {

/// Finds where a row ends; fed in pieces of any size.
class CsvRowSplitter {
 public:
  void reset() { in_quotes_ = false; }
  /// Size of the row's part of `bytes` without its newline, or npos when the row goes on.
  [[nodiscard]] std::size_t feed(std::string_view bytes);
  /// At the end of the text: inside quotes, so the row was cut.
  [[nodiscard]] bool is_cut() const { return in_quotes_; }

 private:
  bool in_quotes_ = false;
};

inline constexpr std::size_t csv_fields_max = 1'024;  // Further fields are ignored.

/// The fields of one row, unquoted. Carriage returns at its end are not part of it.
void split_csv_row(std::string_view row, std::vector<std::string>& fields);

}  // namespace bedrocklog::ingest
