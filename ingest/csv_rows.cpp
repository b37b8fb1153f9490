// Splits CSV rows and fields.
#include "ingest/csv_rows.h"

namespace bedrocklog::ingest {

std::size_t CsvRowSplitter::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    // A doubled quote closes and opens again, so that plain counting is enough.
    at = bytes.find_first_of(in_quotes_ ? "\"" : "\"\n", at);
    if (at == std::string_view::npos || bytes[at] == '\n') {
      return at;
    }
    in_quotes_ = !in_quotes_;
    ++at;
  }
}

void split_csv_row(std::string_view row, std::vector<std::string>& fields) {
  while (row.ends_with('\r')) {
    row.remove_suffix(1);
  }
  fields.clear();
  fields.emplace_back();
  bool in_quotes = false;
  for (std::size_t at = 0; at < row.size(); ++at) {
    const char letter = row[at];
    if (letter == '"' && in_quotes && row.substr(at + 1).starts_with('"')) {
      fields.back().push_back('"');
      ++at;
    } else if (letter == '"') {
      in_quotes = !in_quotes;
    } else if (letter == ',' && !in_quotes) {
      if (fields.size() == csv_fields_max) {
        return;
      }
      fields.emplace_back();
    } else {
      fields.back().push_back(letter);
    }
  }
}

}  // namespace bedrocklog::ingest
