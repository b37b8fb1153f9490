// One queue over files and downloads.
#include "ingest/object_feed.h"

#include <algorithm>
#include <utility>

#include "ingest/ensure.h"
#include "ingest/s3_location.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view standard_input = "-";

class DownloadSource final : public ByteSource {
 public:
  explicit DownloadSource(std::unique_ptr<aws::ObjectDownload> download)
      : download_(std::move(download)) {}

  [[nodiscard]] Result<std::size_t> read(std::span<char> into) override {
    return download_->read(into);
  }

 private:
  std::unique_ptr<aws::ObjectDownload> download_;
};

Result<std::unique_ptr<ByteSource>> open_local(const ObjectRef& object) {
  if (object.uri == standard_input) {
    return open_standard_input();
  }
  return open_file(object.uri, object.size_bytes);
}

/// Largest first: a large object taken last would keep one worker busy while the others wait.
/// Small ones take no time worth the order and stay as listed: what the system knows of a folder
/// is at hand where its files are opened one after the other.
void sort_by_size(std::vector<std::size_t>& order, const Manifest& manifest) {
  const auto weight_of = [&](std::size_t index) {
    const std::uint64_t size_bytes = manifest.objects[index].size_bytes;
    return size_bytes < large_object_bytes_min ? 0 : size_bytes;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return weight_of(left) > weight_of(right);
  });
}

}  // namespace

aws::ObjectVersion object_version_of(const ObjectRef& object) {
  Result<S3Location> location = parse_s3_location(object.uri);
  ensure(location.has_value());
  return {std::move(location->bucket), std::move(location->key), object.version, object.size_bytes};
}

struct ObjectFeed::State {
  const Manifest* manifest = nullptr;
  FeedOrder order = FeedOrder::any;
  std::vector<std::size_t> queue;     // What is taken from here: files, or in order everything.
  std::atomic<std::size_t> taken{0};  // Of the queue.
  std::vector<std::size_t> remote;    // S3 objects, in the order of the downloads.
  std::unique_ptr<aws::ObjectDownloads> downloads;  // Null without S3 objects.

  [[nodiscard]] bool is_remote(std::size_t index) const {
    return is_s3_location(manifest->objects[index].uri);
  }

  std::optional<std::size_t> take() {
    const std::size_t position = taken.fetch_add(1, std::memory_order_relaxed);
    return position < queue.size() ? std::optional(queue[position]) : std::nullopt;
  }

  [[nodiscard]] OpenedObject open(std::size_t index) const {
    return {index, open_local(manifest->objects[index])};
  }

  /// Nothing for nothing.
  std::optional<OpenedObject> opened(std::optional<aws::ReadyDownload> ready) const {
    if (!ready) {
      return std::nullopt;
    }
    const std::size_t index = remote[ready->position];
    if (!ready->download) {
      return OpenedObject{index, tl::unexpected(std::move(ready->failure))};
    }
    return OpenedObject{index, std::make_unique<DownloadSource>(std::move(ready->download))};
  }

  std::optional<OpenedObject> next_of_any(const std::atomic<bool>& cancelled) {
    if (downloads) {
      if (std::optional<OpenedObject> ready = opened(downloads->next_if_ready())) {
        return ready;
      }
    }
    if (const std::optional<std::size_t> file = take()) {
      return open(*file);
    }
    return downloads ? opened(downloads->next(cancelled)) : std::nullopt;
  }

  std::optional<OpenedObject> next_ahead(std::size_t left_min) {
    ensure(order == FeedOrder::any);
    if (downloads && downloads->left() > left_min) {
      if (std::optional<OpenedObject> ready = opened(downloads->next_if_ready())) {
        return ready;
      }
    }
    if (taken.load(std::memory_order_relaxed) + left_min >= queue.size()) {
      return std::nullopt;
    }
    const std::optional<std::size_t> file = take();
    return file ? std::optional(open(*file)) : std::nullopt;
  }

  /// Several callers may get neighbours in another order, but each object goes out once: who takes
  /// the place of an S3 object takes one download, whichever.
  std::optional<OpenedObject> next_of_manifest(const std::atomic<bool>& cancelled) {
    const std::optional<std::size_t> index = take();
    if (!index) {
      return std::nullopt;
    }
    return is_remote(*index) ? opened(downloads->next(cancelled)) : open(*index);
  }
};

ObjectFeed::ObjectFeed(const Manifest& manifest, aws::S3Client* s3, aws::DownloadLimits limits,
                       FeedOrder order)
    : state_(std::make_unique<State>()) {
  state_->manifest = &manifest;
  state_->order = order;
  for (std::size_t index = 0; index < manifest.objects.size(); ++index) {
    const bool is_remote = state_->is_remote(index);
    if (is_remote) {
      state_->remote.push_back(index);
    }
    if (!is_remote || order == FeedOrder::manifest) {
      state_->queue.push_back(index);
    }
  }
  if (order == FeedOrder::any) {
    sort_by_size(state_->queue, manifest);
    sort_by_size(state_->remote, manifest);
  }
  if (state_->remote.empty()) {
    return;
  }
  ensure(s3 != nullptr);
  std::vector<aws::ObjectVersion> versions;
  versions.reserve(state_->remote.size());
  for (const std::size_t index : state_->remote) {
    versions.push_back(object_version_of(manifest.objects[index]));
  }
  limits.in_order = order == FeedOrder::manifest;
  state_->downloads = std::make_unique<aws::ObjectDownloads>(*s3, std::move(versions), limits);
}

ObjectFeed::~ObjectFeed() = default;

std::optional<OpenedObject> ObjectFeed::next(const std::atomic<bool>& cancelled) {
  if (cancelled.load(std::memory_order_relaxed)) {
    return std::nullopt;
  }
  return state_->order == FeedOrder::any ? state_->next_of_any(cancelled)
                                         : state_->next_of_manifest(cancelled);
}

std::optional<OpenedObject> ObjectFeed::next_ahead(std::size_t left_min) {
  return state_->next_ahead(left_min);
}

}  // namespace bedrocklog::ingest
