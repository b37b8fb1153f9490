// Writes the files of an archive, on as many threads as asked for, and the oracle beside it.
#pragma once

#include <optional>
#include <string>

#include "bench/archive_plan.h"

namespace bedrocklog::bench {

/// Returns a message when something could not be read or written, nothing when all is well.
/// Requires options.out to be absent or empty, 0 < files <= records.
[[nodiscard]] std::optional<std::string> build_archive(const GeneratorOptions& options);

}  // namespace bedrocklog::bench
