// Copies texts into blocks that never move.
#include "analytics/string_pool.h"

#include <algorithm>

#include "analytics/text_hash.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::size_t block_bytes = 64U << 10U;

}  // namespace

StringPool::Place StringPool::copy(std::string_view text) {
  if (text.size() > open_size_ - open_offset_) {
    // A text larger than a block gets its own; what was left of the open one is given up.
    open_size_ = std::max(block_bytes, text.size());
    open_offset_ = 0;
    open_block_ = static_cast<std::uint32_t>(blocks_.size());
    blocks_.push_back(std::make_unique<char[]>(open_size_));
    bytes_ += open_size_;
  }
  const Place place{open_block_, static_cast<std::uint32_t>(open_offset_),
                    static_cast<std::uint32_t>(text.size())};
  std::copy(text.begin(), text.end(), blocks_[open_block_].get() + open_offset_);
  open_offset_ += text.size();
  return place;
}

std::uint32_t StringPool::intern(std::string_view text) {
  const std::uint64_t hash = hash_of(text);
  const std::uint32_t known =
      index_.find(hash, [&](std::uint32_t id) { return this->text(id) == text; });
  if (known != FlatIndex::none) {
    return known;
  }
  if (bytes_ + std::max(block_bytes, text.size()) > string_pool_bytes_max) {
    return full;
  }
  const auto id = static_cast<std::uint32_t>(places_.size());
  if (text.empty() && blocks_.empty()) {
    blocks_.push_back(std::make_unique<char[]>(1));  // text() needs a block to point into.
  }
  places_.push_back(copy(text));
  index_.put(hash, id);
  return id;
}

}  // namespace bedrocklog::analytics
