// Prices cells: one multiplication per token class and cell, nothing is ever divided.
#include "analytics/row_cost.h"

#include <map>
#include <tuple>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::array<Meter, meter_count> all_meters = {
    Meter::input, Meter::output, Meter::cache_read, Meter::cache_write_5m, Meter::cache_write_1h};

std::uint64_t& tokens_of(BilledTokens& tokens, Meter meter) {
  switch (meter) {
    case Meter::input:
      return tokens.input;
    case Meter::output:
      return tokens.output;
    case Meter::cache_read:
      return tokens.cache_read;
    case Meter::cache_write_5m:
      return tokens.cache_write_5m;
    case Meter::cache_write_1h:
      break;
  }
  return tokens.cache_write_1h;
}

std::optional<UnitPrice> unit_price(const PriceKey& key, Meter meter, const PriceTable& prices) {
  if (key.covered) {
    return UnitPrice{};
  }
  const PriceRow* row = prices.find(key, meter);
  return row == nullptr ? std::nullopt : std::optional(row->unit_price);
}

bool uses_cache(const BilledTokens& tokens) {
  return tokens.cache_read > 0 || tokens.cache_write_5m > 0 || tokens.cache_write_1h > 0;
}

// Only what is used is looked up, and the input price where cached tokens are compared with it.
CellPrices prices_of_cell(const PriceKey& key, const BilledTokens& tokens,
                          const PriceTable& prices) {
  const bool cached = uses_cache(tokens);
  CellPrices found;
  for (const Meter meter : all_meters) {
    if (tokens.of(meter) > 0 || (meter == Meter::input && cached)) {
      found[static_cast<std::size_t>(meter)] = unit_price(key, meter, prices);
    }
  }
  return found;
}

ClassCost saving_of_cell(const BilledTokens& tokens, const CellPrices& prices) {
  ClassCost saving;
  bool known = true;
  const std::optional<UnitPrice>& input = prices[static_cast<std::size_t>(Meter::input)];
  for (const Meter meter : {Meter::cache_read, Meter::cache_write_5m, Meter::cache_write_1h}) {
    const std::uint64_t count = tokens.of(meter);
    if (count == 0) {
      continue;
    }
    saving.priced_tokens += count;
    const std::optional<UnitPrice>& cached = prices[static_cast<std::size_t>(meter)];
    if (!input || !cached) {
      known = false;
      continue;
    }
    saving.amount += cost_of(count, *input) - cost_of(count, *cached);
  }
  if (!known) {
    return {.amount = {}, .priced_tokens = 0, .unpriced_tokens = saving.priced_tokens};
  }
  return saving;
}

void add_cell(const BilledTokens& tokens, const CellPrices& prices, RowCost& cost) {
  for (const Meter meter : all_meters) {
    const std::uint64_t count = tokens.of(meter);
    if (count == 0) {
      continue;
    }
    const std::optional<UnitPrice>& unit = prices[static_cast<std::size_t>(meter)];
    ClassCost& sum = cost.by_meter[static_cast<std::size_t>(meter)];
    if (unit) {
      sum.amount += cost_of(count, *unit);
      sum.priced_tokens += count;
    } else {
      sum.unpriced_tokens += count;
    }
  }
  if (uses_cache(tokens)) {
    cost.saved_by_cache.add(saving_of_cell(tokens, prices));
  }
}

}  // namespace

std::optional<Attodollars> ClassCost::known() const {
  if (unpriced_tokens > 0 && priced_tokens == 0) {
    return std::nullopt;
  }
  return amount;
}

void ClassCost::add(const ClassCost& other) {
  amount += other.amount;
  priced_tokens += other.priced_tokens;
  unpriced_tokens += other.unpriced_tokens;
}

const ClassCost& RowCost::of(Meter meter) const {
  return by_meter[static_cast<std::size_t>(meter)];
}

ClassCost RowCost::cache_write() const {
  ClassCost sum = of(Meter::cache_write_5m);
  sum.add(of(Meter::cache_write_1h));
  return sum;
}

ClassCost RowCost::cache() const {
  ClassCost sum = cache_write();
  sum.add(of(Meter::cache_read));
  return sum;
}

ClassCost RowCost::total() const {
  ClassCost sum;
  for (const ClassCost& one : by_meter) {
    sum.add(one);
  }
  return sum;
}

PriceList::PriceList(const GroupNames* names, const PriceTable& prices) {
  if (names == nullptr) {
    return;
  }
  prices_.reserve(names->price_keys().size());
  for (const ListedPriceKey* key : names->price_keys()) {
    CellPrices& found = prices_.emplace_back();
    for (const Meter meter : all_meters) {
      found[static_cast<std::size_t>(meter)] = unit_price(*key, meter, prices);
    }
  }
}

const CellPrices& PriceList::of(const ListedPriceKey& key) const {
  ensure(key.number < prices_.size());
  return prices_[key.number];
}

RowCost price_cells(const BilledUsage& billed, const PriceTable& prices) {
  RowCost cost;
  for (const auto& [key, tokens] : billed) {
    if (tokens.total() > 0) {
      add_cell(tokens, prices_of_cell(*key, tokens, prices), cost);
    }
  }
  return cost;
}

RowCost price_cells(const BilledUsage& billed, const PriceList& prices) {
  RowCost cost;
  for (const auto& [key, tokens] : billed) {
    if (tokens.total() > 0) {
      add_cell(tokens, prices.of(*key), cost);
    }
  }
  return cost;
}

std::vector<UnpricedUsage> unpriced_usage(const GroupTotals& totals, const PriceTable& prices) {
  std::map<std::tuple<std::string, std::string, Scope, Tier>, BilledTokens> gaps;
  for (const auto& [key, tokens] : totals.billed) {
    BilledTokens unpriced;
    for (const Meter meter : all_meters) {
      if (tokens.of(meter) > 0 && !unit_price(*key, meter, prices)) {
        tokens_of(unpriced, meter) = tokens.of(meter);
      }
    }
    if (unpriced.total() > 0) {
      unpriced.invocations = tokens.invocations;
      gaps[{key->model, key->region, key->scope, key->tier}].add(unpriced);
    }
  }
  std::vector<UnpricedUsage> list;
  list.reserve(gaps.size());
  for (const auto& [key, tokens] : gaps) {
    const auto& [model, region, scope, tier] = key;
    list.push_back({model, region, scope, tier, tokens.invocations, tokens});
  }
  return list;
}

Cost price(const GroupTotals& totals, const PriceTable& prices) {
  const RowCost row = price_cells(totals.billed, prices);
  const ClassCost total = row.total();
  Cost cost;
  cost.input = row.of(Meter::input).amount;
  cost.output = row.of(Meter::output).amount;
  cost.cache_read = row.of(Meter::cache_read).amount;
  cost.cache_write = row.cache_write().amount;
  cost.unpriced_tokens = static_cast<std::uint64_t>(total.unpriced_tokens);
  cost.any_priced = total.priced_tokens > 0;
  return cost;
}

}  // namespace bedrocklog::analytics
