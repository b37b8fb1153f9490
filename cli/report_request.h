// Everything `report` was asked for, checked and typed, before anything is read.
#pragma once

#include <optional>
#include <string>

#include "analytics/report.h"
#include "cli/diagnostics.h"
#include "cli/document_output.h"
#include "cli/scan_request.h"
#include "cli/session.h"
#include "cli/totals_condition.h"

namespace bedrocklog::cli {

/// Places of rejected records kept in memory when --rejects asks for all of them.
inline constexpr std::size_t rejects_written_max = 1'000'000;

struct ReportRequest : ScanRequest {
  analytics::ReportSpec spec;
  OutputRequest output;
  std::optional<TotalsCondition> fail_if;
  std::string rejects_path;  // Empty: not asked for.
  bool is_usage = false;     // --kind usage.
};

/// Checks every setting. Ends with usage or, for a value of a file, data_unusable; with
/// cannot_create when an output file could not be written.
[[nodiscard]] OrExit<ReportRequest> make_report_request(const Session& session);

}  // namespace bedrocklog::cli
