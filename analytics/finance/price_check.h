// How firmly usage is priced: by which row, with which assumptions, and what these could cost.
//
// Logs leave two things open. Cache writes whose life is not told are counted as 5-minute ones;
// calls whose service tier is not told as standard. What these could move is the difference to the
// price under the other answer, for all tokens counted so: an upper bound, as those that did tell
// are among them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/money.h"
#include "analytics/price_table.h"

namespace bedrocklog::finance {

enum class PricedHow : std::uint8_t {
  priced,
  unpriced,
  covered,        // Provisioned capacity: tokens cost nothing.
  if_written_1h,  // 5-minute cache writes at the 1-hour price.
  if_priority,    // Standard tokens at the price of the tier.
  if_flex,
};

/// "priced", "if 1-hour writes" and so on.
[[nodiscard]] std::string_view name_of(PricedHow how);

/// Usage that is alike but for its day, and has one price row.
struct CheckedUsage {
  PricedHow how = PricedHow::priced;
  std::string model, region;
  analytics::Scope scope = analytics::Scope::regional;
  analytics::Tier tier = analytics::Tier::standard;  // As counted.
  std::uint64_t context_limit = 0;
  analytics::Meter meter = analytics::Meter::input;  // As counted.
  std::uint64_t tokens = 0;
  const analytics::PriceRow* row = nullptr;  // Null: none. Borrowed from the table.
  std::optional<analytics::Attodollars> cost;
  /// Of the alternatives: what they cost more than counted; negative: less.
  std::optional<analytics::Attodollars> difference;
};

struct CheckedTotal {
  std::uint64_t tokens = 0;
  analytics::Attodollars cost;
  analytics::Attodollars difference;
};

struct PriceCheck {
  std::vector<CheckedUsage> usage;  // Sorted by model, region, and so on; alternatives behind.
  CheckedTotal priced, written_1h, priority, flex;
  CheckedTotal undated;  // Part of `priced`: by rows that do not say since when they hold.
  std::uint64_t unpriced_tokens = 0;
  std::uint64_t covered_tokens = 0;
  std::uint64_t writes_of_unknown_life = 0;  // Cache write tokens; among the 5-minute ones.
};

/// `prices` must be those that the aggregate was scanned with, and outlive the result.
[[nodiscard]] PriceCheck check_prices(const analytics::Aggregate& aggregate,
                                      const analytics::PriceTable& prices);

}  // namespace bedrocklog::finance
