// The commands of the program: names, flags and what runs them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "cli/flag.h"

namespace bedrocklog::cli {

struct Command;

/// A command line that was understood: every flag exists and has its value. Values are unchecked.
struct Invocation {
  const Command* command = nullptr;
  std::map<std::string, std::vector<std::string>, std::less<>> flags;  // Toggles hold "true".
  std::vector<std::string> arguments;
};

struct Command {
  std::string_view name;       // One word, or two: "prices list".
  std::string_view arguments;  // As in the help; empty: takes none.
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  std::string_view summary;      // One line.
  std::string_view description;  // Paragraph under the usage line, with examples.
  std::vector<Flag> flags;
  ExitCode (*run)(const Invocation& invocation) = nullptr;
};

/// Static storage, in the order of the help.
[[nodiscard]] std::span<const Command> commands();

/// Each command in a file of its own; each prints its faults and says how the process ends.
[[nodiscard]] ExitCode run_report(const Invocation& invocation);
[[nodiscard]] ExitCode run_cost(const Invocation& invocation);
[[nodiscard]] ExitCode run_check(const Invocation& invocation);
[[nodiscard]] ExitCode run_extract(const Invocation& invocation);
[[nodiscard]] ExitCode run_models(const Invocation& invocation);
[[nodiscard]] ExitCode run_ls(const Invocation& invocation);
[[nodiscard]] ExitCode run_fetch(const Invocation& invocation);
[[nodiscard]] ExitCode run_reconcile(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_list(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_show(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_check(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_conflicts(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_diff(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_export(const Invocation& invocation);
[[nodiscard]] ExitCode run_prices_import(const Invocation& invocation);
[[nodiscard]] ExitCode run_config_show(const Invocation& invocation);
[[nodiscard]] ExitCode run_config_path(const Invocation& invocation);
[[nodiscard]] ExitCode run_config_check(const Invocation& invocation);
[[nodiscard]] ExitCode run_doctor(const Invocation& invocation);
[[nodiscard]] ExitCode run_budget(const Invocation& invocation);
[[nodiscard]] ExitCode run_whatif(const Invocation& invocation);
[[nodiscard]] ExitCode run_optimize(const Invocation& invocation);
[[nodiscard]] ExitCode run_version(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_plan(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_apply(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_destroy(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_verify(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_outputs(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_logging(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_suggest(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_cost(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_permissions(const Invocation& invocation);
[[nodiscard]] ExitCode run_provision_export(const Invocation& invocation);

/// Those of `provision`, of `prices`, and those about money, for the table.
[[nodiscard]] std::vector<Command> provision_commands();
[[nodiscard]] std::vector<Command> prices_commands();
[[nodiscard]] std::vector<Command> finance_commands();

/// "bedrocklog 0.1.0".
[[nodiscard]] std::string version_line();

}  // namespace bedrocklog::cli
