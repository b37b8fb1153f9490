// Metrics resolved from their names: column, and value for the sums of one row.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/report.h"
#include "analytics/row_cost.h"

namespace bedrocklog::analytics {

/// Borrows the sums of one row; what they add up to and cost is computed once for all metrics.
struct MeasuredView {
  const GroupTotals* totals = nullptr;
  RowCost cost;
  Int128 input = 0, output = 0, cache_read = 0, cache_write_5m = 0, cache_write_1h = 0;
  // All latencies in order, where that is at hand; else empty.
  std::span<const std::uint32_t> latency_order, first_byte_order;

  [[nodiscard]] Int128 cache_write() const { return cache_write_5m + cache_write_1h; }
  [[nodiscard]] Int128 tokens() const { return input + output + cache_read + cache_write(); }
};

/// Valid as long as `totals`.
[[nodiscard]] MeasuredView measure(const GroupTotals& totals, const PriceTable& prices);

struct MetricDefinition {
  std::string_view name;
  Unit unit = Unit::count;
  unsigned scale = 0;
  bool additive = false;  // Rows sum to the total, an unknown cell standing for 0.
  Figure (*value)(const MeasuredView& row) = nullptr;
  bool needs_order = false;  // Asks for latencies by rank.
};

/// All but the percentiles, in the order of help and completion.
[[nodiscard]] const std::vector<MetricDefinition>& metric_definitions();

/// One metric, found by name once and then read for any number of rows.
class MetricReader {
 public:
  /// Requires a metric as parse_metrics() or default_metrics() gives them.
  explicit MetricReader(const Metric& metric);

  [[nodiscard]] Column column() const;
  [[nodiscard]] bool is_additive() const;
  /// Whether latencies in order spare it work.
  [[nodiscard]] bool needs_order() const;
  [[nodiscard]] Figure value(const MeasuredView& row) const;

 private:
  std::string name_;
  const MetricDefinition* definition_ = nullptr;  // Null for a percentile.
  std::uint32_t percent_milli_ = 0;
  bool first_byte_ = false;  // Percentile of the time to first byte.
};

/// measure() for many groups of one aggregate. Not for threads.
class GroupMeter {
 public:
  /// For `metrics`, which are not kept. `prices` outlives this.
  GroupMeter(const PriceList& prices, std::span<const MetricReader> metrics);

  /// Valid until the next call.
  [[nodiscard]] MeasuredView measure(const GroupTotals& totals);

 private:
  const PriceList* prices_;
  bool needs_order_;
  std::vector<std::uint32_t> latency_order_;
  std::vector<std::uint32_t> first_byte_order_;
};

}  // namespace bedrocklog::analytics
