// Changes that make AWS delete logs sooner than it does now: never made without a word.
#pragma once

#include <optional>
#include <string>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// Why writing `desired` over `observed` would delete logs sooner, with the remedy; nothing when it
/// does not. What is kept for ever counts as longest, but for a thing that is ours already: it has
/// lost its limit, or was not finished. An adopted bucket's rules of others count, too.
[[nodiscard]] std::optional<std::string> shortening_of(ResourceKind kind, const Json& desired,
                                                       const Json& observed, bool is_adoption);

}  // namespace bedrocklog::provision
