// Specs by chance: accounts, partitions, regions, names and parameters that are all allowed.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// At least so many for each property that is held.
inline constexpr unsigned property_cases = 100;

/// The same spec for the same seed. faults_of() finds nothing in it.
[[nodiscard]] StackSpec random_spec(std::uint64_t seed);

}  // namespace bedrocklog::provision
