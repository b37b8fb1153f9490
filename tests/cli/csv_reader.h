// A reader of RFC 4180 for the tests, written without a look at the writer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::cli {

/// Rows of cells. Strict: every record ends in CRLF, quotes stand only around whole cells, a bare
/// CR, LF or quote outside them is an error. Nothing for text that breaks the rules.
[[nodiscard]] std::vector<std::vector<std::string>> read_csv(std::string_view text,
                                                             char delimiter = ',');

}  // namespace bedrocklog::cli
