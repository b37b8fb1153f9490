// Comma lists of names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::cli {

/// "a,b" as {"a", "b"}; nothing for an empty text.
[[nodiscard]] std::vector<std::string> split_list(std::string_view list);

}  // namespace bedrocklog::cli
