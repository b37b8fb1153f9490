// Many S3 objects on their way at once, handed out whole as they become ready.
//
// Whoever reads never waits for one slow object while others are there: next() gives whichever is
// ready. An object up to `held_bytes_max` is handed out only after all of it has come and its
// length and checksum are right, so a damaged transfer is repeated before anybody has seen a byte.
// A larger one is handed out at its first bytes and streams through a window; a broken connection
// goes on with a Range guarded by If-Match, and a wrong checksum at the end fails the last read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/aws/s3_client.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct DownloadLimits {
  /// Requests at once; not above the session's connections.
  unsigned in_flight_max = connections_default;
  /// Held, under way and waiting to be read, together.
  std::uint64_t memory_bytes_max = 128U << 20U;
  std::uint64_t held_bytes_max = 16U << 20U;  // Larger objects stream.
  std::uint64_t window_bytes = 2U << 20U;     // Of each that streams.
  bool in_order = false;  // next() keeps the order of the list; else whichever is ready.
};

/// One object's bytes. read() waits for the network; one reader at a time.
class ObjectDownload {
 public:
  ObjectDownload() = default;
  ObjectDownload(const ObjectDownload&) = delete;
  ObjectDownload& operator=(const ObjectDownload&) = delete;
  ObjectDownload(ObjectDownload&&) = delete;
  ObjectDownload& operator=(ObjectDownload&&) = delete;
  /// Gives up what has not been read, and its memory.
  virtual ~ObjectDownload() = default;

  /// Fills the front of `into`; 0 only at the end. A Fault is final.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// Where an object of the list stands when next() gives it out.
struct ReadyDownload {
  std::size_t position = 0;                  // In the list.
  std::unique_ptr<ObjectDownload> download;  // Null: failed, for good.
  Fault failure;                             // Then why.
};

/// Thread-safe; outlived by `client`, outlives its downloads.
class ObjectDownloads {
 public:
  /// Starts at once, in the order of the list.
  ObjectDownloads(S3Client& client, std::vector<ObjectVersion> objects, DownloadLimits limits);
  /// Cancels what is under way and waits for that.
  ~ObjectDownloads();
  ObjectDownloads(const ObjectDownloads&) = delete;
  ObjectDownloads& operator=(const ObjectDownloads&) = delete;
  ObjectDownloads(ObjectDownloads&&) = delete;
  ObjectDownloads& operator=(ObjectDownloads&&) = delete;

  /// Waits for the next object; nothing when all were given out or `cancelled` was set.
  [[nodiscard]] std::optional<ReadyDownload> next(const std::atomic<bool>& cancelled);
  /// The next object if one is ready now.
  [[nodiscard]] std::optional<ReadyDownload> next_if_ready();

  /// Objects that have not been given out.
  [[nodiscard]] std::size_t left() const;

  /// Most bytes held at any time so far, for tests and benches.
  [[nodiscard]] std::uint64_t memory_bytes_peak() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace bedrocklog::aws
