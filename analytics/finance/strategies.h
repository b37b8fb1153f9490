// Ways to spend less, each computed from what the archive holds, none from a rule of thumb.
//
// Strategies look at the same calls from different sides: their savings overlap and are never added
// up. What a saving assumes stands in the notes of the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/figure_table.h"
#include "analytics/finance/whatif.h"
#include "analytics/price_table.h"
#include "analytics/report_key.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

/// A caller writes long prompts for short answers from this many prompt tokens per answer token...
inline constexpr std::uint64_t long_prompt_ratio_min = 20;
/// ... and this many prompt tokens per call.
inline constexpr std::uint64_t long_prompt_tokens_min = 2'000;

/// A caller looks like a job that could be a batch: so many calls, ...
inline constexpr std::uint64_t batch_calls_min = 100;
/// ... so many in each hour in which it calls at all, ...
inline constexpr std::uint64_t batch_calls_per_hour_min = 20;
/// ... and no hour with more than so many times the mean.
inline constexpr std::uint64_t batch_peak_factor_max = 4;

/// Name of the group of small calls in the scan.
inline constexpr const char* small_calls_group = "small";

/// What strategies group by: caller, `group` (small_calls_group or absent), hour of the day.
[[nodiscard]] std::vector<analytics::Key> strategy_keys(const analytics::Key& caller);

struct StrategyOptions {
  std::vector<std::string> candidates;  // Models that small calls may move to.
  std::uint64_t small_input_max = 0;    // As the scan's rule for small calls has them: echoed.
  std::uint64_t small_output_max = 0;
  std::optional<std::uint32_t> trim_e2;  // Prompts could be shorter by: percent x 100.
  std::vector<CapacityOffer> offers;
  std::size_t callers_max = 0;  // Rows of one strategy that are by caller.
  std::string caller_key;       // Name of the key, for the notes.
  std::string zone_name;        // Of the hours of the day.
};

/// One finding. Unknown money is nothing: no price, or no saving can be told from logs.
struct StrategyRow {
  std::string strategy;
  std::string subject;  // A model, a caller, hours.
  std::string then;     // What it would become; empty: no other price is looked at.
  std::string basis;    // measured, stated, estimate.
  std::uint64_t invocations = 0;
  std::uint64_t tokens = 0;
  std::optional<Attodollars> today, then_cost;
  std::optional<std::uint64_t> throttles;
};

/// Small calls of a model as the cheapest candidate of its provider that has every price they need.
/// Rows are those that save.
[[nodiscard]] std::vector<StrategyRow> right_sizing(const analytics::Aggregate& aggregate,
                                                    const analytics::PriceTable& prices,
                                                    const StrategyOptions& options);

/// What the prompts of callers with long prompts and short answers cost; with trim_e2 also what
/// they would.
[[nodiscard]] std::vector<StrategyRow> long_prompts(const analytics::Aggregate& aggregate,
                                                    const analytics::PriceTable& prices,
                                                    const StrategyOptions& options);

/// Callers that look like jobs, at batch prices.
[[nodiscard]] std::vector<StrategyRow> batch_jobs(const analytics::Aggregate& aggregate,
                                                  const analytics::PriceTable& prices,
                                                  const StrategyOptions& options);

/// Hours of the day above and below the mean, with their throttled calls.
[[nodiscard]] std::vector<StrategyRow> schedule(const analytics::Aggregate& aggregate,
                                                const analytics::PriceTable& prices);

/// Provisioned units by the user's offers.
[[nodiscard]] std::vector<StrategyRow> reserved_capacity(const analytics::Aggregate& aggregate,
                                                         const analytics::PriceTable& prices,
                                                         const StrategyOptions& options,
                                                         const TimeRange& range);

/// The rows in the order given, without a total.
[[nodiscard]] FigureTable strategy_table(const std::vector<StrategyRow>& rows,
                                         const StrategyOptions& options);

}  // namespace bedrocklog::finance
