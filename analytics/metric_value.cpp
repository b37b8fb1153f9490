// The table of metrics. A ratio without a denominator is unknown, never 0.
#include "analytics/metric_value.h"

#include <algorithm>
#include <array>
#include <optional>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr Int128 mean_scale = 10;                    // Tenths of a millisecond.
constexpr Int128 basis_points = 10'000;              // 1/100 of a percent.
constexpr Int128 tps_scale = Int128{1'000} * 1'000;  // ms to s, thousandths.
constexpr Int128 calls_per_1k = 1'000;

Figure number(Int128 value) {
  return value;
}

Figure ratio(Int128 numerator, Int128 denominator) {
  return denominator == 0 ? Figure() : number(divide_half_even(numerator, denominator));
}

template <class T>
Figure if_known(const std::optional<T>& value) {
  return value ? number(*value) : Figure();
}

Figure money(const ClassCost& cost) {
  const std::optional<Attodollars> known = cost.known();
  return known ? number(known->value) : Figure();
}

// Half-even quotient of money; a product beyond the range of money can only come from a price file
// gone mad and is unknown.
Figure money_per_call(const MeasuredView& row, Int128 factor) {
  const std::optional<Attodollars> known = row.cost.total().known();
  Int128 product = 0;
  if (!known || __builtin_mul_overflow(known->value, factor, &product)) {
    return {};
  }
  return ratio(product, row.totals->invocations);
}

Figure mean(const LatencyHistogram& histogram) {
  return ratio(histogram.sum_ms() * mean_scale, histogram.count());
}

// The only place that knows an order may be at hand.
Figure percentile(const LatencyHistogram& histogram, std::span<const std::uint32_t> ordered,
                  std::uint32_t percent_milli) {
  if (ordered.empty()) {
    return if_known(histogram.percentile_ms(percent_milli));
  }
  return number(ordered[LatencyHistogram::rank_of(ordered.size(), percent_milli) - 1]);
}

Figure smallest(const LatencyHistogram& histogram, std::span<const std::uint32_t> ordered) {
  return ordered.empty() ? if_known(histogram.min_ms()) : number(ordered.front());
}

Figure largest(const LatencyHistogram& histogram, std::span<const std::uint32_t> ordered) {
  return ordered.empty() ? if_known(histogram.max_ms()) : number(ordered.back());
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
       [](const Row& r) { return smallest(r.totals->latency, r.latency_order); }, true},
      {"mean", Unit::milliseconds, 1, false, [](const Row& r) { return mean(r.totals->latency); }},
      {"max", Unit::milliseconds, 0, false,
       [](const Row& r) { return largest(r.totals->latency, r.latency_order); }, true},
      {"ttft_n", Unit::count, 0, true,
       [](const Row& r) { return number(r.totals->first_byte.count()); }},
      {"ttft_min", Unit::milliseconds, 0, false,
       [](const Row& r) { return smallest(r.totals->first_byte, r.first_byte_order); }, true},
      {"ttft_mean", Unit::milliseconds, 1, false,
       [](const Row& r) { return mean(r.totals->first_byte); }},
      {"ttft_max", Unit::milliseconds, 0, false,
       [](const Row& r) { return largest(r.totals->first_byte, r.first_byte_order); }, true},
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

MeasuredView with_tokens(const GroupTotals& totals) {
  MeasuredView row;
  row.totals = &totals;
  for (const auto& [key, tokens] : totals.billed) {
    row.input += tokens.input;
    row.output += tokens.output;
    row.cache_read += tokens.cache_read;
    row.cache_write_5m += tokens.cache_write_5m;
    row.cache_write_1h += tokens.cache_write_1h;
  }
  return row;
}

// What tables leave out, the first to go first; invocations and cost stay. A percentile goes before
// `n` and `coverage`, which must stand beside every percentile; a narrow table still tells the
// median and the tail; what is unpriced goes last, as it qualifies the cost.
constexpr auto first_to_go = std::to_array<std::string_view>({
    "cost_per_1k",
    "saved_by_cache",
    "cost_cache",
    "cache_hit",
    "bytes",
    "images",
    "guardrail",
    "tps",
    "ttft_*",
    "ttft_n",
    "cost_cache_write",
    "cost_cache_read",
    "cost_output",
    "cost_input",
    "cost_per_invocation",
    "min",
    "p*",
    "mean",
    "max",
    "p90",
    "p95",
    "cache_write_1h",
    "cache_write",
    "cache_read",
    "total",
    "p99",
    "p50",
    "coverage",
    "n",
    "successes",
    "throttles",
    "error_rate",
    "errors",
    "output",
    "input",
    "unpriced_tokens",
});

// Names beat the patterns.
std::uint32_t importance_of(std::string_view name) {
  const std::string_view pattern = name.starts_with("ttft_") ? "ttft_*" : "p*";
  const bool fits = name.starts_with(pattern.substr(0, pattern.size() - 1));
  for (const std::string_view wanted : {name, fits ? pattern : name}) {
    const auto found = std::find(first_to_go.begin(), first_to_go.end(), wanted);
    if (found != first_to_go.end()) {
      return static_cast<std::uint32_t>(found - first_to_go.begin());
    }
  }
  return always_shown;
}

std::span<const std::uint32_t> ordered(const LatencyHistogram& histogram,
                                       std::vector<std::uint32_t>& into) {
  const std::span<const std::uint32_t> listed = histogram.latencies_if_listed();
  into.assign(listed.begin(), listed.end());
  std::sort(into.begin(), into.end());
  return into;
}

}  // namespace

MeasuredView measure(const GroupTotals& totals, const PriceTable& prices) {
  MeasuredView row = with_tokens(totals);
  row.cost = price_cells(totals.billed, prices);
  return row;
}

GroupMeter::GroupMeter(const PriceList& prices, std::span<const MetricReader> metrics)
    : prices_(&prices),
      needs_order_(std::any_of(metrics.begin(), metrics.end(),
                               [](const MetricReader& one) { return one.needs_order(); })) {}

MeasuredView GroupMeter::measure(const GroupTotals& totals) {
  MeasuredView row = with_tokens(totals);
  row.cost = price_cells(totals.billed, *prices_);
  if (needs_order_) {
    row.latency_order = ordered(totals.latency, latency_order_);
    row.first_byte_order = ordered(totals.first_byte, first_byte_order_);
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
  Column column = {.name = name_, .unit = Unit::milliseconds, .importance = importance_of(name_)};
  if (definition_ != nullptr) {
    column.unit = definition_->unit;
    column.scale = definition_->scale;
    column.decimals_min = definition_->unit == Unit::usd ? 2 : definition_->scale;
  }
  return column;
}

bool MetricReader::needs_order() const {
  return definition_ == nullptr || definition_->needs_order;
}

bool MetricReader::is_additive() const {
  return definition_ != nullptr && definition_->additive;
}

Figure MetricReader::value(const MeasuredView& row) const {
  if (definition_ != nullptr) {
    return definition_->value(row);
  }
  return first_byte_ ? percentile(row.totals->first_byte, row.first_byte_order, percent_milli_)
                     : percentile(row.totals->latency, row.latency_order, percent_milli_);
}

}  // namespace bedrocklog::analytics
