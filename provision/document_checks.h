// Checks that need no further question: told by what was read for the plan.
#pragma once

#include <vector>

#include "provision/verify.h"

namespace bedrocklog::provision {

/// What is not there has no check here: as-planned says it.
[[nodiscard]] std::vector<Check> document_checks(const StackSpec& spec,
                                                 const VerifyChoices& choices,
                                                 const DesiredState& desired,
                                                 const ObservedState& observed);

/// The six kinds of logging that the profile `observability` promises ("logging-type"; subjects
/// "api-calls", "model-invocations", "application", "security-events", "performance", "cost"), each
/// with where it goes. None without that profile.
[[nodiscard]] std::vector<Check> logging_types(const StackSpec& spec, const DesiredState& desired,
                                               const ObservedState& observed);

}  // namespace bedrocklog::provision
