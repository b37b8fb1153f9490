// Who bills a model: AWS itself, or its maker through AWS Marketplace. The two are separate lines,
// and often separate invoices, of one bill.
#pragma once

#include <optional>
#include <string_view>

namespace bedrocklog::finance {

inline constexpr std::string_view aws_seller = "AWS";
inline constexpr std::string_view marketplace_seller = "AWS Marketplace";

/// By the service code of a price list; nothing for codes that hold models of both.
[[nodiscard]] std::optional<std::string_view> seller_of_offer(std::string_view offer_code);

/// By the maker in a canonical model id, from the service codes of the AWS price lists of 2026: an
/// assumption. Nothing for ARNs and other ids that name no maker.
[[nodiscard]] std::optional<std::string_view> assumed_seller_of(std::string_view model);

}  // namespace bedrocklog::finance
