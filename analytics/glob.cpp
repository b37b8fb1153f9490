// Glob matching without recursion: one remembered star is enough, as an earlier star never needs
// to take more once a later one has been reached.
#include <cstddef>
#include <optional>

#include "analytics/expression.h"

namespace bedrocklog::analytics {
namespace {

// The part of a pattern that stands for one byte.
struct Element {
  bool matches = false;
  std::size_t end = 0;  // Behind the element.
};

// `[a-z]`, `[!x]`, `[]x]`: nothing when the bracket never closes, which makes it an ordinary byte.
std::optional<Element> match_class(std::string_view pattern, std::size_t at, unsigned char byte) {
  ++at;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  at += negated ? 1U : 0U;
  const std::size_t first = at;
  bool found = false;
  while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
    const auto read = [&] {
      at += pattern[at] == '\\' && at + 1 < pattern.size() ? 1U : 0U;
      return static_cast<unsigned char>(pattern[at++]);
    };
    const unsigned char low = read();
    unsigned char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = read();
    }
    found = found || (low <= byte && byte <= high);
  }
  if (at >= pattern.size()) {
    return std::nullopt;
  }
  return Element{found != negated, at + 1};
}

// What stands at `at`, which is not a star, against one byte.
Element match_element(std::string_view pattern, std::size_t at, char c) {
  if (pattern[at] == '?') {
    return {true, at + 1};
  }
  if (pattern[at] == '[') {
    if (const auto element = match_class(pattern, at, static_cast<unsigned char>(c))) {
      return *element;
    }
  }
  at += pattern[at] == '\\' && at + 1 < pattern.size() ? 1U : 0U;
  return {pattern[at] == c, at + 1};
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t in_pattern = 0;
  std::size_t in_text = 0;
  std::size_t behind_star = none;  // Of the last star met.
  std::size_t star_takes_to = 0;   // Where in the text that star's share ends.
  while (in_text < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      behind_star = ++in_pattern;
      star_takes_to = in_text;
      continue;
    }
    if (in_pattern < pattern.size()) {
      const Element element = match_element(pattern, in_pattern, text[in_text]);
      if (element.matches) {
        in_pattern = element.end;
        ++in_text;
        continue;
      }
    }
    if (behind_star == none) {
      return false;
    }
    in_pattern = behind_star;
    in_text = ++star_takes_to;
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
    ++in_pattern;
  }
  return in_pattern == pattern.size();
}

}  // namespace bedrocklog::analytics
