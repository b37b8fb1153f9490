// Which records a command is to count: filters, time range and the folders that can hold them.
#pragma once

#include <optional>
#include <string>

#include "analytics/scan.h"
#include "cli/diagnostics.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "ingest/fault.h"
#include "ingest/hour_path.h"
#include "ingest/manifest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::cli {

struct ScanRequest {
  analytics::ScanOptions scan;              // `by` is empty, `prices` and `s3` are still null.
  std::string where_text;                   // The filter written out; empty: everything.
  ingest::HourWindow window;                // Of folders that can hold records of the range.
  std::optional<std::string> generated_at;  // RFC 3339, when the time of the run was given.
  ProgressMode progress = ProgressMode::off;
};

/// Reads scan_options_of(), --where and its shortcuts, the time range and --progress. Ends with
/// usage or, for a value of a file, data_unusable.
[[nodiscard]] OrExit<ScanRequest> make_scan_request(const Session& session);

/// The range that --since, --until, --month, --week, --quarter, --day and --hours name.
[[nodiscard]] Result<TimeRange> range_of(const Settings& settings, const analytics::Zone& zone,
                                         UnixMillis now);

/// What a command that only adds up wants of its sources.
struct ScannedUsage {
  analytics::Aggregate aggregate;
  ScanRequest request;
};

/// Lists, scans and tells of requests to S3: groups by `by`, with the long-context limits of
/// `prices`. Ends after --dry-run, and with interrupted or terminated when a signal came: then
/// nothing is to be written. Locations are those of `arguments` or the default source.
[[nodiscard]] OrExit<ScannedUsage> scan_usage(const Session& session,
                                              const analytics::PriceTable& prices,
                                              const std::vector<std::string>& arguments,
                                              std::vector<analytics::Key> by);

}  // namespace bedrocklog::cli
