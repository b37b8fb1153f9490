// Everything `report` was asked for, checked and typed, before anything is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analytics/report.h"
#include "analytics/scan.h"
#include "cli/diagnostics.h"
#include "cli/output_format.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/totals_condition.h"

namespace bedrocklog::cli {

/// Places of rejected records kept in memory when --rejects asks for all of them.
inline constexpr std::size_t rejects_written_max = 1'000'000;

struct OutputFile {
  std::string path;
  OutputFormat format = OutputFormat::csv;
};

struct ReportRequest {
  analytics::ScanOptions scan;  // `prices` is still null.
  analytics::ReportSpec spec;
  RenderOptions render;  // For standard output; files have no colour and no width.
  std::vector<OutputFile> files;
  std::optional<OutputFormat> standard_output;  // Nothing: files only.
  std::optional<TotalsCondition> fail_if;
  std::string rejects_path;  // Empty: not asked for.
  ProgressMode progress = ProgressMode::off;
  ingest::HourWindow window;  // Of folders that can hold records of the range.
  bool is_usage = false;      // --kind usage.
};

/// Checks every setting. Ends with usage or, for a value of a file, data_unusable; with
/// cannot_create when an output file could not be written.
[[nodiscard]] OrExit<ReportRequest> make_report_request(const Session& session);

/// The range that --since, --until, --month, --week, --quarter, --day and --hours name.
[[nodiscard]] Result<TimeRange> range_of(const Settings& settings, const analytics::Zone& zone,
                                         UnixMillis now);

}  // namespace bedrocklog::cli
