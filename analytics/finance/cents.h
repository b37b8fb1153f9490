// Amounts rounded so that what is shown adds up.
#pragma once

#include <optional>
#include <span>

#include "analytics/money.h"

namespace bedrocklog::finance {

/// Rounds amounts of 10^-`scale` to 10^-`decimals` so that they add up to their exact sum rounded
/// half to even (largest remainder): each amount is rounded down, and what is missing goes, one
/// unit each, to those that lost most, of equal ones to those that stand first. What is unknown
/// stays so; no amount moves by a whole unit. Gives the rounded sum. Requires decimals <= scale.
analytics::Int128 round_to_add_up(std::span<std::optional<analytics::Int128>> amounts,
                                  unsigned scale, unsigned decimals);

}  // namespace bedrocklog::finance
