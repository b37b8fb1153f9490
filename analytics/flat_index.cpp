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

void FlatIndex::put(std::uint64_t hash, std::uint32_t position) {
  ensure(position != none);
  if ((size_ + 1) * 4 > slots_.size() * 3) {
    const std::vector<Slot> old =
        std::exchange(slots_, std::vector<Slot>(std::max(slots_min, slots_.size() * 2)));
    for (const Slot& slot : old) {
      if (slot.position != none) {
        place(slot);
      }
    }
  }
  place(Slot{tag_of(hash), position});
  ++size_;
}

void FlatIndex::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  size_ = 0;
}

}  // namespace bedrocklog::analytics
