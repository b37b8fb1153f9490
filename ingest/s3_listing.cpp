// Walking a bucket: one thread asks and sorts, up to lists_in_flight_max answers are on their way.
//
// Listing by delimiter finds the folders of a level, so that those of other hours need no listing
// and the rest go in parallel; a flat listing is one page after the other. Which of them a folder
// gets is only about speed: what is found is decided by the keys alone.
#include "ingest/s3_listing.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "ingest/glob_pattern.h"
#include "ingest/s3_location.h"

namespace bedrocklog::ingest {
namespace {

// Above AWSLogs folders are looked into for one, up to here. Beyond it, or where there are more,
// a flat listing costs less than asking for each.
constexpr unsigned search_depth_max = 4;
constexpr std::size_t search_width_max = 64;
constexpr unsigned search_folders_max = 64;

enum class Mode : std::uint8_t {
  flat,       // Everything below.
  probe,      // Everything below if one page holds it, else by folder.
  by_folder,  // Its objects; its folders come as tasks of their own.
  search,     // By folder as long as there are few of them, else flat.
};

/// One folder to list.
struct Task {
  std::string prefix;  // Of the keys, mostly a folder.
  Mode mode = Mode::flat;
  unsigned depth = 0;        // Folders looked into on the way here in search of AWSLogs.
  std::string continuation;  // Empty: from the start.
  aws::ListPage held;        // What a search has found until it is known whether it counts.
};

struct Answer {
  Task task;
  aws::CallResult<aws::ListPage> page;
};

/// Where the loop's thread leaves answers. Outlives a listing that was given up.
class Inbox {
 public:
  void put(Answer answer) {
    {
      const std::scoped_lock lock(guard_);
      answers_.push_back(std::move(answer));
    }
    has_answer_.notify_one();
  }

  Answer take() {
    std::unique_lock lock(guard_);
    has_answer_.wait(lock, [&] { return !answers_.empty(); });
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

 private:
  std::mutex guard_;  // Guards answers_.
  std::condition_variable has_answer_;
  std::deque<Answer> answers_;
};

std::string_view without_final_slash(std::string_view folder) {
  return folder.ends_with('/') ? folder.substr(0, folder.size() - 1) : folder;
}

/// What is named: everything below `folder` that `pattern` matches.
struct Selection {
  std::string bucket;
  std::string folder;  // Empty or with final '/'.
  GlobPattern pattern;
  std::string literal;  // What the names below `folder` begin with for certain.
};

class Walk {
 public:
  Walk(aws::S3Client& client, Selection selection, const HourWindow& window)
      : client_(client), selection_(std::move(selection)), window_(window) {}

  /// The location's own folder is inside the window.
  Result<S3Listing> run() {
    add_folder(selection_.folder, selection_.folder + selection_.literal, 0);
    while (in_flight_ > 0 || !pending_.empty()) {
      while (in_flight_ < lists_in_flight_max && !pending_.empty()) {
        send(std::move(pending_.front()));
        pending_.pop_front();
      }
      Answer answer = inbox_->take();
      --in_flight_;
      if (!answer.page) {
        return tl::unexpected(std::move(answer.page.error().fault));
      }
      take_page(std::move(answer.task), std::move(*answer.page));
    }
    return std::move(listing_);
  }

 private:
  /// What is known of the objects directly in a folder.
  struct Place {
    std::string folder;
    bool is_outside = false;
    GlobPattern::Reach reach = 0;  // Of the folder, or of the one above it that is outside.
  };

  void send(Task task) {
    aws::ListQuery query;
    query.bucket = selection_.bucket;
    query.prefix = task.prefix;
    query.delimiter = task.mode == Mode::flat || task.mode == Mode::probe ? "" : "/";
    query.continuation = task.continuation;
    ++in_flight_;
    // Shared, as a std::function must be copyable and a task may hold a lot.
    const auto waiting = std::make_shared<Task>(std::move(task));
    client_.list(std::move(query), [inbox = inbox_, waiting](aws::CallResult<aws::ListPage> page) {
      inbox->put({std::move(*waiting), std::move(page)});
    });
  }

  void add_folder(std::string_view folder, std::string prefix, unsigned depth) {
    Task task;
    task.prefix = std::move(prefix);
    task.mode = mode_for(folder, depth);
    task.depth = depth;
    pending_.push_back(std::move(task));
  }

