// What every command starts with: environment, configuration files and settings in effect.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analytics/record_facts.h"
#include "analytics/scan.h"
#include "analytics/zone.h"
#include "cli/configuration.h"
#include "cli/diagnostics.h"
#include "cli/environment.h"
#include "cli/s3_access.h"
#include "cli/settings.h"
#include "ingest/fault.h"
#include "ingest/hour_path.h"
#include "ingest/manifest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::cli {

struct Session {
  Environment environment;
  std::vector<ConfigurationFile> files;
  Configuration configuration;
  Settings settings;
  std::unique_ptr<S3Access> s3 = std::make_unique<S3Access>();  // Never null.
};

/// Reads the configuration and merges the settings. Ends with configuration_missing when a file
/// that was named is not there.
[[nodiscard]] OrExit<Session> open_session(const Invocation& invocation,
                                           const NamedReport& named = {});

/// The locations of `arguments` and of --source; without either those of the default source.
/// `missing` says what to do when there is none.
[[nodiscard]] OrExit<std::vector<std::string>> locations_of(
    const Session& session, const std::vector<std::string>& arguments, Step missing);

/// Lists the locations, but not folders of hours outside `window`. Starts the session's S3 access
/// when one of them is in a bucket. Ends with nothing_found when one does not exist or all are
/// empty; hours that were passed over do count as something.
[[nodiscard]] OrExit<ingest::Manifest> list_input(const Session& session,
                                                  const std::vector<std::string>& locations,
                                                  const ingest::HourWindow& window = {});

/// The hours whose folders can hold records of `range`: everything for the whole of time, else with
/// --delivery-slack.
[[nodiscard]] Result<ingest::HourWindow> delivery_window_of(const Settings& settings,
                                                            const TimeRange& range);

/// With --verbose, at the end of a run: requests to S3, retries included. Nothing without S3.
void report_s3_requests(const Session& session);

/// What relative times count from.
struct Now {
  UnixMillis at;
  bool is_given = false;  // By --now or SOURCE_DATE_EPOCH: then outputs may show it.
};
[[nodiscard]] Result<Now> now_of(const Session& session, const analytics::Zone& zone);

/// [models] with --model-map on top.
[[nodiscard]] OrExit<analytics::ModelMap> model_map_of(const Session& session);

/// [groups], parsed. Faults name file and line.
[[nodiscard]] Result<std::vector<analytics::GroupRule>> group_rules(
    const Configuration& configuration);

/// What all scans have in common: zone, duplicates, jobs, memory, group limit, model map, groups,
/// teams, downloads. `by`, `where`, `range` and `prices` are left to the command, as is `s3`, which
/// is there when list_input() has run.
[[nodiscard]] OrExit<analytics::ScanOptions> scan_options_of(const Session& session);

}  // namespace bedrocklog::cli
