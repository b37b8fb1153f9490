// A configuration of a stack made from what an archive shows: models, thresholds, prices, each with
// its reason beside it.
//
// Integers only; the same records give the same text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/price_table.h"
#include "analytics/report_key.h"

namespace bedrocklog::cli {

inline constexpr std::size_t suggested_models_default = 10;

/// How records must be grouped for suggestion_text().
[[nodiscard]] std::vector<analytics::Key> suggestion_keys();
/// Keys of request metadata that may name a team, for the second reading.
[[nodiscard]] std::vector<analytics::Key> team_tag_keys();

struct SuggestionInput {
  const analytics::Aggregate* usage = nullptr;  // By suggestion_keys().
  const analytics::Aggregate* teams = nullptr;  // By team_tag_keys(), the same records.
  const analytics::PriceTable* prices = nullptr;
  std::size_t models_max = suggested_models_default;
};

/// TOML with a [provision] table that `provision plan --config` takes. Quotas are left to the
/// admin: logs do not tell them. Requires at least one record.
[[nodiscard]] std::string suggestion_text(const SuggestionInput& input);

/// USD for a million units, exact: "3", "0.25".
[[nodiscard]] std::string usd_per_million(const analytics::UnitPrice& price);

}  // namespace bedrocklog::cli
