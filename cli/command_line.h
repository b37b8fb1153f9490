// From argv to a command with its flags and arguments, or to the help that was asked for.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::size_t arguments_count_max = 100'000;

struct CommandLine {
  Invocation invocation;  // Its command is null when `text` is to be printed instead.
  std::string text;       // Help or version, for standard output.
};

/// `words` is argv without the program's name. Every Fault is a usage error: unknown command or
/// flag (with the nearest known one), missing or doubled value, missing or surplus argument.
[[nodiscard]] Result<CommandLine> parse_command_line(const std::vector<std::string>& words);

/// Help of the whole program.
[[nodiscard]] std::string help_text();

/// Help of one command.
[[nodiscard]] std::string help_text(const Command& command);

}  // namespace bedrocklog::cli
