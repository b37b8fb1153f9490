// The four alarms of the core profile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// Properties of each, without tags.
[[nodiscard]] std::vector<Json> usage_alarms(const StackSpec& spec, std::string_view region);

}  // namespace bedrocklog::provision
