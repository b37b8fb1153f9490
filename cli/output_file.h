// Output files that are there whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Checks, before a long scan, that `path` could be created (folder exists and is writable, path is
/// no folder). Leaves nothing behind.
[[nodiscard]] std::optional<Fault> check_writable(const std::string& path);

/// Writes `content` to a temporary name beside `path`, syncs it, renames it over `path`. Nothing on
/// success; on failure `path` is as it was and no temporary file is left. An existing file keeps
/// its mode; of a link the file it leads to is replaced. A path that exists and is no regular file
/// (/dev/stdout, a pipe) is written directly.
[[nodiscard]] std::optional<Fault> write_file(const std::string& path, std::string_view content);

/// Unlinks the temporary files that write_file() has not renamed yet. Async-signal-safe: meant for
/// the handler of SIGINT and SIGTERM just before it ends the process.
void remove_unfinished_outputs() noexcept;

/// Writes to standard output. False when it is closed (EPIPE): the caller ends quietly.
[[nodiscard]] Result<bool> write_standard_output(std::string_view content);

}  // namespace bedrocklog::cli
