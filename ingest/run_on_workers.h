// How this folder is lent threads: it starts none of its own for files.
#pragma once

#include <cstddef>
#include <functional>

namespace bedrocklog::ingest {

struct Workers {
  std::size_t count = 1;  // At least 1.
  /// Calls its argument with each number below `count`, on as many threads, and waits for all.
  /// Null: there is only the caller.
  std::function<void(const std::function<void(std::size_t worker)>&)> run;
};

}  // namespace bedrocklog::ingest
