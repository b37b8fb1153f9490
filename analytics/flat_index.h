// Where in its owner's array an item with a given hash stands: one probe per record instead of a
// node-based map, and no allocation but for growth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bedrocklog::analytics {

/// Open addressing with linear probing; holds positions only, the owner compares. Not for threads.
class FlatIndex {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// The position put for `hash` for which `is_equal(position)` holds, or `none`.
  template <class Equal>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, const Equal& is_equal) const {
    if (slots_.empty()) {
      return none;
    }
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = tag_of(hash) & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.position == none) {
        return none;
      }
      if (slot.tag == tag_of(hash) && is_equal(slot.position)) {
        return slot.position;
      }
    }
  }

  /// Requires that find() does not know the item yet, and position < none.
  void put(std::uint64_t hash, std::uint32_t position);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Forgets all items, keeps the memory.
  void clear();

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t position = none;
  };
  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32U);
  }
  void place(Slot item);

  std::vector<Slot> slots_;  // Empty or a power of two, at most 3/4 taken.
  std::size_t size_ = 0;
};

}  // namespace bedrocklog::analytics
