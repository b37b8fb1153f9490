// Splits a filter expression into words, texts and signs, and makes its error messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::analytics {

enum class TokenKind : std::uint8_t {
  word,  // Letters, digits, bytes above 0x7F, and . _ - / : * ? @; keywords are words too.
  text,  // Quoted with " or '; `\"`, `\'` and `\\` stand for the sign, other backslashes stay.
  sign,  // = != < <= > >= ~ =~ ( ) ,
  end,   // Behind the last token.
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string value;       // Without quotes and escapes.
  std::size_t offset = 0;  // In bytes, of its first one.
};

/// The tokens, closed by one of kind `end`. Fails for quotes that do not close and bytes no token
/// begins with.
[[nodiscard]] Result<std::vector<Token>> tokenize(std::string_view text, const std::string& flag);

/// `message`, then the part of `text` around `offset` on a line of its own, then a caret below
/// that place. Control bytes show as `?`.
[[nodiscard]] std::string with_caret(const std::string& message, std::string_view text,
                                     std::size_t offset);

}  // namespace bedrocklog::analytics
