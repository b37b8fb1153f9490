// Glob matching without recursion, over UTF-8 characters.
#include "ingest/glob_match.h"

#include <cstddef>
#include <optional>

namespace bedrocklog::ingest {
namespace {

/// Bytes of the UTF-8 character at the front; 1 for a byte that begins none. 0 for nothing.
std::size_t character_size(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  std::size_t size = 1;
  if ((static_cast<unsigned char>(text.front()) & 0xC0U) == 0xC0U) {
    while (size < text.size() && size < 4 &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
      ++size;
    }
  }
  return size;
}

std::string_view take_character(std::string_view& text) {
  const std::string_view character = text.substr(0, character_size(text));
  text.remove_prefix(character.size());
  return character;
}

std::string_view take_literal(std::string_view& pattern) {
  if (pattern.size() > 1 && pattern.front() == '\\') {
    pattern.remove_prefix(1);
  }
  return take_character(pattern);
}

struct ClassMatch {
  bool is_match = false;
  std::string_view behind;  // The pattern behind the class.
};

/// `pattern` stands behind a '['. Nothing if the class never closes. A ']' right at the start, or
/// right behind the negation, belongs to the class.
std::optional<ClassMatch> match_class(std::string_view pattern, std::string_view character) {
  const bool is_negated = pattern.starts_with('!') || pattern.starts_with('^');
  pattern.remove_prefix(is_negated ? 1 : 0);
  bool is_found = false;
  for (bool is_first = true; !pattern.empty() && (is_first || pattern.front() != ']');
       is_first = false) {
    const std::string_view low = take_literal(pattern);
    std::string_view high = low;
    if (pattern.size() >= 2 && pattern[0] == '-' && pattern[1] != ']') {
      pattern.remove_prefix(1);
      high = take_literal(pattern);
    }
    // UTF-8 sorts as its code points do.
    is_found = is_found || (low <= character && character <= high);
  }
  if (pattern.empty()) {
    return std::nullopt;
  }
  return ClassMatch{is_found != is_negated, pattern.substr(1)};
}

/// Takes one element off both when it matches; `*` is not for here.
bool take_element(std::string_view& pattern, std::string_view& text) {
  if (pattern.empty() || text.empty()) {
    return false;
  }
  if (pattern.front() == '?') {
    pattern.remove_prefix(1);
    (void)take_character(text);
    return true;
  }
  if (pattern.front() == '[') {
    if (const auto match = match_class(pattern.substr(1), text.substr(0, character_size(text)))) {
      pattern = match->behind;
      (void)take_character(text);
      return match->is_match;
    }
  }
  return take_literal(pattern) == take_character(text);
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  bool has_star = false;
  std::string_view pattern_behind_star;
  std::string_view text_behind_star;
  while (!text.empty() || !pattern.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      has_star = true;
      pattern_behind_star = pattern;
      text_behind_star = text;
    } else if (!take_element(pattern, text)) {
      if (!has_star || text_behind_star.empty()) {
        return false;
      }
      (void)take_character(text_behind_star);
      pattern = pattern_behind_star;
      text = text_behind_star;
    }
  }
  return true;
}

}  // namespace bedrocklog::ingest
