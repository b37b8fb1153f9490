// Prompts go to standard error, so that standard output stays the result.
#include "cli/confirmation.h"

#include <cstdio>
#include <iostream>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

std::string answer_to(const std::string& question) {
  const std::string text = printable(question) + ' ';
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
  std::string line;
  std::getline(std::cin, line);  // Nothing at the end of input: no consent.
  return line;
}

}  // namespace

std::optional<ExitCode> check_can_ask(const Settings& settings) {
  if (settings.is_on("yes") || ::isatty(STDIN_FILENO) == 1) {
    return std::nullopt;
  }
  return stop(Step::command_line,
              {"--yes",
               "is needed where nobody can be asked (standard input is no terminal); or "
               "save a plan with `provision plan --out FILE` and apply that"});
}

bool is_confirmed(const std::string& question) {
  return answer_to(question + " Type yes:") == "yes";
}

bool is_name_typed(const std::string& question, const std::string& name) {
  return answer_to(fmt::format("{} Type {}:", question, name)) == name;
}

}  // namespace bedrocklog::cli
