// Forms of text that collected archives arrive in: UTF-16, base64, indented JSON.
#pragma once

#include <string>
#include <string_view>

namespace bedrocklog::bench {

/// Byte order mark, then UTF-16 little endian, line ends as CR LF: what PowerShell's `>` writes.
/// Requires valid UTF-8.
[[nodiscard]] std::string utf16le_with_bom(std::string_view utf8);

/// RFC 4648 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

/// The same JSON value over several lines, two blanks a level. Requires valid compact JSON.
[[nodiscard]] std::string indented_json(std::string_view compact);

}  // namespace bedrocklog::bench
