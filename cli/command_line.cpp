// CLI11 splits words into flags and the rest; what is wrong with them is said here, because its own
// messages name types instead of remedies.
#include "cli/command_line.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "analytics/report_key.h"

namespace bedrocklog::cli {
namespace {

constexpr std::string_view help_hint = "see bedrocklog --help";

bool is_help(std::string_view word) {
  return word == "--help" || word == "-h";
}

/// -5 is an argument (a number out of range), not a flag.
bool looks_like_flag(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         !std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string with_suggestion(std::string message, std::string_view name,
                            const std::vector<std::string>& known, std::string_view prefix) {
  if (const std::optional<std::string> nearest = analytics::nearest_name(name, known)) {
    return fmt::format("{}; did you mean {}{}?", message, prefix, *nearest);
  }
  return message;
}

std::vector<std::string> split_words(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) {
    return {std::string(text)};
  }
  return {std::string(text.substr(0, blank)), std::string(text.substr(blank + 1))};
}

/// Commands that begin with `first`: one, or the actions of a two-word command.
std::vector<const Command*> commands_named(std::string_view first) {
  std::vector<const Command*> found;
  for (const Command& command : commands()) {
    if (split_words(command.name).front() == first) {
      found.push_back(&command);
    }
  }
  return found;
}

Fault unknown_command(const std::string& word) {
  std::vector<std::string> known;
  for (const Command& command : commands()) {
    known.push_back(split_words(command.name).front());
  }
  if (looks_like_flag(word)) {
    return {word, fmt::format("flags go behind a command such as report ({})", help_hint)};
  }
  return {word,
          fmt::format("{} ({})", with_suggestion("no such command", word, known, ""), help_hint)};
}

Fault unknown_action(const std::string& first, const std::vector<const Command*>& candidates,
                     const std::string* word) {
  std::vector<std::string> known;
  std::string all;
  for (const Command* command : candidates) {
    known.push_back(split_words(command->name).back());
    all += (all.empty() ? "" : ", ") + known.back();
  }
  if (word == nullptr) {
    return {first, fmt::format("needs one of: {}", all)};
  }
  return {
      fmt::format("{} {}", first, *word),
      with_suggestion(fmt::format("no such command; {} takes: {}", first, all), *word, known, "")};
}

/// A CLI11 parser for one command. Options only hold text; nothing is converted or checked there.
struct Parser {
  std::unique_ptr<CLI::App> app;
  std::vector<std::pair<const Flag*, CLI::Option*>> options;
};

Parser make_parser(const Command& command) {
  Parser parser;
  parser.app = std::make_unique<CLI::App>();
  parser.app->set_help_flag();  // Help is found before parsing, so that it wins over mistakes.
  parser.app->allow_extras();   // Arguments and unknown flags alike; told apart by us.
  for (const Flag& flag : command.flags) {
    std::string names = fmt::format("--{}", flag.name);
    if (flag.shorthand != '\0') {
      names = fmt::format("-{},{}", flag.shorthand, names);
    }
    CLI::Option* option = nullptr;
    if (flag.kind == FlagKind::toggle) {
      option = parser.app->add_flag(names);
    } else {
      option = parser.app->add_option(names, [](const CLI::results_t&) { return true; });
      option->type_size(1)->expected(1)->allow_extra_args(false);
    }
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    parser.options.emplace_back(&flag, option);
  }
  return parser;
}

/// CLI11 would take the next word as the value of `--flag=`.
std::optional<Fault> find_empty_value(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") {
      return std::nullopt;
    }
    if (word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1) {
      return Fault{word.substr(0, word.size() - 1), "needs a value behind the ="};
    }
  }
  return std::nullopt;
}

Result<std::vector<std::string>> arguments_of(const Command& command,
                                              const std::vector<std::string>& rest) {
  std::vector<std::string> arguments;
  bool only_arguments = false;
  for (const std::string& word : rest) {
    if (!only_arguments && word == "--") {
      only_arguments = true;
    } else if (!only_arguments && looks_like_flag(word)) {
      std::vector<std::string> known;
      known.reserve(command.flags.size());
      for (const Flag& flag : command.flags) {
        known.emplace_back(flag.name);
      }
      const std::string name = word.substr(0, word.find('='));
      return tl::unexpected(
          Fault{name, with_suggestion(fmt::format("no such flag of {}", command.name),
                                      std::string_view(name).substr(
                                          std::min(name.find_first_not_of('-'), name.size())),
                                      known, "--")});
    } else {
      arguments.push_back(word);
    }
  }
  if (arguments.size() > command.arguments_max) {
    return fault(arguments[command.arguments_max],
                 fmt::format("unexpected argument; usage: bedrocklog {}{}{}", command.name,
                             command.arguments.empty() ? "" : " ", command.arguments));
  }
  if (arguments.size() < command.arguments_min) {
    return fault(std::string(command.name), fmt::format("missing argument; usage: bedrocklog {} {}",
                                                        command.name, command.arguments));
  }
  return arguments;
}

