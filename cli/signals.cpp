// sigaction, and the two words a handler may touch.
#include "cli/signals.h"

#include <atomic>
#include <csignal>

#include "cli/output_file.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

// A handler has no argument to find its state by. Both are lock-free, so a handler may use them.
struct Caught {
  std::atomic<analytics::ScanControl*> control{nullptr};
  std::atomic<int> signal{0};
};

Caught& caught() {
  static constinit Caught state;
  return state;
}

extern "C" void on_interrupt(int signal) {
  analytics::ScanControl* control = caught().control.load();
  if (control != nullptr && caught().signal.exchange(signal) == 0) {
    control->cancelled.store(true);
    return;
  }
  // Not scanning any more, or asked twice: end at once, without a half-written file.
  remove_unfinished_outputs();
  ::signal(signal, SIG_DFL);  // Blocked while this handler runs; ends the process on return.
  ::raise(signal);
}

void set_handler(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigemptyset(&action.sa_mask);
  ensure(::sigaction(signal, &action, nullptr) == 0);
}

}  // namespace

void ignore_closed_pipes() {
  set_handler(SIGPIPE, SIG_IGN, 0);
}

InterruptGuard::InterruptGuard(analytics::ScanControl& control) {
  caught().signal.store(0);
  caught().control.store(&control);
  // Without SA_RESTART, so that a read that waits for more input returns.
  set_handler(SIGINT, on_interrupt, 0);
  set_handler(SIGTERM, on_interrupt, 0);
}

InterruptGuard::~InterruptGuard() {
  caught().control.store(nullptr);  // The handlers stay, for outputs that are being written.
}

ExitCode InterruptGuard::code() const {
  switch (caught().signal.load()) {
    case SIGINT:
      return ExitCode::interrupted;
    case SIGTERM:
      return ExitCode::terminated;
    default:
      return ExitCode::complete;
  }
}

}  // namespace bedrocklog::cli
