// A document whose lines are shared out: cutting blocks, scanning them, going on behind them.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "ingest/document_scan.h"
#include "ingest/stop_watch.h"

namespace bedrocklog::ingest {
namespace {

/// Blocks' worth of text that is read alone after sharing had to stop, and twice as much with every
/// time in a row: a document of values over many lines would else be scanned twice.
constexpr std::uint64_t pause_blocks_min = 2;
constexpr std::uint64_t pause_bytes_max = std::uint64_t{1} << 30U;
/// Blocks that were shared out in between, for it to be in a row no more.
constexpr std::uint64_t worthwhile_blocks_min = 8;

BlockEnd scan_lines(LineBlock& block, ScanTools& tools, std::size_t items_max) {
  PlainText text;
  text.open_lines(std::move(block.bytes), block.size);
  tools.held.begin(text.ahead(), items_max);
  ScanOutput output(tools.held);
  output.decide();
  const BlockEnd end = DocumentScan(text, tools, output).run_block(items_max);
  tools.held.keep_first(end.used.items);
  // The bytes do not move with their vector, so what is held still refers to them.
  block.bytes = text.release();
  return end;
}

bool wait_for_others(LineBoard& board, SharedDocument& document, ScanTools& tools) {
  const StopWatch watch(&tools.waited_ns);
  return board.wait_for_others(document);
}

}  // namespace

void scan_claimed_block(LineBoard& board, const BlockClaim& claim, ScanTools& tools,
                        RecordSink& sink) {
  const BlockEnd end = scan_lines(*claim.block, tools, board.limits().items_max);
  std::optional<TextPlace> start;
  {
    const StopWatch watch(&tools.waited_ns);
    start = board.take_turn(claim, end);
  }
  if (start) {
    tools.held.replay(*start, claim.document->member, sink);
  }
  board.finish(claim);
}

BlockEnd DocumentScan::run_block(std::size_t items_max) {
  has_items_ = true;
  share_at_ = UINT64_MAX;
  BlockEnd end;
  while (pass_space()) {
    // Everything in front of a line's first letter stands. Behind other values on a line, or after
    // blanks, a scan that goes on there would have to know more than the place.
    if (is_fresh_line_ && indent_ == 0) {
      end.used = {text_->offset(), text_->line() - 1, tools_->held.size()};
      if (tools_->held.size() >= items_max) {
        end.is_whole = false;
        return end;
      }
    }
    value();
    if (text_->is_exceeded() || tools_->held.has_overflowed()) {
      end.is_whole = false;
      return end;
    }
  }
  end.used = {text_->offset(), text_->line() - 1, tools_->held.size()};
  return end;
}

/// The scan must be where one that knows nothing but the place could go on.
bool DocumentScan::can_share() {
  return is_fresh_line_ && indent_ == 0 && front() == '{' && !is_export_ && output_->is_decided() &&
         tools_->sharing->board->has_idle();
}

void DocumentScan::share_lines() {
  LineBoard& board = *tools_->sharing->board;
  SharedDocument document;
  document.object = tools_->sharing->object;
  document.member = output_->member();
  document.next = {text_->offset(), text_->line() - 1, output_->items()};
  const TextPlace start = document.next;
  board.open(document);
  std::string rest;
  while (post_block(document, rest)) {
  }
  while (true) {
    if (const std::optional<BlockClaim> own = board.claim(document)) {
      scan_claimed_block(board, *own, *tools_, output_->sink());
    } else if (!wait_for_others(board, document, *tools_)) {
      break;
    }
  }
  std::string unread = board.close(document);
  unread += rest;
  text_->resume(document.next.offset, document.next.lines + 1, std::move(unread));
  output_->pass_items(document.next.items - start.items);
  is_fresh_line_ = true;
  indent_ = 0;
  const std::uint64_t block_bytes = board.limits().block_bytes;
  const bool was_worth_it =
      document.next.offset - start.offset >= worthwhile_blocks_min * block_bytes;
  share_pause_bytes_ = std::clamp(was_worth_it ? 0 : share_pause_bytes_ * 2,
                                  pause_blocks_min * block_bytes, pause_bytes_max);
  share_at_ = document.next.offset + share_pause_bytes_;
}

/// Cuts another block of whole lines off the text; `rest` is what was read behind its end. False
/// when there will be no further one.
bool DocumentScan::post_block(SharedDocument& document, std::string& rest) {
  LineBoard& board = *tools_->sharing->board;
  std::unique_ptr<LineBlock> block = board.take_room(document);
  while (!block) {
    if (board.is_stopped(document)) {
      return false;
    }
    if (const std::optional<BlockClaim> own = board.claim(document)) {
      scan_claimed_block(board, *own, *tools_, output_->sink());
    } else {
      (void)wait_for_others(board, document, *tools_);
    }
    block = board.take_room(document);
  }
  const std::span<char> room = std::span(block->bytes).first(board.limits().block_bytes);
  std::size_t size = rest.copy(room.data(), room.size());
  bool is_at_end = false;
  while (size < room.size() && !is_at_end) {
    const std::size_t count = text_->give_away(room.subspan(size));
    size += count;
    is_at_end = count == 0;
  }
  const std::string_view text(room.data(), size);
  const std::size_t newline = text.rfind('\n');
  const bool has_line = newline != std::string_view::npos;
  rest = text.substr(has_line ? newline + 1 : 0);
  if (!has_line) {
    return false;
  }
  block->size = newline + 1;
  board.post(document, std::move(block));
  return !is_at_end;
}

}  // namespace bedrocklog::ingest