Result<Invocation> invocation_of(const Command& command, const Parser& parser) {
  Invocation invocation;
  invocation.command = &command;
  for (const auto& [flag, option] : parser.options) {
    if (option->count() == 0) {
      continue;
    }
    if (flag->kind == FlagKind::toggle) {
      if (std::any_of(option->results().begin(), option->results().end(),
                      [](const std::string& value) { return value != "true"; })) {
        return fault(fmt::format("--{}", flag->name), "takes no value");
      }
      invocation.flags[std::string(flag->name)] = {"true"};
      continue;
    }
    if (flag->kind != FlagKind::repeated && option->results().size() > 1) {
      return fault(fmt::format("--{}", flag->name), "is given twice; give it once");
    }
    invocation.flags[std::string(flag->name)] = option->results();
  }
  Result<std::vector<std::string>> arguments = arguments_of(command, parser.app->remaining());
  if (!arguments) {
    return pass_on(arguments);
  }
  invocation.arguments = std::move(*arguments);
  return invocation;
}

Result<Invocation> parse_flags(const Command& command, std::vector<std::string> words) {
  if (const std::optional<Fault> empty = find_empty_value(words)) {
    return tl::unexpected(*empty);
  }
  const Parser parser = make_parser(command);
  std::string last_flag = words.empty() ? std::string(command.name) : words.back();
  std::reverse(words.begin(), words.end());  // As CLI11 wants them.
  try {
    parser.app->parse(std::move(words));
  } catch (const CLI::ArgumentMismatch&) {
    // All options take exactly one value: only the last word can lack it, a toggle can have one.
    if (const std::size_t equals = last_flag.find('='); equals != std::string::npos) {
      last_flag.resize(equals);
    }
    return fault(last_flag, "needs a value");
  } catch (const CLI::ParseError& error) {
    return fault(std::string(command.name), fmt::format("{} ({})", error.what(), help_hint));
  }
  return invocation_of(command, parser);
}

bool wants_help(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") {
      return false;
    }
    if (is_help(word)) {
      return true;
    }
  }
  return false;
}

CommandLine text_line(std::string text) {
  CommandLine line;
  line.text = std::move(text);
  return line;
}

}  // namespace

Result<CommandLine> parse_command_line(const std::vector<std::string>& words) {
  if (words.empty()) {
    return fault("command",
                 fmt::format("is missing; try bedrocklog report FOLDER ({})", help_hint));
  }
  if (words.size() > arguments_count_max) {
    return fault("arguments", fmt::format("are too many: {}", words.size()));
  }
  const std::string& first = words.front();
  if (is_help(first) || (first == "help" && words.size() == 1)) {
    return text_line(help_text());
  }
  if (first == "--version" || first == "-V") {
    return text_line(version_line() + "\n");
  }
  const std::vector<const Command*> candidates = commands_named(first);
  if (candidates.empty()) {
    return tl::unexpected(unknown_command(first));
  }
  const Command* command = candidates.front();
  std::size_t used = 1;
  if (command->name.find(' ') != std::string_view::npos) {
    if (words.size() > 1 && is_help(words[1])) {
      std::string text;
      for (const Command* each : candidates) {
        text += (text.empty() ? "" : "\n") + help_text(*each);
      }
      return text_line(std::move(text));
    }
    const auto found = std::find_if(candidates.begin(), candidates.end(), [&](const Command* each) {
      return words.size() > 1 && split_words(each->name).back() == words[1];
    });
    if (found == candidates.end()) {
      return tl::unexpected(
          unknown_action(first, candidates, words.size() > 1 ? &words[1] : nullptr));
    }
    command = *found;
    used = 2;
  }
  std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(used), words.end());
  if (wants_help(rest)) {
    return text_line(help_text(*command));
  }
  Result<Invocation> invocation = parse_flags(*command, std::move(rest));
  if (!invocation) {
    return pass_on(invocation);
  }
  return CommandLine{std::move(*invocation), ""};
}

}  // namespace bedrocklog::cli
