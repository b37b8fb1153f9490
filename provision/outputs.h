// What an admin wants to have at hand once the stack is there.
#pragma once

#include <string>
#include <vector>

#include "provision/observed_state.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

struct Output {
  std::string address;
  std::string arn;      // Empty where the thing has none.
  std::string console;  // URL of its page; empty where the partition's console is not known.
  std::string state;    // "there", "missing", "pending confirmation".
};

[[nodiscard]] std::vector<Output> outputs_of(const StackSpec& spec, const DesiredState& desired,
                                             const ObservedState& observed);

}  // namespace bedrocklog::provision
