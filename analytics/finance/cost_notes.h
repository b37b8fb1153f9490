// What a reader of a cost report must know before trusting a figure.
#pragma once

#include <string>
#include <vector>

#include "analytics/finance/cost_charges.h"
#include "analytics/finance/cost_report.h"

namespace bedrocklog::finance {

/// One line each, in order; a report of usage has its own notes before these.
[[nodiscard]] std::vector<std::string> cost_notes(const CostTable& table,
                                                  const CostRequest& request, const CostView& view,
                                                  const std::string& zone_name);

}  // namespace bedrocklog::finance
