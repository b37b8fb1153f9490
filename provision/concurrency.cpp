// Threads and the clock.
#include "provision/concurrency.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "provision/resource_provider.h"

namespace bedrocklog::provision {

void at_once(std::size_t count, unsigned at_once_max,
             const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t index = next++; index < count; index = next++) {
      work(index);
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t thread = 1; thread < std::min<std::size_t>(count, at_once_max); ++thread) {
    threads.emplace_back(run);
  }
  run();
}

Waiter system_waiter() {
  return {[] {
            return std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::steady_clock::now().time_since_epoch())
                .count();
          },
          [](unsigned ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }};
}

}  // namespace bedrocklog::provision
