// Entry of the program: parse, run the command, say how it ended.
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/diagnostics.h"
#include "cli/signals.h"

namespace {

namespace cli = bedrocklog::cli;

cli::ExitCode run(const std::vector<std::string>& words) {
  cli::handle_signals();
  const bedrocklog::Result<cli::CommandLine> line = cli::parse_command_line(words);
  if (!line) {
    return cli::stop(cli::Step::command_line, line.error());
  }
  if (line->invocation.command == nullptr) {
    return cli::print_result(line->text);
  }
  return line->invocation.command->run(line->invocation);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return static_cast<int>(run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
  } catch (const std::bad_alloc&) {
    std::fputs("bedrocklog: memory: is exhausted; try --jobs 1 or fewer groups\n", stderr);
  } catch (const std::exception& error) {
    // Only third-party libraries can get here; what they say may help to find out why.
    std::fprintf(stderr, "bedrocklog: bug: unexpected error: %s\n", error.what());
  }
  return static_cast<int>(cli::ExitCode::internal);
}
