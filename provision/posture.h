// What the profile `secure` promises, as eight named checks over what was read.
#pragma once

#include <string_view>
#include <vector>

#include "provision/observed_state.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// In this order: customer-managed-key, invocation-logging, guardrail-filters-high, pii-masked,
/// confused-deputy-prevented, permissions-boundaries, vpc-isolation, secure-transport.
[[nodiscard]] const std::vector<std::string_view>& posture_ids();

/// One check for each, whatever the profiles: what a stack does not have does not hold. Subject
/// "stack".
[[nodiscard]] std::vector<Check> posture_of(const StackSpec& spec, const DesiredState& desired,
                                            const ObservedState& observed);

/// Whether what a thing holds is encrypted with a key of the customer's, by its properties; true
/// for kinds that hold nothing.
[[nodiscard]] bool has_customer_key(ResourceKind kind, const Json& properties);

}  // namespace bedrocklog::provision
