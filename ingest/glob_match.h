// One text against one glob: the matcher behind path patterns and behind `~` of the filter grammar.
#pragma once

#include <string_view>

namespace bedrocklog::ingest {

/// `*`, `?`, `[a-z]`, `[!x]` or `[^x]`, and a backslash that takes the next character as it is; the
/// whole text must match, case counts. `?` and a class stand for one UTF-8 character (one byte
/// where the text is no UTF-8); `[` that is never closed stands for itself. Never exponential: on a
/// mismatch only the last star can take more, as what it took before was needed at least.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace bedrocklog::ingest
