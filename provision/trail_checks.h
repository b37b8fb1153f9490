// Does the trail record, and arrive? Asked of CloudTrail, whether the trail is ours or given.
#pragma once

#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// "trail-logging", "trail-delivers", "trail-selectors", "trail-insights". None without profile
/// observability, or where no trail is there.
[[nodiscard]] std::vector<Check> trail_checks(const StackSpec& spec, const ObservedState& observed,
                                              aws::ServiceCalls& calls);

}  // namespace bedrocklog::provision
