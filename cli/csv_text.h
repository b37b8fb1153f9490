// Text of unknown origin made safe for a cell of a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace bedrocklog::cli {

/// A leading apostrophe where a spreadsheet would take `text` for a formula; characters that move a
/// terminal's cursor become U+FFFD, but tabs and line ends stay: they are content of a quoted cell.
[[nodiscard]] std::string spreadsheet_safe(std::string_view text);

}  // namespace bedrocklog::cli
