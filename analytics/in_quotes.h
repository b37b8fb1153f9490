// A piece of user or file text as it may stand in a one-line message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bedrocklog::analytics {

inline constexpr std::size_t in_quotes_size_bytes_max = 80;

/// The text in double quotes; control bytes become `?`, and what is longer than
/// in_quotes_size_bytes_max is cut before a character and ends in `...`.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace bedrocklog::analytics
