// sigaction, and the two words a handler may touch.
#include "cli/signals.h"

#include <atomic>
#include <csignal>
#include <unistd.h>

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

ExitCode code_of(int signal) {
  switch (signal) {
    case 0:
      return ExitCode::complete;
    case SIGTERM:
      return ExitCode::terminated;
    default:
      return ExitCode::interrupted;
  }
}

extern "C" void on_interrupt(int signal) {
  analytics::ScanControl* control = caught().control.load();
  if (control != nullptr && caught().signal.exchange(signal) == 0) {
    control->cancelled.store(true);
    return;
  }
  // Nothing to round off, or asked twice: end at once, without a half-written file.
  remove_unfinished_outputs();
  ::_exit(static_cast<int>(code_of(signal)));
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action{};
  ensure(::sigaction(signal, nullptr, &action) == 0);
  if (action.sa_handler == SIG_IGN) {
    return;  // As nohup and shells do for jobs in the background.
  }
  action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ensure(::sigaction(signal, &action, nullptr) == 0);
}

}  // namespace

void handle_signals() {
  set_handler(SIGPIPE, SIG_IGN);
  set_handler(SIGINT, on_interrupt);
  set_handler(SIGTERM, on_interrupt);
}

InterruptGuard::InterruptGuard(analytics::ScanControl& control) {
  caught().signal.store(0);
  caught().control.store(&control);
}

InterruptGuard::~InterruptGuard() {
  caught().control.store(nullptr);
}

ExitCode InterruptGuard::code() const {
  return code_of(caught().signal.load());
}

}  // namespace bedrocklog::cli
