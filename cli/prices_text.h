// How the prices commands write rows, conflicts and books.
#pragma once

#include <string>
#include <vector>

#include "analytics/finance/price_compare.h"
#include "analytics/price_table.h"

namespace bedrocklog::cli {

/// "anthropic.claude-sonnet-4-6 input_tokens standard regional", with context and attributes where
/// there are some.
[[nodiscard]] std::string claim_text(const analytics::PriceRow& row);

/// "0.33 per 1M tokens of AmazonBedrock@2026-05-04 is used, 0.3 per 1M tokens of shipped is not: an
/// imported price list of AWS wins over the shipped book (us-east-1)".
[[nodiscard]] std::string conflict_text(const finance::PriceConflict& conflict);

/// Why the winner wins.
[[nodiscard]] std::string conflict_reason(const finance::PriceConflict& conflict);

/// All regions, blank separated.
[[nodiscard]] std::string joined_regions(const std::vector<std::string>& regions);

/// For finance::BookLayers.
[[nodiscard]] std::vector<const analytics::PriceTable*> borrowed_layers(
    const std::vector<analytics::PriceTable>& layers);

}  // namespace bedrocklog::cli
