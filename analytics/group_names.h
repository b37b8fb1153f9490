// What the groups of one aggregate refer to, kept once: texts of keys, and price keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/billed_usage.h"
#include "analytics/flat_index.h"

namespace bedrocklog::analytics {

/// A text that is a key of some group.
struct KeyText {
  std::string text;
  std::uint32_t rank = 0;  // Position in the order of all key texts of the aggregate.
};

/// Keys of one group. Borrows from the names.
class GroupKeys {
 public:
  GroupKeys() = default;
  GroupKeys(const KeyText* const* names, std::size_t size)
      : names_(names), size_(static_cast<std::uint32_t>(size)) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Nothing: the records have no such key.
  [[nodiscard]] std::optional<std::string_view> operator[](std::size_t index) const {
    const KeyText* name = names_[index];
    return name == nullptr ? std::nullopt : std::optional<std::string_view>(name->text);
  }
  /// The same, null for an absent key. Texts of one aggregate order like their ranks.
  [[nodiscard]] const KeyText* name(std::size_t index) const { return names_[index]; }

 private:
  const KeyText* const* names_ = nullptr;
  std::uint32_t size_ = 0;
};

/// Filled by GroupMerge, constant and shared after that.
class GroupNames {
 public:
  /// Both keep what is new. Valid as long as this; rank and number hold after order() only.
  [[nodiscard]] const KeyText* text(std::string_view text);
  [[nodiscard]] const ListedPriceKey* price_key(const PriceKey& key);

  /// All price keys, by number. Requires order().
  [[nodiscard]] const std::vector<const ListedPriceKey*>& price_keys() const {
    return ordered_prices_;
  }
  [[nodiscard]] std::size_t texts_count() const { return texts_.size(); }
  /// Calls `take(text)` for each, in no order.
  template <class Take>
  void visit_texts(const Take& take) const {
    for (const KeyText& text : texts_) {
      take(text);
    }
  }

 private:
  friend class GroupMerge;
  /// Gives ranks and numbers.
  void order();

  std::deque<KeyText> texts_;
  FlatIndex text_index_;
  std::deque<ListedPriceKey> prices_;
  FlatIndex price_index_;
  std::vector<const ListedPriceKey*> ordered_prices_;
  std::vector<const KeyText*> group_keys_;  // Of all groups, one behind the other.
};

}  // namespace bedrocklog::analytics
