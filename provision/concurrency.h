// Several calls to AWS at a time: the only place in provision/ that starts threads.
#pragma once

#include <cstddef>
#include <functional>

namespace bedrocklog::provision {

/// Calls `work` with each index below `count`, up to `at_once_max` at a time; waits for all.
void at_once(std::size_t count, unsigned at_once_max, const std::function<void(std::size_t)>& work);

}  // namespace bedrocklog::provision
