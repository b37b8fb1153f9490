// Cost rows as a report: columns, order, rounding, a second currency, and what must be said.
//
// The result is an analytics::Report, so that every writer of reports writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/cost_charges.h"
#include "analytics/finance/cost_table.h"
#include "analytics/report.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

inline constexpr unsigned rate_decimals_max = 6;
inline constexpr unsigned round_decimals_max = 4;

/// Beside US dollars, never instead of them.
struct DisplayCurrency {
  std::string code;          // "EUR".
  std::int64_t rate_e6 = 0;  // Of it for one US dollar, x 10^6.
  std::string date;          // Of the rate, as given; may be empty.
};

/// "net_cost_eur": names of figures are in lower case.
[[nodiscard]] std::string column_name(const DisplayCurrency& currency);

struct CostView {
  std::vector<analytics::SortKey> sort;  // Empty: by texts, in the order of the columns.
  std::optional<std::uint64_t> top;      // Rows shown before the `other` row.
  std::optional<unsigned> decimals;      // Of money, so that it adds up; nothing: exact.
  std::optional<DisplayCurrency> currency;
  bool with_change = false;  // Against the period before; not with token classes, not with `top`.
};

/// "EUR" and "0.92"; a Fault on --display-currency or --rate.
[[nodiscard]] Result<DisplayCurrency> parse_display_currency(std::string_view code,
                                                             std::string_view rate,
                                                             std::string_view date);

/// "exact", or decimals from 0 to 4; a Fault on --round.
[[nodiscard]] Result<std::optional<unsigned>> parse_rounding(std::string_view text);

/// "net_cost:desc,model": columns of `report`, figures descending without a direction. A Fault on
/// --sort.
[[nodiscard]] Result<std::vector<analytics::SortKey>> parse_cost_sort(
    std::string_view list, const analytics::Report& report);

/// What was counted and what prices it.
struct PricedUsageView {
  const analytics::Aggregate* aggregate = nullptr;
  const analytics::PriceTable* prices = nullptr;
};

/// `spec` gives title, range, zone, filter and duplicates; its metrics, order and limit are those
/// of `view`. Fails when amounts are too large for the second currency.
[[nodiscard]] Result<analytics::Report> cost_report(const PricedUsageView& usage,
                                                    analytics::ReportSpec spec, CostTable table,
                                                    const CostRequest& request,
                                                    const CostView& view);

}  // namespace bedrocklog::finance
