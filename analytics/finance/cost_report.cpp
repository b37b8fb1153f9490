// Order, limit and texts of a cost report. Its figures are cost_figures.cpp's.
#include "analytics/finance/cost_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/cost_figures.h"
#include "analytics/finance/cost_notes.h"
#include "analytics/finance/decimal_text.h"
#include "analytics/in_quotes.h"
#include "analytics/list_items.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Column;
using analytics::Figure;
using analytics::Report;
using analytics::RowBlock;
using analytics::RowKind;

constexpr std::size_t currency_code_size = 3;

// Columns of cost rows and of sums alike.
constexpr auto first_to_go = std::to_array<std::string_view>(
    {"account_name", "entry", "price_source", "variant", "on_demand_value", "net_cost_before",
     "discount_bp", "list_cost", "billed_by", "basis", "unit", "quantity", "unit_price",
     "unpriced_tokens", "saving"});

std::vector<const CostRow*> pointers_to(const std::vector<CostRow>& rows) {
  std::vector<const CostRow*> all;
  all.reserve(rows.size());
  for (const CostRow& row : rows) {
    all.push_back(&row);
  }
  return all;
}

// Rows of the period behind theirs in which nothing was used any more: without them the changes of
// a period would not add up.
void add_vanished(CostTable& table, const PeriodCalendar& calendar) {
  std::map<Period, std::uint32_t> labels;
  std::set<std::vector<std::uint32_t>> names;
  for (const CostRow& row : table.rows) {
    labels.emplace(row.period, row.name.texts.front());
    names.insert(row.name.texts);
  }
  std::vector<CostRow> vanished;
  for (const CostRow& row : table.rows) {
    for (const auto& [period, label] : labels) {
      CostRow next;
      next.name = row.name;
      next.name.texts.front() = label;
      next.period = period;
      if (period != row.period && calendar.before(period) == row.period &&
          !names.contains(next.name.texts)) {
        vanished.push_back(std::move(next));
      }
    }
  }
  table.rows.insert(table.rows.end(), vanished.begin(), vanished.end());
  table.sort();
}

// Figures of the columns that rows are sorted by, and the rank of texts.
class RowOrder {
 public:
  RowOrder(const CostTable& table, const std::vector<FigureColumn>& figures,
           const std::vector<analytics::SortKey>& sort)
      : table_(table) {
    for (const analytics::SortKey& key : sort) {
      const auto found = std::find_if(figures.begin(), figures.end(), [&](const FigureColumn& one) {
        return one.about.name == key.column;
      });
      keys_.push_back({found == figures.end() ? nullptr : &found->rows,
                       table.column(key.column).value_or(0), key.descending});
    }
  }

  [[nodiscard]] bool before(std::size_t left, std::size_t right) const {
    for (const SortBy& key : keys_) {
      const int order = key.figures == nullptr
                            ? compare_texts(left, right, key.text)
                            : compare_figures((*key.figures)[left], (*key.figures)[right]);
      if (order != 0) {
        return key.descending ? order > 0 : order < 0;
      }
    }
    return false;
  }

 private:
  struct SortBy {
    const std::vector<Figure>* figures = nullptr;
    std::size_t text = 0;
    bool descending = false;
  };

  [[nodiscard]] int compare_texts(std::size_t left, std::size_t right, std::size_t column) const {
    return table_.text(table_.rows[left], column).compare(table_.text(table_.rows[right], column));
  }
  /// What is unknown is less than everything.
  static int compare_figures(const Figure& left, const Figure& right) {
    if (left == right) {
      return 0;
    }
    return left < right ? -1 : 1;
  }

  const CostTable& table_;
  std::vector<SortBy> keys_;
};

struct Shown {
  std::vector<const CostRow*> rows;
  std::optional<CostRow> other;
  std::uint64_t folded = 0;
};

Result<Shown> shown_rows(const CostTable& table, const PeriodCalendar& calendar,
                         const CostView& view) {
  Shown shown;
  shown.rows = pointers_to(table.rows);
  if (!view.sort.empty()) {
    const Result<std::vector<FigureColumn>> figures =
        cost_figures(table, shown.rows, std::nullopt, calendar, view);
    if (!figures) {
      return pass_on(figures);
    }
    std::vector<std::size_t> positions(table.rows.size());
    for (std::size_t at = 0; at < positions.size(); ++at) {
      positions[at] = at;
    }
    const RowOrder order(table, *figures, view.sort);
    std::stable_sort(positions.begin(), positions.end(), [&](std::size_t left, std::size_t right) {
      return order.before(left, right);
    });
    for (std::size_t at = 0; at < positions.size(); ++at) {
      shown.rows[at] = &table.rows[positions[at]];
    }
  }
  if (view.top && *view.top < shown.rows.size()) {
    shown.other.emplace();
    for (std::size_t at = *view.top; at < shown.rows.size(); ++at) {
      shown.other->add(*shown.rows[at]);
    }
    shown.folded = shown.rows.size() - *view.top;
    shown.rows.resize(*view.top);
  }
  return shown;
}

