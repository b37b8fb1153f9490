// Rows and sums into cells; nothing is computed here but rates.
#include "analytics/finance/reconcile_report.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/exact_decimal.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::Cell;
using analytics::Column;
using analytics::Int128;
using analytics::Report;
using analytics::ReportRows;
using analytics::RowKind;
using analytics::Unit;

constexpr unsigned money_scale = 18;
constexpr unsigned million = 6;
constexpr std::size_t files_named_max = 20;

// Names of both reports; of the first, keys only where they are made attributes.
constexpr auto first_to_go = std::to_array<std::string_view>(
    {"rows", "detail", "bucket", "bill_lines", "log_rate", "bill_rate", "price_class", "region",
     "log_tokens", "bill_tokens", "log_cost", "bill_cost", "token_difference"});

Column key_column(std::string name) {
  return {.name = std::move(name), .is_key = true};
}

Column tokens_column(std::string name, unsigned scale) {
  return {.name = std::move(name), .unit = Unit::tokens, .scale = scale};
}

Column money_column(std::string name) {
  return {.name = std::move(name), .unit = Unit::usd, .scale = money_scale, .decimals_min = 2};
}

Column rate_column(std::string name) {
  return {
      .name = std::move(name), .unit = Unit::usd_per_unit, .scale = money_scale, .decimals_min = 2};
}

std::vector<Column> figure_columns() {
  return {tokens_column("log_tokens", 0),
          tokens_column("bill_tokens", bill_token_scale),
          tokens_column("token_difference", bill_token_scale),
          money_column("log_cost"),
          money_column("bill_cost"),
          money_column("cost_difference"),
          {.name = "bill_lines", .unit = Unit::count}};
}

template <class Amount>
Cell cell_of(const std::optional<Amount>& amount) {
  if (!amount) {
    return std::monostate{};
  }
  if constexpr (std::is_same_v<Amount, Attodollars>) {
    return amount->value;
  } else {
    return *amount;
  }
}

Cell text_cell(std::string_view text) {
  return text.empty() ? Cell(std::monostate{}) : Cell(text);
}

/// USD per million tokens, where it is a decimal of 18 digits.
Cell rate_of(const std::optional<Attodollars>& cost, const std::optional<Int128>& tokens,
             unsigned scale) {
  if (!cost || !tokens || *tokens <= 0) {
    return std::monostate{};
  }
  const ExactQuotient rate = divide_exactly(cost->value, *tokens, scale);
  return rate.is_exact ? Cell(rate.value) : Cell(std::monostate{});
}

void add_sides(const BothSides& sides, std::vector<Cell>& cells) {
  const Int128 log_e12 = sides.log_tokens * bill_token_unit;
  cells.insert(cells.end(),
               {sides.log_tokens, sides.bill_tokens_e12, sides.bill_tokens_e12 - log_e12,
                sides.log_cost.value, sides.bill_cost.value,
                (sides.bill_cost - sides.log_cost).value, static_cast<Int128>(sides.bill_lines)});
}

std::string day_text(std::int32_t day) {
  return to_rfc3339({day * day_ms}).substr(0, 10);
}

void add_row(const Difference& row, ReportRows& rows) {
  const std::string day = row.day ? day_text(*row.day) : "";
  const bool has_tokens = row.log_tokens || row.bill_tokens_e12;
  const std::vector<Cell> cells = {
      text_cell(row.account),
      text_cell(day),
      text_cell(row.region),
      text_cell(row.model),
      text_cell(row.meter),
      text_cell(row.price_class),
      text_cell(name_of(row.bucket)),
      text_cell(name_of(row.cause)),
      text_cell(row.detail),
      cell_of(row.log_tokens),
      cell_of(row.bill_tokens_e12),
      has_tokens ? Cell(row.token_difference_e12()) : Cell(std::monostate{}),
      cell_of(row.log_cost),
      cell_of(row.bill_cost),
      Cell(row.cost_difference().value),
      Cell(static_cast<Int128>(row.bill_lines)),
      rate_of(row.log_cost, row.log_tokens, million),
      rate_of(row.bill_cost, row.bill_tokens_e12, bill_token_scale + million)};
  rows.add(RowKind::group, cells);
}

