// Configuration files: bedrocklog.toml of the project, the user and the system, merged.
//
//   [defaults]        source = "prod"   tz = "Europe/Berlin"      any flag of report by its name
//   [source.prod]     path = "logs"     or paths = ["a", "b"]     relative to the file's folder
//   [report.finance]  by = ["account", "model"]  month = "last"   run as: report @finance
//   [[teams.rule]]    tag = "team"   or team = "search"  account = "1111*"   team_file.h has all
//   [groups]          search = 'tag:team = "search"'              first match in file order
//   [discounts]       file = "discounts.toml"                     discount.h has the rules
//   [provisioned]     file = "capacity.toml"                      provisioned.h has the entries
//   [prices]          files = ["contract.csv"]   shipped = true   store = "prices"
//   [models]          "arn:aws:..." = "anthropic.claude-..." or { model = "...", label = "..." }
//   [budgets]         file = "budgets.toml"                       see budget_file.h
//   [provision]       regions = ["eu-west-1"]  the stack: provision_document.h
//
// No secret is ever read from these files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/rule_rows.h"
#include "cli/environment.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::uint64_t configuration_size_bytes_max = 4ULL << 20U;

/// Where a value stands. Prints as "bedrocklog.toml:12".
struct Place {
  std::string file;
  std::uint32_t line = 0;
};
[[nodiscard]] std::string to_text(const Place& place);

struct ConfiguredValue {
  std::vector<std::string> values;  // One, or the items of an array. Booleans: "true", "false".
  Place place;
};
using ConfiguredTable = std::map<std::string, ConfiguredValue, std::less<>>;

struct ConfiguredGroup {
  std::string name, condition;
  Place place;
};

struct ConfiguredModel {
  std::string model, label;
  Place place;
};
using ConfiguredModels = std::map<std::string, ConfiguredModel, std::less<>>;

struct Configuration {
  ConfiguredTable defaults;  // Keys are names of report flags.
  std::map<std::string, ConfiguredTable, std::less<>> reports;
  ConfiguredTable sources;              // Locations, by name of the source.
  std::vector<ConfiguredGroup> groups;  // In file order; stronger files first.
  std::vector<finance::RuleRow> teams;  // The same.
  std::optional<ConfiguredValue> price_files;
  std::optional<ConfiguredValue> shipped_prices;  // "true" or "false".
  std::optional<ConfiguredValue> price_store;     // A folder, or "none".
  std::optional<ConfiguredValue> discounts_file, provisioned_file;
  ConfiguredModels models;
  std::optional<ConfiguredValue> budget_file;
};

/// Where a configuration file is looked for.
struct ConfigurationFile {
  std::string path;
  std::string why;  // "--config", "BEDROCKLOG_CONFIG", "project", "user", "system".
  bool required = false;
  bool exists = false;
};

/// Strongest first: --config, BEDROCKLOG_CONFIG, ./bedrocklog.toml,
/// $XDG_CONFIG_HOME/bedrocklog/config.toml (else ~/.config/...), /etc/bedrocklog.toml. A path that
/// comes up twice is listed once.
[[nodiscard]] std::vector<ConfigurationFile> configuration_files(
    const std::optional<std::string>& flag, const Environment& environment);

/// Parses one file's text. Faults name `file`:line: bad TOML, an unknown table or key (with the
/// nearest known one), a value of the wrong type.
[[nodiscard]] Result<Configuration> parse_configuration(std::string_view text,
                                                        const std::string& file);

/// Adds to `strong` what it does not say itself: single keys of [defaults], [report.NAME] and
/// [prices], whole sources, groups and models by name.
void add_weaker(Configuration& strong, Configuration weak);

/// Reads and merges `files`. A required file that is missing is a Fault whose subject is the path
/// and whose message is `configuration_file_missing`.
inline constexpr std::string_view configuration_file_missing = "no such configuration file";
[[nodiscard]] Result<Configuration> load_configuration(const std::vector<ConfigurationFile>& files);

/// Parses a TOML table like [models], at top level.
[[nodiscard]] Result<ConfiguredModels> parse_model_map(std::string_view text,
                                                       const std::string& file);

/// Reads and parses a --model-map file.
[[nodiscard]] Result<ConfiguredModels> load_model_map(const std::string& path);

}  // namespace bedrocklog::cli
