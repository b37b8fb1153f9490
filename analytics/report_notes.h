// The statements without which the figures of a report would mislead.
#pragma once

#include <string>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/report.h"

namespace bedrocklog::analytics {

/// One line each, always in the same order: prices, cost, projection, latency, input. `total` are
/// the sums of all rows of `report`, which is complete but for its notes.
[[nodiscard]] std::vector<std::string> notes_of(const Report& report, const GroupTotals& total);

/// "1,234,567".
[[nodiscard]] std::string with_separators(Int128 value);

}  // namespace bedrocklog::analytics
