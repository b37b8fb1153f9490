// Where the lines of a large document are shared out: one worker reads it and cuts its text into
// blocks of whole lines, and workers that have no object of their own scan them.
//
// A block is scanned as if it stood alone, by whoever comes first, and its items are held. Only
// when the blocks before it are known to have been what they seemed, whole lines from the first to
// the last, is it known where the items stand, and they go to the sink of the worker that has them.
// A block in which something reaches beyond its end, as an array over many lines does, ends the
// sharing there: its rest and all blocks behind it are given back as text, to be read in order.
// So a document gives the same items, at the same places, as if one worker had read it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ingest/held_items.h"

namespace bedrocklog::ingest {

struct LineBlockLimits {
  std::size_t block_bytes = std::size_t{512} << 10U;
  /// Blocks of a document that are not yet done with, for each worker of the scan.
  std::size_t blocks_per_worker_max = 2;
  /// Smaller objects are not worth it: packed, as listed, and plain.
  std::uint64_t packed_bytes_min = 4ULL << 20U;
  std::uint64_t plain_bytes_min = 2ULL << 20U;
  /// A block that holds more is scanned in parts: what is held must not outgrow the text.
  std::size_t items_max = 16'384;
  bool waits_for_idle = true;  // False: shared even if all are busy, for tests.
};

/// Whole lines of a document.
struct LineBlock {
  std::vector<char> bytes;  // The text, then at least text_padding_bytes.
  std::size_t size = 0;     // Of the text.
  std::size_t number = 0;   // In its document, from 0.
  std::size_t used = 0;     // How much was scanned and stands; settled when is_done.
  bool is_done = false;
};

/// A document whose lines are being shared out. Belongs to the worker that reads it, but while it
/// is open everything in it is guarded by the board.
struct SharedDocument {
  std::size_t object = 0;  // As the scan numbers it.
  std::string member;      // Of a bundle, else empty.
  TextPlace next;          // Where the block stands whose turn it is.
  std::size_t turn = 0;    // Number of that block.
  std::size_t claimed = 0;
  std::size_t posted = 0;
  bool is_stopped = false;  // What stands behind `next` has to be read in order.
  std::deque<std::unique_ptr<LineBlock>> blocks;  // From the oldest that is not done, in order.
  std::vector<std::unique_ptr<LineBlock>> spare;
};

/// A block that its holder must scan, and then give to finish().
struct BlockClaim {
  SharedDocument* document = nullptr;
  LineBlock* block = nullptr;
};

/// What was found in a block.
struct BlockEnd {
  TextPlace used;  // From its start to its end, or to the start of what does not stand alone.
  bool is_whole = true;
};

/// Thread-safe. Waits only for those who are at work: claims are given out in order, so whoever
/// waits for a turn waits for somebody ahead.
class LineBoard {
 public:
  LineBoard(LineBlockLimits limits, std::size_t workers);

  [[nodiscard]] const LineBlockLimits& limits() const { return limits_; }

  /// Of a worker that may open documents, before and after it does.
  void begin_reading();
  void end_reading();

  /// Somebody waits for blocks.
  [[nodiscard]] bool has_idle() const {
    return !limits_.waits_for_idle || idle_.load(std::memory_order_relaxed) > 0;
  }

  /// For a worker without work: waits for a block of any document. Nothing when no worker reads
  /// any more.
  [[nodiscard]] std::optional<BlockClaim> wait_for_block();

  // Of the worker that reads `document`.
  void open(SharedDocument& document);
  /// A block to fill, or null when too many are under way or the document is stopped.
  [[nodiscard]] std::unique_ptr<LineBlock> take_room(SharedDocument& document);
  void post(SharedDocument& document, std::unique_ptr<LineBlock> block);
  /// The next block nobody has claimed, or nothing. None of a document that is stopped.
  [[nodiscard]] std::optional<BlockClaim> claim(SharedDocument& document);
  /// Waits until a block that somebody works at is finished. False if there is none.
  [[nodiscard]] bool wait_for_others(SharedDocument& document);
  [[nodiscard]] bool is_stopped(const SharedDocument& document);
  /// The text behind `document.next` that was posted. Requires that nobody is at work.
  [[nodiscard]] std::string close(SharedDocument& document);

  /// Waits for the block's turn and says where it stands. Nothing when its items do not count.
  [[nodiscard]] std::optional<TextPlace> take_turn(const BlockClaim& claim, const BlockEnd& end);
  /// The holder has done with it.
  void finish(const BlockClaim& claim);

 private:
  [[nodiscard]] static std::optional<BlockClaim> claim_locked(SharedDocument& document);

  LineBlockLimits limits_;
  std::size_t blocks_max_;
  std::mutex guard_;                  // Guards all below, and open documents.
  std::condition_variable posted_;    // Waited for by the idle.
  std::condition_variable advanced_;  // Waited for by readers, and those whose turn is to come.
  std::vector<SharedDocument*> documents_;
  std::size_t readers_ = 0;
  std::atomic<std::size_t> idle_{0};  // Changed under the guard, read without.
};

}  // namespace bedrocklog::ingest
