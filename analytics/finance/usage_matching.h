// Which usage of the logs and which of the bill are the same, where their keys are not.
//
// First by key. What is left is put together where the number of tokens is the same and nothing
// else could be meant: another tier, scope, cache lifetime, region or neighbouring day.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analytics/finance/bill.h"
#include "analytics/money.h"

namespace bedrocklog::finance {

/// One key with what either side has under it.
struct UsageCell {
  UsageKey key;
  bool has_log = false;
  bool has_bill = false;
  analytics::Int128 log_tokens = 0;
  analytics::Attodollars log_cost;  // Of the tokens that have a price.
  bool is_unpriced = false;         // Some of them have none.
  BilledUsageSum bill;

  [[nodiscard]] analytics::Int128 log_tokens_e12() const { return log_tokens * bill_token_unit; }
};

enum class MatchedBy : std::uint8_t {
  nothing,      // One cell: one side only, or other numbers of tokens.
  key,          // One cell, same number of tokens.
  cache_ttl,    // 5-minute and 1-hour writes together.
  price_class,  // Tier, scope and request size left out.
  region,
  day,
  model,  // The logs name an ARN.
};

struct Match {
  MatchedBy by = MatchedBy::nothing;
  std::vector<std::size_t> cells;  // Positions in the cells, rising.
};

/// Each cell in exactly one match; by their first cells. The same cells give the same matches.
[[nodiscard]] std::vector<Match> match_usage(std::span<const UsageCell> cells);

}  // namespace bedrocklog::finance
