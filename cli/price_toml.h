// Own prices in TOML: tables [[price]] with the columns of a price book as keys.
//
//   [[price]]
//   model = "anthropic.claude-sonnet-4-6"   meter = "input_tokens"   tier = "standard"
//   scope = "regional"   regions = ["us-east-1"]   unit = "1M tokens"   currency = "USD"
//   price = "2.97"   effective_from = 2026-03-01   source = "contract"
//
// Prices are texts or whole numbers: a floating-point number would not keep its digits.
#pragma once

#include <string>
#include <string_view>

#include "analytics/csv_table.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// The tables as rows of a price book, each with the line it begins in; unchecked but for their
/// types. Faults name `file`:line.
[[nodiscard]] Result<analytics::CsvTable> parse_price_toml(std::string_view text,
                                                           const std::string& file);

}  // namespace bedrocklog::cli
