// Words for rules of calculation, assumptions and sellers.
#include "analytics/finance/cost_notes.h"

#include <array>
#include <map>

#include <fmt/format.h>

#include "analytics/finance/seller.h"
#include "analytics/report_notes.h"

namespace bedrocklog::finance {
namespace {

using Notes = std::vector<std::string>;

constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

// With all digits unless the view rounds, and then as a sum of its own.
std::string usd(NetDollars amount, const CostView& view) {
  const std::string text =
      view.decimals ? analytics::to_decimal_rounded(amount.value, net_scale, *view.decimals)
                    : to_decimal(amount);
  return text + " USD";
}

void add_period_notes(const CostRequest& request, const std::string& zone_name, Notes& notes) {
  if (zone_name != "UTC") {
    notes.emplace_back("periods are of UTC days, as bills are, whatever the zone of the range");
  }
  if (request.calendar.is_fiscal()) {
    notes.push_back(
        fmt::format("fiscal years begin on the first of {} and are named after the calendar year "
                    "in which they end",
                    month_names.at(request.calendar.fiscal_start_month() - 1)));
  }
}

void add_discount_notes(const CostTable& table, Notes& notes) {
  notes.push_back(
      table.discounts_name.empty()
          ? "no discounts were given: net_cost is list_cost"
          : fmt::format("net_cost is list_cost less the one discount of {} that applies, exact; "
                        "credits, support and taxes are not in it",
                        table.discounts_name));
}

void add_seller_notes(const CostTable& table, const CostView& view, Notes& notes) {
  const std::optional<std::size_t> column = table.column("billed_by");
  if (!column) {
    return;
  }
  std::map<std::string_view, NetDollars> sums;
  for (const CostRow& row : table.rows) {
    sums[table.text(row, *column)] += row.net;
  }
  if (!sums.contains(marketplace_seller)) {
    return;
  }
  std::vector<std::string> parts;
  parts.reserve(sums.size());
  for (const auto& [seller, sum] : sums) {
    parts.push_back(
        fmt::format("{} {}", seller.empty() ? "unknown" : std::string(seller), usd(sum, view)));
  }
  notes.push_back(fmt::format("net cost by who bills it: {}{}", fmt::join(parts, ", "),
                              table.assumes_seller
                                  ? "; who bills a model follows from its maker where its price "
                                    "names no offer, an assumption"
                                  : ""));
}

void add_capacity_notes(const CostTable& table, const CostRequest& request, Notes& notes) {
  if (table.loose_tokens > 0) {
    notes.push_back(
        fmt::format("tokens on provisioned capacity that --provisioned does not name: {}",
                    analytics::with_separators(table.loose_tokens)));
  }
  if (!table.has_capacity) {
    return;
  }
  const auto hour = [](std::int64_t at) { return to_rfc3339({at * hour_ms}); };
  notes.push_back(fmt::format(
      "provisioned capacity is counted by the hour from {} to {}, as configured and without "
      "discounts; on_demand_value is the list price of its tokens on demand, saving is that less "
      "the cost of the hours, negative where capacity was wasted",
      hour(request.capacity_hours.begin), hour(request.capacity_hours.end)));
}

void add_view_notes(const CostView& view, Notes& notes) {
  if (view.decimals) {
    notes.push_back(
        fmt::format("money is rounded to {} decimals so that each column adds up to its exact sum "
                    "rounded half to even (largest remainder, of equal ones the first row)",
                    *view.decimals));
  }
  if (view.currency) {
    const DisplayCurrency& currency = *view.currency;
    notes.push_back(
        fmt::format("{} is for display only: {} is net_cost x {}, a rate {} and given by the user",
                    currency.code, column_name(currency),
                    analytics::to_decimal(currency.rate_e6, rate_decimals_max, 0),
                    currency.date.empty() ? "without a date" : "of " + currency.date));
  }
  if (view.with_change) {
    notes.emplace_back(
        "net_cost_before is that of the period before, 0 where it had no such usage; the first "
        "period has none, and a period that the range cuts is compared as it is");
  }
}

}  // namespace

std::vector<std::string> cost_notes(const CostTable& table, const CostRequest& request,
                                    const CostView& view, const std::string& zone_name) {
  Notes notes;
  add_period_notes(request, zone_name, notes);
  add_discount_notes(table, notes);
  add_seller_notes(table, view, notes);
  add_capacity_notes(table, request, notes);
  add_view_notes(view, notes);
  notes.insert(notes.end(), table.notes.begin(), table.notes.end());
  return notes;
}

}  // namespace bedrocklog::finance
