// The folder in which imported price lists are kept.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analytics/finance/price_store.h"
#include "cli/session.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::size_t price_store_files_max = 4'096;

/// --price-store or BEDROCKLOG_PRICE_STORE, [prices] store, $XDG_DATA_HOME/bedrocklog/prices or
/// ~/.local/share/bedrocklog/prices. Empty when it is switched off ("none") or nobody has a home.
[[nodiscard]] std::string price_store_of(const Session& session);

/// All imports of the store, by name. None when there is no such folder, unless --price-store
/// names it. Fails for a file that cannot be read or is no import.
[[nodiscard]] Result<std::vector<finance::StoredImport>> load_price_store(const Session& session);

/// The same of one folder.
[[nodiscard]] Result<std::vector<finance::StoredImport>> load_price_folder(
    const std::string& folder);

}  // namespace bedrocklog::cli
