// Glob patterns over path segments: `*`, `?`, `[..]` inside a segment, `**` across folders.
//
// Own matcher instead of glob(3) or fnmatch(3): those know no `**`, hide dot files, and depend on
// the locale. A pattern also covers everything below a folder it matches, as if the shell had
// expanded it and the folder had been named; quoting a pattern changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::ingest {

/// A set of places in a pattern, one bit each, which is why there is a limit.
inline constexpr std::size_t glob_segments_max = 62;

[[nodiscard]] bool has_wildcard(std::string_view text);

class GlobPattern {
 public:
  /// Places in the pattern that a path can have reached. Zero: nothing below can match.
  using Reach = std::uint64_t;

  /// Splits at '/'. Nothing when there are more segments than glob_segments_max.
  [[nodiscard]] static std::optional<GlobPattern> parse(std::string_view text);

  /// Before the first segment of a path.
  [[nodiscard]] Reach start() const;

  /// After one more segment.
  [[nodiscard]] Reach step(Reach before, std::string_view segment) const;

  /// Whether the path so far is matched, or lies below a folder that is.
  [[nodiscard]] bool is_match(Reach reach) const;

 private:
  [[nodiscard]] Reach with_empty_folders(Reach reach) const;

  std::vector<std::string> segments_;
};

}  // namespace bedrocklog::ingest
