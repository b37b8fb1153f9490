// sigaction, and the two words a handler may touch.
#include "cli/signals.h"

#include <atomic>
#include <csignal>

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
  caught().signal.store(signal);
  if (analytics::ScanControl* control = caught().control.load()) {
    control->cancelled.store(true);
  }
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
  // RESETHAND: the second one takes the default way out. No RESTART: see the header.
  const int flags = static_cast<int>(SA_RESETHAND);
  set_handler(SIGINT, on_interrupt, flags);
  set_handler(SIGTERM, on_interrupt, flags);
}

InterruptGuard::~InterruptGuard() {
  set_handler(SIGINT, SIG_DFL, 0);
  set_handler(SIGTERM, SIG_DFL, 0);
  caught().control.store(nullptr);
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
