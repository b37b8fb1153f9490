// Prices times tokens.
#include "provision/model_cost.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/dashboard_widgets.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned hour_seconds = 3'600;

/// What is added up for one model, or for all.
struct Weighed {
  std::string metric;
  char letter;
  std::string weight;  // Empty: 1.
};

/// Adds series and terms of a model, all or none.
void add_terms(const std::vector<Weighed>& weighed, const std::string& model_id, std::size_t index,
               HourlySum& sum) {
  if (sum.entries.size() + weighed.size() > alarm_metrics_max) {
    sum.left_out.push_back(model_id);
    return;
  }
  for (const Weighed& one : weighed) {
    MetricSeries series{fmt::format("{}{}", one.letter, index), one.metric, "Sum", hour_seconds};
    if (!model_id.empty()) {
      series.dimensions = {{"ModelId", model_id}};
    }
    sum.entries.push_back(metric_entry(series, false));
    sum.expression += fmt::format("{}FILL({}, 0)", sum.expression.empty() ? "" : " + ", series.id);
    if (!one.weight.empty()) {
      sum.expression += " * " + one.weight;
    }
  }
}

const std::vector<Weighed>& alike() {
  static const std::vector<Weighed> both = {{"InputTokenCount", 'i', ""},
                                            {"OutputTokenCount", 'o', ""}};
  return both;
}

}  // namespace

HourlySum hourly_spend(const std::vector<WatchedModel>& models) {
  HourlySum sum;
  std::size_t index = 0;
  for (const WatchedModel& model : priced_models(models)) {
    std::vector<Weighed> weighed;
    for (const PricedTokens& tokens : priced_tokens(model)) {
      weighed.push_back({tokens.metric, tokens.letter, tokens.usd_per_million});
    }
    add_terms(weighed, model.model_id, index++, sum);
  }
  return sum;
}

HourlySum hourly_tokens() {
  HourlySum sum;
  add_terms(alike(), "", 0, sum);
  return sum;
}

HourlySum hourly_tokens(const std::vector<WatchedModel>& models) {
  HourlySum sum;
  std::size_t index = 0;
  for (const WatchedModel& model : models) {
    add_terms(alike(), model.model_id, index++, sum);
  }
  return sum;
}

std::vector<PricedTokens> priced_tokens(const WatchedModel& model) {
  std::vector<PricedTokens> priced;
  const auto add = [&](const char* metric, char letter, const std::string& price) {
    if (const std::string plain = price.empty() ? "0" : plain_decimal(price); plain != "0") {
      priced.push_back({metric, letter, plain});
    }
  };
  add("InputTokenCount", 'i', model.input_usd_per_million);
  add("OutputTokenCount", 'o', model.output_usd_per_million);
  add("CacheReadInputTokens", 'r', model.cache_read_usd_per_million);
  add("CacheWriteInputTokens", 'w', model.cache_write_usd_per_million);
  return priced;
}

bool has_prices(const WatchedModel& model) {
  return !priced_tokens(model).empty();
}

std::vector<WatchedModel> priced_models(const std::vector<WatchedModel>& models) {
  std::vector<WatchedModel> priced;
  std::copy_if(models.begin(), models.end(), std::back_inserter(priced), has_prices);
  return priced;
}

std::string weighted_tokens(const WatchedModel& model, std::size_t index) {
  std::vector<std::string> terms;
  for (const PricedTokens& tokens : priced_tokens(model)) {
    // A model without calls in a period must not take the others' cost with it.
    terms.push_back(
        fmt::format("FILL({}{}, 0) * {}", tokens.letter, index, tokens.usd_per_million));
  }
  return fmt::format("{}", fmt::join(terms, " + "));
}

CostLines cost_lines(const std::vector<WatchedModel>& models, const std::string& region,
                     bool shows_models) {
  CostLines lines;
  for (std::size_t index = 0; index < models.size(); ++index) {
    const WatchedModel& model = models[index];
    for (const PricedTokens& tokens : priced_tokens(model)) {
      const std::string id = fmt::format("{}{}", tokens.letter, index);
      lines.metrics.push_back(
          {bedrock_metrics,
           tokens.metric,
           "ModelId",
           model.model_id,
           {{"id", id}, {"stat", "Sum"}, {"region", region}, {"visible", false}}});
      lines.tokens.push_back(fmt::format("FILL({}, 0)", id));
    }
    const std::string cost = fmt::format("cost{}", index);
    lines.metrics.push_back(
        expression_line({fmt::format("({}) / 1000000", weighted_tokens(model, index)), cost,
                         model.model_id, shows_models},
                        region));
    lines.usd.push_back(cost);
  }
  return lines;
}

}  // namespace bedrocklog::provision
