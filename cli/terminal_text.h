// Text of unknown origin made safe for the place it is printed in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bedrocklog::cli {

/// Control and escape characters (C0, DEL, C1), bidirectional controls, line and paragraph
/// separators and invalid UTF-8 become U+FFFD; everything else stays. Never lets a log move the
/// cursor, change a colour or reorder the figures beside it.
[[nodiscard]] std::string printable(std::string_view text);

/// Bytes that are no UTF-8 become U+FFFD; everything else stays, control characters too.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// Every character outside ASCII becomes one '?'. For terminals that are not in UTF-8.
[[nodiscard]] std::string ascii_only(std::string_view text);

/// Columns `text` takes on a terminal (East Asian wide characters take two, combining ones none).
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Cuts the middle of `text` to `width_max` columns with an ellipsis. For names, never for figures.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width_max, bool unicode);

}  // namespace bedrocklog::cli
