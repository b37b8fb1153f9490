// Looks a JSON key up among the few that mean something, decided at compile time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace bedrocklog::ingest {

/// Names of an object's members and the enumerators (of type Key) they stand for. Most keys of a
/// log are none of them, so a miss must be cheap: one slot read, usually empty.
template <class Key, std::size_t size>
class KeyTable {
 public:
  using Entry = std::pair<std::string_view, Key>;

  consteval explicit KeyTable(const std::array<Entry, size>& entries) : entries_(entries) {
    static_assert(size < slot_count / 2, "keep half of the slots empty");
    for (std::size_t index = 0; index < size; ++index) {
      std::size_t slot = slot_of(entries[index].first);
      while (slots_[slot] != 0) {
        slot = (slot + 1) % slot_count;
      }
      slots_[slot] = static_cast<std::uint8_t>(index + 1);
    }
  }

  /// The enumerator for `name`, or `other`.
  [[nodiscard]] Key find(std::string_view name, Key other) const {
    if (name.empty()) {
      return other;
    }
    for (std::size_t slot = slot_of(name); slots_[slot] != 0; slot = (slot + 1) % slot_count) {
      const Entry& entry = entries_[slots_[slot] - 1U];
      if (entry.first == name) {
        return entry.second;
      }
    }
    return other;
  }

 private:
  static constexpr std::size_t slot_count = 256;

  [[nodiscard]] static constexpr std::size_t slot_of(std::string_view name) {
    const auto letter = [&](std::size_t at) { return static_cast<unsigned char>(name[at]); };
    return (name.size() * 41U + letter(0) * 3U + letter(name.size() / 2) * 19U +
            letter(name.size() - 1) * 7U) %
           slot_count;
  }

  std::array<Entry, size> entries_;
  std::array<std::uint8_t, slot_count> slots_{};
};

template <class Key, std::size_t size>
KeyTable(const std::array<std::pair<std::string_view, Key>, size>&) -> KeyTable<Key, size>;

}  // namespace bedrocklog::ingest