  [[nodiscard]] Mode mode_for(std::string_view folder, unsigned depth) {
    const LayoutFolder place = layout_folder_of(folder);
    switch (place.level) {
      case LayoutLevel::above:
        if (depth < search_depth_max && searched_ < search_folders_max) {
          ++searched_;
          return Mode::search;
        }
        return Mode::flat;
      case LayoutLevel::tree:
      case LayoutLevel::year:
        return Mode::by_folder;
      case LayoutLevel::month:
        return is_whole(place.hours) ? Mode::probe : Mode::by_folder;
      case LayoutLevel::day:
        return is_whole(place.hours) ? Mode::flat : Mode::by_folder;
      case LayoutLevel::hour:
      case LayoutLevel::foreign:
        return Mode::flat;
    }
    return Mode::flat;
  }

  [[nodiscard]] bool is_whole(const HourWindow& hours) const {
    return window_.begin <= hours.begin && hours.end <= window_.end;
  }

  void take_page(Task task, aws::ListPage page) {
    task.continuation = std::move(page.continuation);
    if (task.mode == Mode::probe && !task.continuation.empty()) {
      // A busy month: its days go in parallel.
      pending_.push_front({std::move(task.prefix), Mode::by_folder, task.depth, "", {}});
      return;
    }
    if (task.mode == Mode::search) {
      take_search_page(std::move(task), std::move(page));
      return;
    }
    add_contents(std::move(page), task.depth);
    go_on(std::move(task));
  }

  /// Nothing counts before all folders are known: with too many of them we start again.
  void take_search_page(Task task, aws::ListPage page) {
    const auto append = [](auto& to, auto& from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    };
    append(task.held.objects, page.objects);
    append(task.held.common_prefixes, page.common_prefixes);
    if (task.held.common_prefixes.size() > search_width_max) {
      pending_.push_back({std::move(task.prefix), Mode::flat, task.depth, "", {}});
    } else if (task.continuation.empty()) {
      add_contents(std::move(task.held), task.depth + 1);
    } else {
      go_on(std::move(task));
    }
  }

  /// In front, so that a folder once begun is done before others are begun.
  void go_on(Task task) {
    if (!task.continuation.empty()) {
      pending_.push_front(std::move(task));
    }
  }

  void add_contents(aws::ListPage page, unsigned depth) {
    for (aws::S3Object& object : page.objects) {
      add_object(std::move(object));
    }
    for (std::string& prefix : page.common_prefixes) {
      const Place place = place_of(prefix);
      if (place.is_outside) {
        listing_.is_pruned = true;
      } else if (place.reach != 0) {
        const std::string folder = prefix;
        add_folder(folder, std::move(prefix), depth);
      }
    }
  }

  void add_object(aws::S3Object object) {
    const std::size_t folder_size = object.key.rfind('/') + 1;  // 0 without a '/'.
    const std::string_view folder = std::string_view(object.key).substr(0, folder_size);
    if (folder != last_.folder || !has_last_) {
      last_ = place_of(folder);
      has_last_ = true;
    }
    if (last_.reach == 0) {
      return;
    }
    if (last_.is_outside) {
      listing_.is_pruned = true;
      return;
    }
    const std::string_view segment = std::string_view(object.key).substr(folder_size);
    if (!segment.empty() &&
        selection_.pattern.is_match(selection_.pattern.step(last_.reach, segment))) {
      std::string name = object.key.substr(selection_.folder.size());
      listing_.found.push_back({std::move(name), std::move(object)});
    }
  }

  /// Folder after folder from the location's own, as a walk on disk enters them.
  [[nodiscard]] Place place_of(std::string_view folder) const {
    Place place{std::string(folder), false, selection_.pattern.start()};
    std::size_t begin = selection_.folder.size();
    while (begin < folder.size()) {
      const std::size_t end = folder.find('/', begin);
      place.reach = selection_.pattern.step(place.reach, folder.substr(begin, end - begin));
      if (place.reach == 0) {
        return place;
      }
      if (is_outside(folder.substr(0, end), window_)) {
        place.is_outside = true;
        return place;
      }
      begin = end + 1;
    }
    return place;
  }

