// Matching as a set of reachable places, so that several `**` cost no backtracking.
#include "ingest/glob_pattern.h"

#include <algorithm>
#include <utility>

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view any_folders = "**";

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

/// The inside of the class at the front of `pattern` (behind its '['); nothing if it never closes.
/// A ']' right at the start, or right behind the negation, belongs to the class.
std::optional<std::string_view> class_body(std::string_view pattern) {
  const std::size_t first = pattern.starts_with('!') || pattern.starts_with('^') ? 1 : 0;
  const std::size_t end = pattern.find(']', first + 1);
  return end == std::string_view::npos ? std::nullopt : std::optional(pattern.substr(0, end));
}

bool class_holds(std::string_view body, std::string_view character) {
  const bool is_negated = body.starts_with('!') || body.starts_with('^');
  body.remove_prefix(is_negated ? 1 : 0);
  bool is_found = false;
  while (!body.empty()) {
    const std::string_view low = take_character(body);
    std::string_view high = low;
    if (body.size() >= 2 && body.front() == '-') {
      body.remove_prefix(1);
      high = take_character(body);
    }
    // UTF-8 sorts as its code points do.
    is_found = is_found || (low <= character && character <= high);
  }
  return is_found != is_negated;
}

/// Takes one element off both when it matches; `*` is not for here.
bool take_element(std::string_view& pattern, std::string_view& segment) {
  if (pattern.empty() || segment.empty()) {
    return false;
  }
  if (pattern.front() == '?') {
    pattern.remove_prefix(1);
    (void)take_character(segment);
    return true;
  }
  if (pattern.front() == '[') {
    if (const auto body = class_body(pattern.substr(1))) {
      if (!class_holds(*body, segment.substr(0, character_size(segment)))) {
        return false;
      }
      pattern.remove_prefix(body->size() + 2);
      (void)take_character(segment);
      return true;
    }
  }
  if (pattern.front() != segment.front()) {
    return false;
  }
  pattern.remove_prefix(1);
  segment.remove_prefix(1);
  return true;
}

}  // namespace

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool segment_matches(std::string_view pattern, std::string_view segment) {
  // On a mismatch only the last star can take more: what it took before was needed at least.
  bool has_star = false;
  std::string_view pattern_behind_star;
  std::string_view segment_behind_star;
  while (!segment.empty() || !pattern.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      has_star = true;
      pattern_behind_star = pattern;
      segment_behind_star = segment;
    } else if (!take_element(pattern, segment)) {
      if (!has_star || segment_behind_star.empty()) {
        return false;
      }
      (void)take_character(segment_behind_star);
      pattern = pattern_behind_star;
      segment = segment_behind_star;
    }
  }
  return true;
}

std::optional<GlobPattern> GlobPattern::parse(std::string_view text) {
  GlobPattern pattern;
  while (!text.empty()) {
    const std::string_view segment = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), segment.size() + 1));
    if (segment.empty() || segment == "." ||
        (segment == any_folders && !pattern.segments_.empty() &&
         pattern.segments_.back() == any_folders)) {
      continue;  // Nothing to match, or what the segment before matches already.
    }
    pattern.segments_.emplace_back(segment);
  }
  if (pattern.segments_.size() > glob_segments_max) {
    return std::nullopt;
  }
  return pattern;
}

/// Bit i: the first i segments of the pattern are used up. `**` may stand for no folder at all.
GlobPattern::Reach GlobPattern::with_empty_folders(Reach reach) const {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if ((reach >> i & 1U) != 0 && segments_[i] == any_folders) {
      reach |= Reach{1} << (i + 1);
    }
  }
  return reach;
}

GlobPattern::Reach GlobPattern::start() const {
  return with_empty_folders(1);
}

GlobPattern::Reach GlobPattern::step(Reach before, std::string_view segment) const {
  Reach after = before & (Reach{1} << segments_.size());  // Below a match all is matched.
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if ((before >> i & 1U) == 0) {
      continue;
    }
    if (segments_[i] == any_folders) {
      after |= Reach{1} << i;
    } else if (segment_matches(segments_[i], segment)) {
      after |= Reach{1} << (i + 1);
    }
  }
  return with_empty_folders(after);
}

bool GlobPattern::is_match(Reach reach) const {
  return (reach >> segments_.size() & 1U) != 0;
}

}  // namespace bedrocklog::ingest
