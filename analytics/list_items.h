// Comma lists of names, as the flags of a report take them.
#pragma once

#include <string_view>
#include <vector>

namespace bedrocklog::analytics {

/// "a, b,c" as {"a", "b", "c"}: blanks around an item are dropped, an empty item is kept empty for
/// the caller to refuse. Never empty itself. Borrows from `list`.
[[nodiscard]] std::vector<std::string_view> list_items(std::string_view list);

}  // namespace bedrocklog::analytics
