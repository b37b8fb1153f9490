// Texts kept once each and known by a small number, so that a group key is a few integers.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "analytics/flat_index.h"

namespace bedrocklog::analytics {

/// All texts of the group keys of one worker. Keys of a million groups take about 50 MB.
inline constexpr std::uint64_t string_pool_bytes_max = 512ULL << 20U;

/// Append-only. Not for threads.
class StringPool {
 public:
  static constexpr std::uint32_t full = UINT32_MAX;

  /// The number of `text`, which is copied when it is new; `full` when it would not fit.
  [[nodiscard]] std::uint32_t intern(std::string_view text);

  /// Ids so far: all below it.
  [[nodiscard]] std::size_t size() const { return places_.size(); }

  /// Requires an id of intern(). Valid as long as the pool.
  [[nodiscard]] std::string_view text(std::uint32_t id) const {
    const Place& place = places_[id];
    return {blocks_[place.block].get() + place.offset, place.size};
  }

 private:
  struct Place {
    std::uint32_t block = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  [[nodiscard]] Place copy(std::string_view text);

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<Place> places_;  // By id.
  FlatIndex index_;
  std::uint32_t open_block_ = 0;
  std::size_t open_offset_ = 0;  // Where the next text goes.
  std::size_t open_size_ = 0;    // 0: no block is open.
  std::uint64_t bytes_ = 0;      // Of all blocks.
};

}  // namespace bedrocklog::analytics
