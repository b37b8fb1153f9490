// Everything `cost` was asked for, checked and typed, before anything is read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analytics/finance/account_names.h"
#include "analytics/finance/cost_report.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/focus_export.h"
#include "analytics/finance/provisioned.h"
#include "cli/chargeback_request.h"
#include "cli/diagnostics.h"
#include "cli/document_output.h"
#include "cli/session.h"
#include "cli/totals_condition.h"

namespace bedrocklog::cli {

/// Of discount files, and of files of provisioned capacity.
inline constexpr std::uint64_t finance_file_size_bytes_max = 16ULL << 20U;

struct CostSettings {
  std::vector<analytics::Key> scan_by;  // Keys shown, and behind them the account if it is wanted.
  finance::CostRequest cost;            // `capacity_hours` is left to what the scan finds.
  finance::CostView view;
  std::shared_ptr<const finance::Discounts> discounts;  // What `cost` refers to.
  std::shared_ptr<const finance::AccountNames> accounts;
  std::string title;
  std::string ledger_path;           // Empty: none.
  std::optional<std::string> close;  // A month, "2026-03".
  OutputRequest output;
  std::optional<TotalsCondition> fail_if;
  ChargebackRequest chargeback;
  std::optional<finance::FocusOptions> focus;  // Some document is of FOCUS rows.
};

/// Checks every setting of its own. Ends with usage or, for a value of a file, data_unusable.
[[nodiscard]] OrExit<CostSettings> make_cost_settings(const Session& session);

}  // namespace bedrocklog::cli
