// A long text made in pieces by several threads and handed on in order.
#pragma once

#include <cstddef>
#include <functional>

#include "cli/output_file.h"
#include "cli/text_buffer.h"

namespace bedrocklog::cli {

/// Appends piece `number` to an empty buffer. Called by several threads at once.
using MakePiece = std::function<void(std::size_t number, TextBuffer& into)>;

/// Makes pieces 0 to `pieces` - 1 on up to `workers` threads and appends them in this order, one at
/// a time. Holds one piece per worker. False as soon as `append` says so.
[[nodiscard]] bool append_in_order(std::size_t workers, std::size_t pieces, const MakePiece& make,
                                   const AppendPiece& append);

}  // namespace bedrocklog::cli
