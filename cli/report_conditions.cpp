// Notices behind a report, and its exit code.
#include "cli/report_conditions.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/diagnostics.h"
#include "cli/scan_run.h"

namespace bedrocklog::cli {

bool condition_is_met(const analytics::Report& report, const analytics::Aggregate& aggregate,
                      const analytics::PriceTable& prices,
                      const std::optional<TotalsCondition>& fail_if, const Settings& settings) {
  bool is_met = false;
  if (fail_if && holds(*fail_if, aggregate, prices)) {
    print_notice(fmt::format("--fail-if holds: {}", fail_if->text));
    is_met = true;
  }
  if (settings.is_on("strict-prices") && !report.unpriced.empty()) {
    const analytics::UnpricedUsage& first = report.unpriced.front();
    print_notice(fmt::format(
        "--strict-prices: {} kinds of usage have no price, first {} in {}; add --prices FILE",
        report.unpriced.size(), first.model, first.region.empty() ? "no region" : first.region));
    is_met = true;
  }
  return is_met;
}

ExitCode report_end(const analytics::Report& report, const analytics::Aggregate& aggregate,
                    const analytics::PriceTable& prices,
                    const std::optional<TotalsCondition>& fail_if, const Settings& settings) {
  if (report.account.counted == 0 && !settings.is_on("quiet")) {
    print_notice(fmt::format("no record was counted; {} were seen", report.account.records_seen()));
  }
  const ExitCode incomplete = report_incomplete(report.account, settings);
  const bool is_met = condition_is_met(report, aggregate, prices, fail_if, settings);
  if (incomplete != ExitCode::complete) {
    return incomplete;
  }
  return is_met ? ExitCode::condition_met : ExitCode::complete;
}

void tell_hidden_columns(const analytics::Report& report, const RenderOptions& options,
                         const Settings& settings) {
  if (settings.is_on("quiet")) {
    return;
  }
  const std::vector<std::string> hidden = hidden_columns(report, options);
  if (!hidden.empty()) {
    print_notice(
        fmt::format("hidden for want of width: {}; --width 0 shows all", fmt::join(hidden, ", ")));
  }
}

}  // namespace bedrocklog::cli
