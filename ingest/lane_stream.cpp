// What a lane cannot judge is decoded again from the start by the streaming path, without what the
// lane has delivered. That is rare, so it may be slow.
#include "ingest/lane_stream.h"

#include <algorithm>
#include <array>

namespace bedrocklog::ingest {
namespace {

/// Beyond it an object in memory may come near the limit of expansion, which the streaming path
/// minds. One that is fed counts what it has read, and deflate cannot expand as much as is allowed.
constexpr std::uint64_t lane_bytes_max = expansion_free_bytes / 2;

}  // namespace

void LaneStream::attach(const LaneObject& object, ByteWindow& below) {
  object_ = object;
  below_ = &below;
  fed_bytes_ = 0;
  is_careful_ = false;
  lane_bytes_ = 0;
  clear_damage();
}

std::uint64_t LaneStream::packed_bytes() const {
  if (is_careful_) {
    return source_.delivered_bytes();
  }
  return object_.reopen ? fed_bytes_ : object_.packed.size();
}

std::size_t LaneStream::deliver(std::span<char> into) {
  while (!is_careful_) {
    const std::span<const char> plain = object_.pair->plain(object_.lane);
    if (!plain.empty()) {
      const std::size_t count = std::min(plain.size(), into.size());
      std::copy_n(plain.begin(), count, into.begin());
      object_.pair->consume(object_.lane, count);
      lane_bytes_ += count;
      return count;
    }
    const LaneStatus status = object_.pair->status(object_.lane);
    if (status == LaneStatus::ended) {
      return 0;
    }
    if (status == LaneStatus::starved) {
      feed();
      object_.pair->advance(object_.lane);
    } else if (status == LaneStatus::running && (object_.reopen || lane_bytes_ < lane_bytes_max)) {
      object_.pair->advance(object_.lane);
    } else {
      fall_back();
    }
  }
  return deliver_with_care(into);
}

std::size_t LaneStream::deliver_with_care(std::span<char> into) {
  const std::size_t count = gzip_.read(into);
  if (object_.reopen) {
    follow();
  }
  if (count == 0) {
    if (const auto damage = gzip_.damage()) {
      set_damage(*damage);
    }
  }
  return count;
}

void LaneStream::feed() {
  const std::size_t size = below_->read(object_.pair->input_room(object_.lane));
  object_.pair->add_input(object_.lane, size);
  fed_bytes_ += size;
}

/// Reads on where the lane was fed from, as far as the object was read again: limits of expansion
/// are told from there.
void LaneStream::follow() {
  while (fed_bytes_ < source_.delivered_bytes()) {
    const std::size_t size = below_->fill().size();
    if (size == 0) {
      return;
    }
    below_->consume(size);
    fed_bytes_ += size;
  }
}

void LaneStream::fall_back() {
  is_careful_ = true;
  source_.attach(object_.reopen ? object_.reopen() : open_view(object_.packed));
  window_.attach(source_);
  gzip_.begin_object(&source_);
  gzip_.attach(window_);
  std::array<char, 4'096> passed{};
  while (lane_bytes_ > 0) {
    const std::size_t count =
        gzip_.read(std::span(passed).first(std::min<std::uint64_t>(passed.size(), lane_bytes_)));
    if (count == 0) {
      return;  // The two disagree on how far a broken object goes; it has a damage in any case.
    }
    lane_bytes_ -= count;
  }
}

}  // namespace bedrocklog::ingest
