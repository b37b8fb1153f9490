// What tokens of a model cost, as expressions of CloudWatch's metric math. Prices are given by the
// caller as decimals and go into the expressions as they are: nothing is computed here.
#pragma once

#include <string>
#include <vector>

#include "provision/metric_alarm.h"
#include "provision/observability_settings.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

/// A token metric of a model that has a price.
struct PricedTokens {
  std::string metric;           // "InputTokenCount".
  char letter;                  // i, o, r, w: for ids.
  std::string usd_per_million;  // Plain decimal, not 0.
};
[[nodiscard]] std::vector<PricedTokens> priced_tokens(const WatchedModel& model);
[[nodiscard]] bool has_prices(const WatchedModel& model);
[[nodiscard]] std::vector<WatchedModel> priced_models(const std::vector<WatchedModel>& models);

/// "FILL(i0, 0) * 3 + FILL(o0, 0) * 15": USD times a million of the model that is number `index`.
[[nodiscard]] std::string weighted_tokens(const WatchedModel& model, std::size_t index);

/// What an alarm watches an hour of.
struct HourlySum {
  Json entries = Json::array();       // Series, at most alarm_metrics_max; none of them a result.
  std::string expression;             // Over their ids.
  std::vector<std::string> left_out;  // Models that no longer fit.
};
/// Tokens times price of the models that have prices.
[[nodiscard]] HourlySum hourly_spend(const std::vector<WatchedModel>& models);
/// Input and output tokens of all models by the series without dimensions.
[[nodiscard]] HourlySum hourly_tokens();
/// The same by the series of each model.
[[nodiscard]] HourlySum hourly_tokens(const std::vector<WatchedModel>& models);

/// Lines of a widget that has cost or tokens of all models.
struct CostLines {
  Json metrics = Json::array();     // Hidden series and an expression for each model.
  std::vector<std::string> usd;     // Ids of these expressions, cost0, ...
  std::vector<std::string> tokens;  // Terms, "FILL(i0, 0)", of all series.
};
[[nodiscard]] CostLines cost_lines(const std::vector<WatchedModel>& models,
                                   const std::string& region, bool shows_models);

}  // namespace bedrocklog::provision
