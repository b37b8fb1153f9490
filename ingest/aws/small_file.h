// Files small enough to be held in memory: profiles, tokens.
#pragma once

#include <optional>
#include <string>

#include "ingest/fault.h"

namespace bedrocklog::aws {

/// Far over any real one; keeps a wrong path (a device, a log) from filling memory.
inline constexpr std::size_t small_file_size_bytes_max = 4U << 20U;

/// All bytes of the file; nothing when it is not there. Fails when it cannot be read or is larger
/// than small_file_size_bytes_max; never tells what is in it.
[[nodiscard]] Result<std::optional<std::string>> read_small_file(const std::string& path);

/// The text of the file without blanks and line ends around it. Also fails when the file is not
/// there or empty, with cause credentials_missing.
[[nodiscard]] Result<std::string> read_token_file(const std::string& path);

}  // namespace bedrocklog::aws
