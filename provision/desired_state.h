// What a stack should be: the resources of its profiles, put together.
#pragma once

#include <set>
#include <string>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// The whole desired state of the spec's profiles. `recorded` are the profiles it had when it was
/// last applied (profile_record.h): what they have and this spec has not is retired. Requires that
/// faults_of(spec) is empty.
[[nodiscard]] DesiredState desired_state(const StackSpec& spec,
                                         const std::set<std::string>& recorded = {});

}  // namespace bedrocklog::provision
