// Tables in comma-separated text (RFC 4180) that the program reads: price book, model list.
//
// Tolerated beside the RFC: a byte order mark, LF or CRLF, a missing last line end, blank lines.
// Everything else that does not fit is a Fault with the line, as a table of prices that is guessed
// at is worse than none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::analytics {

inline constexpr std::size_t csv_size_bytes_max = std::size_t{64} << 20U;
inline constexpr std::size_t csv_columns_max = 256;
inline constexpr std::size_t csv_field_size_bytes_max = std::size_t{64} << 10U;

struct CsvRow {
  std::size_t line = 0;             // 1-based line of the file on which the row begins.
  std::vector<std::string> fields;  // As many as the header has.
};

struct CsvTable {
  std::vector<std::string> header;  // Not empty, no name twice.
  std::vector<CsvRow> rows;
};

/// The first non-blank line is the header. Fails for no header, an empty column name or one named
/// twice, rows of another length than the header, quotes that do not close or stand inside an
/// unquoted field, NUL bytes and texts over the limits; the subject is `file_name:line`.
[[nodiscard]] Result<CsvTable> parse_csv(std::string_view text, const std::string& file_name);

}  // namespace bedrocklog::analytics
