// `bedrocklog version`.
#include <string>

#include "cli/command.h"
#include "cli/diagnostics.h"

namespace bedrocklog::cli {

std::string version_line() {
  return "bedrocklog " BEDROCKLOG_VERSION;
}

ExitCode run_version(const Invocation& /*invocation*/) {
  return print_result(version_line() + "\n");
}

}  // namespace bedrocklog::cli
