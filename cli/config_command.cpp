// `bedrocklog config show|path|check`.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/report_key.h"
#include "cli/command.h"
#include "cli/report_request.h"
#include "cli/session.h"

namespace bedrocklog::cli {
namespace {

/// As TOML spells a text.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      result += '\\';
      result += letter;
    } else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned char>(letter));
    } else {
      result += letter;
    }
  }
  return result + '"';
}

std::string quoted_list(const std::vector<std::string>& values) {
  std::string items;
  for (const std::string& value : values) {
    items += (items.empty() ? "" : ", ") + quoted(value);
  }
  return "[" + items + "]";
}

/// The value of a flag as it would stand under [defaults].
std::string value_text(const Flag& flag, const std::vector<std::string>& values) {
  if (flag.kind == FlagKind::toggle) {
    return values.front();
  }
  return flag.kind == FlagKind::repeated ? quoted_list(values) : quoted(values.front());
}

/// Lines of TOML, each with its origin behind it when asked for.
class SettingsText {
 public:
  explicit SettingsText(bool with_origin) : with_origin_(with_origin) {}

  void heading(const std::string& name) {
    text_ += fmt::format("{}[{}]\n", text_.empty() ? "" : "\n", name);
  }
  void line(std::string_view key, const std::string& value, const std::string& origin) {
    const std::string entry = fmt::format("{} = {}", key, value);
    text_ += with_origin_ ? fmt::format("{:40}  # {}\n", entry, origin) : entry + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  bool with_origin_;
  std::string text_;
};

void add_table(SettingsText& out, const ConfiguredTable& table) {
  for (const auto& [name, value] : table) {
    out.line(name, value_text(report_flag(name), value.values), to_text(value.place));
  }
}

std::string settings_text(const Session& session, bool with_origin) {
  SettingsText out(with_origin);
  out.heading("defaults");
  for (const Flag& flag : report_flags()) {
    if (const Setting* setting = session.settings.find(flag.name);
        setting != nullptr && flag.name != "config") {
      out.line(flag.name, value_text(flag, setting->values), setting->place);
    }
  }
  const Configuration& configuration = session.configuration;
  for (const auto& [name, source] : configuration.sources) {
    out.heading("source." + quoted(name));
    out.line("paths", quoted_list(source.values), to_text(source.place));
  }
  for (const auto& [name, report] : configuration.reports) {
    out.heading("report." + quoted(name));
    add_table(out, report);
  }
  if (!configuration.groups.empty()) {
    out.heading("groups");
  }
  for (const ConfiguredGroup& group : configuration.groups) {
    out.line(quoted(group.name), quoted(group.condition), to_text(group.place));
  }
  for (const finance::RuleRow& row : configuration.teams) {
    out.heading("[teams.rule]");
    for (const auto& [name, value] : row.cells) {
      out.line(name.starts_with("tag:") ? quoted(name) : name, quoted(value), row.place);
    }
  }
  for (const auto& [name, file] : {std::pair("discounts", &configuration.discounts_file),
                                   std::pair("provisioned", &configuration.provisioned_file)}) {
    if (*file) {
      out.heading(name);
      out.line("file", quoted((*file)->values.front()), to_text((*file)->place));
    }
  }
  if (configuration.price_files || configuration.shipped_prices || configuration.price_store) {
    out.heading("prices");
  }
  if (configuration.price_files) {
    out.line("files", quoted_list(configuration.price_files->values),
             to_text(configuration.price_files->place));
  }
  if (configuration.shipped_prices) {
    out.line("shipped", configuration.shipped_prices->values.front(),
             to_text(configuration.shipped_prices->place));
  }
  if (configuration.price_store) {
    out.line("store", quoted(configuration.price_store->values.front()),
             to_text(configuration.price_store->place));
  }
  if (!configuration.models.empty()) {
    out.heading("models");
  }
  for (const auto& [id, model] : configuration.models) {
    out.line(quoted(id),
             fmt::format("{{ model = {}, label = {} }}", quoted(model.model), quoted(model.label)),
             to_text(model.place));
  }
  return out.take();
}

/// BEDROCKLOG_* variables that no flag reads: most likely typing errors.
std::vector<Fault> unknown_variables(const Environment& environment) {
  std::vector<std::string> known = {"BEDROCKLOG_CONFIG"};
  for (const Flag& flag : report_flags()) {
    known.push_back(variable_of(flag.name));
  }
  std::vector<Fault> faults;
  for (const auto& [name, value] : environment) {
    if (name.starts_with("BEDROCKLOG_") &&
        std::find(known.begin(), known.end(), name) == known.end()) {
      const auto nearest = analytics::nearest_name(name, known);
      faults.push_back({name, nearest ? fmt::format("no such setting; did you mean {}?", *nearest)
                                      : "no such setting"});
    }
  }
  return faults;
}

/// Runs the checks of `report` with the settings of one saved report, or of none.
ExitCode check_report(const Invocation& invocation, const Session& session,
                      const std::string& name) {
  Result<Settings> settings =
      resolve_settings(invocation, session.environment, session.configuration, {name});
  if (!settings) {
    return stop(Step::configuration, settings.error());
  }
  Session named;
  named.environment = session.environment;
  named.configuration = session.configuration;
  named.settings = std::move(*settings);
  const OrExit<ReportRequest> request = make_report_request(named);
  return request ? ExitCode::complete : request.code();
}

}  // namespace

ExitCode run_config_show(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  return print_result(settings_text(*session, invocation.flags.contains("origin")));
}

ExitCode run_config_path(const Invocation& invocation) {
  std::optional<std::string> flag;
  if (const auto given = invocation.flags.find("config"); given != invocation.flags.end()) {
    flag = given->second.front();
  }
  std::string text;
  for (const ConfigurationFile& file : configuration_files(flag, process_environment())) {
    text += fmt::format("{:8} {:18} {}\n", file.exists ? "read" : "missing", file.why, file.path);
  }
  return print_result(text);
}

ExitCode run_config_check(const Invocation& invocation) {
  const OrExit<Session> session = open_session(invocation);
  if (!session) {
    return session.code();
  }
  ExitCode worst = ExitCode::complete;
  for (const Fault& fault : unknown_variables(session->environment)) {
    worst = stop(Step::command_line, fault);
  }
  std::vector<std::string> names = {""};
  for (const auto& [name, report] : session->configuration.reports) {
    names.push_back(name);
  }
  for (const std::string& name : names) {
    const ExitCode code = check_report(invocation, *session, name);
    worst = code == ExitCode::complete ? worst : code;
  }
  if (worst != ExitCode::complete) {
    return worst;
  }
  const auto read = std::count_if(session->files.begin(), session->files.end(),
                                  [](const auto& file) { return file.exists; });
  return print_result(fmt::format("configuration is valid: {} files, {} reports, {} groups\n", read,
                                  session->configuration.reports.size(),
                                  session->configuration.groups.size()));
}

}  // namespace bedrocklog::cli
