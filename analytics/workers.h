// The threads that all local work is shared out to: listing folders, scanning, joining.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>

#include "ingest/run_on_workers.h"

namespace bedrocklog::analytics {

/// What `jobs` asks for, 0 being one for each processor. From 1 to a limit far above any use.
[[nodiscard]] std::size_t worker_count(unsigned jobs);

/// Calls `work` once for each number below `count`, on as many threads, and waits for all. One
/// worker is the caller's own thread.
void on_workers(std::size_t count, const std::function<void(std::size_t worker)>& work);

/// The same for the listing, which starts no threads itself.
[[nodiscard]] ingest::Workers workers_for(unsigned jobs);

/// Calls `work(worker, item)` for each item below `items`. Items are begun in their order, each by
/// whichever worker is free.
template <class Work>
void share_items(std::size_t workers, std::size_t items, const Work& work) {
  std::atomic<std::size_t> next{0};
  on_workers(workers, [&](std::size_t worker) {
    for (std::size_t item = next++; item < items; item = next++) {
      work(worker, item);
    }
  });
}

/// How many of `workers` have enough to do with `rows` groups or rows: a few are done before a
/// thread is up.
[[nodiscard]] inline std::size_t useful_workers(std::size_t rows, std::size_t workers) {
  constexpr std::size_t rows_per_worker_min = 2'048;
  return std::clamp<std::size_t>(rows / rows_per_worker_min, 1, workers);
}

/// Calls `work(worker, begin, end)` for stretches of up to `stretch` of `count` things.
template <class Work>
void share_stretches(std::size_t workers, std::size_t count, std::size_t stretch,
                     const Work& work) {
  share_items(workers, (count + stretch - 1) / stretch, [&](std::size_t worker, std::size_t item) {
    work(worker, item * stretch, std::min(count, (item + 1) * stretch));
  });
}

}  // namespace bedrocklog::analytics
