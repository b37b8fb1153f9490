// Finding, reading and merging configuration files.
#include <algorithm>
#include <iterator>
#include <sys/stat.h>
#include <utility>

#include <fmt/format.h>

#include "cli/configuration.h"
#include "cli/input_text.h"

namespace bedrocklog::cli {
namespace {

bool exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

/// map::merge keeps what the target has: exactly "weaker".
void add_weaker_table(ConfiguredTable& strong, ConfiguredTable weak) {
  strong.merge(weak);
}

}  // namespace

std::vector<ConfigurationFile> configuration_files(const std::optional<std::string>& flag,
                                                   const Environment& environment) {
  std::vector<ConfigurationFile> files;
  const auto add = [&files](std::string path, std::string why, bool required) {
    const bool twice = std::any_of(files.begin(), files.end(),
                                   [&](const auto& file) { return file.path == path; });
    if (!twice) {
      const bool there = exists(path);
      files.push_back({std::move(path), std::move(why), required, there});
    }
  };
  if (flag) {
    add(*flag, "--config", true);
  }
  if (const auto path = value_of(environment, "BEDROCKLOG_CONFIG")) {
    add(*path, "BEDROCKLOG_CONFIG", true);
  }
  add("bedrocklog.toml", "project", false);
  if (const auto folder = value_of(environment, "XDG_CONFIG_HOME")) {
    add(*folder + "/bedrocklog/config.toml", "user", false);
  } else if (const auto home = value_of(environment, "HOME")) {
    add(*home + "/.config/bedrocklog/config.toml", "user", false);
  }
  add("/etc/bedrocklog.toml", "system", false);
  return files;
}

void add_weaker(Configuration& strong, Configuration weak) {
  add_weaker_table(strong.defaults, std::move(weak.defaults));
  for (auto& [name, table] : weak.reports) {
    add_weaker_table(strong.reports[name], std::move(table));
  }
  add_weaker_table(strong.sources, std::move(weak.sources));
  for (ConfiguredGroup& group : weak.groups) {
    const bool named = std::any_of(strong.groups.begin(), strong.groups.end(),
                                   [&](const auto& mine) { return mine.name == group.name; });
    if (!named) {
      strong.groups.push_back(std::move(group));
    }
  }
  strong.teams.insert(strong.teams.end(), std::make_move_iterator(weak.teams.begin()),
                      std::make_move_iterator(weak.teams.end()));
  if (!strong.discounts_file) {
    strong.discounts_file = std::move(weak.discounts_file);
  }
  if (!strong.provisioned_file) {
    strong.provisioned_file = std::move(weak.provisioned_file);
  }
  if (!strong.price_files) {
    strong.price_files = std::move(weak.price_files);
  }
  if (!strong.shipped_prices) {
    strong.shipped_prices = std::move(weak.shipped_prices);
  }
  if (!strong.budget_file) {
    strong.budget_file = std::move(weak.budget_file);
  }
  if (!strong.price_store) {
    strong.price_store = std::move(weak.price_store);
  }
  strong.models.merge(weak.models);
}

Result<Configuration> load_configuration(const std::vector<ConfigurationFile>& files) {
  Configuration merged;
  for (const ConfigurationFile& file : files) {
    if (!file.exists) {
      if (file.required) {
        return fault(file.path, fmt::format("{} (from {})", configuration_file_missing, file.why));
      }
      continue;
    }
    const Result<std::string> text = read_text_file(file.path, configuration_size_bytes_max);
    if (!text) {
      return pass_on(text);
    }
    Result<Configuration> parsed = parse_configuration(*text, file.path);
    if (!parsed) {
      return pass_on(parsed);
    }
    add_weaker(merged, std::move(*parsed));
  }
  return merged;
}

Result<ConfiguredModels> load_model_map(const std::string& path) {
  const Result<std::string> text = read_text_file(path, configuration_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  return parse_model_map(*text, path);
}

}  // namespace bedrocklog::cli
