// The report as a table for a terminal, with the account of its input below.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/account_text.h"
#include "cli/report_writers.h"
#include "cli/table_layout.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view yellow = "33";

// Colour repeats what the words say; it never says anything alone.
std::string colored(const std::string& text, std::string_view code, const TableStyle& style) {
  return style.color && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string aligned(const std::string& text, const TableColumn& column) {
  const std::size_t width = display_width(text);
  const std::string blanks(column.width - std::min(column.width, width), ' ');
  return column.is_figure ? blanks + text : text + blanks;
}

// One line of the table; `cell_of` picks the cell of each column.
template <class CellOf>
std::string table_row(const TableLayout& layout, const CellOf& cell_of) {
  std::string line;
  for (std::size_t at = 0; at < layout.columns.size(); ++at) {
    line += at == 0 ? "" : std::string(table_column_gap, ' ');
    line += aligned(cell_of(layout.columns[at]), layout.columns[at]);
  }
  line.resize(line.find_last_not_of(' ') + 1);  // npos + 1 is 0.
  return line;
}

std::string rule(const TableLayout& layout, bool unicode) {
  std::string line;
  for (std::size_t at = 0; at < layout.columns.size(); ++at) {
    line += at == 0 ? "" : std::string(table_column_gap, ' ');
    for (std::size_t column = 0; column < layout.columns[at].width; ++column) {
      line += unicode ? "\xE2\x94\x80" : "-";
    }
  }
  return line;
}

std::string table_text(const TableLayout& layout, bool has_total, const TableStyle& style) {
  if (layout.columns.empty()) {
    return "";
  }
  const auto header = [](const TableColumn& column) { return column.name; };
  const std::string line = rule(layout, style.unicode) + '\n';
  std::string text = colored(table_row(layout, header), bold, style) + '\n' + line;
  const std::size_t rows = layout.columns.front().cells.size();
  for (std::size_t row = 0; row < rows; ++row) {
    const bool is_total = has_total && row + 1 == rows;
    text += is_total && row > 0 ? line : "";
    text += table_row(layout, [row](const TableColumn& column) { return column.cells[row]; });
    text += '\n';
  }
  return text;
}

// Breaks at blanks; what is longer than the width stays whole, as it may be a figure or a name.
std::vector<std::string> wrapped(const std::string& text, std::size_t width_max) {
  if (width_max == 0 || display_width(text) <= width_max) {
    return {text};
  }
  std::vector<std::string> lines;
  std::string line;
  const std::string indent = "  ";
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    const bool is_empty = line.empty() || line == indent;
    if (!is_empty && display_width(line) + 1 + display_width(word) > width_max) {
      lines.push_back(line);
      line = indent + word;
    } else {
      line += is_empty ? word : ' ' + word;
    }
    start = end + 1;
  }
  lines.push_back(line);
  return lines;
}

// "error_rate and coverage in percent" for the units on show.
std::vector<std::string> figure_notes(const analytics::Report& report, const ColumnChoice& columns,
                                      const TableLayout& layout) {
  using analytics::Unit;
  const auto shows = [&](Unit unit) {
    return std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
      const analytics::Column& about = report.columns[column];
      return about.unit == unit && std::find(layout.hidden.begin(), layout.hidden.end(),
                                             about.name) == layout.hidden.end();
    });
  };
  std::vector<std::string> units;
  if (shows(Unit::milliseconds)) {
    units.emplace_back("latency in ms");
  }
  if (shows(Unit::percent)) {
    units.emplace_back("rates in percent");
  }
  if (shows(Unit::tokens_per_second)) {
    units.emplace_back("tps in tokens per second");
  }
  if (shows(Unit::usd)) {
    units.emplace_back("cost in USD");
  }
  if (shows(Unit::usd_per_unit)) {
    units.emplace_back("unit_price in USD per unit, exact");
  }
  std::vector<std::string> notes;
  if (!units.empty()) {
    notes.push_back(fmt::format("units: {}", fmt::join(units, ", ")));
  }
  if (layout.is_rounded) {
    notes.emplace_back(
        "note: cost is rounded half to even, row by row; csv and json have all its digits");
  }
  if (layout.is_abbreviated) {
    notes.emplace_back(
        "note: k, M and G mark counts shortened to three digits; --width 0 shows them in full");
  }
  return notes;
}

std::string_view color_of(LineTone tone) {
  switch (tone) {
    case LineTone::plain:
      return "";
    case LineTone::gap:
      return yellow;
    case LineTone::note:
      return dim;
  }
  return "";
}

class WrappedText {
 public:
  explicit WrappedText(const TableStyle& style) : style_(style) {}

  void add(const std::string& text, std::string_view color) {
    const std::string shown = style_.unicode ? text : ascii_only(text);
    const auto width_max = static_cast<std::size_t>(std::max(style_.width, 0));
    for (const std::string& line : wrapped(shown, width_max)) {
      text_ += (color.empty() ? line : colored(line, color, style_)) + '\n';
    }
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  const TableStyle& style_;
  std::string text_;
};

}  // namespace

bool write_table(const analytics::Report& report, const ColumnChoice& columns,
                 const TableStyle& style, const AppendPiece& append) {
  const TableLayout layout = lay_out(report, columns, style);
  WrappedText above(style);
  const std::vector<std::string> heading = heading_lines(report);
  for (std::size_t at = 0; at < heading.size(); ++at) {
    above.add(heading[at], at == 0 && !report.spec.title.empty() ? bold : "");
  }
  WrappedText below(style);
  for (const std::string& note : figure_notes(report, columns, layout)) {
    below.add(note, dim);
  }
  for (const AccountLine& line : account_lines(report)) {
    below.add(line.text, color_of(line.tone));
  }
  return append(above.text() + '\n' + table_text(layout, report.has_total, style) + '\n' +
                below.text());
}

std::string table_alone(const analytics::Report& report, const ColumnChoice& columns,
                        const TableStyle& style) {
  return table_text(lay_out(report, columns, style), report.has_total, style);
}

std::vector<std::string> columns_left_out(const analytics::Report& report,
                                          const ColumnChoice& columns, const TableStyle& style) {
  return lay_out(report, columns, style).hidden;
}

}  // namespace bedrocklog::cli
