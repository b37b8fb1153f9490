// Sums, nearest ranks, half-even ratios and exact money of one group.
#include "bench/metric_cell.h"

#include <algorithm>
#include <numeric>
#include <string>

#include <fmt/format.h>

namespace bedrocklog::bench {

namespace {

using Json = nlohmann::json;

__extension__ using Wide = unsigned __int128;

constexpr std::string_view throttling = "ThrottlingException";

// numerator / denominator rounded half to even. Requires denominator > 0.
std::uint64_t half_even(Wide numerator, std::uint64_t denominator) {
  const auto quotient = static_cast<std::uint64_t>(numerator / denominator);
  const Wide twice_rest = numerator % denominator * 2;
  const bool up = twice_rest > denominator || (twice_rest == denominator && quotient % 2 == 1);
  return quotient + (up ? 1 : 0);
}

// 12345 with two decimals is "123.45".
std::string scaled_text(std::uint64_t value, unsigned decimals) {
  std::uint64_t scale = 1;
  for (unsigned digit = 0; digit < decimals; ++digit) {
    scale *= 10;
  }
  return fmt::format("{}.{:0{}}", value / scale, value % scale, decimals);
}

Json ratio(Wide numerator, std::uint64_t denominator, unsigned decimals) {
  return denominator == 0 ? Json() : Json(scaled_text(half_even(numerator, denominator), decimals));
}

// All digits, trailing zeros trimmed to two decimals.
std::string money_text(Attodollars value) {
  constexpr Attodollars one_usd = 1'000'000'000'000'000'000;
  std::string text = fmt::format("{}.{:018}", static_cast<std::uint64_t>(value / one_usd),
                                 static_cast<std::uint64_t>(value % one_usd));
  while (text.ends_with('0') && text[text.size() - 3] != '.') {
    text.pop_back();
  }
  return text;
}

// Null when there are tokens and none of them has a price.
Json money(const ClassCost& cost) {
  const bool unknown = cost.priced_tokens == 0 && cost.unpriced_tokens > 0;
  return unknown ? Json() : Json(money_text(cost.cost));
}

// Nearest rank of `percent` over sorted values.
Json percentile(const std::vector<std::uint32_t>& sorted, std::uint64_t percent) {
  if (sorted.empty()) {
    return {};
  }
  const std::uint64_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[static_cast<std::size_t>(std::max<std::uint64_t>(rank, 1) - 1)];
}

void add_latencies(std::vector<std::uint32_t>& values, const std::string& prefix, Json& json) {
  std::sort(values.begin(), values.end());
  const auto sum = std::accumulate(values.begin(), values.end(), std::uint64_t{0});
  json[prefix + "n"] = values.size();
  json[prefix + "min"] = values.empty() ? Json() : Json(values.front());
  json[prefix + "mean"] = ratio(Wide{sum} * 10, values.size(), 1);
  for (const std::uint64_t percent : {50U, 90U, 95U, 99U}) {
    json[prefix + fmt::format("p{}", percent)] = percentile(values, percent);
  }
  json[prefix + "max"] = values.empty() ? Json() : Json(values.back());
}

}  // namespace

void MetricCell::add(const CallFacts& call, const CallCost& cost) {
  ++invocations_;
  errors_ += call.error_code.empty() ? 0U : 1U;
  throttles_ += call.error_code == throttling ? 1U : 0U;
  guardrail_ += call.guardrail == GuardrailOutcome::none ? 0U : 1U;
  input_ += call.input.value_or(0);
  output_ += call.output.value_or(0);
  cache_read_ += call.cache_read.value_or(0);
  cache_write_ += call.cache_write.value_or(0);
  cache_write_1h_ += call.cache_write_1h.value_or(0);
  if (call.latency_ms) {
    latency_ms_.push_back(*call.latency_ms);
    timed_output_ += call.output.value_or(0);
    timed_ms_ += call.output ? *call.latency_ms : 0;
  }
  if (call.first_byte_ms) {
    first_byte_ms_.push_back(*call.first_byte_ms);
  }
  for (std::size_t part = 0; part < token_class_count; ++part) {
    cost_.at(part).cost += cost.at(part).cost;
    cost_.at(part).priced_tokens += cost.at(part).priced_tokens;
    cost_.at(part).unpriced_tokens += cost.at(part).unpriced_tokens;
  }
}

void MetricCell::merge(const MetricCell& other) {
  invocations_ += other.invocations_;
  errors_ += other.errors_;
  throttles_ += other.throttles_;
  guardrail_ += other.guardrail_;
  input_ += other.input_;
  output_ += other.output_;
  cache_read_ += other.cache_read_;
  cache_write_ += other.cache_write_;
  cache_write_1h_ += other.cache_write_1h_;
  timed_output_ += other.timed_output_;
  timed_ms_ += other.timed_ms_;
  latency_ms_.insert(latency_ms_.end(), other.latency_ms_.begin(), other.latency_ms_.end());
  first_byte_ms_.insert(first_byte_ms_.end(), other.first_byte_ms_.begin(),
                        other.first_byte_ms_.end());
  for (std::size_t part = 0; part < token_class_count; ++part) {
    cost_.at(part).cost += other.cost_.at(part).cost;
    cost_.at(part).priced_tokens += other.cost_.at(part).priced_tokens;
    cost_.at(part).unpriced_tokens += other.cost_.at(part).unpriced_tokens;
  }
}

nlohmann::json MetricCell::to_json() {
  ClassCost all;
  for (const ClassCost& part : cost_) {
    all.cost += part.cost;
    all.priced_tokens += part.priced_tokens;
    all.unpriced_tokens += part.unpriced_tokens;
  }
  Json json = {{"invocations", invocations_},
               {"successes", invocations_ - errors_},
               {"errors", errors_},
               {"throttles", throttles_},
               {"error_rate", ratio(Wide{errors_} * 10'000, invocations_, 2)},
               {"guardrail", guardrail_},
               {"input", input_},
               {"output", output_},
               {"cache_read", cache_read_},
               {"cache_write", cache_write_},
               {"cache_write_1h", cache_write_1h_},
               {"total", input_ + output_ + cache_read_ + cache_write_},
               {"coverage", ratio(Wide{latency_ms_.size()} * 10'000, invocations_, 2)},
               {"tps", ratio(Wide{timed_output_} * 1'000'000, timed_ms_, 3)},
               {"cost", money(all)},
               {"cost_input", money(cost_[0])},
               {"cost_output", money(cost_[1])},
               {"cost_cache_read", money(cost_[2])},
               {"cost_cache_write", money(cost_[3])},
               {"unpriced_tokens", all.unpriced_tokens}};
  add_latencies(latency_ms_, "", json);
  add_latencies(first_byte_ms_, "ttft_", json);
  return json;
}

}  // namespace bedrocklog::bench
