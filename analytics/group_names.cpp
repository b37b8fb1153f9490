// Finding names by hash, and putting them in order.
#include "analytics/group_names.h"

#include <algorithm>

#include "analytics/text_hash.h"

namespace bedrocklog::analytics {

namespace {

std::uint64_t hash_of_price(const PriceKey& key) {
  const std::uint64_t rest = (key.context_limit << 24U) ^
                             (static_cast<std::uint64_t>(key.scope) << 8U) ^
                             (static_cast<std::uint64_t>(key.tier) << 1U) ^ (key.covered ? 1U : 0U);
  const std::uint64_t texts = hash_of(hash_of(key.model), hash_of(key.region));
  return hash_of(texts ^ static_cast<std::uint32_t>(key.day), rest);
}

}  // namespace

const KeyText* GroupNames::text(std::string_view text) {
  const auto next = static_cast<std::uint32_t>(texts_.size());
  const std::uint32_t known = text_index_.find_or_put(
      hash_of(text), next, [&](std::uint32_t at) { return texts_[at].text == text; });
  if (known != FlatIndex::none) {
    return &texts_[known];
  }
  return &texts_.emplace_back(KeyText{std::string(text), next});
}

const ListedPriceKey* GroupNames::price_key(const PriceKey& key) {
  const auto next = static_cast<std::uint32_t>(prices_.size());
  const std::uint32_t known = price_index_.find_or_put(
      hash_of_price(key), next,
      [&](std::uint32_t at) { return static_cast<const PriceKey&>(prices_[at]) == key; });
  if (known != FlatIndex::none) {
    return &prices_[known];
  }
  return &prices_.emplace_back(ListedPriceKey{key, next});
}

void GroupNames::order() {
  std::vector<KeyText*> texts;
  texts.reserve(texts_.size());
  for (KeyText& text : texts_) {
    texts.push_back(&text);
  }
  std::sort(texts.begin(), texts.end(),
            [](const KeyText* left, const KeyText* right) { return left->text < right->text; });
  std::uint32_t rank = 0;
  for (KeyText* text : texts) {
    text->rank = rank++;
  }
  std::vector<ListedPriceKey*> prices;
  prices.reserve(prices_.size());
  for (ListedPriceKey& price : prices_) {
    prices.push_back(&price);
  }
  std::sort(prices.begin(), prices.end(),
            [](const PriceKey* left, const PriceKey* right) { return *left < *right; });
  std::uint32_t number = 0;
  for (ListedPriceKey* price : prices) {
    price->number = number++;
  }
  ordered_prices_.assign(prices.begin(), prices.end());
}

}  // namespace bedrocklog::analytics
