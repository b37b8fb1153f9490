// What Bedrock makes of a guardrail's members: what it refuses, and how it shows them.
#pragma once

#include <string>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

/// What is wrong with members whose shape is right; "": nothing.
[[nodiscard]] std::string guardrail_fault(const Json& config);
/// Policies as GetGuardrail shows them: "contentPolicyConfig" as "contentPolicy", with what the
/// service fills in.
[[nodiscard]] Json shown_guardrail(const Json& config);

}  // namespace bedrocklog::fake_aws
