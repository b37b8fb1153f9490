// One pass over the bytes; quoted text is the only token with rules of its own.
#include "analytics/expression_lexer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bedrocklog::analytics {
namespace {

constexpr std::size_t shown_before_max = 50;  // Bytes of context around the caret.
constexpr std::size_t shown_after_max = 30;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_word_byte(char c) {
  constexpr std::string_view others = "._-/:*?@";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) > 0x7F || others.find(c) != std::string_view::npos;
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Longest first, so that `=~` is not read as `=`.
std::string_view sign_at(std::string_view rest) {
  constexpr std::array<std::string_view, 11> signs = {"!=", "<=", ">=", "=~", "=", "<",
                                                      ">",  "~",  "(",  ")",  ","};
  for (const std::string_view sign : signs) {
    if (rest.starts_with(sign)) {
      return sign;
    }
  }
  return {};
}

// The end of a quoted text that begins at `at`, behind its closing quote; fills `value`. npos if
// it never closes.
std::size_t read_quoted(std::string_view text, std::size_t at, std::string& value) {
  const char quote = text[at++];
  while (at < text.size()) {
    const char c = text[at++];
    if (c == quote) {
      return at;
    }
    const bool is_escape =
        c == '\\' && at < text.size() && (text[at] == '"' || text[at] == '\'' || text[at] == '\\');
    value += is_escape ? text[at++] : c;
  }
  return std::string_view::npos;
}

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text, const std::string& flag) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  for (;;) {
    while (at < text.size() && is_blank(text[at])) {
      ++at;
    }
    Token token;
    token.offset = at;
    if (at == text.size()) {
      tokens.push_back(std::move(token));
      return tokens;
    }
    if (text[at] == '"' || text[at] == '\'') {
      token.kind = TokenKind::text;
      const std::size_t end = read_quoted(text, at, token.value);
      if (end == std::string_view::npos) {
        return fault(flag, with_caret("this quote never closes", text, at));
      }
      at = end;
    } else if (is_word_byte(text[at])) {
      token.kind = TokenKind::word;
      while (at < text.size() && is_word_byte(text[at])) {
        token.value += text[at++];
      }
    } else {
      token.kind = TokenKind::sign;
      token.value = sign_at(text.substr(at));
      if (token.value.empty()) {
        return fault(flag, with_caret("this character means nothing here; texts with it need "
                                      "quotes",
                                      text, at));
      }
      at += token.value.size();
    }
    tokens.push_back(std::move(token));
  }
}

std::string with_caret(const std::string& message, std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  std::size_t begin = offset - std::min(offset, shown_before_max);
  while (begin < offset && continues_character(text[begin])) {
    ++begin;
  }
  std::size_t end = std::min(text.size(), offset + shown_after_max);
  while (end > offset && end < text.size() && continues_character(text[end])) {
    --end;
  }
  const std::string_view before = begin > 0 ? "..." : "";
  std::string shown(before);
  std::size_t column = before.size();
  for (std::size_t i = begin; i < end; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    shown += byte < 0x20 || byte == 0x7F ? '?' : text[i];
    // One column per character, so that the caret stands right below names with umlauts.
    column += i < offset && !continues_character(text[i]) ? 1U : 0U;
  }
  shown += end < text.size() ? "..." : "";
  return message + "\n  " + shown + "\n  " + std::string(column, ' ') + '^';
}

}  // namespace bedrocklog::analytics
