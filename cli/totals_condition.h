// --fail-if: a condition over the totals of a report.
#pragma once

#include <string>
#include <vector>

#include "analytics/expression.h"
#include "analytics/report.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

struct TotalsCondition {
  std::string text;
  analytics::Expression condition;
  std::vector<analytics::Metric> metrics;  // Those it names; field ids are positions in here.
};

/// Fields are all metrics, whether the report shows them or not. Faults name --fail-if.
[[nodiscard]] Result<TotalsCondition> parse_totals_condition(const std::string& text);

/// An unknown total (cost of unpriced usage, latency nobody logged) makes comparisons false.
[[nodiscard]] bool holds(const TotalsCondition& condition, const analytics::Aggregate& aggregate,
                         const analytics::PriceTable& prices);

}  // namespace bedrocklog::cli
