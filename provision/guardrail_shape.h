// A guardrail in the shape of CloudFormation, and in the two of Bedrock's API: as it is sent and as
// it is shown.
#pragma once

#include "provision/resource.h"

namespace bedrocklog::provision {

/// Of what GetGuardrail answers: properties but for the tags.
[[nodiscard]] Json guardrail_properties_of(const Json& shown);
/// Members of UpdateGuardrail: all but tags. A policy that is not among the properties is taken
/// away by it.
[[nodiscard]] Json guardrail_members_of(const Json& properties);

}  // namespace bedrocklog::provision
