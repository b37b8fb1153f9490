// What an admin should know about settings of profile secure that are not wrong.
#pragma once

#include <vector>

#include "provision/plan.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// Subjects are "network", "access" and "tags". None without profile secure, and none about ranges
/// that faults_of() refuses.
[[nodiscard]] std::vector<Notice> secure_notices(const StackSpec& spec);

}  // namespace bedrocklog::provision
