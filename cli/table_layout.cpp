// Fits a table into a width without ever cutting a figure.
#include "cli/table_layout.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analytics/money.h"
#include "analytics/zone.h"
#include "cli/report_cells.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using analytics::Int128;
using analytics::Report;
using analytics::Row;
using analytics::Unit;

constexpr std::size_t name_width_min = 8;

std::vector<Row> all_rows(const Report& report) {
  std::vector<Row> rows;
  if (report.rows.keys_count() > 0) {  // Without keys the only row is the total.
    rows.reserve(report.rows.size() + 1);
    for (const Row& row : report.rows) {
      rows.push_back(row);
    }
  }
  if (report.has_total) {
    rows.push_back(report.total());
  }
  return rows;
}

std::string label_of(const Row& row) {
  switch (row.kind()) {
    case analytics::RowKind::group:
      return "";
    case analytics::RowKind::other:
      return fmt::format("other ({} {})", with_thousands(row.folded_rows()),
                         row.folded_rows() == 1 ? "row" : "rows");
    case analytics::RowKind::total:
      return "total";
  }
  return "";
}

std::string terminal_text(std::string_view text, bool unicode) {
  return unicode ? printable(text) : ascii_only(printable(text));
}

// Nothing for a text as for what is unknown.
std::optional<Int128> figure_of(const Row& row, std::size_t column) {
  const analytics::Cell cell = row.cell(column);
  const auto* value = std::get_if<Int128>(&cell);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

bool is_money(Unit unit) {
  return unit == Unit::usd || unit == Unit::displayed_currency;
}

// Below 100 USD tenths of a cent still tell models apart; above, cents are enough. By the total, so
// that all rows of a column have the same decimals; without one by the largest row.
unsigned money_decimals(const Report& report, std::size_t column) {
  Int128 usd_100 = 100;
  for (unsigned digit = 0; digit < report.columns[column].scale; ++digit) {
    usd_100 *= 10;
  }
  const auto is_large = [&](const Row& row) {
    const std::optional<Int128> value = figure_of(row, column);
    return value && (*value >= usd_100 || *value <= -usd_100);
  };
  bool any_large = is_large(report.total());
  for (std::size_t row = 0; !report.has_total && row < report.rows.size(); ++row) {
    any_large = any_large || is_large(report.rows[row]);
  }
  return any_large ? 2 : 4;
}

// Builds the columns in full detail and, where asked, again with k/M/G.
class ColumnBuilder {
 public:
  ColumnBuilder(const Report& report, const TableStyle& style)
      : report_(report), style_(style), rows_(all_rows(report)) {}

  [[nodiscard]] TableColumn build(std::size_t column, bool abbreviate, bool with_label) const {
    const analytics::Column& about = report_.columns[column];
    TableColumn built;
    built.name = terminal_text(about.name, style_.unicode);
    built.is_key = about.is_key;
    built.importance =
        about.is_key && !about.is_attribute ? analytics::always_shown : about.importance;
    built.is_figure = about.unit != Unit::text;
    built.width_min = name_width_min;
    for (const Row& row : rows_) {
      const std::string label = with_label ? label_of(row) : "";
      built.width_min = std::max(built.width_min, display_width(label));
      built.cells.push_back(about.unit == Unit::text || about.is_key
                                ? words(row, column, label)
                                : figure(row, column, abbreviate));
    }
    measure(built);
    // A time without its middle is another time.
    if (column < report_.by.size() && analytics::is_time_key(report_.by[column].kind)) {
      built.width_min = built.width;
    }
    return built;
  }

  /// Stands in where no key is shown, so that `other` and the total can be told from groups.
  [[nodiscard]] TableColumn labels() const {
    TableColumn built;
    built.is_key = true;
    for (const Row& row : rows_) {
      built.cells.push_back(label_of(row));
    }
    measure(built);
    built.width_min = built.width;
    return built;
  }

  static void measure(TableColumn& column) {
    column.width = display_width(column.name);
    for (const std::string& cell : column.cells) {
      column.width = std::max(column.width, display_width(cell));
    }
  }

  /// True if printing the column rounds away digits of a cell.
  [[nodiscard]] bool is_rounded(std::size_t column) const {
    const analytics::Column& about = report_.columns[column];
    if (!is_money(about.unit)) {
      return false;
    }
    const unsigned decimals = std::min(money_decimals(report_, column), about.scale);
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
      const std::optional<Int128> value = figure_of(row, column);
      return value && analytics::to_decimal(*value, about.scale, decimals) !=
                          analytics::to_decimal_rounded(*value, about.scale, decimals);
    });
  }

 private:
  [[nodiscard]] std::string words(const Row& row, std::size_t column,
                                  const std::string& label) const {
    return terminal_text(cell_text(report_, row, column, label).text, style_.unicode);
  }

  [[nodiscard]] std::string figure(const Row& row, std::size_t column, bool abbreviate) const {
    const analytics::Column& about = report_.columns[column];
    const std::optional<Int128> value = figure_of(row, column);
    if (!value) {
      return "-";
    }
    if (is_money(about.unit)) {
      const unsigned decimals = std::min(money_decimals(report_, column), about.scale);
      return with_thousands(analytics::to_decimal_rounded(*value, about.scale, decimals));
    }
    const bool is_count =
        about.scale == 0 &&
        (about.unit == Unit::count || about.unit == Unit::tokens || about.unit == Unit::bytes);
    return abbreviate && is_count ? abbreviated(*value)
                                  : with_thousands(cell_text(report_, row, column, "").text);
  }

  const Report& report_;
  const TableStyle& style_;
  std::vector<Row> rows_;
};

