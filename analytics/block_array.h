// An array that grows without moving what is in it: no copy of all sums while a scan runs, and no
// memory for two of them.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace bedrocklog::analytics {

/// Items stay where they are until clear() or drop_front(). Not for threads.
template <class Item>
class BlockArray {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Requires an index below size(), not dropped.
  [[nodiscard]] Item& operator[](std::size_t index) {
    return blocks_[index / block_items][index % block_items];
  }
  [[nodiscard]] const Item& operator[](std::size_t index) const {
    return blocks_[index / block_items][index % block_items];
  }

  void push_back(Item item) {
    if (size_ % block_items == 0) {
      blocks_.push_back(std::make_unique<Item[]>(block_items));
    }
    const std::size_t index = size_++;
    (*this)[index] = std::move(item);
  }

  /// Frees what it can of the items below `index`, which are asked for no more.
  void drop_front(std::size_t index) {
    for (; (dropped_ + 1) * block_items <= index; ++dropped_) {
      blocks_[dropped_].reset();
    }
  }

  void clear() { *this = BlockArray(); }

 private:
  static constexpr std::size_t block_items = 256;  // A power of two.

  std::vector<std::unique_ptr<Item[]>> blocks_;
  std::size_t size_ = 0;
  std::size_t dropped_ = 0;  // Blocks.
};

}  // namespace bedrocklog::analytics
