// Hands the objects of a manifest to whoever has time for one: files as they are, S3 objects as
// they arrive.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/aws/object_downloads.h"
#include "ingest/byte_source.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"

namespace bedrocklog::ingest {

/// `version` of an ObjectRef and its s3:// uri, taken apart for a download.
[[nodiscard]] aws::ObjectVersion object_version_of(const ObjectRef& object);

/// Smaller ones are read in a millisecond.
inline constexpr std::uint64_t large_object_bytes_min = 256ULL << 10U;

enum class FeedOrder : std::uint8_t {
  any,       // What is ready first; large files first, small ones as listed.
  manifest,  // Exactly as listed.
};

struct OpenedObject {
  std::size_t index = 0;  // In the manifest.
  Result<std::unique_ptr<ByteSource>> source;
};

class ObjectFeed {
 public:
  /// `manifest` outlives the feed. `s3` may be null when the manifest holds no s3:// objects.
  ObjectFeed(const Manifest& manifest, aws::S3Client* s3, aws::DownloadLimits limits,
             FeedOrder order);
  /// All sources must be gone. Cancels downloads under way.
  ~ObjectFeed();
  ObjectFeed(const ObjectFeed&) = delete;
  ObjectFeed& operator=(const ObjectFeed&) = delete;
  ObjectFeed(ObjectFeed&&) = delete;
  ObjectFeed& operator=(ObjectFeed&&) = delete;

  /// The next object, each once; nothing when there is none left or `cancelled` was set. Thread-
  /// safe. Downloads that are ready come first, then files, then it waits for the network.
  [[nodiscard]] std::optional<OpenedObject> next(const std::atomic<bool>& cancelled);

  /// Another object for a caller that is busy with one: only if one is there without waiting and
  /// at least `left_min` are left for others. FeedOrder::any alone.
  [[nodiscard]] std::optional<OpenedObject> next_ahead(std::size_t left_min);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::ingest
