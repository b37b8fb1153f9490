// What was used, priced: one charge for each group, price key and token class.
//
// A charge has one unit price, as a line of a bill has. Reports add charges up; discounts,
// chargeback, FOCUS and reconciliation all start from these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/money.h"
#include "analytics/price_table.h"

namespace bedrocklog::finance {

/// Borrows from the aggregate and the price table.
struct Charge {
  std::size_t group = 0;                           // Position in Aggregate::groups.
  const analytics::ListedPriceKey* key = nullptr;  // Never null in a charge.
  analytics::Meter meter = analytics::Meter::input;
  std::uint64_t quantity = 0;     // Tokens, at least 1.
  std::uint64_t invocations = 0;  // Calls under (group, key): repeated in each of its charges.
  const analytics::PriceRow* row = nullptr;  // Null without a price and on provisioned capacity.
  /// At list price. Nothing: no price. 0 on provisioned capacity.
  std::optional<analytics::Attodollars> list_cost;
};

/// All charges in the order of groups, price keys and meters. Their known costs add up to what
/// price() says of the groups.
[[nodiscard]] std::vector<Charge> charges_of(const analytics::Aggregate& aggregate,
                                             const analytics::PriceTable& prices);

}  // namespace bedrocklog::finance
