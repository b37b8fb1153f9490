// The report as a Markdown pipe table and list, for tickets and pull requests.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/account_text.h"
#include "cli/report_cells.h"
#include "cli/report_writers.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

// Log text must come out as text: no markup, no HTML, no link. Renderers of the GitHub dialect also
// link bare "https://" and "www.", so these are escaped as well.
std::string escaped(std::string_view text) {
  std::string safe;
  const std::string visible = printable(text);
  for (std::size_t at = 0; at < visible.size(); ++at) {
    const std::string_view rest = std::string_view(visible).substr(at);
    const char character = rest.front();
    if (character == '<') {
      safe += "&lt;";
    } else if (character == '>') {
      safe += "&gt;";
    } else if (character == '&') {
      safe += "&amp;";
    } else {
      const bool starts_link = rest.starts_with("://") ||
                               (character == '.' && at >= 3 && visible.substr(at - 3, 3) == "www");
      const bool is_markup =
          std::string_view("\\`*_{}[]|~#!$").find(character) != std::string_view::npos;
      safe += starts_link || is_markup ? "\\" : "";
      safe += character;
    }
  }
  return safe;
}

std::string label_of(const analytics::Row& row) {
  if (row.kind() == analytics::RowKind::other) {
    return fmt::format("other ({} rows)", with_thousands(row.folded_rows()));
  }
  return row.kind() == analytics::RowKind::total ? "total" : "";
}

// The first column holds row labels when no key is shown, so that a total is never unnamed.
bool needs_label_column(const analytics::Report& report, const ColumnChoice& columns) {
  return std::none_of(columns.begin(), columns.end(),
                      [&](std::size_t column) { return report.columns[column].is_key; });
}

std::string row_text(const analytics::Report& report, const ColumnChoice& columns,
                     const analytics::Row& row) {
  const bool is_total = row.kind() == analytics::RowKind::total;
  std::string label = label_of(row);
  std::string line = "|";
  const auto add = [&](const std::string& cell) {
    line += is_total && !cell.empty() ? " **" + cell + "** |" : ' ' + cell + " |";
  };
  if (needs_label_column(report, columns)) {
    add(label);
  }
  for (const std::size_t column : columns) {
    const CellText cell = cell_text(report, row, column, label);
    if (report.columns[column].is_key) {
      label.clear();
    }
    add(cell.kind == CellKind::figure ? with_thousands(cell.text) : escaped(cell.text));
  }
  return line + '\n';
}

}  // namespace

std::string markdown_table(const analytics::Report& report, const ColumnChoice& columns) {
  const bool has_labels = needs_label_column(report, columns);
  std::string names = has_labels ? "|  |" : "|";
  std::string rule = has_labels ? "| --- |" : "|";
  for (const std::size_t column : columns) {
    const analytics::Column& about = report.columns[column];
    names += ' ' + escaped(about.name) + " |";
    rule += about.is_key || about.unit == analytics::Unit::text ? " --- |" : " ---: |";
  }
  std::string text = names + '\n' + rule + '\n';
  if (report.rows.keys_count() > 0) {  // Without keys the only row is the total.
    for (const analytics::Row& row : report.rows) {
      text += row_text(report, columns, row);
    }
  }
  return report.has_total ? text + row_text(report, columns, report.total()) : text;
}

bool write_markdown(const analytics::Report& report, const ColumnChoice& columns,
                    const AppendPiece& append) {
  std::string text;
  const std::vector<std::string> heading = heading_lines(report);
  for (std::size_t at = 0; at < heading.size(); ++at) {
    const bool is_title = at == 0 && !report.spec.title.empty();
    text += (is_title ? "## " : "- ") + escaped(heading[at]) + (is_title ? "\n\n" : "\n");
  }
  text += '\n' + markdown_table(report, columns) + '\n';
  for (const AccountLine& line : account_lines(report)) {
    text += "- " + escaped(line.text) + '\n';
  }
  return append(text);
}

}  // namespace bedrocklog::cli
