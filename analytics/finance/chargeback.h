// From a cost table to what each team is charged: unallocated cost named as such, shared cost given
// out in rows of its own, and one table for each team.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/cost_table.h"
#include "analytics/finance/shared_cost.h"

namespace bedrocklog::finance {

/// Stands for the team of cost that belongs to none, where a table has teams.
inline constexpr std::string_view unallocated = "unallocated";

/// Names rows without a team so. Nothing happens without a column `team`.
void name_unallocated(CostTable& table);

/// Gives out the cost of `unallocated` and of the shared teams, period by period and for each
/// seller. Adds a column `allocation`: `direct` is what was there before, `shared` what a team got,
/// and, negative, what was given out. All sums stay as they were, to the last digit. Where a period
/// has nobody to give to, its cost stays where it is and a note says so. Requires a column `team`
/// after name_unallocated().
void share_cost(CostTable& table, const SharedCostRule& rule);

/// The rows of one value of a column.
struct Statement {
  std::optional<std::string> value;  // Nothing: rows without one.
  CostTable table;                   // Shares its texts with the whole.
};

/// One statement for each value, sorted, those without one first. Their rows are those of the
/// whole, each in one of them.
[[nodiscard]] std::vector<Statement> statements_by(const CostTable& table, std::size_t column);

}  // namespace bedrocklog::finance
