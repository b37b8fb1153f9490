// The forms in which price lists come; read_price_list() of price_import.h tells them apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/price_import.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// A text in JSON: offer file, GetProducts answers or LiteLLM's map.
[[nodiscard]] Result<std::vector<PriceImport>> read_json_price_list(
    std::string_view text, const std::string& file_name, const PriceListOptions& options);

/// An offer file in CSV: five lines about the list, then a header and one line for each price.
[[nodiscard]] Result<std::vector<PriceImport>> read_csv_price_list(std::string_view text,
                                                                   const std::string& file_name,
                                                                   const PriceListOptions& options);

/// LiteLLM's price map. The caller has seen that it is one.
[[nodiscard]] Result<std::vector<PriceImport>> read_litellm_map(std::string_view text,
                                                                const std::string& file_name,
                                                                const PriceListOptions& options);

}  // namespace bedrocklog::finance
