// Who bills a model: AWS itself, or its maker through AWS Marketplace. The two are separate lines,
// and often separate invoices, of one bill.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analytics/price_table.h"

namespace bedrocklog::finance {

inline constexpr std::string_view aws_seller = "AWS";
inline constexpr std::string_view marketplace_seller = "AWS Marketplace";

/// By the service code of a price list; nothing for codes that hold models of both.
[[nodiscard]] std::optional<std::string_view> seller_of_offer(std::string_view offer_code);

/// By the maker in a canonical model id, from the service codes of the AWS price lists of 2026: an
/// assumption. Nothing for ARNs and other ids that name no maker.
[[nodiscard]] std::optional<std::string_view> assumed_seller_of(std::string_view model);

/// Sellers of models: by the offer of a price row of the model where one names it, else assumed.
class Sellers {
 public:
  explicit Sellers(const analytics::PriceTable& prices);

  [[nodiscard]] std::optional<std::string_view> of(std::string_view model);
  /// Some answer was assumed.
  [[nodiscard]] bool has_assumed() const { return has_assumed_; }

 private:
  std::map<std::string, std::string_view, std::less<>> by_offer_;  // By model.
  bool has_assumed_ = false;
};

}  // namespace bedrocklog::finance
