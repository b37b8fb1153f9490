// From the user's words to a sorted list of objects, each under one name that is only its own.
#include "ingest/manifest.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "ingest/ensure.h"
#include "ingest/folder_walk.h"
#include "ingest/glob_pattern.h"
#include "ingest/path_proof.h"
#include "ingest/s3_listing.h"
#include "ingest/s3_location.h"
#include "ingest/system_message.h"

namespace bedrocklog::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view standard_input = "-";

struct Entry {
  Found found;
  std::string uri;
  std::optional<SkipKind> skip;
  std::string version;
  std::int64_t modified_s = 0;
};

std::string without_trailing_slashes(const std::string& location) {
  const std::size_t last = location.find_last_not_of('/');
  return last == std::string::npos ? "/" : location.substr(0, last + 1);
}

std::string canonical_or(const std::string& path, const std::string& otherwise) {
  std::error_code error;
  const fs::path canonical = fs::canonical(path.empty() ? "." : path, error);
  return error ? otherwise : canonical.string();
}

std::optional<SkipKind> skip_kind_of(const Found& found, const std::string& path) {
  if (const auto kind = skip_kind_of_path(path)) {
    return kind;
  }
  if (found.kind == FoundKind::special) {
    return SkipKind::special_file;
  }
  return found.size_bytes == 0 ? std::optional(SkipKind::empty) : std::nullopt;
}

/// Collects location after location. An object found again keeps the name it has.
class Listing {
 public:
  explicit Listing(const InputSpec& spec) : spec_(spec) {}

  Result<void> add_location(const std::string& location) {
    if (location == standard_input) {
      add({FoundKind::file, location, location, 0, ""}, location, std::nullopt);
      return {};
    }
    if (location.empty()) {
      return fault("(empty location)", "names no input; leave it out or name a folder or file");
    }
    if (is_s3_location(location)) {
      return add_s3(location);
    }
    std::error_code error;
    const fs::file_type type = fs::status(location, error).type();
    if (type == fs::file_type::directory) {
      return add_folder(without_trailing_slashes(location));
    }
    if (type == fs::file_type::not_found) {
      return has_wildcard(location)
                 ? add_glob(location)
                 : fault(location, "does not exist; check the spelling and the current folder",
                         FaultCause::not_found);
    }
    if (error) {
      add({FoundKind::unreadable, location, location, 0, system_message(error.value())}, location,
          std::nullopt);
      return {};
    }
    add_file(location, type);
    return {};
  }

  Manifest finish() {
    make_names_unique();
    Manifest manifest;
    for (Entry& entry : entries_) {
      Found& found = entry.found;
      if (found.kind == FoundKind::unreadable) {
        manifest.unreadable.push_back({std::move(found.name), std::move(found.message)});
      } else if (entry.skip) {
        manifest.skipped.push_back({std::move(found.name), *entry.skip});
      } else {
        manifest.objects.push_back({std::move(entry.uri), std::move(found.name), found.size_bytes,
                                    std::move(entry.version), entry.modified_s});
      }
    }
    manifest.is_pruned = is_pruned_;
    manifest.window = spec_.window;
    return manifest;
  }

 private:
  Result<void> add_folder(const std::string& folder) {
    // A pattern without segments matches the root and so all below it.
    if (!add_matches(folder, GlobPattern(), folder)) {
      return fault(folder, "holds no files; check that the logs were copied to this folder",
                   FaultCause::not_found);
    }
    return {};
  }

  Result<void> add_glob(const std::string& location) {
    const std::size_t fixed_size = location.rfind('/', location.find_first_of("*?["));
    const bool has_fixed = fixed_size != std::string::npos;
    const std::string root =
        has_fixed ? without_trailing_slashes(location.substr(0, fixed_size + 1)) : "";
    const auto pattern =
        GlobPattern::parse(std::string_view(location).substr(has_fixed ? fixed_size + 1 : 0));
    if (!pattern) {
      return fault(location,
                   "has more parts than a pattern may have: " + std::to_string(glob_segments_max));
    }
    std::error_code error;
    if (!fs::is_directory(root.empty() ? "." : root, error) ||
        !add_matches(root, *pattern, location)) {
      return fault(location, "matches no files; * stays in one folder, ** crosses folders",
                   FaultCause::not_found);
    }
    return {};
  }

