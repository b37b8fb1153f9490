// Which periods of which budgets are shown, the table of them, and whether anybody is to be told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analytics/finance/budget.h"
#include "analytics/finance/figure_table.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

/// Periods of one budget in one report.
inline constexpr std::size_t periods_max = 1'200;
/// An archive whose last record is older than this is not taken for one that is still written.
inline constexpr std::int64_t live_archive_ms_max = 7 * day_ms;

struct BudgetPeriods {
  TimeRange asked;                // Whole periods that meet it are shown; open ends are those seen.
  std::optional<TimeRange> seen;  // First and last record of the archive.
  UnixMillis now;
};

/// First days of the periods to show, rising: those of `asked` that have begun by now. Without an
/// end that was asked for they go to the last record, or to now where the archive is still
/// written. Fails for more than periods_max.
[[nodiscard]] Result<std::vector<std::int32_t>> periods_to_show(BudgetPeriod period,
                                                                const BudgetPeriods& periods);

/// What a scan must read so that no shown period is cut: the whole periods that meet `asked`, and
/// the days the second forecast looks at.
[[nodiscard]] TimeRange range_to_read(const std::vector<Budget>& budgets, const TimeRange& asked,
                                      UnixMillis now);

/// Lines in the order of budgets and time.
[[nodiscard]] Result<std::vector<BudgetLine>> budget_lines(const std::vector<Budget>& budgets,
                                                           const BudgetUse& use,
                                                           const BudgetPeriods& periods);

/// When a run is to end with "condition met".
struct BudgetAlarm {
  std::optional<std::uint32_t>
      percent_e2;         // Used so much; nothing: the budget's own warn_at, or all.
  bool forecast = false;  // The forecast exceeds the amount, or the cost does.
};

/// "80", "87.5", "forecast"; empty for the budgets' own warn levels.
[[nodiscard]] Result<BudgetAlarm> parse_budget_alarm(std::string_view text);

/// One sentence for each budget whose latest line sets off the alarm.
[[nodiscard]] std::vector<std::string> alarms_of(const std::vector<Budget>& budgets,
                                                 const std::vector<BudgetLine>& lines,
                                                 const BudgetAlarm& alarm);

/// Everything the table is made of.
struct BudgetTableInput {
  const std::vector<Budget>* budgets = nullptr;
  const std::vector<BudgetLine>* lines = nullptr;
  const BudgetUse* use = nullptr;
  const Discounts* discounts = nullptr;
  BudgetPeriods periods;
};
[[nodiscard]] FigureTable budget_table(const BudgetTableInput& input);

}  // namespace bedrocklog::finance
