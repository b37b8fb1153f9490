// What is said when a report is written, and how the process ends: conditions the user asked to be
// told about, and input that could not be used.
#pragma once

#include <optional>

#include "analytics/report.h"
#include "cli/exit_code.h"
#include "cli/output_format.h"
#include "cli/settings.h"
#include "cli/totals_condition.h"

namespace bedrocklog::cli {

/// Tells of --fail-if and --strict-prices where they are met.
[[nodiscard]] bool condition_is_met(const analytics::Report& report,
                                    const analytics::Aggregate& aggregate,
                                    const analytics::PriceTable& prices,
                                    const std::optional<TotalsCondition>& fail_if,
                                    const Settings& settings);

/// Notices and exit code of a report that was written: incomplete before a condition, as a
/// condition over incomplete figures proves little.
[[nodiscard]] ExitCode report_end(const analytics::Report& report,
                                  const analytics::Aggregate& aggregate,
                                  const analytics::PriceTable& prices,
                                  const std::optional<TotalsCondition>& fail_if,
                                  const Settings& settings);

/// Which columns a table left out for want of width; not with --quiet.
void tell_hidden_columns(const analytics::Report& report, const RenderOptions& options,
                         const Settings& settings);

}  // namespace bedrocklog::cli
