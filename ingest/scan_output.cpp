// Numbers items and decides when held ones are let go.
#include "ingest/scan_output.h"

#include <utility>

namespace bedrocklog::ingest {
namespace {

// A text file of more lines than this is reported line by line as rejects: seen, not hidden, and
// without its memory growing any further (32 bytes a line).
constexpr std::size_t held_lines_max = 1'000'000;

}  // namespace

void ScanOutput::begin_document(std::string member) {
  member_ = std::move(member);
  is_log_ = false;
  is_decided_ = false;
  texts_.clear();
  skip_.reset();
}

RecordOrigin ScanOutput::origin(const ItemPlace& place) {
  return {.member = member_,
          .line = place.line,
          .byte_offset = place.byte_offset,
          .ordinal = next_ordinal_++,
          .size_bytes = place.size_bytes};
}

void ScanOutput::decide() {
  is_decided_ = true;
  for (const HeldText& held : texts_) {
    sink_->on_reject(held.fault, origin(held.place));
  }
  texts_.clear();
  if (skip_) {
    sink_->on_skip(skip_->first, origin(skip_->second));
    skip_.reset();
  }
}

void ScanOutput::record(const RecordView& record, const ItemPlace& place) {
  decide();
  sink_->on_record(record, origin(place));
}

void ScanOutput::reject(RecordFault fault, const ItemPlace& place) {
  decide();
  sink_->on_reject(fault, origin(place));
}

void ScanOutput::skip(SkipKind kind, const ItemPlace& place) {
  if (!is_decided_ && texts_.empty() && !skip_) {
    skip_.emplace(kind, place);
    return;
  }
  decide();
  sink_->on_skip(kind, origin(place));
}

void ScanOutput::text(RecordFault fault, const ItemPlace& place) {
  if (skip_ || texts_.size() == held_lines_max) {
    decide();
  }
  if (is_decided_) {
    sink_->on_reject(fault, origin(place));
  } else {
    texts_.push_back({place, fault});
  }
}

std::optional<SkipKind> ScanOutput::end_document() {
  if (is_log_ && !texts_.empty()) {
    decide();
  }
  if (is_decided_ || (is_log_ && !skip_)) {
    return std::nullopt;
  }
  if (skip_) {
    return skip_->first;
  }
  return texts_.empty() ? SkipKind::empty : SkipKind::foreign_text;
}

void ScanOutput::skip_document(SkipKind kind) {
  sink_->on_skip(kind, origin({}));
}

}  // namespace bedrocklog::ingest