/// A row without keys.
void add_sum(RowKind kind, std::size_t keys, const BothSides& sides, ReportRows& rows) {
  std::vector<Cell> cells(keys);
  add_sides(sides, cells);
  cells.resize(rows.keys_count() + rows.figures_count());
  rows.add(kind, cells);
}

bool is_shown(const Difference& row, const ShownRows& shown) {
  const bool agrees = row.bucket == Bucket::agrees ||
                      (row.bucket == Bucket::agrees_by_sum && row.cost_difference().value == 0);
  return shown.with_agreeing || !agrees;
}

std::string plural(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string periods_text(const std::vector<TimeRange>& periods) {
  std::vector<std::string> texts;
  texts.reserve(periods.size());
  for (const TimeRange& period : periods) {
    texts.push_back(to_rfc3339(period.begin) + " to " + to_rfc3339(period.end));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

void note_settling(const Reconciliation& result, const Bill& bill, const ReconcileOptions& options,
                   std::vector<std::string>& notes) {
  if (!result.settled_until) {
    return;
  }
  const std::string reference =
      options.now       ? "--now"
      : bill.latest_end ? "the end of the bill's last line, " + to_rfc3339(*bill.latest_end)
                        : "nothing";
  notes.push_back(
      fmt::format("compared: days before {}; lines of the last {} hours may still be "
                  "missing (--settle-hours), counted from {}",
                  day_text(*result.settled_until), options.settle_hours, reference));
}

void note_assumptions(const Bill& bill, const ReconcileOptions& options,
                      std::vector<std::string>& notes) {
  if (options.bill_decimals < money_scale) {
    notes.push_back(fmt::format(
        "money agrees when it differs by no more than half a unit of decimal {} per line of the "
        "bill (--bill-decimals); that bills round so is not verified",
        options.bill_decimals));
  }
  if (bill.units_assumed > 0) {
    notes.push_back(fmt::format(
        "{} of the bill without a unit: 1K tokens assumed, 1M for Marketplace usage types",
        plural(bill.units_assumed, "line")));
  }
  if (bill.regions_by_code > 0) {
    notes.push_back(fmt::format("{} of the bill without a Region: read from the usage type",
                                plural(bill.regions_by_code, "line")));
  }
  const bool is_net = options.discounts != nullptr && !options.discounts->empty();
  notes.push_back(is_net ? fmt::format("log_cost is less the discounts of {}, to 18 decimals",
                                       options.discounts->name())
                         : "log_cost is at list price; discounts show as differences");
}

}  // namespace

Report differences_report(const Reconciliation& result, Report base, const ShownRows& shown) {
  base.by.clear();
  base.columns.clear();
  for (const std::string_view name :
       {"account", "day", "region", "model", "meter", "price_class", "bucket", "cause", "detail"}) {
    base.columns.push_back(key_column(std::string(name)));
  }
  base.columns.back().is_attribute = true;
  const std::size_t keys = base.columns.size();
  for (Column& column : figure_columns()) {
    base.columns.push_back(std::move(column));
  }
  base.columns.push_back(rate_column("log_rate"));
  base.columns.push_back(rate_column("bill_rate"));
  analytics::let_go(base.columns, first_to_go);
  base.rows = ReportRows(keys, base.columns.size() - keys);
  base.total_rows = base.rows;
  BothSides folded;
  std::size_t rows_shown = 0;
  for (const Difference& row : result.rows) {
    if (is_shown(row, shown) && rows_shown < shown.rows_max) {
      add_row(row, base.rows);
      ++rows_shown;
    } else {
      folded.add(row);
    }
  }
  if (folded.rows > 0) {
    add_sum(RowKind::other, keys, folded, base.rows);
    base.rows.set_folded_rows(folded.rows);
  }
  add_sum(RowKind::total, keys, result.total, base.total_rows);
  base.projection.reset();
  base.spec.metrics.clear();
  base.spec.sort = {{"cost_difference", true}};
  return base;
}

Report causes_report(const Reconciliation& result) {
  Report report;
  report.columns = {
      key_column("bucket"), key_column("cause"), {.name = "rows", .unit = Unit::count}};
  constexpr std::size_t keys = 2;
  for (Column& column : figure_columns()) {
    report.columns.push_back(std::move(column));
  }
  analytics::let_go(report.columns, first_to_go);
  report.rows = ReportRows(keys, report.columns.size() - keys);
  report.total_rows = report.rows;
  for (const CauseSum& sum : result.causes) {
    const std::string_view cause = name_of(sum.cause);
    std::vector<Cell> cells = {name_of(sum.bucket), cause.empty() ? Cell("-") : Cell(cause),
                               static_cast<Int128>(sum.sides.rows)};
    add_sides(sum.sides, cells);
    report.rows.add(RowKind::group, cells);
  }
  std::vector<Cell> total(keys);
  total.emplace_back(static_cast<Int128>(result.total.rows));
  add_sides(result.total, total);
  report.total_rows.add(RowKind::total, total);
  return report;
}

std::vector<std::string> notes_of(const Reconciliation& result, const Bill& bill,
                                  const BillAccount& account, const ReconcileOptions& options) {
  std::vector<std::string> notes;
  for (std::size_t at = 0; at < std::min(account.files.size(), files_named_max); ++at) {
    const BillFile& file = account.files[at];
    notes.push_back(
        fmt::format("bill: {}, {}, {}", file.name, name_of(file.form), plural(file.rows, "row")));
  }
  if (account.files.size() > files_named_max) {
    notes.push_back(fmt::format("bill: {} files more", account.files.size() - files_named_max));
  }
  notes.push_back(fmt::format("bill rows: {} = {} of Bedrock + {} of other services + {} rejected",
                              account.rows, account.lines, account.other_services,
                              account.rejected_total()));
  for (const std::string& defect : defects_of(account)) {
    notes.push_back("bill INCOMPLETE: " + defect);
  }
  if (!result.periods.empty()) {
    notes.push_back("period of the bill: " + periods_text(result.periods));
  }
  note_settling(result, bill, options, notes);
  note_assumptions(bill, options, notes);
  std::set<Cause> explained;
  for (const CauseSum& sum : result.causes) {
    if (!meaning_of(sum.cause).empty() && explained.insert(sum.cause).second) {
      notes.push_back(fmt::format("{}: {}", name_of(sum.cause), meaning_of(sum.cause)));
    }
  }
  return notes;
}

std::vector<std::string> defects_of(const BillAccount& account) {
  std::vector<std::string> defects;
  for (std::size_t kind = 0; kind < account.rejected.size(); ++kind) {
    if (account.rejected[kind] == 0) {
      continue;
    }
    const auto fault = static_cast<BillRowFault>(kind);
    std::vector<std::string> places;
    for (const BillReject& reject : account.rejects) {
      if (reject.fault == fault) {
        places.push_back(fmt::format("{}:{}", reject.file, reject.line));
      }
    }
    defects.push_back(fmt::format("{} {} at {}{}", plural(account.rejected[kind], "row"),
                                  name_of(fault), fmt::join(places, ", "),
                                  account.rejected[kind] > places.size() ? ", ..." : ""));
  }
  for (const BillAccount::Damaged& damaged : account.damages) {
    defects.push_back(fmt::format("{}: {} after {}", damaged.file,
                                  ingest::name_of(damaged.damage.kind),
                                  plural(damaged.damage.plain_byte_offset, "plain byte")));
  }
  return defects;
}

}  // namespace bedrocklog::finance
