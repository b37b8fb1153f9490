// The usage report in the shape older tools used: period, summary, byModel, projections,
// performance.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analytics/aggregate.h"
#include "analytics/money.h"
#include "analytics/price_table.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

struct UsageByModel {
  std::uint64_t invocations = 0, input_tokens = 0, output_tokens = 0;
  std::optional<Attodollars> cost;               // Nothing: no price.
  std::optional<Int128> latency_mean_tenths_ms;  // Nothing: no record told a latency.
};

struct UsageReport {
  TimeRange period;
  std::int64_t duration_hours_milli = 0;
  std::uint64_t invocations = 0, input_tokens = 0, output_tokens = 0;
  std::optional<Attodollars> cost;
  std::map<std::string, UsageByModel> by_model;
  std::uint64_t monthly_invocations = 0;
  std::optional<Attodollars> monthly_cost;
  std::optional<Int128> latency_mean_tenths_ms;
  std::optional<std::uint32_t> latency_p99_ms;
  std::uint64_t error_count = 0;
  Int128 error_rate_basis_points = 0;  // Of all invocations; 0 when there are none.
};

/// `aggregate` must be grouped by model alone. The period is `range`, its open ends closed by the
/// first and last hour seen; nothing when it has no length.
[[nodiscard]] std::optional<UsageReport> build_usage_report(const Aggregate& aggregate,
                                                            const PriceTable& prices,
                                                            const TimeRange& range);

}  // namespace bedrocklog::analytics
