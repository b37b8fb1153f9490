// Does the key of the profile `secure` do its work? Asked of KMS, whether it is ours or given.
#pragma once

#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// "key-usable", "key-rotates", "key-policy-serves" for each region with a key. None without
/// profile secure.
[[nodiscard]] std::vector<Check> key_checks(const StackSpec& spec, const DesiredState& desired,
                                            const ObservedState& observed,
                                            aws::ServiceCalls& calls);

}  // namespace bedrocklog::provision
