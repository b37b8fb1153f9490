// Monthly projection in integers.
#include "analytics/projection.h"

#include <limits>

#include "analytics/row_cost.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::int64_t mean_month_ms = 730 * hour_ms + hour_ms / 2;  // 365.25 days / 12.
constexpr std::int64_t milli_hour_ms_num = 1'000;
constexpr std::int64_t trend_days = 7;
constexpr std::int64_t trend_period_days_min = 14;

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

std::optional<std::uint64_t> calls_per_month(std::uint64_t calls, std::int64_t length_ms) {
  const std::optional<Int128> value = per_month(calls, length_ms);
  if (!value || *value > std::numeric_limits<std::uint64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*value);
}

std::optional<Attodollars> cost_per_month(const BilledUsage& billed, const PriceTable& prices,
                                          std::int64_t length_ms) {
  const std::optional<Attodollars> known = price_cells(billed, prices).total().known();
  const std::optional<Int128> value =
      known ? per_month(known->value, length_ms) : std::optional<Int128>();
  return value ? std::optional(Attodollars{*value}) : std::nullopt;
}

void add_trend(const GroupTotals& total, const PriceTable& prices, Projection& projection) {
  const std::int64_t end_day = floor_to(projection.period.end.value, day_ms) / day_ms;
  BilledUsage recent;
  std::uint64_t calls = 0;
  for (const auto& [key, tokens] : total.billed) {
    if (end_day - trend_days <= key->day && key->day < end_day) {
      calls += tokens.invocations;
      recent.add(*key, tokens);
    }
  }
  projection.trend_invocations = calls_per_month(calls, trend_days * day_ms);
  projection.trend_cost = cost_per_month(recent, prices, trend_days * day_ms);
}

}  // namespace

std::optional<TimeRange> closed_period(const TimeRange& range, const InputAccount& account) {
  const TimeRange open;
  TimeRange period = range;
  if (period.begin == open.begin || period.end == open.end) {
    if (!account.seen) {
      return std::nullopt;
    }
    if (period.begin == open.begin) {
      period.begin.value = floor_to(account.seen->begin.value, hour_ms);
    }
    if (period.end == open.end) {
      period.end.value = floor_to(account.seen->end.value + hour_ms - 1, hour_ms);
    }
  }
  if (period.end <= period.begin) {
    return std::nullopt;
  }
  return period;
}

std::int64_t hours_milli_of(const TimeRange& period) {
  const Int128 length_ms = Int128{period.end.value} - period.begin.value;
  return static_cast<std::int64_t>(divide_half_even(length_ms * milli_hour_ms_num, hour_ms));
}

std::optional<Int128> per_month(Int128 value, std::int64_t length_ms) {
  ensure(length_ms > 0);
  // Whole lengths and the rest apart, so that money near the end of its range does not overflow
  // on the way. The month has an even number of ms: ties round as if divided in one go.
  static_assert(mean_month_ms % 2 == 0);
  const Int128 rest = divide_half_even(value % length_ms * mean_month_ms, length_ms);
  Int128 result = 0;
  if (__builtin_mul_overflow(value / length_ms, Int128{mean_month_ms}, &result) ||
      __builtin_add_overflow(result, rest, &result)) {
    return std::nullopt;
  }
  return result;
}

std::optional<Projection> project(const GroupTotals& total, const PriceTable& prices,
                                  const TimeRange& period) {
  const std::int64_t length_ms = period.end.value - period.begin.value;
  const std::optional<std::uint64_t> calls = calls_per_month(total.invocations, length_ms);
  if (total.invocations == 0 || !calls) {
    return std::nullopt;
  }
  Projection projection;
  projection.period = period;
  projection.hours_milli = hours_milli_of(period);
  projection.monthly_invocations = *calls;
  projection.monthly_cost = cost_per_month(total.billed, prices, length_ms);
  if (length_ms >= trend_period_days_min * day_ms) {
    add_trend(total, prices, projection);
  }
  return projection;
}

}  // namespace bedrocklog::analytics
