// Growth of the index; the lookup is inline in the header.
#include "analytics/flat_index.h"

#include <algorithm>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::size_t slots_min = 64;

}  // namespace

void FlatIndex::place(Slot item) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = item.tag & mask;
  while (slots_[at].position != none) {
    at = (at + 1) & mask;
  }
  slots_[at] = item;
}

void FlatIndex::grow(std::size_t items) {
  std::size_t slots = std::max(slots_min, slots_.size() * 2);
  while (items > taken_max(slots)) {
    slots *= 2;
  }
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots));
  for (const Slot& slot : old) {
    if (slot.position != none) {
      place(slot);
    }
  }
}

void FlatIndex::put(std::uint64_t hash, std::uint32_t position) {
  ensure(position != none);
  reserve(size_ + 1);
  place(Slot{tag_of(hash), position});
  ++size_;
}

void FlatIndex::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  size_ = 0;
}

}  // namespace bedrocklog::analytics
