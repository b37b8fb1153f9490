// Everything below a folder that a pattern matches, links followed but never in circles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/glob_pattern.h"
#include "ingest/hour_path.h"
#include "ingest/run_on_workers.h"

namespace bedrocklog::ingest {

enum class FoundKind : std::uint8_t {
  file,        // A regular file, or a link to one.
  special,     // Socket, device, FIFO; a link that leads nowhere or round in a circle.
  unreadable,  // A folder or link the system did not let us look into; see `message`.
};

struct Found {
  FoundKind kind = FoundKind::file;
  std::string name;      // Below the root, '/' separated; empty for the root itself.
  std::string identity;  // See FolderContents::identity_of().
  std::uint64_t size_bytes = 0;
  std::string message;
};

struct FolderContents {
  std::string root_identity;
  std::vector<Found> found;
  bool has_links = false;  // Some of it was met over links, so one file may be there twice.
  bool is_pruned = false;  // A folder that may hold matches lies outside the hours asked for.

  /// Absolute path without links: equal for equal files. What the tree itself holds has none of its
  /// own, as all of it would be as long again as the names.
  [[nodiscard]] std::string identity_of(const Found& one) const;
};

/// Lists what `pattern` matches below the existing folder `root`. What is in the tree itself comes
/// first, sorted by name, then what links lead to; the same whatever order the system lists folders
/// in and however many workers there are. A folder reached over several links is listed once, below
/// its own path if that is in the tree. Folders outside `window` by their path without links are
/// passed over. `workers` are put to work once a tree turns out to have many folders.
[[nodiscard]] FolderContents walk_folder(const std::string& root, const GlobPattern& pattern,
                                         const HourWindow& window, const Workers& workers);

/// `folder` + '/' + `name`, minding a folder "/" and an empty one.
[[nodiscard]] std::string join_path(std::string_view folder, std::string_view name);

}  // namespace bedrocklog::ingest
