// Which groups of a report are shown and in what order.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/metric_value.h"
#include "analytics/price_table.h"
#include "analytics/report.h"

namespace bedrocklog::analytics {

/// Indices into Aggregate::groups.
struct ShownGroups {
  std::vector<std::size_t> shown;   // In report order.
  std::vector<std::size_t> folded;  // Failed `having` or came after the top; ascending.
};

/// Key as a cell; absent is unknown.
[[nodiscard]] Cell key_cell(const std::optional<std::string_view>& key);

/// The order depends on keys and figures alone, never on the order of `aggregate.groups`.
[[nodiscard]] ShownGroups choose_groups(const Aggregate& aggregate, const PriceTable& prices,
                                        const ReportSpec& spec);

}  // namespace bedrocklog::analytics
