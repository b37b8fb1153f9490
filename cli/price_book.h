// The price book of a run: shipped prices, imported price lists, the user's files on top.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analytics/price_table.h"
#include "cli/diagnostics.h"
#include "cli/session.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::uint64_t price_file_size_bytes_max = 64ULL << 20U;

/// All layers as one book. From the weakest to the strongest: LiteLLM's map, which fills gaps only;
/// the shipped book; imported lists of AWS; [prices] files; --prices files, later ones over earlier
/// ones. Ends with usage when the shipped book is switched off and nothing else is there, with
/// data_unusable for a bad file.
[[nodiscard]] OrExit<analytics::PriceTable> load_price_book(const Session& session);

/// The same layers one by one, the weakest first; at least one.
[[nodiscard]] OrExit<std::vector<analytics::PriceTable>> load_price_layers(const Session& session);

/// A user's price file in CSV, or in TOML when its name ends so; named without its folder.
[[nodiscard]] Result<analytics::PriceTable> load_price_file(const std::string& path);

/// The book of this build.
[[nodiscard]] Result<analytics::PriceTable> load_shipped_prices();

}  // namespace bedrocklog::cli
