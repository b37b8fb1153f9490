// Which columns a table shows at a given width, and how: the rules by which it gives up detail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analytics/report.h"
#include "cli/output_format.h"
#include "cli/report_writers.h"

namespace bedrocklog::cli {

struct TableColumn {
  std::string name;
  bool is_key = false;
  bool is_figure = false;                              // Aligned to the right.
  std::uint32_t importance = analytics::always_shown;  // As in analytics::Column.
  std::vector<std::string> cells;                      // Rows in report order, then the total.
  std::size_t width = 0;                               // Of the widest cell or the name.
  std::size_t width_min = 0;  // Below it a name would lose a figure or its meaning.
};

struct TableLayout {
  std::vector<TableColumn> columns;
  std::vector<std::string> hidden;  // Names of the columns left out, in report order.
  bool is_abbreviated = false;      // Some counts are in k, M, G.
  bool is_rounded = false;          // At least one amount of money lost digits.
};

inline constexpr std::size_t table_column_gap = 2;
/// Names are shortened to this before a column of figures is left out.
inline constexpr std::size_t readable_name_width = 40;

/// Lays out `columns` of the report for `style.width` columns of a terminal. While it is too wide:
/// counts go to k/M/G; then names are shortened in the middle, down to readable_name_width; then
/// columns that the report can do without are left out, least important first (keys stay,
/// attributes need not); then names are shortened further. What is still too wide stays so: figures
/// are never cut. All cells are printable, and ASCII unless style.unicode.
[[nodiscard]] TableLayout lay_out(const analytics::Report& report, const ColumnChoice& columns,
                                  const TableStyle& style);

}  // namespace bedrocklog::cli
