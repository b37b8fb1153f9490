// An aggregate written out whole, so that two can be compared and a difference can be read.
#pragma once

#include <string>

#include "analytics/aggregate.h"

namespace bedrocklog::analytics {

/// Every group with every counter, latency and price key.
[[nodiscard]] std::string groups_text(const Aggregate& aggregate);

/// Every count and list of the account.
[[nodiscard]] std::string account_text(const InputAccount& account);

}  // namespace bedrocklog::analytics