void fill_rows(const CostTable& table, const Shown& shown, const std::vector<FigureColumn>& figures,
               Report& report) {
  const std::size_t keys = table.columns.size();
  std::vector<RowBlock> blocks;
  const auto begin = [&](RowKind kind) -> RowBlock& {
    if (blocks.empty() || blocks.back().size() == RowBlock::rows_max) {
      blocks.emplace_back();
    }
    blocks.back().begin_row(kind);
    return blocks.back();
  };
  const auto add_figures = [&](std::size_t row, RowBlock& block) {
    for (const FigureColumn& column : figures) {
      block.add_figure(column.rows[row]);
    }
  };
  for (std::size_t at = 0; at < shown.rows.size(); ++at) {
    RowBlock& block = begin(RowKind::group);
    for (const std::uint32_t text : shown.rows[at]->name.texts) {
      block.add_key(text);  // CostTexts and RowBlock mark what is absent alike.
    }
    add_figures(at, block);
  }
  RowBlock total;
  total.begin_row(RowKind::total);
  if (shown.other) {
    RowBlock& block = begin(RowKind::other);
    for (std::size_t key = 0; key < keys; ++key) {
      block.add_key(RowBlock::absent_key);
    }
    add_figures(shown.rows.size(), block);
  }
  for (std::size_t key = 0; key < keys; ++key) {
    total.add_key(RowBlock::absent_key);
  }
  for (const FigureColumn& column : figures) {
    total.add_figure(column.total);
  }
  report.rows = analytics::ReportRows(keys, figures.size());
  report.rows.set_texts(table.texts->all(), table.texts);
  report.rows.set_blocks(std::move(blocks));
  report.rows.set_folded_rows(shown.folded);
  report.total_rows = analytics::ReportRows(keys, figures.size());
  report.total_rows.set_blocks({std::move(total)});
}

static_assert(CostTexts::absent == RowBlock::absent_key);

}  // namespace

std::string column_name(const DisplayCurrency& currency) {
  std::string name = "net_cost_";
  for (const char letter : currency.code) {
    name += static_cast<char>(letter - 'A' + 'a');
  }
  return name;
}

Result<DisplayCurrency> parse_display_currency(std::string_view code, std::string_view rate,
                                               std::string_view date) {
  const bool is_code = code.size() == currency_code_size &&
                       std::all_of(code.begin(), code.end(),
                                   [](char letter) { return letter >= 'A' && letter <= 'Z'; });
  if (!is_code || code == "USD") {
    return fault("--display-currency",
                 fmt::format("takes the three letters of a currency other than USD: {}",
                             analytics::in_quotes(code)));
  }
  const std::optional<std::int64_t> rate_e6 = parse_scaled(rate, rate_decimals_max);
  if (!rate_e6 || *rate_e6 == 0) {
    return fault("--rate", fmt::format("takes {} for one USD, with at most {} decimals: {}", code,
                                       rate_decimals_max, analytics::in_quotes(rate)));
  }
  return DisplayCurrency{std::string(code), *rate_e6, std::string(date)};
}

Result<std::optional<unsigned>> parse_rounding(std::string_view text) {
  if (text.empty() || text == "exact") {
    return std::optional<unsigned>();
  }
  const std::optional<std::int64_t> decimals = parse_scaled(text, 0);
  if (!decimals || *decimals > round_decimals_max) {
    return fault("--round", fmt::format("takes exact, or decimals from 0 to {}: {}",
                                        round_decimals_max, analytics::in_quotes(text)));
  }
  return std::optional(static_cast<unsigned>(*decimals));
}

Result<std::vector<analytics::SortKey>> parse_cost_sort(std::string_view list,
                                                        const Report& report) {
  std::vector<analytics::SortKey> keys;
  for (const std::string_view item : analytics::list_items(list)) {
    const std::size_t colon = item.rfind(':');
    const std::string_view direction =
        colon == std::string_view::npos ? "" : item.substr(colon + 1);
    const bool is_directed = direction == "asc" || direction == "desc";
    const std::string_view name = is_directed ? item.substr(0, colon) : item;
    const auto found = std::find_if(report.columns.begin(), report.columns.end(),
                                    [&](const Column& one) { return one.name == name; });
    if (found == report.columns.end()) {
      std::vector<std::string> names;
      names.reserve(report.columns.size());
      for (const Column& column : report.columns) {
        names.push_back(column.name);
      }
      return fault("--sort", fmt::format("there is no column {}; there are {}",
                                         analytics::in_quotes(name), fmt::join(names, ", ")));
    }
    keys.push_back({std::string(name), is_directed ? direction == "desc" : !found->is_key});
  }
  return keys;
}

Result<Report> cost_report(const PricedUsageView& usage, analytics::ReportSpec spec,
                           CostTable table, const CostRequest& request, const CostView& view) {
  if (view.with_change) {
    ensure(table.detail != CostDetail::token_class && !view.top);
    add_vanished(table, request.calendar);
  }
  spec.metrics = {{"invocations"}};
  spec.sort.clear();
  spec.top = 1;  // All rows are made anew below.
  spec.projects = false;
  Report report = analytics::build_report(*usage.aggregate, *usage.prices, spec);
  report.by.clear();
  report.spec.sort = view.sort;
  report.spec.top = view.top;

  const Result<Shown> shown = shown_rows(table, request.calendar, view);
  if (!shown) {
    return pass_on(shown);
  }
  const Result<std::vector<FigureColumn>> figures =
      cost_figures(table, shown->rows, shown->other, request.calendar, view);
  if (!figures) {
    return pass_on(figures);
  }
  report.columns.clear();
  for (const TextColumn& column : table.columns) {
    report.columns.push_back(
        {.name = column.name, .is_key = true, .is_attribute = column.is_attribute});
  }
  report.spec.metrics.clear();
  for (const FigureColumn& column : *figures) {
    report.columns.push_back(column.about);
    report.spec.metrics.push_back({column.about.name});
  }
  analytics::let_go(report.columns, first_to_go);
  fill_rows(table, *shown, *figures, report);
  const std::vector<std::string> more = cost_notes(table, request, view, spec.zone_name);
  report.notes.insert(report.notes.end(), more.begin(), more.end());
  return report;
}

}  // namespace bedrocklog::finance
