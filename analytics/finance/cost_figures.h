// Figures of cost rows by column, so that what concerns a whole column (rounding, another currency)
// is done to it as a whole.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "analytics/finance/cost_report.h"
#include "analytics/finance/cost_table.h"
#include "analytics/report.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

struct FigureColumn {
  analytics::Column about;
  std::vector<analytics::Figure> rows;  // By row.
  analytics::Figure total;
};

/// Of the rows in `order`; `other`, where there is one, stands for those behind them and is the
/// last. Fails when amounts are too large for the second currency.
[[nodiscard]] Result<std::vector<FigureColumn>> cost_figures(const CostTable& table,
                                                             std::span<const CostRow* const> order,
                                                             const std::optional<CostRow>& other,
                                                             const PeriodCalendar& calendar,
                                                             const CostView& view);

}  // namespace bedrocklog::finance
