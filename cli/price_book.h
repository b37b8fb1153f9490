// The price book of a run: the shipped one, with the user's files on top.
#pragma once

#include <cstdint>

#include "analytics/price_table.h"
#include "cli/diagnostics.h"
#include "cli/session.h"

namespace bedrocklog::cli {

inline constexpr std::uint64_t price_file_size_bytes_max = 64ULL << 20U;

/// Later files win over earlier ones; --prices files win over [prices] files. Ends with usage when
/// the shipped book is switched off and no file is named, with data_unusable for a bad file.
[[nodiscard]] OrExit<analytics::PriceTable> load_price_book(const Session& session);

}  // namespace bedrocklog::cli
