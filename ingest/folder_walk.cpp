// Folder listing with an explicit stack: hostile depth must not become call depth.
//
// Files are told apart by their path without links, not by device and inode: network and FUSE
// file systems exist that give many files one inode, and a file dropped for that would be a
// silent loss.
#include "ingest/folder_walk.h"

#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "ingest/system_message.h"

namespace bedrocklog::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t no_parent = std::numeric_limits<std::size_t>::max();

struct Folder {
  std::string name;      // Below the root.
  std::string identity;  // Path without links.
  GlobPattern::Reach reach = 0;
  std::size_t parent = no_parent;  // Where we came from, which with links need not be its folder.
};

struct Link {
  std::size_t parent = no_parent;
  GlobPattern::Reach reach = 0;
};

class Walk {
 public:
  Walk(const std::string& root, const GlobPattern& pattern, const HourWindow& window)
      : root_(root), pattern_(pattern), window_(window) {}

  FolderContents run() {
    std::error_code error;
    const fs::path identity = fs::canonical(root_, error);
    if (error) {
      add_unreadable("", root_, error);
      return std::move(contents_);
    }
    enter({"", identity.string(), pattern_.start(), no_parent});
    // Real folders first, so that what is in the tree keeps its own path. Links by name, because
    // the order in which the system lists them is nobody's.
    for (;;) {
      while (!pending_.empty()) {
        const std::size_t next = pending_.back();
        pending_.pop_back();
        list(next);
      }
      if (links_.empty()) {
        return std::move(contents_);
      }
      const auto link = links_.extract(links_.begin());
      follow(link.key(), link.mapped());
    }
  }

 private:
  void enter(Folder folder) {
    if (is_outside(folder.identity, window_)) {
      contents_.is_pruned = true;
    } else if (entered_.emplace(folder.identity, folder.reach).second) {
      pending_.push_back(folders_.size());
      folders_.push_back(std::move(folder));
    }
  }

  void list(std::size_t index) {
    // A copy: folders_ grows while we look at this one.
    const Folder folder = folders_[index];
    std::error_code error;
    fs::directory_iterator entry(join_path(root_, folder.name), error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      const std::string& path = entry->path().native();
      const std::string segment = path.substr(path.rfind('/') + 1);
      const GlobPattern::Reach reach = pattern_.step(folder.reach, segment);
      if (reach != 0) {
        add({join_path(folder.name, segment), join_path(folder.identity, segment), reach, index},
            *entry);
      }
    }
    if (error) {
      add_unreadable(folder.name, folder.identity, error);
    }
  }

  /// `at` is what a folder of that name would be. The entry knows its type from the listing.
  void add(const Folder& at, const fs::directory_entry& entry) {
    std::error_code error;
    if (entry.is_symlink(error)) {
      links_.emplace(at.name, Link{at.parent, at.reach});
    } else if (!error && entry.is_directory(error)) {
      enter(at);
    } else if (!error && pattern_.is_match(at.reach)) {
      if (entry.is_regular_file(error)) {
        const std::uintmax_t size_bytes = entry.file_size(error);
        if (!error) {
          contents_.found.push_back({FoundKind::file, at.name, at.identity, size_bytes, ""});
        }
      } else if (!error) {
        contents_.found.push_back({FoundKind::special, at.name, at.identity, 0, ""});
      }
    }
    if (error) {
      add_unreadable(at.name, at.identity, error);
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
    const fs::directory_entry target =
        error ? fs::directory_entry() : fs::directory_entry(identity, error);
    if (error) {
      add_unreadable(name, absolute(path), error);
    } else if (target.is_directory(error) && leads_back(link.parent, identity)) {
      if (pattern_.is_match(link.reach)) {
        contents_.found.push_back({FoundKind::special, name, absolute(path), 0, ""});
      }
    } else {
      add({name, identity, link.reach, link.parent}, target);
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
  const HourWindow& window_;
  std::vector<Folder> folders_;
  std::vector<std::size_t> pending_;
  std::map<std::string, Link> links_;
  // With the reach: over another link the same folder can match another part of the pattern.
  std::set<std::pair<std::string, GlobPattern::Reach>> entered_;
  FolderContents contents_;
};

}  // namespace

FolderContents walk_folder(const std::string& root, const GlobPattern& pattern,
                           const HourWindow& window) {
  return Walk(root, pattern, window).run();
}

std::string join_path(const std::string& folder, const std::string& name) {
  if (folder.empty() || name.empty()) {
    return folder + name;
  }
  return folder.back() == '/' ? folder + name : folder + '/' + name;
}

}  // namespace bedrocklog::ingest
