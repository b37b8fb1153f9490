// Text of unknown origin made safe for the place it is printed in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bedrocklog::cli {

/// Control and escape characters (C0, DEL, C1), bidirectional overrides and invalid UTF-8 become
/// U+FFFD; everything else stays. Never lets a log move the cursor or change a colour.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns `text` takes on a terminal (East Asian wide characters take two, combining ones none).
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Cuts the middle of `text` to `width_max` columns with an ellipsis. For names, never for figures.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width_max, bool unicode);

}  // namespace bedrocklog::cli
