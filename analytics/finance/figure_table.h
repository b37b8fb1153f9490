// Tables of finance as reports, so that one set of writers serves every command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/price_table.h"
#include "analytics/report.h"

namespace bedrocklog::finance {

/// Cells of one row. Nothing: no such key, unknown figure.
struct FigureRow {
  std::vector<std::optional<std::string>> keys;  // And attributes.
  std::vector<analytics::Figure> figures;
};

struct FigureTable {
  std::string title;
  std::vector<std::string> keys;              // Names of the first columns.
  std::vector<std::string> attributes;        // Of the texts behind them that rows are not by.
  std::vector<analytics::Column> figures;     // Of the columns behind them.
  std::vector<std::string_view> first_to_go;  // Columns a table may leave out; literals.
  std::vector<FigureRow> rows;
  std::optional<FigureRow> total;  // Its keys are not looked at; nothing: rows do not add up.
  std::vector<std::string> notes;  // What these figures need to be understood; come first.
};

/// Columns as reports have them.
[[nodiscard]] analytics::Column usd_column(std::string name);
[[nodiscard]] analytics::Column count_column(std::string name);
[[nodiscard]] analytics::Column tokens_column(std::string name);
[[nodiscard]] analytics::Column percent_column(std::string name);

/// What was asked for, for the heading.
struct TableRequest {
  TimeRange range;
  std::string zone_name = "UTC";
  std::string where_text;
  bool deduplicated = true;
};

/// The table with the account of its input, what has no price, and what a reader of any cost must
/// know behind the table's own notes. Every row has a cell for every column.
[[nodiscard]] analytics::Report report_of(const FigureTable& table,
                                          const analytics::Aggregate& aggregate,
                                          const analytics::PriceTable& prices,
                                          const TableRequest& request);

}  // namespace bedrocklog::finance
