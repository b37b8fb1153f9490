// Asks AWS what is there of a stack. Reads only.
#pragma once

#include "provision/observed_state.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

/// Everything `desired` names, retired things included; several at a time. The Fault of the first
/// address (in order) that cannot be read.
[[nodiscard]] Result<ObservedState> observe(const DesiredState& desired,
                                            const ProviderSet& providers);

}  // namespace bedrocklog::provision
