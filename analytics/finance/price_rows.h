// Rows of price books as such: in which order they stand, what they claim, how they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/price_table.h"

namespace bedrocklog::finance {

/// The order of price book files: by all columns from left to right, as text.
void sort_rows(std::vector<analytics::PriceRow>& rows);

/// The fields of a row in the order of analytics::price_book_columns().
[[nodiscard]] std::vector<std::string> fields_of(const analytics::PriceRow& row);

/// A price book file: header line, LF, fields quoted where needed. The columns of price lists (sku
/// and so on) are left out when no row has them. What was read from data/prices.csv comes back byte
/// by byte.
[[nodiscard]] std::string to_csv(std::span<const analytics::PriceRow> rows);

/// "2026-05-04"; empty for nothing.
[[nodiscard]] std::string date_text(std::optional<std::int32_t> day);

}  // namespace bedrocklog::finance
