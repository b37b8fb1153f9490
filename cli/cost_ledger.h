// The ledger of closed months around a run of `cost`.
#pragma once

#include <string>

#include "analytics/finance/ledger.h"
#include "analytics/report.h"
#include "cli/cost_request.h"
#include "cli/diagnostics.h"
#include "cli/session.h"

namespace bedrocklog::cli {

struct LedgerRun {
  finance::Ledger ledger;
  finance::BookedCost booked;
};

/// Reads --ledger and books `table` by it. Without a file there is an empty ledger for --close, and
/// nothing_found otherwise. Ends with conflict when a month cannot be closed.
[[nodiscard]] OrExit<LedgerRun> book_in_ledger(const CostSettings& settings,
                                               finance::CostTable table,
                                               const analytics::ReportSpec& spec,
                                               const analytics::PriceTable& prices);

/// Adds the closing, if there is one, unless `account` is incomplete and that is not allowed.
/// Nothing, or the code to end with.
[[nodiscard]] std::optional<ExitCode> write_ledger(const CostSettings& settings, LedgerRun run,
                                                   const analytics::InputAccount& account,
                                                   const Settings& flags);

}  // namespace bedrocklog::cli
