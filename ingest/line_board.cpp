// Who has which block, and whose turn it is.
#include "ingest/line_board.h"

#include <algorithm>
#include <utility>

#include "ingest/ensure.h"
#include "ingest/plain_text.h"

namespace bedrocklog::ingest {

LineBoard::LineBoard(LineBlockLimits limits, std::size_t workers)
    : limits_(limits),
      blocks_max_(std::max<std::size_t>(1, limits.blocks_per_worker_max * workers)) {}

void LineBoard::begin_reading() {
  const std::scoped_lock lock(guard_);
  ++readers_;
}

void LineBoard::end_reading() {
  const std::scoped_lock lock(guard_);
  ensure(readers_ > 0);
  if (--readers_ == 0) {
    posted_.notify_all();
  }
}

std::optional<BlockClaim> LineBoard::wait_for_block() {
  std::unique_lock lock(guard_);
  while (true) {
    for (SharedDocument* document : documents_) {
      if (std::optional<BlockClaim> found = claim_locked(*document)) {
        return found;
      }
    }
    if (readers_ == 0) {
      return std::nullopt;
    }
    ++idle_;
    posted_.wait(lock);
    --idle_;
  }
}

void LineBoard::open(SharedDocument& document) {
  const std::scoped_lock lock(guard_);
  documents_.push_back(&document);
}

std::unique_ptr<LineBlock> LineBoard::take_room(SharedDocument& document) {
  std::unique_ptr<LineBlock> block;
  {
    const std::scoped_lock lock(guard_);
    if (document.is_stopped || document.blocks.size() >= blocks_max_) {
      return nullptr;
    }
    if (!document.spare.empty()) {
      block = std::move(document.spare.back());
      document.spare.pop_back();
    }
  }
  if (!block) {
    block = std::make_unique<LineBlock>();
    block->bytes.resize(limits_.block_bytes + text_padding_bytes);
  }
  return block;
}

void LineBoard::post(SharedDocument& document, std::unique_ptr<LineBlock> block) {
  const std::scoped_lock lock(guard_);
  block->number = document.posted++;
  block->used = 0;
  block->is_done = false;
  document.blocks.push_back(std::move(block));
  posted_.notify_one();
}

std::optional<BlockClaim> LineBoard::claim_locked(SharedDocument& document) {
  if (document.is_stopped || document.claimed == document.posted) {
    return std::nullopt;
  }
  const std::size_t first = document.posted - document.blocks.size();
  return BlockClaim{&document, document.blocks[document.claimed++ - first].get()};
}

std::optional<BlockClaim> LineBoard::claim(SharedDocument& document) {
  const std::scoped_lock lock(guard_);
  return claim_locked(document);
}

bool LineBoard::wait_for_others(SharedDocument& document) {
  const auto at_work = [&document] {
    const std::size_t first = document.posted - document.blocks.size();
    const auto end =
        document.blocks.begin() + static_cast<std::ptrdiff_t>(document.claimed - first);
    return std::count_if(document.blocks.begin(), end,
                         [](const auto& block) { return !block->is_done; });
  };
  std::unique_lock lock(guard_);
  const auto before = at_work();
  if (before == 0) {
    return false;
  }
  advanced_.wait(lock, [&] { return at_work() < before; });
  return true;
}

bool LineBoard::is_stopped(const SharedDocument& document) {
  const std::scoped_lock lock(guard_);
  return document.is_stopped;
}

std::string LineBoard::close(SharedDocument& document) {
  const std::scoped_lock lock(guard_);
  std::erase(documents_, &document);
  std::string text;
  for (const std::unique_ptr<LineBlock>& block : document.blocks) {
    text.append(block->bytes.data() + block->used, block->size - block->used);
  }
  return text;
}

std::optional<TextPlace> LineBoard::take_turn(const BlockClaim& claim, const BlockEnd& end) {
  SharedDocument& document = *claim.document;
  std::unique_lock lock(guard_);
  advanced_.wait(lock, [&] { return document.is_stopped || document.turn == claim.block->number; });
  if (document.is_stopped) {
    return std::nullopt;
  }
  const TextPlace start = document.next;
  document.next.offset += end.used.offset;
  document.next.lines += end.used.lines;
  document.next.items += end.used.items;
  document.is_stopped = !end.is_whole;
  ++document.turn;
  claim.block->used = end.used.offset;
  advanced_.notify_all();
  return start;
}

void LineBoard::finish(const BlockClaim& claim) {
  SharedDocument& document = *claim.document;
  const std::scoped_lock lock(guard_);
  claim.block->is_done = true;
  while (!document.blocks.empty() && document.blocks.front()->is_done &&
         document.blocks.front()->used == document.blocks.front()->size) {
    document.spare.push_back(std::move(document.blocks.front()));
    document.blocks.pop_front();
  }
  advanced_.notify_all();
}

}  // namespace bedrocklog::ingest
