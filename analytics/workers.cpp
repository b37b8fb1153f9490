// Threads of oneTBB, or of the standard library for the thread sanitizer.
#include "analytics/workers.h"

#include <algorithm>
#include <thread>
#include <vector>

#ifndef BEDROCKLOG_EXECUTOR_JTHREAD
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#endif

namespace bedrocklog::analytics {

namespace {

constexpr unsigned jobs_max = 256;

}  // namespace

std::size_t workers_for(unsigned jobs) {
  const unsigned wanted = jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : jobs;
  return std::min(wanted, jobs_max);
}

void on_workers(std::size_t workers, const std::function<void(std::size_t worker)>& work) {
  if (workers == 1) {
    work(0);
    return;
  }
#ifdef BEDROCKLOG_EXECUTOR_JTHREAD
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < workers; ++worker) {
    threads.emplace_back(work, worker);
  }
#else
  // One task per worker that takes items itself: parallel_for would split a list in halves and
  // give up the order, which keeps the last objects small.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(static_cast<int>(workers));
  arena.execute([&] {
    tbb::task_group group;
    for (std::size_t worker = 0; worker < workers; ++worker) {
      group.run([&work, worker] { work(worker); });
    }
    group.wait();
  });
#endif
}

}  // namespace bedrocklog::analytics
