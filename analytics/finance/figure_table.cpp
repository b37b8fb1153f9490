// Rows of texts and integers into a Report with its account.
#include "analytics/finance/figure_table.h"

#include <utility>

#include "analytics/report_notes.h"
#include "analytics/row_cost.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Cell;
using analytics::Column;
using analytics::Report;
using analytics::ReportRows;
using analytics::RowKind;
using analytics::Unit;

Column figure_column(std::string name, Unit unit, unsigned scale, unsigned decimals_min) {
  return {std::move(name), unit, scale, decimals_min, false};
}

// Cells borrow from `row`; ReportRows copies texts.
std::vector<Cell> cells_of(const FigureRow& row) {
  std::vector<Cell> cells;
  cells.reserve(row.keys.size() + row.figures.size());
  for (const std::optional<std::string>& key : row.keys) {
    cells.push_back(key ? Cell(std::string_view(*key)) : Cell());
  }
  for (const analytics::Figure& figure : row.figures) {
    cells.push_back(figure ? Cell(*figure) : Cell());
  }
  return cells;
}

void add_columns(const FigureTable& table, Report& report) {
  for (const std::string& key : table.keys) {
    report.columns.push_back({.name = key, .is_key = true});
  }
  for (const std::string& name : table.attributes) {
    report.columns.push_back({.name = name, .is_key = true, .is_attribute = true});
  }
  report.columns.insert(report.columns.end(), table.figures.begin(), table.figures.end());
  analytics::let_go(report.columns, table.first_to_go);
}

void add_rows(const FigureTable& table, Report& report) {
  const std::size_t texts = table.keys.size() + table.attributes.size();
  report.rows = ReportRows(texts, table.figures.size());
  for (const FigureRow& row : table.rows) {
    ensure(row.keys.size() == texts && row.figures.size() == table.figures.size());
    report.rows.add(RowKind::group, cells_of(row));
  }
  FigureRow total = table.total.value_or(FigureRow{});
  total.keys.assign(texts, std::nullopt);
  total.figures.resize(table.figures.size());
  report.total_rows = ReportRows(texts, table.figures.size());
  report.total_rows.add(RowKind::total, cells_of(total));
  report.has_total = table.total.has_value();
}

analytics::GroupTotals totals_of(const analytics::Aggregate& aggregate) {
  analytics::GroupTotals totals;
  for (const analytics::Group& group : aggregate.groups) {
    totals.merge(group.totals);
  }
  return totals;
}

std::uint64_t covered_invocations(const analytics::GroupTotals& totals) {
  std::uint64_t calls = 0;
  for (const auto& [key, tokens] : totals.billed) {
    calls += key->covered ? tokens.invocations : 0;
  }
  return calls;
}

}  // namespace

Column usd_column(std::string name) {
  constexpr unsigned usd_scale = 18;
  return figure_column(std::move(name), Unit::usd, usd_scale, 2);
}

Column count_column(std::string name) {
  return figure_column(std::move(name), Unit::count, 0, 0);
}

Column tokens_column(std::string name) {
  return figure_column(std::move(name), Unit::tokens, 0, 0);
}

Column percent_column(std::string name) {
  return figure_column(std::move(name), Unit::percent, 2, 2);
}

Report report_of(const FigureTable& table, const analytics::Aggregate& aggregate,
                 const analytics::PriceTable& prices, const TableRequest& request) {
  Report report;
  report.spec.title = table.title;
  report.spec.metrics.clear();
  report.spec.projects = false;
  report.spec.range = request.range;
  report.spec.zone_name = request.zone_name;
  report.spec.where_text = request.where_text;
  report.spec.deduplicated = request.deduplicated;
  add_columns(table, report);
  add_rows(table, report);
  const analytics::GroupTotals totals = totals_of(aggregate);
  report.account = aggregate.account;
  report.missing_hours = analytics::missing_hours(aggregate.account, request.range);
  report.prices = {prices.name(), prices.sha256(), prices.as_of()};
  report.unpriced = analytics::unpriced_usage(totals, prices);
  report.covered_invocations = covered_invocations(totals);
  report.cache_write_unsplit = totals.cache_write_unsplit;
  report.notes = table.notes;
  for (std::string& note : analytics::notes_of(report, totals)) {
    report.notes.push_back(std::move(note));
  }
  return report;
}

}  // namespace bedrocklog::finance
