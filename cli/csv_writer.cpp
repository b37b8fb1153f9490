// CSV and TSV: rows for spreadsheets and scripts.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "cli/report_cells.h"
#include "cli/report_writers.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// What tells the two formats apart.
struct Dialect {
  char delimiter = ',';
  bool quotes = true;
  std::string_view line_end = "\r\n";
};

// Spreadsheets run a cell that starts so; OWASP "CSV Injection" has the list. LF is ours: some
// programs trim it and then see what follows.
bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != text.npos;
}

// Tabs and line ends are content of a quoted cell; every other control character is an attack on
// the terminal a file is looked at in.
std::string inert(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find_first_of("\t\r\n"), text.size());
    safe += printable(text.substr(0, size));
    if (size < text.size()) {
      safe += text[size];
    }
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return looks_like_formula(safe) ? '\'' + safe : safe;
}

// Semicolons and tabs are quoted too: with them a spreadsheet of another locale splits cells.
std::string quoted(const std::string& text, char delimiter) {
  const std::string special = std::string("\",;\t\r\n") + delimiter;
  const bool has_edge_blank = text.starts_with(' ') || text.ends_with(' ');
  if (text.find_first_of(special) == std::string::npos && !has_edge_blank) {
    return text;
  }
  std::string cell = "\"";
  for (const char character : text) {
    cell += character;
    if (character == '"') {
      cell += '"';
    }
  }
  return cell + '"';
}

std::string without_breaks(std::string text) {
  for (char& character : text) {
    if (character == '\t' || character == '\r' || character == '\n') {
      character = ' ';
    }
  }
  return text;
}

class RowWriter {
 public:
  RowWriter(const Dialect& dialect, bool raw) : dialect_(dialect), raw_(raw) {}

  void add(const CellText& cell) {
    out_ += is_first_ ? "" : std::string(1, dialect_.delimiter);
    is_first_ = false;
    const bool is_guarded = cell.kind == CellKind::log_text && !raw_;
    const std::string text = is_guarded ? inert(cell.text) : cell.text;
    out_ += dialect_.quotes ? quoted(text, dialect_.delimiter) : without_breaks(text);
  }
  void end_row() {
    out_ += dialect_.line_end;
    is_first_ = true;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  Dialect dialect_;
  bool raw_;
  bool is_first_ = true;
  std::string out_;
};

void add_row(RowWriter& writer, const analytics::Report& report, const ColumnChoice& columns,
             const analytics::Row& row) {
  std::string_view label;
  if (row.kind != analytics::RowKind::group) {
    label = row.kind == analytics::RowKind::other ? "(other)" : "(total)";
  }
  for (const std::size_t column : columns) {
    writer.add(cell_text(report, row, column, label));
    if (report.columns[column].is_key) {
      label = "";
    }
  }
  writer.end_row();
}

std::string write_rows(const analytics::Report& report, const ColumnChoice& columns,
                       const CsvStyle& style, const Dialect& dialect) {
  RowWriter writer(dialect, style.raw);
  for (const std::size_t column : columns) {
    // `tag:KEY` holds what the user typed, so a name is guarded like any text.
    writer.add({CellKind::log_text, report.columns[column].name});
  }
  writer.end_row();
  for (const analytics::Row& row : report.rows) {
    add_row(writer, report, columns, row);
  }
  if (style.total_row) {
    add_row(writer, report, columns, report.total);
  }
  return std::string(style.byte_order_mark ? byte_order_mark : "") + writer.take();
}

}  // namespace

std::string write_csv(const analytics::Report& report, const ColumnChoice& columns,
                      const CsvStyle& style) {
  return write_rows(report, columns, style, {style.delimiter, true, "\r\n"});
}

std::string write_tsv(const analytics::Report& report, const ColumnChoice& columns,
                      const CsvStyle& style) {
  return write_rows(report, columns, style, {'\t', false, "\n"});
}

}  // namespace bedrocklog::cli
