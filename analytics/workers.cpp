// One task per worker, on oneTBB; on std::jthread where the thread sanitizer looks on.
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

constexpr unsigned workers_max = 256;

}  // namespace

std::size_t worker_count(unsigned jobs) {
  const unsigned wanted = jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : jobs;
  return std::min(wanted, workers_max);
}

void on_workers(std::size_t count, const std::function<void(std::size_t worker)>& work) {
  if (count == 1) {
    work(0);
    return;
  }
#ifdef BEDROCKLOG_EXECUTOR_JTHREAD
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < count; ++worker) {
    threads.emplace_back(work, worker);
  }
#else
  // One task per worker that takes items itself: parallel_for would split a list in halves and
  // give up the order, which keeps the last objects small.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, count);
  tbb::task_arena arena(static_cast<int>(count));
  arena.execute([&] {
    tbb::task_group group;
    for (std::size_t worker = 0; worker < count; ++worker) {
      group.run([&work, worker] { work(worker); });
    }
    group.wait();
  });
#endif
}

ingest::Workers workers_for(unsigned jobs) {
  const std::size_t count = worker_count(jobs);
  return {count,
          [count](const std::function<void(std::size_t)>& work) { on_workers(count, work); }};
}

}  // namespace bedrocklog::analytics
