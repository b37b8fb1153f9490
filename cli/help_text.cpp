// The --help texts, laid out from the command and flag tables.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/command_line.h"

namespace bedrocklog::cli {
namespace {

constexpr std::size_t label_width_max = 26;

std::string label_of(const Flag& flag) {
  std::string label = flag.shorthand == '\0' ? fmt::format("    --{}", flag.name)
                                             : fmt::format("-{}, --{}", flag.shorthand, flag.name);
  if (!flag.value.empty()) {
    label += fmt::format(" {}", flag.value);
  }
  return label;
}

std::string line_of(const Flag& flag) {
  const std::string label = label_of(flag);
  std::string help(flag.help);
  if (!flag.built_in.empty()) {
    help += fmt::format(" [{}]", flag.built_in);
  }
  if (label.size() > label_width_max) {
    return fmt::format("  {}\n  {:{}}{}\n", label, "", label_width_max + 2, help);
  }
  return fmt::format("  {:{}}{}\n", label, label_width_max + 2, help);
}

}  // namespace

std::string help_text() {
  std::string text =
      "bedrocklog reads archived AWS Bedrock model-invocation logs and reports tokens, latency and "
      "cost.\n\nUsage: bedrocklog COMMAND [ARGUMENTS] [FLAGS]\n\nCommands:\n";
  for (const Command& command : commands()) {
    text += fmt::format("  {:22}{}\n", command.name, command.summary);
  }
  text +=
      "\nbedrocklog COMMAND --help explains a command. Start with: bedrocklog report FOLDER\n"
      "Every flag of report can also be set as BEDROCKLOG_<FLAG> or in bedrocklog.toml.\n";
  return text;
}

std::string help_text(const Command& command) {
  std::string text = fmt::format("Usage: bedrocklog {}{}{}{}\n\n{}\n", command.name,
                                 command.arguments.empty() ? "" : " ", command.arguments,
                                 command.flags.empty() ? "" : " [FLAGS]", command.description);
  std::vector<std::string_view> groups;
  for (const Flag& flag : command.flags) {
    if (std::find(groups.begin(), groups.end(), flag.group) == groups.end()) {
      groups.push_back(flag.group);
    }
  }
  for (const std::string_view group : groups) {
    text += fmt::format("\n{}:\n", group);
    for (const Flag& flag : command.flags) {
      if (flag.group == group) {
        text += line_of(flag);
      }
    }
  }
  return text;
}

}  // namespace bedrocklog::cli
