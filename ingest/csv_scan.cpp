// Rows of a query result saved as CSV, by the console or from Athena.
#include <algorithm>
#include <utility>

#include "ingest/csv_rows.h"
#include "ingest/document_scan.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t header_bytes_max = std::size_t{64} << 10U;

}  // namespace

bool DocumentScan::csv_rows() {
  if (front() == '{' || front() == '[') {
    return false;
  }
  const std::optional<std::size_t> header_size = line_size(header_bytes_max);
  if (!header_size) {
    return false;
  }
  std::vector<std::string> header;
  split_csv_row(text_->ahead().substr(0, *header_size), header);
  row_.clear();
  for (const std::string& name : header) {
    row_.add(name, {});
  }
  if (!row_.names_a_record()) {
    return false;
  }
  output_->expect_items();
  advance(*header_size);
  CsvRowSplitter splitter;
  while (pass_space()) {
    const Start start = here();
    splitter.reset();
    std::size_t at = 0;
    std::size_t found = splitter.feed(text_->ahead());
    while (found == std::string_view::npos) {
      at = text_->ahead().size();
      if (at > value_size_bytes_max) {
        advance(std::exchange(at, 0));
      }
      if (!text_->more()) {
        break;
      }
      found = splitter.feed(text_->ahead().substr(at));
    }
    const std::size_t size = found == std::string_view::npos ? text_->ahead().size() : at + found;
    const std::uint64_t total = text_->offset() + size - start.offset;
    if (total > value_size_bytes_max) {
      output_->reject(RecordFault::line_too_long, place_of(start, total));
    } else if (splitter.is_cut()) {
      output_->reject(RecordFault::not_json, place_of(start, total));
    } else {
      csv_row(header, text_->ahead().substr(0, size), start);
    }
    advance(size);
  }
  return true;
}

void DocumentScan::csv_row(const std::vector<std::string>& header, std::string_view row,
                           const Start& start) {
  std::vector<std::string> fields;
  split_csv_row(row, fields);
  row_.clear();
  for (std::size_t index = 0; index < std::min(header.size(), fields.size()); ++index) {
    row_.add(header[index], fields[index]);
  }
  row_place_ = place_of(start, row.size());
  finish_row(Layout::insights_csv);
}

}  // namespace bedrocklog::ingest
