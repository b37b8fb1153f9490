// A scan with everything around it: interruption, progress, timings and its notices.
#pragma once

#include <cstdint>
#include <string>

#include "analytics/input_account.h"
#include "analytics/scan.h"
#include "cli/diagnostics.h"
#include "cli/progress.h"
#include "ingest/manifest.h"

namespace bedrocklog::cli {

struct ScanRun {
  analytics::ScanOutcome outcome;
  ExitCode interrupted = ExitCode::complete;  // interrupted or terminated when a signal came.
};

/// Scans with Ctrl-C and SIGTERM caught and progress shown.
[[nodiscard]] OrExit<ScanRun> run_scan(const ingest::Manifest& manifest,
                                       const analytics::ScanOptions& options,
                                       ProgressMode progress);

/// Wall time of the parts of a report.
struct RunTimings {
  std::uint64_t list_ns = 0;
  const analytics::ScanTimings* scan = nullptr;
  std::uint64_t render_ns = 0;  // Pricing, ordering, shaping and writing.
};

/// Prints the --timings lines.
void print_timings(const RunTimings& run);

/// "3 records rejected, 1 object damaged, 2 objects unreadable": what makes the account incomplete.
[[nodiscard]] std::string defects_text(const analytics::InputAccount& account);

/// Prints what is incomplete and how to go on; incomplete, or complete when partial input is
/// allowed or nothing is missing.
[[nodiscard]] ExitCode report_incomplete(const analytics::InputAccount& account,
                                         const Settings& settings);

/// CSV of the rejected records' places: object, member, line, byte offset and fault.
[[nodiscard]] std::string rejects_csv(const analytics::InputAccount& account);

}  // namespace bedrocklog::cli
