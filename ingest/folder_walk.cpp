// Folder listing with an explicit stack: hostile depth must not become call depth.
//
// Files are told apart by their path without links, not by device and inode: network and FUSE
// file systems exist that give many files one inode, and a file dropped for that would be a
// silent loss.
#include "ingest/folder_walk.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "ingest/system_message.h"

namespace bedrocklog::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t no_parent = std::numeric_limits<std::size_t>::max();
/// Smaller trees are listed before other threads have woken up.
constexpr std::size_t folders_alone_max = 64;
constexpr std::size_t all_folders = std::numeric_limits<std::size_t>::max();

struct Folder {
  std::string name;      // Below the root.
  std::string identity;  // Path without links.
  GlobPattern::Reach reach = 0;
  std::size_t parent = no_parent;  // Where we came from, which with links need not be its folder.
  bool is_in_tree = true;          // Met without links.
};

struct Link {
  std::size_t parent = no_parent;
  GlobPattern::Reach reach = 0;
};

struct CloseFolder {
  void operator()(DIR* folder) const { (void)::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;

/// What there is in one folder, by what has to be done with it.
struct Listed {
  std::vector<Folder> folders;
  std::vector<std::pair<std::string, Link>> links;
  std::vector<Found> found;
  bool is_pruned = false;
};

FoundKind kind_of(const struct stat& status) {
  return S_ISREG(status.st_mode) ? FoundKind::file : FoundKind::special;
}

std::uint64_t size_of(const struct stat& status) {
  return S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Found unreadable(const std::string& name, const std::string& identity, int error) {
  return {FoundKind::unreadable, name, identity, 0, system_message(error)};
}

void move_behind(std::vector<Found>& all, std::vector<Found>& part) {
  all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  part.clear();
}

bool is_before(const Found& left, const Found& right) {
  return left.name < right.name;
}

/// By pointer: the names are long and much alike, so that comparing them is enough work.
void sort_by_name(std::vector<Found>& found) {
  std::vector<Found*> order;
  order.reserve(found.size());
  for (Found& each : found) {
    order.push_back(&each);
  }
  std::sort(order.begin(), order.end(),
            [](const Found* left, const Found* right) { return is_before(*left, *right); });
  std::vector<Found> sorted;
  sorted.reserve(found.size());
  for (Found* const each : order) {
    sorted.push_back(std::move(*each));
  }
  found = std::move(sorted);
}

/// Looks into folders, each of which it is told of; touches nothing that another one has.
class FolderLister {
 public:
  FolderLister(const std::string& root, const GlobPattern& pattern, const HourWindow& window)
      : root_(root), pattern_(pattern), window_(window) {}

  /// Adds to `into`. `index` is that of `folder`.
  void list(const Folder& folder, std::size_t index, Listed& into) const {
    const std::string path = join_path(root_, folder.name);
    const OpenFolder open(::opendir(path.c_str()));
    if (!open) {
      into.found.push_back(unreadable(folder.name, folder.identity, errno));
      return;
    }
    for (;;) {
      errno = 0;
      // The stream is this call's own.
      const dirent* const entry = ::readdir(open.get());  // NOLINT(concurrency-mt-unsafe)
      if (entry == nullptr) {
        break;
      }
      const std::string_view segment = static_cast<const char*>(entry->d_name);
      if (segment != "." && segment != "..") {
        add({folder, index}, ::dirfd(open.get()), *entry, into);
      }
    }
    if (errno != 0) {
      into.found.push_back(unreadable(folder.name, folder.identity, errno));
    }
  }

  [[nodiscard]] bool is_passed_over(const Folder& folder) const {
    return is_outside(folder.identity, window_);
  }

 private:
  struct From {
    const Folder& folder;
    std::size_t index;
  };

  /// The entry knows its type from the listing on most file systems.
  void add(const From& from, int folder_descriptor, const dirent& entry, Listed& into) const {
    const char* const segment = static_cast<const char*>(entry.d_name);
    const GlobPattern::Reach reach = pattern_.step(from.folder.reach, segment);
    if (reach == 0) {
      return;
    }
    std::string name = join_path(from.folder.name, segment);
    const bool is_match = pattern_.is_match(reach);
    const auto identity = [&] {
      return from.folder.is_in_tree ? "" : join_path(from.folder.identity, segment);
    };
    const auto look = [&]() -> std::optional<struct stat> {
      struct stat status = {};
      if (::fstatat(folder_descriptor, segment, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return status;
      }
      into.found.push_back(unreadable(name, identity(), errno));
      return std::nullopt;
    };
    std::optional<struct stat> status;
    if (entry.d_type == DT_UNKNOWN || (entry.d_type == DT_REG && is_match)) {
      status = look();
      if (!status) {
        return;
      }
    }
    if (status ? S_ISLNK(status->st_mode) : entry.d_type == DT_LNK) {
      into.links.emplace_back(std::move(name), Link{from.index, reach});
    } else if (status ? S_ISDIR(status->st_mode) : entry.d_type == DT_DIR) {
      Folder at{std::move(name), join_path(from.folder.identity, segment), reach, from.index,
                from.folder.is_in_tree};
      if (is_passed_over(at)) {
        into.is_pruned = true;
      } else {
        into.folders.push_back(std::move(at));
      }
    } else if (is_match) {
      into.found.push_back({status ? kind_of(*status) : FoundKind::special, std::move(name),
                            identity(), status ? size_of(*status) : 0, ""});
    }
  }

  const std::string& root_;
  const GlobPattern& pattern_;
  const HourWindow& window_;
};

class Walk {
 public:
  Walk(const std::string& root, const GlobPattern& pattern, const HourWindow& window)
      : root_(root), pattern_(pattern), lister_(root, pattern, window) {}

  FolderContents run(const Workers& workers) {
    std::error_code error;
    const fs::path identity = fs::canonical(root_, error);
    if (error) {
      add_unreadable("", root_, error);
      return std::move(contents_);
    }
    contents_.root_identity = identity.string();
    enter({"", contents_.root_identity, pattern_.start(), no_parent});
    // Real folders first, so that what is in the tree keeps its own path. Links by name, because
    // the order in which the system lists them is nobody's. No two paths without links lead to one
    // folder, so nobody need look whether one has been there until the first link is followed.
    list_pending(folders_alone_max);
    list_together(workers);
    follow_links();
    return std::move(contents_);
  }

 private:
  /// With the reach: over another link the same folder can match another part of the pattern.
  static std::string entry_of(const Folder& folder) {
    return folder.identity + '\0' + std::to_string(folder.reach);
  }

  void enter(Folder folder) {
    if (lister_.is_passed_over(folder)) {
      contents_.is_pruned = true;
    } else {
      add_pending(std::move(folder));
    }
  }

  void add_pending(Folder folder) {
    if (!contents_.has_links || entered_.emplace(entry_of(folder)).second) {
      pending_.push_back(folders_.size());
      folders_.push_back(std::move(folder));
    }
  }

  /// Until there are none, or `count_max` have been listed.
  void list_pending(std::size_t count_max) {
    Listed listed;
    for (std::size_t count = 0; count < count_max && !pending_.empty(); ++count) {
      const std::size_t next = pending_.back();
      pending_.pop_back();
      lister_.list(folders_[next], next, listed);
      take_over(listed);
    }
    move_behind(contents_.found, listed.found);
  }

  /// All that was listed but what was found.
  void take_over(Listed& listed) {
    for (Folder& folder : listed.folders) {
      add_pending(std::move(folder));
    }
    for (auto& [name, link] : listed.links) {
      links_.emplace(std::move(name), link);
    }
    contents_.is_pruned = contents_.is_pruned || listed.is_pruned;
    listed.folders.clear();
    listed.links.clear();
  }

  /// All that is pending, on all workers; sorts what was found.
  void list_together(const Workers& workers) {
    if (!workers.run || workers.count == 1 || pending_.empty()) {
      list_pending(all_folders);
      sort_by_name(contents_.found);
      return;
    }
    std::vector<std::vector<Found>> found(workers.count);
    found.front() = std::move(contents_.found);
    workers.run([&](std::size_t worker) {
      list_beside_others(found[worker]);
      sort_by_name(found[worker]);
    });
    contents_.found.clear();
    for (std::vector<Found>& part : found) {
      const auto middle = static_cast<std::ptrdiff_t>(contents_.found.size());
      move_behind(contents_.found, part);
      std::inplace_merge(contents_.found.begin(), contents_.found.begin() + middle,
                         contents_.found.end(), is_before);
    }
  }

  /// One worker's share: until nothing is pending and nobody lists what may hold more.
  void list_beside_others(std::vector<Found>& found) {
    Listed listed;
    std::unique_lock lock(guard_);
    for (;;) {
      has_changed_.wait(lock, [&] { return !pending_.empty() || listing_ == 0; });
      if (pending_.empty()) {
        break;
      }
      const std::size_t next = pending_.back();
      pending_.pop_back();
      const Folder& folder = folders_[next];  // In a deque, which leaves it where it is.
      ++listing_;
      lock.unlock();
      lister_.list(folder, next, listed);
      lock.lock();
      --listing_;
      const bool is_more_than_mine = listed.folders.size() > 1;
      take_over(listed);
      if (is_more_than_mine) {
        has_changed_.notify_all();
      }
    }
    has_changed_.notify_all();
    move_behind(found, listed.found);
  }

  void follow_links() {
    if (links_.empty()) {
      return;
    }
    contents_.has_links = true;
    for (const Folder& folder : folders_) {
      entered_.insert(entry_of(folder));
    }
    while (!links_.empty()) {
      const auto link = links_.extract(links_.begin());
      follow(link.key(), link.mapped());
      list_pending(all_folders);
    }
  }

  void follow(const std::string& name, Link link) {
    const std::string path = join_path(root_, name);
    std::error_code error;
    const std::string identity = fs::canonical(path, error).string();
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
        error == std::errc::too_many_symbolic_link_levels) {
      if (pattern_.is_match(link.reach)) {
        contents_.found.push_back({FoundKind::special, name, absolute(path), 0, ""});
      }
      return;
    }
    const fs::file_type type = error ? fs::file_type::none : fs::status(identity, error).type();
    if (error) {
      add_unreadable(name, absolute(path), error);
    } else if (type == fs::file_type::directory && leads_back(link.parent, identity)) {
      if (pattern_.is_match(link.reach)) {
        contents_.found.push_back({FoundKind::special, name, absolute(path), 0, ""});
      }
    } else if (type == fs::file_type::directory) {
      enter({name, identity, link.reach, link.parent, /*is_in_tree=*/false});
    } else if (pattern_.is_match(link.reach)) {
      add_target(name, identity, type);
    }
  }

  void add_target(const std::string& name, const std::string& identity, fs::file_type type) {
    std::error_code error;
    const bool is_file = type == fs::file_type::regular;
    const std::uintmax_t size_bytes = is_file ? fs::file_size(identity, error) : 0;
    if (error) {
      add_unreadable(name, identity, error);
    } else {
      contents_.found.push_back(
          {is_file ? FoundKind::file : FoundKind::special, name, identity, size_bytes, ""});
    }
  }

  [[nodiscard]] bool leads_back(std::size_t from, const std::string& identity) const {
    for (std::size_t i = from; i != no_parent; i = folders_[i].parent) {
      if (folders_[i].identity == identity) {
        return true;
      }
    }
    return false;
  }

  void add_unreadable(const std::string& name, const std::string& identity,
                      const std::error_code& error) {
    contents_.found.push_back(
        {FoundKind::unreadable, name, identity, 0, system_message(error.value())});
  }

  /// For links that have no path without links.
  static std::string absolute(const std::string& path) {
    std::error_code ignored;
    return fs::absolute(path, ignored).string();
  }

  const std::string& root_;
  const GlobPattern& pattern_;
  FolderLister lister_;
  // Guards what is below it while several workers list.
  std::mutex guard_;
  std::condition_variable has_changed_;  // More is pending, or nothing will ever be.
  std::size_t listing_ = 0;              // Workers that are looking into a folder.
  std::deque<Folder> folders_;
  std::vector<std::size_t> pending_;
  std::map<std::string, Link> links_;
  std::unordered_set<std::string> entered_;  // Filled when the first link is followed.
  FolderContents contents_;
};

}  // namespace

FolderContents walk_folder(const std::string& root, const GlobPattern& pattern,
                           const HourWindow& window, const Workers& workers) {
  return Walk(root, pattern, window).run(workers);
}

std::string FolderContents::identity_of(const Found& one) const {
  return one.identity.empty() ? join_path(root_identity, one.name) : one.identity;
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path;
  path.reserve(folder.size() + 1 + name.size());
  path = folder;
  if (!folder.empty() && !name.empty() && folder.back() != '/') {
    path += '/';
  }
  path += name;
  return path;
}

}  // namespace bedrocklog::ingest
