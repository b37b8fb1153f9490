// The rows of a price book file, each checked by itself and then against each other.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/csv_table.h"
#include "analytics/price_table.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

/// Parses and checks a price book as PriceTable::parse() promises. Rows keep the file's order.
/// A book that `is_free_of_overlaps` is not searched for rows of the same claim.
[[nodiscard]] Result<std::vector<PriceRow>> parse_price_rows(std::string_view csv,
                                                             const std::string& book_name,
                                                             bool is_free_of_overlaps);

/// The same for rows that were read elsewhere, each with the line it is from.
[[nodiscard]] Result<std::vector<PriceRow>> parse_price_rows(CsvTable table,
                                                             const std::string& book_name,
                                                             bool is_free_of_overlaps);

/// The columns of a price book in the order of its files, optional ones included.
[[nodiscard]] std::span<const std::string_view> price_book_columns();

/// The token class a row can price; nothing when it prices something else (other meters, rows with
/// attributes, units that are not tokens).
[[nodiscard]] std::optional<Meter> token_meter_of(const PriceRow& row);

/// What a row says it prices, but for regions and dates: equal for rows that can be compared.
[[nodiscard]] std::string claim_of(const PriceRow& row);

}  // namespace bedrocklog::analytics
