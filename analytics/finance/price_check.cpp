// Prices every cell as it was counted and under each other answer.
#include "analytics/finance/price_check.h"

#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::Meter;
using analytics::PriceKey;
using analytics::PriceRow;
using analytics::PriceTable;
using analytics::Tier;

constexpr std::array all_meters = {Meter::input, Meter::output, Meter::cache_read,
                                   Meter::cache_write_5m, Meter::cache_write_1h};

/// Everything that makes two cells one line, in the order of the lines.
using LineKey = std::tuple<std::string, std::string, analytics::Scope, Tier, std::uint64_t, Meter,
                           PricedHow, const PriceRow*, const PriceRow*>;

/// Tokens of one meter under one key.
struct Cell {
  const PriceKey& key;
  Meter meter = Meter::input;
  std::uint64_t tokens = 0;
  const PriceRow* counted = nullptr;  // Prices them as they were counted.
};

struct Lines {
  // Pointers stand last: rows of one thing differ in their days, and come in the order of rows().
  std::map<LineKey, CheckedUsage> by_key;

  void add(PricedHow how, const Cell& cell, const PriceRow* row) {
    const auto& [key, meter, tokens, counted] = cell;
    CheckedUsage& line = by_key[{key.model, key.region, key.scope, key.tier, key.context_limit,
                                 meter, how, row, counted}];
    line.how = how;
    line.model = key.model;
    line.region = key.region;
    line.scope = key.scope;
    line.tier = key.tier;
    line.context_limit = key.context_limit;
    line.meter = meter;
    line.row = row;
    line.tokens += tokens;
    if (how == PricedHow::covered) {
      line.cost = Attodollars{};
    } else if (row != nullptr) {
      line.cost = analytics::cost_of(line.tokens, row->unit_price);
    }
    const bool is_other = how == PricedHow::if_written_1h || how == PricedHow::if_priority ||
                          how == PricedHow::if_flex;
    if (is_other && line.cost) {
      line.difference = *line.cost - analytics::cost_of(line.tokens, counted->unit_price);
    }
  }
};

/// What else the tokens of a priced cell could be. Without a price for it nothing is said.
void add_alternatives(Lines& lines, const PriceTable& prices, const Cell& cell) {
  if (cell.meter == Meter::cache_write_5m) {
    if (const PriceRow* row = prices.find(cell.key, Meter::cache_write_1h)) {
      lines.add(PricedHow::if_written_1h, cell, row);
    }
  }
  if (cell.key.tier != Tier::standard) {
    return;
  }
  for (const auto& [tier, how] : {std::pair(Tier::priority, PricedHow::if_priority),
                                  std::pair(Tier::flex, PricedHow::if_flex)}) {
    PriceKey other = cell.key;
    other.tier = tier;
    if (const PriceRow* row = prices.find(other, cell.meter)) {
      lines.add(how, cell, row);
    }
  }
}

void add_to(CheckedTotal& total, const CheckedUsage& line) {
  total.tokens += line.tokens;
  total.cost += line.cost.value_or(Attodollars{});
  total.difference += line.difference.value_or(Attodollars{});
}

void add_line(PriceCheck& check, const CheckedUsage& line) {
  switch (line.how) {
    case PricedHow::priced:
      add_to(check.priced, line);
      if (!line.row->effective_from) {
        add_to(check.undated, line);
      }
      break;
    case PricedHow::unpriced:
      check.unpriced_tokens += line.tokens;
      break;
    case PricedHow::covered:
      check.covered_tokens += line.tokens;
      break;
    case PricedHow::if_written_1h:
      add_to(check.written_1h, line);
      break;
    case PricedHow::if_priority:
      add_to(check.priority, line);
      break;
    case PricedHow::if_flex:
      add_to(check.flex, line);
      break;
  }
}

}  // namespace

std::string_view name_of(PricedHow how) {
  constexpr std::array<std::string_view, 6> names = {
      "priced", "unpriced", "provisioned", "if 1-hour writes", "if priority", "if flex"};
  return names.at(static_cast<std::size_t>(how));
}

PriceCheck check_prices(const analytics::Aggregate& aggregate, const PriceTable& prices) {
  Lines lines;
  PriceCheck check;
  for (const analytics::Group& group : aggregate.groups) {
    check.writes_of_unknown_life += group.totals.cache_write_unsplit;
    for (const auto& [key, used] : group.totals.billed) {
      for (const Meter meter : all_meters) {
        const std::uint64_t tokens = used.of(meter);
        if (tokens == 0) {
          continue;
        }
        const PriceRow* row = key->covered ? nullptr : prices.find(*key, meter);
        const Cell cell{*key, meter, tokens, row};
        if (row == nullptr) {
          lines.add(key->covered ? PricedHow::covered : PricedHow::unpriced, cell, nullptr);
          continue;
        }
        lines.add(PricedHow::priced, cell, row);
        add_alternatives(lines, prices, cell);
      }
    }
  }
  for (auto& [key, line] : lines.by_key) {
    add_line(check, line);
    check.usage.push_back(std::move(line));
  }
  return check;
}

}  // namespace bedrocklog::finance
