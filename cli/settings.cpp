// Merging of the layers. Each layer only fills what no stronger one has said.
#include "cli/settings.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analytics/report_key.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

constexpr std::array<std::string_view, 7> range_flags = {"since",   "until", "month", "week",
                                                         "quarter", "day",   "hours"};

bool is_range_flag(std::string_view name) {
  return std::find(range_flags.begin(), range_flags.end(), name) != range_flags.end();
}

using Layer = std::map<std::string, Setting, std::less<>>;

void add_layer(Settings& settings, Layer layer) {
  const bool range_is_said =
      std::any_of(range_flags.begin(), range_flags.end(),
                  [&](std::string_view name) { return settings.find(name) != nullptr; });
  for (auto& [name, setting] : layer) {
    const bool is_overruled = is_range_flag(name) && range_is_said;
    if (!is_overruled && settings.find(name) == nullptr) {
      settings.set(name, std::move(setting));
    }
  }
}

/// Flags a command can get from elsewhere than its command line.
std::vector<const Flag*> flags_of(const Command& command) {
  std::vector<const Flag*> flags;
  std::set<std::string_view> named;
  for (const Flag& flag : command.flags) {
    flags.push_back(&flag);
    named.insert(flag.name);
  }
  for (const Flag& flag : report_flags()) {
    if (flag.reach == FlagReach::everywhere && !named.contains(flag.name)) {
      flags.push_back(&flag);
    }
  }
  return flags;
}

bool takes_defaults(const Command& command, const Flag& flag) {
  return flag.reach == FlagReach::everywhere ||
         (flag.reach == FlagReach::report && command.name == "report") ||
         // `config show` shows what `report` would see.
         (flag.reach == FlagReach::report && command.name.starts_with("config "));
}

std::vector<const Flag*> default_flags_of(const Command& command) {
  std::vector<const Flag*> flags = flags_of(command);
  if (command.name.starts_with("config ")) {
    flags.clear();
    for (const Flag& flag : report_flags()) {
      flags.push_back(&flag);
    }
  }
  std::erase_if(flags, [&](const Flag* flag) { return !takes_defaults(command, *flag); });
  return flags;
}

Layer flag_layer(const Invocation& invocation) {
  Layer layer;
  for (const auto& [name, values] : invocation.flags) {
    layer[name] = {values, Origin::flag, "--" + name};
  }
  return layer;
}

Result<Layer> environment_layer(const Command& command, const Environment& environment) {
  Layer layer;
  for (const Flag* flag : default_flags_of(command)) {
    const std::string variable = variable_of(flag->name);
    const std::optional<std::string> value = value_of(environment, variable);
    if (!value) {
      continue;
    }
    std::string text = *value;
    if (flag->kind == FlagKind::toggle) {
      text = text == "1" ? "true" : text == "0" ? "false" : text;
      if (text != "true" && text != "false") {
        return fault(variable, fmt::format("takes true or false: {}", *value));
      }
    }
    layer[std::string(flag->name)] = {{std::move(text)}, Origin::environment, variable};
  }
  return layer;
}

/// The flag `name` of `command`, which may give the name a meaning of its own.
const Flag& flag_of(const Command& command, std::string_view name) {
  const auto own = std::find_if(command.flags.begin(), command.flags.end(),
                                [&](const Flag& flag) { return flag.name == name; });
  return own == command.flags.end() ? report_flag(name) : *own;
}

Layer file_layer(const Command& command, const ConfiguredTable& table) {
  Layer layer;
  for (const auto& [name, value] : table) {
    if (takes_defaults(command, flag_of(command, name))) {
      layer[name] = {value.values, Origin::file, to_text(value.place)};
    }
  }
  return layer;
}

Layer built_in_layer(const Command& command) {
  Layer layer;
  std::vector<const Flag*> flags = flags_of(command);
  const std::vector<const Flag*> more = default_flags_of(command);
  flags.insert(flags.end(), more.begin(), more.end());
  for (const Flag* flag : flags) {
    if (!flag->built_in.empty()) {
      layer[std::string(flag->name)] = {
          {std::string(flag->built_in)}, Origin::built_in, "built in"};
    }
  }
  return layer;
}

Layer kind_layer(std::string_view kind) {
  Layer layer;
  for (const auto& [name, value] : *kind_flags(kind)) {
    layer[name] = {{value}, Origin::kind, fmt::format("kind {}", kind)};
  }
  return layer;
}

Fault unknown_name(std::string subject, std::string_view what, const std::string& name,
                   const std::vector<std::string>& known) {
  std::string message = fmt::format("no such {}: {}", what, name);
  if (const auto nearest = analytics::nearest_name(name, known)) {
    message += fmt::format("; did you mean {}?", *nearest);
  } else {
    message += fmt::format("; there are {}", fmt::join(known, ", "));
  }
  return {std::move(subject), std::move(message)};
}

/// Adds [report.NAME] and the built-in kind that it, --kind or @NAME names.
std::optional<Fault> add_named_layers(Settings& settings, const Command& command,
                                      const Configuration& configuration, const std::string& name) {
  if (!name.empty()) {
    const auto saved = configuration.reports.find(name);
    if (saved != configuration.reports.end()) {
      add_layer(settings, file_layer(command, saved->second));
    } else if (kind_flags(name) != nullptr) {
      if (settings.find("kind") == nullptr) {
        settings.set("kind", {{name}, Origin::flag, "@" + name});
      }
    } else {
      std::vector<std::string> known = kind_names();
      for (const auto& [saved_name, table] : configuration.reports) {
        known.push_back(saved_name);
      }
      return unknown_name("@" + name, "report", name, known);
    }
  }
  const Setting* kind = settings.find("kind");
  if (kind == nullptr && command.name == "report") {
    const auto usual = configuration.defaults.find("kind");
    if (usual != configuration.defaults.end()) {
      settings.set("kind", {usual->second.values, Origin::file, to_text(usual->second.place)});
      kind = settings.find("kind");
    }
  }
  if (kind == nullptr) {
    return std::nullopt;
  }
  const std::string& kind_name = kind->values.front();
  if (kind_flags(kind_name) == nullptr) {
    return unknown_name("--kind", "kind", kind_name, kind_names());
  }
  add_layer(settings, kind_layer(kind_name));
  return std::nullopt;
}

}  // namespace

std::string Settings::text(std::string_view name) const {
  const Setting* setting = find(name);
  return setting == nullptr || setting->values.empty() ? "" : setting->values.back();
}

std::vector<std::string> Settings::list(std::string_view name) const {
  const Setting* setting = find(name);
  return setting == nullptr ? std::vector<std::string>{} : setting->values;
}

bool Settings::is_on(std::string_view name) const {
  return text(name) == "true";
}

const Setting* Settings::find(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : &found->second;
}

void Settings::set(std::string_view name, Setting setting) {
  all_.insert_or_assign(std::string(name), std::move(setting));
}

Result<Settings> resolve_settings(const Invocation& invocation, const Environment& environment,
                                  const Configuration& configuration, const NamedReport& named) {
  ensure(invocation.command != nullptr);
  const Command& command = *invocation.command;
  Settings settings;
  add_layer(settings, flag_layer(invocation));
  Result<Layer> variables = environment_layer(command, environment);
  if (!variables) {
    return pass_on(variables);
  }
  add_layer(settings, std::move(*variables));
  if (std::optional<Fault> failed =
          add_named_layers(settings, command, configuration, named.name)) {
    return tl::unexpected(*failed);
  }
  add_layer(settings, file_layer(command, configuration.defaults));
  add_layer(settings, built_in_layer(command));
  return settings;
}

}  // namespace bedrocklog::cli
