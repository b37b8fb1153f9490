// Budgets: what was planned for a period, what was used of it, and where it will end.
//
// Money is net of discounts, exact to 22 decimals. Periods are calendar months, quarters and years
// in UTC, as price keys know the UTC day of a call. A call counts in every budget whose scope it is
// in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/aggregate.h"
#include "analytics/expression.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/ratio.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

enum class BudgetPeriod : std::uint8_t { monthly, quarterly, yearly };

/// Days since 1970-01-01, UTC; half-open.
struct DayRange {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  [[nodiscard]] bool contains(std::int32_t day) const { return begin <= day && day < end; }
  friend auto operator<=>(const DayRange&, const DayRange&) = default;
};

[[nodiscard]] std::optional<BudgetPeriod> parse_budget_period(std::string_view name);
/// The period that `day` is in.
[[nodiscard]] DayRange period_of(BudgetPeriod period, std::int32_t day);
/// "2026-03", "2026-Q1", "2026".
[[nodiscard]] std::string period_label(BudgetPeriod period, std::int32_t day);
/// The first day of the period that `label` names; nothing for other texts.
[[nodiscard]] std::optional<std::int32_t> parse_period_label(BudgetPeriod period,
                                                             std::string_view label);

/// Percentages over 1000 are taken for mistakes.
inline constexpr std::uint32_t warn_percent_max = 1'000;

struct Budget {
  std::string name;
  BudgetPeriod period = BudgetPeriod::monthly;
  std::optional<NetDollars> amount;            // Of every period that `amounts` does not name.
  std::map<std::int32_t, NetDollars> amounts;  // By first day of the period.
  analytics::Expression scope;                 // Made with a BudgetScope; default: everything.
  std::vector<std::uint32_t> warn_at_e2;       // Percent x 100, rising.

  [[nodiscard]] std::optional<NetDollars> amount_of(std::int32_t first_day) const;
};

/// The keys that the scopes of a file ask for: what a scan must group by to tell them apart.
class BudgetScope {
 public:
  /// A field of a scope: every key that is no time. Fails for others, and for more keys than a
  /// scan takes. Remembers the key.
  [[nodiscard]] Result<analytics::Field> resolve(std::string_view name);
  [[nodiscard]] const std::vector<analytics::Key>& keys() const { return keys_; }

 private:
  std::vector<analytics::Key> keys_;
};

/// What was used on one day in the scope of one budget.
struct DayUse {
  NetDollars cost;
  std::uint64_t invocations = 0;
  std::uint64_t priced_tokens = 0;
  std::uint64_t unpriced_tokens = 0;
  void add(const DayUse& other);
  /// Nothing when there are tokens and none of them has a price.
  [[nodiscard]] std::optional<NetDollars> known_cost() const;
};
using DailyUse = std::map<std::int32_t, DayUse>;

struct BudgetUse {
  std::vector<DailyUse> by_budget;  // In the order of the budgets.
  DailyUse outside;                 // Of calls in no budget's scope.
};
/// At prices less `discounts`. Requires an aggregate grouped by the keys of the scopes and, behind
/// them or among them, by account if a discount asks for it. Fails where two discounts of the same
/// rank are for one charge.
[[nodiscard]] Result<BudgetUse> use_of_budgets(const std::vector<Budget>& budgets,
                                               const analytics::Aggregate& aggregate,
                                               const analytics::PriceTable& prices,
                                               const Discounts& discounts);

/// What is known about time: now, and since when the archive tells of calls.
struct BudgetTime {
  UnixMillis now;
  std::optional<std::int32_t> first_day_seen;
};

/// Full UTC days behind the second forecast.
inline constexpr std::int32_t trend_days = 7;

/// One budget in one period. Money is nothing where it is unknown.
struct BudgetLine {
  std::size_t budget = 0;  // Position.
  DayRange period;
  bool is_open = false;  // The period is not over yet.
  DayUse use;
  std::optional<NetDollars> amount, cost;
  std::optional<Int128> used_e2;             // Percent x 100.
  std::optional<NetDollars> variance;        // Cost - amount: positive is over.
  std::optional<NetDollars> per_day;         // Cost / days elapsed.
  std::optional<std::int32_t> exhausted_on;  // The day on which cost passed the amount.
  // Of open periods alone:
  std::optional<NetDollars> forecast;        // Cost x length of the period / time elapsed.
  std::optional<NetDollars> forecast_trend;  // Cost + mean of the last trend_days for the rest.
  std::optional<std::int32_t> forecast_exhausted_on;  // By `forecast`, if within the period.

  [[nodiscard]] bool is_exceeded() const { return cost && amount && *cost > *amount; }
  [[nodiscard]] bool forecast_exceeds() const { return forecast && amount && *forecast > *amount; }
  /// Cost is at least that share of the amount; false where either is unknown or the amount is 0
  /// and nothing was used.
  [[nodiscard]] bool reaches(std::uint32_t percent_e2) const;
};

/// `first_day` is the first of a period that has begun by now.
[[nodiscard]] BudgetLine budget_line(const Budget& budget, const DailyUse& daily,
                                     std::int32_t first_day, const BudgetTime& time);

}  // namespace bedrocklog::finance
