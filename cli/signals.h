// Ctrl-C, termination and closed pipes.
#pragma once

#include "analytics/scan.h"
#include "cli/exit_code.h"

namespace bedrocklog::cli {

/// Writing to a closed pipe answers EPIPE from now on instead of ending the process.
void ignore_closed_pipes();

/// While it lives, the first SIGINT or SIGTERM sets `control.cancelled`; a second one, and any that
/// comes after its life, removes unfinished output files and ends the process. Reads that wait are
/// interrupted (EINTR). At most one may live.
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
