// Which groups of a report are shown and in what order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/metric_value.h"
#include "analytics/report.h"
#include "analytics/row_cost.h"

namespace bedrocklog::analytics {

/// Indices into Aggregate::groups.
struct ShownGroups {
  std::vector<std::uint32_t> shown;   // In report order.
  std::vector<std::uint32_t> folded;  // Failed `having` or came after the top; ascending.
};

/// The order depends on keys and figures alone, never on the order of `aggregate.groups`.
[[nodiscard]] ShownGroups choose_groups(const Aggregate& aggregate, const PriceList& prices,
                                        const ReportSpec& spec, std::size_t workers = 1);

}  // namespace bedrocklog::analytics
