// `whatif` as tables: usage re-priced under an alternative, and provisioned capacity against it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/finance/figure_table.h"
#include "analytics/finance/reprice.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

/// Gaps named in the notes of one table.
inline constexpr std::size_t gaps_named_max = 20;

/// One row for each model and what it becomes, dearest first, and the total. The notes say what is
/// measured and what is assumed.
[[nodiscard]] FigureTable whatif_table(const analytics::Aggregate& aggregate,
                                       const analytics::PriceTable& prices,
                                       const Alternative& alternative);

/// Provisioned throughput as the user knows it.
struct CapacityOffer {
  std::string model;  // Glob over canonical model ids.
  Attodollars usd_per_unit_hour;
  std::uint64_t tokens_per_minute = 0;  // Of one unit, prompt and answer together; at least 1.
};

/// "GLOB=39.60/50000": USD per unit and hour, tokens per minute of a unit.
[[nodiscard]] Result<CapacityOffer> parse_capacity_offer(std::string_view text);

/// One model on provisioned units. Money is nothing where it does not fit.
struct CapacityUse {
  std::string model;
  Comparison sum;  // On demand, today; `then` is not looked at.
  std::uint64_t units = 0;
  std::uint64_t peak_tokens_per_hour = 0;
  std::optional<Int128> cost_then;
  std::optional<Int128> utilisation_e2;     // Percent x 100.
  std::uint64_t paying_hours = 0;           // Whose on-demand cost is above that of the units.
  std::optional<Int128> break_even_tokens;  // Per hour and unit, at the mean price of a token.
};

/// What tells the hours of one aggregate apart.
using HourOf =
    std::function<std::string(const analytics::Group& group, const analytics::BilledCell& cell)>;
[[nodiscard]] std::vector<CapacityUse> capacity_uses(const analytics::Aggregate& aggregate,
                                                     const analytics::PriceTable& prices,
                                                     const std::vector<CapacityOffer>& offers,
                                                     std::int64_t period_ms, const HourOf& hour_of);

/// For each model that an offer is for (the first that matches): units that carry its busiest hour,
/// and what they cost over the period. Requires an aggregate grouped by the key `hour` alone.
[[nodiscard]] FigureTable capacity_table(const analytics::Aggregate& aggregate,
                                         const analytics::PriceTable& prices,
                                         const std::vector<CapacityOffer>& offers,
                                         const TimeRange& range);

}  // namespace bedrocklog::finance
