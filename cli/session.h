// What every command starts with: environment, configuration files and settings in effect.
#pragma once

#include <string>
#include <vector>

#include "analytics/record_facts.h"
#include "analytics/scan.h"
#include "analytics/zone.h"
#include "cli/configuration.h"
#include "cli/diagnostics.h"
#include "cli/environment.h"
#include "cli/settings.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::cli {

struct Session {
  Environment environment;
  std::vector<ConfigurationFile> files;
  Configuration configuration;
  Settings settings;
};

/// Reads the configuration and merges the settings. Ends with configuration_missing when a file
/// that was named is not there.
[[nodiscard]] OrExit<Session> open_session(const Invocation& invocation,
                                           const NamedReport& named = {});

/// The locations of `arguments` and of --source; without either those of the default source.
/// `missing` says what to do when there is none.
[[nodiscard]] OrExit<std::vector<std::string>> locations_of(
    const Session& session, const std::vector<std::string>& arguments, Step missing);

/// Lists the locations. Ends with nothing_found when one does not exist or all are empty.
[[nodiscard]] OrExit<ingest::Manifest> list_input(const std::vector<std::string>& locations);

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

/// What all scans have in common: zone, duplicates, jobs, memory, group limit, model map, groups.
/// `by`, `where`, `range` and `prices` are left to the command.
[[nodiscard]] OrExit<analytics::ScanOptions> scan_options_of(const Session& session);

}  // namespace bedrocklog::cli
