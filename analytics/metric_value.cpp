// The table of metrics. A ratio without a denominator is unknown, never 0.
#include "analytics/metric_value.h"

#include <algorithm>
#include <optional>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr Int128 mean_scale = 10;                    // Tenths of a millisecond.
constexpr Int128 basis_points = 10'000;              // 1/100 of a percent.
constexpr Int128 tps_scale = Int128{1'000} * 1'000;  // ms to s, thousandths.
constexpr Int128 calls_per_1k = 1'000;

Cell number(Int128 value) {
  return Cell(std::in_place_type<Int128>, value);
}

Cell ratio(Int128 numerator, Int128 denominator) {
  return denominator == 0 ? Cell() : number(divide_half_even(numerator, denominator));
}

template <class T>
Cell if_known(const std::optional<T>& value) {
  return value ? number(*value) : Cell();
}

Cell money(const ClassCost& cost) {
  const std::optional<Attodollars> known = cost.known();
  return known ? number(known->value) : Cell();
}

// Half-even quotient of money; a product beyond the range of money can only come from a price file
// gone mad and is unknown.
Cell money_per_call(const MeasuredView& row, Int128 factor) {
  const std::optional<Attodollars> known = row.cost.total().known();
  Int128 product = 0;
  if (!known || __builtin_mul_overflow(known->value, factor, &product)) {
    return {};
  }
  return ratio(product, row.totals->invocations);
}

Cell mean(const LatencyHistogram& histogram) {
  return ratio(histogram.sum_ms() * mean_scale, histogram.count());
}

using Row = MeasuredView;

std::vector<MetricDefinition> count_metrics() {
  return {
      {"invocations", Unit::count, 0, true,
       [](const Row& r) { return number(r.totals->invocations); }},
      {"successes", Unit::count, 0, true,
       [](const Row& r) { return number(Int128{r.totals->invocations} - r.totals->errors); }},
      {"errors", Unit::count, 0, true, [](const Row& r) { return number(r.totals->errors); }},
      {"throttles", Unit::count, 0, true, [](const Row& r) { return number(r.totals->throttles); }},
      {"error_rate", Unit::percent, 2, false,
       [](const Row& r) { return ratio(r.totals->errors * basis_points, r.totals->invocations); }},
      {"input", Unit::tokens, 0, true, [](const Row& r) { return number(r.input); }},
      {"output", Unit::tokens, 0, true, [](const Row& r) { return number(r.output); }},
      {"cache_read", Unit::tokens, 0, true, [](const Row& r) { return number(r.cache_read); }},
      {"cache_write", Unit::tokens, 0, true, [](const Row& r) { return number(r.cache_write()); }},
      {"cache_write_1h", Unit::tokens, 0, true,
       [](const Row& r) { return number(r.cache_write_1h); }},
      {"total", Unit::tokens, 0, true, [](const Row& r) { return number(r.tokens()); }},
      {"cache_hit", Unit::percent, 2, false,
       [](const Row& r) {
         return ratio(r.cache_read * basis_points, r.input + r.cache_read + r.cache_write());
       }},
      {"bytes", Unit::bytes, 0, true, [](const Row& r) { return number(r.totals->bytes); }},
      {"images", Unit::count, 0, true, [](const Row& r) { return number(r.totals->images); }},
      {"guardrail", Unit::count, 0, true, [](const Row& r) { return number(r.totals->guardrail); }},
  };
}

std::vector<MetricDefinition> latency_metrics() {
  return {
      {"n", Unit::count, 0, true, [](const Row& r) { return number(r.totals->latency.count()); }},
      {"coverage", Unit::percent, 2, false,
       [](const Row& r) {
         return ratio(r.totals->latency.count() * basis_points, r.totals->invocations);
       }},
      {"min", Unit::milliseconds, 0, false,
       [](const Row& r) { return if_known(r.totals->latency.min_ms()); }},
      {"mean", Unit::milliseconds, 1, false, [](const Row& r) { return mean(r.totals->latency); }},
      {"max", Unit::milliseconds, 0, false,
       [](const Row& r) { return if_known(r.totals->latency.max_ms()); }},
      {"ttft_n", Unit::count, 0, true,
       [](const Row& r) { return number(r.totals->first_byte.count()); }},
      {"ttft_min", Unit::milliseconds, 0, false,
       [](const Row& r) { return if_known(r.totals->first_byte.min_ms()); }},
      {"ttft_mean", Unit::milliseconds, 1, false,
       [](const Row& r) { return mean(r.totals->first_byte); }},
      {"ttft_max", Unit::milliseconds, 0, false,
       [](const Row& r) { return if_known(r.totals->first_byte.max_ms()); }},
      {"tps", Unit::tokens_per_second, 3, false,
       [](const Row& r) {
         return ratio(r.totals->output_timed * tps_scale, r.totals->latency_timed_ms);
       }},
  };
}

std::vector<MetricDefinition> cost_metrics() {
  return {
      {"cost", Unit::usd, 18, true, [](const Row& r) { return money(r.cost.total()); }},
      {"cost_input", Unit::usd, 18, true,
       [](const Row& r) { return money(r.cost.of(Meter::input)); }},
      {"cost_output", Unit::usd, 18, true,
       [](const Row& r) { return money(r.cost.of(Meter::output)); }},
      {"cost_cache_read", Unit::usd, 18, true,
       [](const Row& r) { return money(r.cost.of(Meter::cache_read)); }},
      {"cost_cache_write", Unit::usd, 18, true,
       [](const Row& r) { return money(r.cost.cache_write()); }},
      {"cost_cache", Unit::usd, 18, true, [](const Row& r) { return money(r.cost.cache()); }},
      {"saved_by_cache", Unit::usd, 18, true,
       [](const Row& r) { return money(r.cost.saved_by_cache); }},
      {"cost_per_invocation", Unit::usd, 18, false,
       [](const Row& r) { return money_per_call(r, 1); }},
      {"cost_per_1k", Unit::usd, 18, false,
       [](const Row& r) { return money_per_call(r, calls_per_1k); }},
      {"unpriced_tokens", Unit::tokens, 0, true,
       [](const Row& r) { return number(r.cost.total().unpriced_tokens); }},
  };
}

}  // namespace

