// `bedrocklog version`.
#include <string>

#include "cli/command.h"
#include "cli/diagnostics.h"
#include "cli/output_file.h"

namespace bedrocklog::cli {

std::string version_line() {
  return "bedrocklog " BEDROCKLOG_VERSION;
}

ExitCode run_version(const Invocation& /*invocation*/) {
  const Result<bool> written = write_standard_output(version_line() + "\n");
  return written ? ExitCode::complete : stop(Step::write_output, written.error());
}

}  // namespace bedrocklog::cli
