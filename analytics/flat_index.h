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

  /// The same in one walk with put(): if none is found, `position` stands for `hash` from now on.
  template <class Equal>
  [[nodiscard]] std::uint32_t find_or_put(std::uint64_t hash, std::uint32_t position,
                                          const Equal& is_equal) {
    reserve(size_ + 1);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = tag_of(hash) & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.position == none) {
        slot = Slot{tag_of(hash), position};
        ++size_;
        return none;
      }
      if (slot.tag == tag_of(hash) && is_equal(slot.position)) {
        return slot.position;
      }
    }
  }

  /// Has the memory fetched where `hash` will be looked for.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) {
      __builtin_prefetch(&slots_[tag_of(hash) & (slots_.size() - 1)], 1);
    }
  }

  /// The position put for a hash that is the same as far as the index knows; mostly what find()
  /// says, without a look at the items.
  [[nodiscard]] std::uint32_t first(std::uint64_t hash) const {
    return find(hash, [](std::uint32_t /*position*/) { return true; });
  }

  /// Requires that find() does not know the item yet, and position < none.
  void put(std::uint64_t hash, std::uint32_t position);

  /// Room for `items` in all without growing.
  void reserve(std::size_t items) {
    if (items > taken_max(slots_.size())) {
      grow(items);
    }
  }

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
  /// 3/4, but 1/4 of a small index: a second step on the way to an item is badly foreseen.
  [[nodiscard]] static std::size_t taken_max(std::size_t slots) {
    constexpr std::size_t small = 4'096;
    return slots <= small ? slots / 4 : slots / 4 * 3;
  }
  void place(Slot item);
  void grow(std::size_t items);

  std::vector<Slot> slots_;  // Empty or a power of two, at most taken_max() taken.
  std::size_t size_ = 0;
};

}  // namespace bedrocklog::analytics
