// Cells of the groups into charges; each price is looked up once per key and meter.
#include "analytics/finance/charge.h"

#include <array>

#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Meter;

constexpr std::array all_meters = {Meter::input, Meter::output, Meter::cache_read,
                                   Meter::cache_write_5m, Meter::cache_write_1h};

/// By Meter; null: no price.
using KeyRows = std::array<const analytics::PriceRow*, analytics::meter_count>;

std::vector<KeyRows> rows_of_keys(const analytics::Aggregate& aggregate,
                                  const analytics::PriceTable& prices) {
  std::vector<KeyRows> rows;
  if (aggregate.names == nullptr) {
    return rows;
  }
  rows.reserve(aggregate.names->price_keys().size());
  for (const analytics::ListedPriceKey* key : aggregate.names->price_keys()) {
    KeyRows& found = rows.emplace_back();
    if (key->covered) {
      continue;
    }
    for (const Meter meter : all_meters) {
      found[static_cast<std::size_t>(meter)] = prices.find(*key, meter);
    }
  }
  return rows;
}

std::optional<analytics::Attodollars> list_cost_of(const Charge& charge) {
  if (charge.key->covered) {
    return analytics::Attodollars{};
  }
  if (charge.row == nullptr) {
    return std::nullopt;
  }
  return analytics::cost_of(charge.quantity, charge.row->unit_price);
}

}  // namespace

std::vector<Charge> charges_of(const analytics::Aggregate& aggregate,
                               const analytics::PriceTable& prices) {
  const std::vector<KeyRows> rows = rows_of_keys(aggregate, prices);
  std::vector<Charge> charges;
  for (std::size_t group = 0; group < aggregate.groups.size(); ++group) {
    for (const auto& [key, tokens] : aggregate.groups[group].totals.billed) {
      ensure(key->number < rows.size());
      for (const Meter meter : all_meters) {
        const std::uint64_t quantity = tokens.of(meter);
        if (quantity == 0) {
          continue;
        }
        Charge charge;
        charge.group = group;
        charge.key = key;
        charge.meter = meter;
        charge.quantity = quantity;
        charge.invocations = tokens.invocations;
        charge.row = rows[key->number][static_cast<std::size_t>(meter)];
        charge.list_cost = list_cost_of(charge);
        charges.push_back(charge);
      }
    }
  }
  return charges;
}

}  // namespace bedrocklog::finance
