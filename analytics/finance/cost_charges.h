// Charges and provisioned hours into the rows of a cost report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/account_names.h"
#include "analytics/finance/cost_table.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/period.h"
#include "analytics/finance/provisioned.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// Half-open, hours since 1970 UTC.
struct HourSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct CostRequest {
  PeriodCalendar calendar;
  CostDetail detail = CostDetail::token_class;
  std::size_t shown_keys = 0;              // The first so many of Aggregate::by are columns.
  std::optional<std::size_t> account_key;  // Where Aggregate::by has the account, for discounts.
  const Discounts* discounts = nullptr;    // Null: none.
  const AccountNames* account_names = nullptr;  // Null: none. Else accounts that are shown get one.
  std::vector<Capacity> capacities;
  HourSpan capacity_hours;  // Hours of capacity outside of these are not in the rows.
};

/// One row per name: period, shown keys and, by detail, model and token class with its one unit
/// price. Their exact sums are those of the charges, however they are split. Usage without a price
/// has rows without cost. Fails when two discounts of the same rank apply to a charge.
/// `aggregate.by` has no key named like a column of ours ("class"), but may have "model".
[[nodiscard]] Result<CostTable> cost_table(const analytics::Aggregate& aggregate,
                                           const analytics::PriceTable& prices,
                                           const CostRequest& request);

}  // namespace bedrocklog::finance
