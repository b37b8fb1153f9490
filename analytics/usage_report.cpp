// The older tools' usage report, from the same sums and the same projection as every report.
#include "analytics/usage_report.h"

#include "analytics/metric_value.h"
#include "analytics/projection.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr Int128 tenths = 10;
constexpr Int128 basis_points = 10'000;
constexpr std::uint32_t p99_milli = 99'000;

std::optional<Int128> mean_tenths_ms(const LatencyHistogram& latency) {
  if (latency.count() == 0) {
    return std::nullopt;
  }
  return divide_half_even(latency.sum_ms() * tenths, latency.count());
}

UsageByModel usage_of(const GroupTotals& totals, const PriceTable& prices) {
  const MeasuredView row = measure(totals, prices);
  return {.invocations = totals.invocations,
          .input_tokens = static_cast<std::uint64_t>(row.input),
          .output_tokens = static_cast<std::uint64_t>(row.output),
          .cost = row.cost.total().known(),
          .latency_mean_tenths_ms = mean_tenths_ms(totals.latency)};
}

}  // namespace

std::optional<UsageReport> build_usage_report(const Aggregate& aggregate, const PriceTable& prices,
                                              const TimeRange& range) {
  ensure(aggregate.by.size() == 1 && aggregate.by.front().kind == KeyKind::model);
  const std::optional<TimeRange> period = closed_period(range, aggregate.account);
  if (!period) {
    return std::nullopt;
  }
  UsageReport report;
  GroupTotals total;
  for (const Group& group : aggregate.groups) {
    const std::string model = std::string(group.keys[0].value_or("(none)"));
    const bool is_new = report.by_model.emplace(model, usage_of(group.totals, prices)).second;
    ensure(is_new);
    total.merge(group.totals);
  }
  ensure(total.invocations == aggregate.account.counted);
  const UsageByModel sums = usage_of(total, prices);
  report.period = *period;
  report.duration_hours_milli = hours_milli_of(*period);
  report.invocations = sums.invocations;
  report.input_tokens = sums.input_tokens;
  report.output_tokens = sums.output_tokens;
  report.cost = sums.cost;
  report.latency_mean_tenths_ms = sums.latency_mean_tenths_ms;
  report.latency_p99_ms = total.latency.percentile_ms(p99_milli);
  report.error_count = total.errors;
  if (total.invocations > 0) {
    report.error_rate_basis_points =
        divide_half_even(total.errors * basis_points, total.invocations);
  }
  if (const std::optional<Projection> projection = project(total, prices, *period)) {
    report.monthly_invocations = projection->monthly_invocations;
    report.monthly_cost = projection->monthly_cost;
  } else if (total.invocations == 0) {
    report.monthly_cost = Attodollars{};
  }
  return report;
}

}  // namespace bedrocklog::analytics
