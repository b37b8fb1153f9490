// Small text files that are read whole: configuration, price files, model maps.
#pragma once

#include <cstdint>
#include <string>

#include "ingest/fault.h"

namespace bedrocklog::cli {

/// The content of `path`. Fails when it cannot be read or is larger than `size_bytes_max`.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path,
                                                 std::uint64_t size_bytes_max);

}  // namespace bedrocklog::cli
