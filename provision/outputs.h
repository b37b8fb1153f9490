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

/// Of what has one that follows from its name; empty for subscriptions, policies and the logging
/// configuration.
[[nodiscard]] std::string arn_of(const StackSpec& spec, const Address& address);

/// One for each resource of `desired`, in its order.
[[nodiscard]] std::vector<Output> outputs_of(const StackSpec& spec, const DesiredState& desired,
                                             const ObservedState& observed);

}  // namespace bedrocklog::provision
