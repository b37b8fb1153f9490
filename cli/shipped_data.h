// The price book and the model list that this build ships, as text of data/prices.csv and
// data/models.csv.
#pragma once

#include <string_view>

namespace bedrocklog::cli {

/// Static storage; the format is described in data/README.md.
[[nodiscard]] std::string_view shipped_prices_csv();

/// Of shipped_prices_csv(), worked out when the program was built; lower-case hexadecimal digits.
[[nodiscard]] std::string_view shipped_prices_sha256();

/// Static storage; the format is described in data/README.md.
[[nodiscard]] std::string_view shipped_models_csv();

}  // namespace bedrocklog::cli
