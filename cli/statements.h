// Cost statements: one file for each team, account or whatever the cost is split by.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "analytics/finance/chargeback.h"
#include "analytics/report.h"
#include "cli/chargeback_request.h"
#include "cli/output_format.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::size_t statements_max = 10'000;

/// The report of one statement.
using MakeReport = std::function<Result<analytics::Report>(const finance::Statement& statement)>;

/// Why statements were not written: the folder is as it was then.
struct StatementFailure {
  Fault fault;
  bool is_output = false;  // Not writable; else the reports cannot be made.
};

/// Writes every statement, and an index with their exact sums, into the folder: all or nothing.
[[nodiscard]] std::optional<StatementFailure> write_statements(
    const StatementRequest& request, const std::vector<finance::Statement>& statements,
    const RenderOptions& options, const MakeReport& make_report);

}  // namespace bedrocklog::cli
