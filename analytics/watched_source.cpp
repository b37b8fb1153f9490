// Waiting for standard input with an eye on cancellation.
#include "analytics/watched_source.h"

#include <poll.h>
#include <unistd.h>

namespace bedrocklog::analytics {

bool wait_for_standard_input(const std::atomic<bool>& is_cancelled) {
  constexpr int patience_ms = 100;  // A signal may be handled by a thread that does not wait here.
  struct pollfd input{STDIN_FILENO, POLLIN, 0};
  while (!is_cancelled.load(std::memory_order_relaxed)) {
    if (::poll(&input, 1, patience_ms) > 0) {
      return true;
    }
  }
  return false;
}

}  // namespace bedrocklog::analytics