  /// False when nothing at all is there. `root` may be empty for the current folder.
  bool add_matches(const std::string& root, const GlobPattern& pattern,
                   const std::string& location) {
    FolderContents contents =
        walk_folder(root.empty() ? "." : root, pattern, spec_.window, spec_.workers);
    // Most runs name one folder without links; then nothing can be there twice, and no name either.
    // A root that could not be listed has none below itself.
    const bool has_root = !contents.found.empty() && contents.found.front().name.empty();
    const bool is_distinct = !contents.has_links && spec_.locations.size() == 1 && !has_root;
    entries_.reserve(entries_.size() + contents.found.size());
    const std::string proof_root = canonical_or(root, root);
    for (Found& found : contents.found) {
      const auto skip = skip_kind_of(found, join_path(proof_root, found.name));
      const bool is_read = !skip && found.kind == FoundKind::file;
      // The uri of what is not opened could only have served to tell equal names apart.
      std::string uri = is_read || !is_distinct ? join_path(root, found.name) : "";
      if (!is_distinct) {
        found.identity = contents.identity_of(found);
      }
      if (found.name.empty()) {
        found.name = location;  // The root itself, unreadable.
      }
      if (is_distinct) {
        entries_.push_back({std::move(found), std::move(uri), skip, "", 0});
      } else {
        add(std::move(found), std::move(uri), skip);
      }
    }
    is_pruned_ = is_pruned_ || contents.is_pruned;
    return contents.is_pruned || !contents.found.empty();
  }

  Result<void> add_s3(const std::string& location) {
    ensure(spec_.s3 != nullptr);
    Result<S3Listing> listing = list_s3(*spec_.s3, location, spec_.window);
    if (!listing) {
      return pass_on(listing);
    }
    is_pruned_ = is_pruned_ || listing->is_pruned;
    for (S3Found& object : listing->found) {
      std::string uri = aws::s3_uri(listing->bucket, object.object.key);
      Found found{FoundKind::file, std::move(object.name), uri, object.object.size_bytes, ""};
      const auto skip = skip_kind_of(found, object.object.key);
      if (known_.insert(uri).second) {
        entries_.push_back({std::move(found), std::move(uri), skip, std::move(object.object.etag),
                            object.object.last_modified.seconds});
      }
    }
    return {};
  }

  /// A FIFO that is named, as by `<(zcat ...)` in a shell, is meant to be read; one that is found
  /// in a folder would only make us wait.
  void add_file(const std::string& location, fs::file_type type) {
    const fs::path path = location;
    std::error_code error;
    Found found{FoundKind::file, path.filename().string(), canonical_or(location, location), 0, ""};
    const std::string proof_path = join_path(
        canonical_or(path.parent_path().string(), path.parent_path().string()), found.name);
    if (type == fs::file_type::fifo) {
      add(std::move(found), location, skip_kind_of_path(proof_path));
      return;
    }
    if (type == fs::file_type::regular) {
      found.size_bytes = fs::file_size(location, error);
    } else {
      found.kind = FoundKind::special;
    }
    if (error) {
      found.kind = FoundKind::unreadable;
      found.message = system_message(error.value());
    }
    const auto skip = skip_kind_of(found, proof_path);
    add(std::move(found), location, skip);
  }

  void add(Found found, std::string uri, std::optional<SkipKind> skip) {
    if (known_.insert(found.identity).second) {
      entries_.push_back({std::move(found), std::move(uri), skip, "", 0});
    }
  }

  /// Names that several locations gave away become uris, which nothing else has. A uri can in turn
  /// be another's name, hence the loop; every round turns at least one name into a uri.
  void make_names_unique() {
    for (bool has_changed = true; has_changed;) {
      has_changed = false;
      const auto is_before = [](const Entry& a, const Entry& b) {
        return std::tie(a.found.name, a.uri) < std::tie(b.found.name, b.uri);
      };
      // As one folder without links comes.
      if (!std::is_sorted(entries_.begin(), entries_.end(), is_before)) {
        std::sort(entries_.begin(), entries_.end(), is_before);
      }
      std::vector<Entry*> shared;
      for (std::size_t i = 0; i < entries_.size(); ++i) {
        const auto is_named_like = [&](std::size_t other) {
          return other < entries_.size() && entries_[other].found.name == entries_[i].found.name;
        };
        if ((is_named_like(i - 1) || is_named_like(i + 1)) &&
            entries_[i].found.name != entries_[i].uri) {
          shared.push_back(&entries_[i]);
        }
      }
      for (Entry* entry : shared) {
        entry->found.name = entry->uri;
        has_changed = true;
      }
    }
  }

  const InputSpec& spec_;
  bool is_pruned_ = false;
  std::vector<Entry> entries_;
  std::unordered_set<std::string> known_;
};

}  // namespace

Result<Manifest> list_objects(const InputSpec& spec) {
  // Sorted, so that the names do not depend on the order in which the locations were given.
  std::vector<std::string> locations = spec.locations;
  std::sort(locations.begin(), locations.end());
  Listing listing(spec);
  for (const std::string& location : locations) {
    if (const Result<void> added = listing.add_location(location); !added) {
      return pass_on(added);
    }
  }
  return listing.finish();
}

}  // namespace bedrocklog::ingest
