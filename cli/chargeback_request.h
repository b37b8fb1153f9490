// How `cost` is to charge teams: shared cost, and statements as files of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analytics/finance/cost_table.h"
#include "analytics/finance/shared_cost.h"
#include "analytics/report_key.h"
#include "cli/diagnostics.h"
#include "cli/output_format.h"
#include "cli/session.h"

namespace bedrocklog::cli {

/// One file for each value of a column.
struct StatementRequest {
  std::string split_by;  // Name of the column.
  std::string folder;
  OutputFormat format = OutputFormat::csv;
};

struct ChargebackRequest {
  std::optional<finance::SharedCostRule> sharing;
  std::optional<StatementRequest> statements;
};

/// Reads --split-shared, --shares, --shared-teams, --split-by and --output-dir. Ends with usage,
/// with data_unusable for a bad file, or with cannot_create when the folder cannot be made.
[[nodiscard]] OrExit<ChargebackRequest> make_chargeback_request(
    const Session& session, const std::vector<analytics::Key>& shown);

/// Names unallocated cost and shares it out. `table` is fresh of cost_table().
void charge_back(const ChargebackRequest& request, finance::CostTable& table);

/// A Fault on --split-by when `table`, after charge_back(), has no such column.
[[nodiscard]] std::optional<Fault> check_split(const ChargebackRequest& request,
                                               const finance::CostTable& table);

}  // namespace bedrocklog::cli
