// Ctrl-C, termination and closed pipes.
#pragma once

#include "analytics/scan.h"
#include "cli/exit_code.h"

namespace bedrocklog::cli {

/// For the start of main(). Writing to a closed pipe answers EPIPE from now on; SIGINT and SIGTERM
/// remove unfinished output files and end the process with their exit codes, unless whoever
/// started us has them ignored.
void handle_signals();

/// While it lives, the first SIGINT or SIGTERM only sets `control.cancelled`; a second one ends the
/// process as above. At most one may live.
class InterruptGuard {
 public:
  explicit InterruptGuard(analytics::ScanControl& control);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  InterruptGuard(InterruptGuard&&) = delete;
  InterruptGuard& operator=(InterruptGuard&&) = delete;

  /// interrupted or terminated, by the signal that came; complete when none did.
  [[nodiscard]] ExitCode code() const;
};

}  // namespace bedrocklog::cli
