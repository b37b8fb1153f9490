// Matching as a set of reachable places, so that several `**` cost no backtracking.
#include "ingest/glob_pattern.h"

#include <algorithm>
#include <utility>

#include "ingest/glob_match.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view any_folders = "**";

}  // namespace

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
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
    } else if (glob_matches(segments_[i], segment)) {
      after |= Reach{1} << (i + 1);
    }
  }
  return with_empty_folders(after);
}

bool GlobPattern::is_match(Reach reach) const {
  return (reach >> segments_.size() & 1U) != 0;
}

}  // namespace bedrocklog::ingest