std::size_t width_of(const std::vector<TableColumn>& columns) {
  std::size_t width = columns.empty() ? 0 : (columns.size() - 1) * table_column_gap;
  for (const TableColumn& column : columns) {
    width += column.width;
  }
  return width;
}

std::vector<TableColumn> build_all(const Report& report, const ColumnChoice& chosen,
                                   const TableStyle& style, bool abbreviate) {
  const ColumnBuilder builder(report, style);
  std::vector<TableColumn> columns;
  const bool has_key = std::any_of(chosen.begin(), chosen.end(), [&](std::size_t column) {
    return report.columns[column].is_key;
  });
  if (!has_key && report.rows.keys_count() > 0) {
    columns.push_back(builder.labels());
  }
  bool with_label = true;  // The first key column shown carries the label.
  for (const std::size_t column : chosen) {
    columns.push_back(builder.build(column, abbreviate, with_label));
    with_label = with_label && !report.columns[column].is_key;
  }
  return columns;
}

// Digits are given up only where that makes the column narrower.
void use_brief_columns(std::vector<TableColumn>& columns, std::vector<TableColumn> brief) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (brief[at].width < columns[at].width) {
      columns[at] = std::move(brief[at]);
    }
  }
}

bool has_abbreviated(const std::vector<TableColumn>& columns) {
  return std::any_of(columns.begin(), columns.end(), [](const TableColumn& column) {
    return column.is_figure &&
           std::any_of(column.cells.begin(), column.cells.end(), [](const std::string& cell) {
             return cell.find_last_of("kMG") != std::string::npos;
           });
  });
}

// The next column to leave out; nothing when all that is left must stay.
std::optional<std::size_t> least_important(const std::vector<TableColumn>& columns) {
  std::optional<std::size_t> least;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (columns[at].importance != analytics::always_shown &&
        (!least || columns[at].importance <= columns[*least].importance)) {
      least = at;
    }
  }
  return least;
}

void leave_out_columns(TableLayout& layout, std::size_t width_max) {
  std::vector<std::string> gone;
  std::vector<std::string> order;
  order.reserve(layout.columns.size());
  for (const TableColumn& column : layout.columns) {
    order.push_back(column.name);
  }
  while (width_of(layout.columns) > width_max) {
    const std::optional<std::size_t> least = least_important(layout.columns);
    if (!least) {
      break;
    }
    gone.push_back(layout.columns[*least].name);
    layout.columns.erase(layout.columns.begin() + static_cast<std::ptrdiff_t>(*least));
  }
  std::copy_if(order.begin(), order.end(), std::back_inserter(layout.hidden),
               [&](const std::string& name) {
                 return std::find(gone.begin(), gone.end(), name) != gone.end();
               });
}

// Takes columns from the widest names, down to `name_width_floor` or what the column needs.
void shorten_names(std::vector<TableColumn>& columns, std::size_t width_max,
                   std::size_t name_width_floor, bool unicode) {
  std::size_t width = width_of(columns);
  while (width > width_max) {
    TableColumn* widest = nullptr;
    for (TableColumn& column : columns) {
      if (column.is_key && column.width > std::max(column.width_min, name_width_floor) &&
          (widest == nullptr || column.width > widest->width)) {
        widest = &column;
      }
    }
    if (widest == nullptr) {
      break;
    }
    --widest->width;
    --width;
  }
  for (TableColumn& column : columns) {
    if (column.is_key) {
      column.name = shortened(column.name, column.width, unicode);
      for (std::string& cell : column.cells) {
        cell = shortened(cell, column.width, unicode);
      }
    }
  }
}

}  // namespace

TableLayout lay_out(const Report& report, const ColumnChoice& columns, const TableStyle& style) {
  TableLayout layout;
  layout.columns = build_all(report, columns, style, false);
  const auto width_max = static_cast<std::size_t>(std::max(style.width, 0));
  if (width_max > 0 && width_of(layout.columns) > width_max) {
    use_brief_columns(layout.columns, build_all(report, columns, style, true));
    // One long ARN must not cost every row its percentiles, so names give way first, as far as
    // they stay easy to tell apart, and further only when nothing else can.
    shorten_names(layout.columns, width_max, readable_name_width, style.unicode);
    leave_out_columns(layout, width_max);
    shorten_names(layout.columns, width_max, 0, style.unicode);
  }
  layout.is_abbreviated = has_abbreviated(layout.columns);
  const ColumnBuilder builder(report, style);
  for (const std::size_t column : columns) {
    const std::string& name = report.columns[column].name;
    const bool is_hidden =
        std::find(layout.hidden.begin(), layout.hidden.end(), name) != layout.hidden.end();
    layout.is_rounded = layout.is_rounded || (!is_hidden && builder.is_rounded(column));
  }
  return layout;
}

}  // namespace bedrocklog::cli
