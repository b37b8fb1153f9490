// The threads that all local work is shared out to: listing folders, scanning, joining.
#pragma once

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

}  // namespace bedrocklog::analytics