  aws::S3Client& client_;
  Selection selection_;
  HourWindow window_;
  std::deque<Task> pending_;
  unsigned in_flight_ = 0;
  unsigned searched_ = 0;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  S3Listing listing_;
  Place last_;  // Of the last object: neighbours mostly share a folder.
  bool has_last_ = false;
};

/// The first object whose key begins with `prefix`, if there is one.
Result<std::optional<aws::S3Object>> first_below(aws::S3Client& client, const std::string& bucket,
                                                 const std::string& prefix) {
  aws::ListQuery query;
  query.bucket = bucket;
  query.prefix = prefix;
  query.keys_max = 1;
  for (;;) {
    aws::CallResult<aws::ListPage> page = client.list(query);
    if (!page) {
      return tl::unexpected(std::move(page.error().fault));
    }
    if (!page->objects.empty()) {
      return std::optional(std::move(page->objects.front()));
    }
    if (page->continuation.empty()) {
      return std::optional<aws::S3Object>();
    }
    query.continuation = std::move(page->continuation);
  }
}

/// The folder, or nothing for a pattern with too many parts.
std::optional<Selection> selection_of(const S3Location& location, bool is_pattern) {
  Selection selection;
  selection.bucket = location.bucket;
  if (!is_pattern) {
    selection.folder = location.key;
    if (!selection.folder.empty() && !selection.folder.ends_with('/')) {
      selection.folder += '/';
    }
    return selection;
  }
  const std::string& key = location.key;
  const std::size_t wildcard = key.find_first_of("*?[");
  const std::size_t slash = key.rfind('/', wildcard);
  const std::size_t folder_size = slash == std::string::npos ? 0 : slash + 1;
  std::optional<GlobPattern> pattern =
      GlobPattern::parse(std::string_view(key).substr(folder_size));
  if (!pattern) {
    return std::nullopt;
  }
  selection.folder = key.substr(0, folder_size);
  selection.pattern = std::move(*pattern);
  selection.literal = key.substr(folder_size, wildcard - folder_size);
  // A backslash takes the next character as it is: then what is literal is not what is written.
  selection.literal.resize(std::min(selection.literal.find('\\'), selection.literal.size()));
  return selection;
}

/// Everything selected. Outside the window it is enough to know that something is there.
Result<S3Listing> list_selection(aws::S3Client& client, Selection selection,
                                 const HourWindow& window) {
  if (is_outside(without_final_slash(selection.folder), window)) {
    const auto first = first_below(client, selection.bucket, selection.folder);
    if (!first) {
      return pass_on(first);
    }
    S3Listing listing;
    listing.is_pruned = first->has_value();
    return listing;
  }
  return Walk(client, std::move(selection), window).run();
}

Result<S3Listing> list_location(aws::S3Client& client, const std::string& location,
                                const HourWindow& window) {
  const Result<S3Location> parsed = parse_s3_location(location);
  if (!parsed) {
    return pass_on(parsed);
  }
  const std::string& key = parsed->key;
  std::optional<aws::S3Object> itself;
  bool is_pattern = has_wildcard(key);
  if (!key.empty() && !key.ends_with('/')) {
    // In key order an object of that very name comes before all that begin with it.
    Result<std::optional<aws::S3Object>> first = first_below(client, parsed->bucket, key);
    if (!first && first.error().cause == FaultCause::access_denied) {
      first = std::optional<aws::S3Object>();  // A policy may allow "key/" and what is below only.
    }
    if (!first) {
      return pass_on(first);
    }
    std::optional<aws::S3Object> found = std::move(*first);
    const bool is_begun = found.has_value();
    if (found && found->key == key) {
      itself = std::move(found);
    }
    // As on disk, what is called like the pattern comes before what the pattern matches.
    is_pattern = is_pattern && !itself;
    if (is_pattern && is_begun) {
      const auto below = first_below(client, parsed->bucket, key + '/');
      if (!below) {
        return pass_on(below);
      }
      is_pattern = !below->has_value();
    }
  }
  std::optional<Selection> selection = selection_of(*parsed, is_pattern);
  if (!selection) {
    return fault(location,
                 "has more parts than a pattern may have: " + std::to_string(glob_segments_max));
  }
  Result<S3Listing> listing = list_selection(client, std::move(*selection), window);
  if (!listing) {
    return listing;
  }
  listing->bucket = parsed->bucket;
  if (itself) {
    std::string name = key.substr(key.rfind('/') + 1);
    listing->found.push_back({std::move(name), std::move(*itself)});
  }
  if (listing->found.empty() && !listing->is_pruned) {
    return fault(location,
                 is_pattern ? "matches no objects; * stays in one folder, ** crosses folders"
                            : "holds no objects; check the bucket and the prefix",
                 FaultCause::not_found);
  }
  return listing;
}

}  // namespace

Result<S3Listing> list_s3(aws::S3Client& client, const std::string& location,
                          const HourWindow& window) {
  Result<S3Listing> listing = list_location(client, location, window);
  if (!listing) {
    Fault failure = listing.error();
    // What the user wrote, in place of the bucket; not where credentials or a region are at fault.
    if (is_s3_location(failure.subject)) {
      failure.subject = location;
    }
    return tl::unexpected(std::move(failure));
  }
  std::sort(listing->found.begin(), listing->found.end(), [](const S3Found& a, const S3Found& b) {
    return std::tie(a.name, a.object.key) < std::tie(b.name, b.object.key);
  });
  return listing;
}

}  // namespace bedrocklog::ingest