MeasuredView measure(const GroupTotals& totals, const PriceTable& prices) {
  MeasuredView row;
  row.totals = &totals;
  row.cost = price_cells(totals.billed, prices);
  for (const auto& [key, tokens] : totals.billed) {
    row.input += tokens.input;
    row.output += tokens.output;
    row.cache_read += tokens.cache_read;
    row.cache_write_5m += tokens.cache_write_5m;
    row.cache_write_1h += tokens.cache_write_1h;
  }
  return row;
}

const std::vector<MetricDefinition>& metric_definitions() {
  static const std::vector<MetricDefinition> all = [] {
    std::vector<MetricDefinition> list = count_metrics();
    for (const MetricDefinition& one : latency_metrics()) {
      list.push_back(one);
    }
    for (const MetricDefinition& one : cost_metrics()) {
      list.push_back(one);
    }
    return list;
  }();
  return all;
}

MetricReader::MetricReader(const Metric& metric)
    : name_(metric.name), percent_milli_(metric.percent_milli) {
  if (percent_milli_ > 0) {
    first_byte_ = name_.starts_with("ttft_");
    return;
  }
  const std::vector<MetricDefinition>& all = metric_definitions();
  const auto found = std::find_if(
      all.begin(), all.end(), [this](const MetricDefinition& one) { return one.name == name_; });
  ensure(found != all.end());
  definition_ = &*found;
}

Column MetricReader::column() const {
  if (definition_ == nullptr) {
    return {.name = name_, .unit = Unit::milliseconds};
  }
  const unsigned decimals_min = definition_->unit == Unit::usd ? 2 : definition_->scale;
  return {.name = name_,
          .unit = definition_->unit,
          .scale = definition_->scale,
          .decimals_min = decimals_min};
}

bool MetricReader::is_additive() const {
  return definition_ != nullptr && definition_->additive;
}

Cell MetricReader::value(const MeasuredView& row) const {
  if (definition_ != nullptr) {
    return definition_->value(row);
  }
  const LatencyHistogram& histogram = first_byte_ ? row.totals->first_byte : row.totals->latency;
  return if_known(histogram.percentile_ms(percent_milli_));
}

}  // namespace bedrocklog::analytics
