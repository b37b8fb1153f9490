// Makers and service codes.
#include "analytics/finance/seller.h"

#include <algorithm>
#include <array>

namespace bedrocklog::finance {
namespace {

// Claude 2 and 3 are in the offer of Bedrock itself; everything later of the same maker is not.
constexpr std::array<std::string_view, 5> early_claude = {
    "anthropic.claude-instant", "anthropic.claude-v2", "anthropic.claude-3-haiku",
    "anthropic.claude-3-sonnet", "anthropic.claude-3-opus"};

constexpr std::array<std::string_view, 7> marketplace_makers = {
    "anthropic.", "cohere.", "ai21.", "writer.", "stability.", "twelvelabs.", "luma."};

template <class List>
bool starts_with_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

}  // namespace

std::optional<std::string_view> seller_of_offer(std::string_view offer_code) {
  if (offer_code == "AmazonBedrockFoundationModels") {
    return marketplace_seller;
  }
  if (offer_code == "AmazonBedrock") {
    return aws_seller;
  }
  return std::nullopt;
}

std::optional<std::string_view> assumed_seller_of(std::string_view model) {
  const std::size_t point = model.find('.');
  if (point == std::string_view::npos || point == 0 ||
      model.substr(0, point).find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  const bool is_marketplace =
      starts_with_any(model, marketplace_makers) && !starts_with_any(model, early_claude);
  return is_marketplace ? marketplace_seller : aws_seller;
}

Sellers::Sellers(const analytics::PriceTable& prices) {
  for (const analytics::PriceRow& row : prices.rows()) {
    if (const auto seller = seller_of_offer(row.offer)) {
      by_offer_.emplace(row.model, *seller);
    }
  }
}

std::optional<std::string_view> Sellers::of(std::string_view model) {
  if (const auto found = by_offer_.find(model); found != by_offer_.end()) {
    return found->second;
  }
  const std::optional<std::string_view> seller = assumed_seller_of(model);
  has_assumed_ = has_assumed_ || seller.has_value();
  return seller;
}

}  // namespace bedrocklog::finance
