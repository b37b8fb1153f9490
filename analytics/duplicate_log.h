// Every record with a request id, noted in a few dozen bytes by each worker, and the search for
// copies of one request among the notes once all objects are read.
//
// Notes lie in partitions by request. What exceeds the worker's share of memory goes to a temporary
// file without a name, which the system removes whatever happens to the process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/contribution.h"
#include "analytics/spill_file.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

inline constexpr unsigned duplicate_partitions = 256;
/// Less than this is not held back: spilling a few notes at a time would only cost time.
inline constexpr std::uint64_t duplicate_memory_bytes_min = 64U << 10U;
/// Notes of one partition looked at in one pass. Finding requests in it takes at most 3 times as
/// much on top.
inline constexpr std::uint64_t duplicate_pass_bytes_max = 4U << 20U;

/// Filled by one worker; visit() may run in several threads at once after that.
class DuplicateLog {
 public:
  /// An empty `spill_folder` means TMPDIR, else /tmp. No file is made before it is needed.
  DuplicateLog(std::uint64_t memory_bytes_max, std::string spill_folder);
  ~DuplicateLog();
  DuplicateLog(DuplicateLog&&) noexcept;
  DuplicateLog& operator=(DuplicateLog&&) noexcept;
  DuplicateLog(const DuplicateLog&) = delete;
  DuplicateLog& operator=(const DuplicateLog&) = delete;

  /// Fails when the temporary file cannot be made or written, naming the remedy.
  [[nodiscard]] Result<void> append(const DuplicateEntry& entry);

  /// Encoded notes, one behind the other. `stays`: as long as the log; else for the call only.
  using RunVisit = std::function<void(std::string_view notes, bool stays)>;

  /// Hands all notes of `partition` to `visit`, in the order they came. Fails when the temporary
  /// file cannot be read.
  [[nodiscard]] Result<void> visit(unsigned partition, const RunVisit& visit) const;

  [[nodiscard]] std::uint64_t partition_bytes(unsigned partition) const;
  [[nodiscard]] std::uint64_t spilled_bytes() const;

 private:
  struct Block;

  struct Segment {
    std::uint64_t offset = 0;  // In the temporary file.
    std::uint64_t size = 0;
  };
  struct Partition {
    std::vector<Segment> segments;               // Spilled, oldest first.
    std::vector<std::unique_ptr<Block>> blocks;  // In memory, after the segments.
    std::uint64_t bytes = 0;                     // Of both, but for the open block.
  };
  /// The open block of a partition, its last one, between `begin` and `end`; all null: none.
  struct Cursor {
    char* begin = nullptr;
    char* at = nullptr;
    char* end = nullptr;
  };

  [[nodiscard]] std::unique_ptr<Block> make_block();
  [[nodiscard]] Result<void> open_block(unsigned number);
  void close_block(unsigned number);
  [[nodiscard]] Result<void> spill();

  std::uint64_t blocks_max_;
  std::uint64_t blocks_used_ = 0;
  std::string spill_folder_;
  std::vector<Cursor> cursors_;  // By partition, like the next one.
  std::vector<Partition> partitions_;
  std::vector<std::unique_ptr<Block>> spare_blocks_;
  std::optional<SpillFile> file_;  // Made by the first spill.
};

/// Told the loser and the position of its log; one call at a time for each partition.
using LoserVisit = std::function<void(std::size_t log, const Contribution& loser)>;

/// Calls `visit` for every entry of `partition` that loses against another entry of its request, in
/// no particular order. Memory is bounded by `pass_bytes_max` and does not grow with the number of
/// copies of one request: only the best copy so far is held.
[[nodiscard]] Result<void> visit_losers(std::span<const DuplicateLog* const> logs,
                                        unsigned partition, const LoserVisit& visit,
                                        std::uint64_t pass_bytes_max = duplicate_pass_bytes_max);

}  // namespace bedrocklog::analytics
