// Metric names as users write them.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "analytics/in_quotes.h"
#include "analytics/list_items.h"
#include "analytics/metric_value.h"
#include "analytics/report.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::size_t percent_decimals_max = 3;
constexpr std::size_t percent_digits_max = 3;
constexpr std::uint32_t milli = 1'000;
constexpr std::uint32_t percent_milli_max = 100 * milli;
constexpr std::string_view first_byte_prefix = "ttft_";

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char byte) { return byte >= '0' && byte <= '9'; });
}

std::uint32_t to_number(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// "99.9" as 99'900. Nothing if it is no decimal of the documented form and range.
std::optional<std::uint32_t> parse_percent_milli(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!all_digits(whole) || whole.size() > percent_digits_max) {
    return std::nullopt;
  }
  std::string decimals = "000";
  if (point != std::string_view::npos) {
    const std::string_view written = text.substr(point + 1);
    if (!all_digits(written) || written.size() > percent_decimals_max) {
      return std::nullopt;
    }
    decimals.replace(0, written.size(), written);
  }
  const std::uint32_t value = to_number(whole) * milli + to_number(decimals);
  if (value == 0 || value > percent_milli_max) {
    return std::nullopt;
  }
  return value;
}

// One name per percentile: p99.90 and p099.9 are p99.9.
std::string percentile_name(std::string_view prefix, std::uint32_t percent_milli) {
  std::string decimals = fmt::format("{:03}", percent_milli % milli);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return fmt::format("{}p{}{}{}", prefix, percent_milli / milli, decimals.empty() ? "" : ".",
                     decimals);
}

Metric percentile(std::string_view prefix, std::uint32_t percent_milli) {
  return {percentile_name(prefix, percent_milli), percent_milli};
}

Result<Metric> parse_metric(std::string_view name) {
  for (const MetricDefinition& one : metric_definitions()) {
    if (one.name == name) {
      return Metric{std::string(name), 0};
    }
  }
  std::string_view rest = name;
  std::string_view prefix;
  if (rest.starts_with(first_byte_prefix)) {
    prefix = first_byte_prefix;
    rest.remove_prefix(first_byte_prefix.size());
  }
  if (rest.size() >= 2 && rest[0] == 'p' && (all_digits(rest.substr(1, 1)) || rest[1] == '.')) {
    const std::optional<std::uint32_t> percent_milli = parse_percent_milli(rest.substr(1));
    if (!percent_milli) {
      return fault("--metrics",
                   fmt::format("a percentile is p and a number over 0 and up to 100 with at most "
                               "three decimals, not {}",
                               in_quotes(name)));
    }
    return percentile(prefix, *percent_milli);
  }
  const std::optional<std::string> nearest = nearest_name(name, metric_names());
  return fault("--metrics", nearest ? fmt::format("no such metric (did you mean {}?): {}", *nearest,
                                                  in_quotes(name))
                                    : fmt::format("no such metric: {}", in_quotes(name)));
}

}  // namespace

Result<std::vector<Metric>> parse_metrics(std::string_view list) {
  std::vector<Metric> metrics;
  for (const std::string_view item : list_items(list)) {
    if (item.empty()) {
      return fault("--metrics", fmt::format("empty name in the list: {}", in_quotes(list)));
    }
    Result<Metric> metric = parse_metric(item);
    if (!metric) {
      return pass_on(metric);
    }
    const bool repeated = std::any_of(metrics.begin(), metrics.end(), [&](const Metric& other) {
      return other.name == metric->name;
    });
    if (repeated) {
      return fault("--metrics", fmt::format("metric named twice: {}", metric->name));
    }
    metrics.push_back(std::move(*metric));
  }
  return metrics;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const MetricDefinition& one : metric_definitions()) {
    if (one.name == "max" || one.name == "ttft_max") {
      const std::string_view prefix = one.name == "max" ? "" : first_byte_prefix;
      for (const std::uint32_t percent : {50U, 90U, 95U, 99U}) {
        names.push_back(percentile_name(prefix, percent * milli));
      }
    }
    names.emplace_back(one.name);
  }
  return names;
}

std::vector<Metric> default_metrics() {
  std::vector<Metric> metrics;
  for (const char* name : {"invocations", "errors", "input", "output", "cache_read", "cache_write",
                           "cost", "n", "coverage"}) {
    metrics.push_back({name, 0});
  }
  for (const std::uint32_t percent : {50U, 90U, 95U, 99U}) {
    metrics.push_back(percentile("", percent * milli));
  }
  metrics.push_back({"max", 0});
  return metrics;
}

}  // namespace bedrocklog::analytics
