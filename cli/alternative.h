// The flags of `whatif` as an alternative to what was used.
#pragma once

#include "analytics/finance/reprice.h"
#include "analytics/finance/whatif.h"
#include "analytics/price_table.h"
#include "analytics/record_facts.h"
#include "cli/settings.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Reads --to-model, --to-region, --to-scope, --to-tier, --batch, --cache-hit and --cache-write. A
/// model that the price book does not know is a Fault with the nearest one that it does. `models`
/// says what opaque ids stand for.
[[nodiscard]] Result<finance::Alternative> read_alternative(const Settings& settings,
                                                            const analytics::PriceTable& prices,
                                                            const analytics::ModelMap& models);

/// Whether any of these flags is given.
[[nodiscard]] bool names_alternative(const Settings& settings);

/// Reads --provisioned.
[[nodiscard]] Result<std::vector<finance::CapacityOffer>> read_capacity_offers(
    const Settings& settings);

}  // namespace bedrocklog::cli
