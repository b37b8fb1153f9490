// The last touch on every JSON document we write.
#pragma once

#include <string>
#include <string_view>

namespace bedrocklog::cli {

/// `json` with every `<` written as \u003c, so that no `</script>` or `<!--` of a log can end a
/// script element around it. A document has `<` nowhere but inside strings, so it says the same.
[[nodiscard]] std::string inert_json(std::string_view json);

/// `text` as a JSON string with its quotes: bytes that are no UTF-8 repaired as by valid_utf8(),
/// ASCII only, inert.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace bedrocklog::cli
