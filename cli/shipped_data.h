// The price book and the model list that this build ships, as text of data/prices.csv and
// data/models.csv.
#pragma once

#include <string_view>

namespace bedrocklog::cli {

/// Static storage; the format is described in data/README.md.
[[nodiscard]] std::string_view shipped_prices_csv();

/// Static storage; the format is described in data/README.md.
[[nodiscard]] std::string_view shipped_models_csv();

}  // namespace bedrocklog::cli
