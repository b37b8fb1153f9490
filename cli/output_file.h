// Output files that are there whole or not at all.
#pragma once

#include <functional>
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

/// Takes the next piece of a file. False when it could not be written: stop producing.
using AppendPiece = std::function<bool(std::string_view piece)>;

/// write_file() for content that is too large to hold: `produce` appends it piece by piece. A Fault
/// that it returns leaves the file as it was and becomes the result.
[[nodiscard]] std::optional<Fault> write_file_in_pieces(
    const std::string& path,
    const std::function<std::optional<Fault>(const AppendPiece& append)>& produce);

/// Unlinks the temporary files that write_file() has not renamed yet. Async-signal-safe: meant for
/// the handler of SIGINT and SIGTERM just before it ends the process.
void remove_unfinished_outputs() noexcept;

/// Writes to standard output. False when it is closed (EPIPE): the caller ends quietly.
[[nodiscard]] Result<bool> write_standard_output(std::string_view content);

/// The same for what `produce` appends piece by piece; a Fault that it returns becomes the result.
[[nodiscard]] Result<bool> write_standard_output_in_pieces(
    const std::function<std::optional<Fault>(const AppendPiece& append)>& produce);

}  // namespace bedrocklog::cli
