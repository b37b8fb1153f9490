// CSV and TSV: rows for spreadsheets and scripts.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/money.h"
#include "analytics/workers.h"
#include "cli/csv_text.h"
#include "cli/ordered_pieces.h"
#include "cli/report_writers.h"

namespace bedrocklog::cli {
namespace {

using analytics::RowKind;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// What tells the two formats apart.
struct Dialect {
  char delimiter = ',';
  bool quotes = true;
  std::string_view line_end = "\r\n";
};

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

std::string cell_of_text(std::string_view text, const Dialect& dialect, bool raw) {
  const std::string guarded = raw ? std::string(text) : spreadsheet_safe(text);
  return dialect.quotes ? quoted(guarded, dialect.delimiter) : without_breaks(guarded);
}

// Writes any row of one report; every text is made safe once. Rows can be written by several
// threads at once.
class RowWriter {
 public:
  RowWriter(const analytics::Report& report, const ColumnChoice& columns, const Dialect& dialect,
            bool raw)
      : report_(&report),
        columns_(&columns),
        dialect_(dialect),
        figures_need_quotes_(dialect.quotes &&
                             std::string_view("0123456789.-").find(dialect.delimiter) !=
                                 std::string_view::npos) {
    texts_.reserve(report.rows.texts().size());
    for (const std::string_view text : report.rows.texts()) {
      texts_.push_back(cell_of_text(text, dialect, raw));
    }
    none_ = of_ours("(none)");
    other_ = of_ours("(other)");
    total_ = of_ours("(total)");
  }

  void append(const analytics::Row& row, TextBuffer& into) const {
    bool is_first = true;
    bool is_labeled = row.kind() == RowKind::group;
    for (const std::size_t column : *columns_) {
      if (!is_first) {
        into.append({&dialect_.delimiter, 1});
      }
      is_first = false;
      if (!report_->columns[column].is_key) {
        append_figure(row, column, into);
      } else if (row.kind() == RowKind::group) {
        const std::uint32_t text = row.key(column);
        into.append(text == analytics::RowBlock::absent_key ? none_ : texts_[text]);
      } else if (!is_labeled) {
        into.append(row.kind() == RowKind::other ? other_ : total_);
        is_labeled = true;
      }
    }
    into.append(dialect_.line_end);
  }

 private:
  [[nodiscard]] std::string of_ours(std::string_view text) const {
    return cell_of_text(text, dialect_, true);
  }

  void append_figure(const analytics::Row& row, std::size_t column, TextBuffer& into) const {
    const std::optional<analytics::Int128> value = row.figure(column - report_->rows.keys_count());
    if (!value) {
      return;
    }
    const analytics::Column& about = report_->columns[column];
    if (figures_need_quotes_) {
      into.append(of_ours(analytics::to_decimal(*value, about.scale, about.decimals_min)));
      return;
    }
    into.written_to(analytics::write_decimal(into.room(analytics::decimal_bytes_max), *value,
                                             about.scale, about.decimals_min));
  }

  const analytics::Report* report_;
  const ColumnChoice* columns_;
  Dialect dialect_;
  bool figures_need_quotes_;
  std::vector<std::string> texts_;  // Cells, by number.
  std::string none_, other_, total_;
};

// About 130 KB of text.
constexpr std::size_t rows_per_piece = 1'024;

struct Task {
  Dialect dialect;
  std::size_t workers = 1;
};

bool write_rows(const analytics::Report& report, const ColumnChoice& columns, const CsvStyle& style,
                const Task& task, const AppendPiece& append) {
  std::string header(style.byte_order_mark ? byte_order_mark : "");
  for (std::size_t at = 0; at < columns.size(); ++at) {
    // `tag:KEY` holds what the user typed, so a name is guarded like any text.
    header += (at == 0 ? "" : std::string(1, task.dialect.delimiter)) +
              cell_of_text(report.columns[columns[at]].name, task.dialect, style.raw);
  }
  header += task.dialect.line_end;
  const RowWriter writer(report, columns, task.dialect, style.raw);
  const std::size_t rows = report.rows.size();
  const auto make = [&](std::size_t piece, TextBuffer& into) {
    const std::size_t begin = piece * rows_per_piece;
    for (std::size_t row = begin; row < std::min(begin + rows_per_piece, rows); ++row) {
      writer.append(report.rows[row], into);
    }
  };
  if (!append(header) ||
      !append_in_order(analytics::useful_workers(rows, task.workers),
                       (rows + rows_per_piece - 1) / rows_per_piece, make, append)) {
    return false;
  }
  TextBuffer total;
  if (style.total_row && report.has_total) {
    writer.append(report.total(), total);
  }
  return total.empty() || append(total.text());
}

}  // namespace

bool write_csv(const analytics::Report& report, const ColumnChoice& columns, const CsvStyle& style,
               std::size_t workers, const AppendPiece& append) {
  return write_rows(report, columns, style, {{style.delimiter, true, "\r\n"}, workers}, append);
}

bool write_tsv(const analytics::Report& report, const ColumnChoice& columns, const CsvStyle& style,
               std::size_t workers, const AppendPiece& append) {
  return write_rows(report, columns, style, {{'\t', false, "\n"}, workers}, append);
}

}  // namespace bedrocklog::cli
