// Cost of the billed cells of one row by token class, keeping apart what is priced and what is not.
//
// The metrics need more than report.h's Cost: whether one class alone is unknown, and what caching
// saved. price() of report.h is a summary of this.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/money.h"
#include "analytics/price_table.h"
#include "analytics/report.h"

namespace bedrocklog::analytics {

/// Money of one or more token classes. Tokens on provisioned capacity are priced: they cost 0.
struct ClassCost {
  Attodollars amount;
  Int128 priced_tokens = 0;
  Int128 unpriced_tokens = 0;

  /// The amount of the priced tokens, 0 without any tokens. Nothing when there are tokens and none
  /// of them has a price.
  [[nodiscard]] std::optional<Attodollars> known() const;
  void add(const ClassCost& other);
};

struct RowCost {
  std::array<ClassCost, meter_count> by_meter;  // Indexed by Meter.
  /// What the cached tokens would have cost as input, minus what they cost. Negative when writes
  /// were not read back. As known(), cells as a whole: one missing price leaves the cell out.
  ClassCost saved_by_cache;

  [[nodiscard]] const ClassCost& of(Meter meter) const;
  [[nodiscard]] ClassCost cache_write() const;  // 5-minute and 1-hour writes.
  [[nodiscard]] ClassCost cache() const;        // Reads and writes.
  [[nodiscard]] ClassCost total() const;
};

/// What each meter costs under one price key; nothing: no price.
using CellPrices = std::array<std::optional<UnitPrice>, meter_count>;

/// The prices of all price keys of one aggregate, looked up once.
class PriceList {
 public:
  /// `names` may be null: no keys.
  PriceList(const GroupNames* names, const PriceTable& prices);
  /// Requires a key of these names.
  [[nodiscard]] const CellPrices& of(const ListedPriceKey& key) const;

 private:
  std::vector<CellPrices> prices_;  // By number of the key.
};

[[nodiscard]] RowCost price_cells(const BilledUsage& billed, const PriceTable& prices);
[[nodiscard]] RowCost price_cells(const BilledUsage& billed, const PriceList& prices);

/// Every (model, region, scope, tier) with tokens that have no price, sorted by these.
[[nodiscard]] std::vector<UnpricedUsage> unpriced_usage(const GroupTotals& totals,
                                                        const PriceTable& prices);

}  // namespace bedrocklog::analytics
