// What policy documents mean for delivery: who may assume the role, who may write the archive.
#pragma once

#include <string>
#include <string_view>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

// Each gives what is wrong with the document and what to do; empty: nothing. Documents may be in
// any form AWS has for them.

/// The role's trust: Bedrock and nobody else, for this account, and only from its regions.
[[nodiscard]] std::string trust_flaw(const StackSpec& spec, const Json& trust_policy);
/// Whether Bedrock of the region can put its objects below the archive's prefix.
[[nodiscard]] std::string delivery_flaw(const StackSpec& spec, std::string_view region,
                                        const Json& bucket_policy);
/// Whether requests without TLS are refused, on bucket and objects.
[[nodiscard]] std::string transport_flaw(const StackSpec& spec, std::string_view region,
                                         const Json& bucket_policy);

}  // namespace bedrocklog::provision
