// Decides every fact of one call from nothing but its number, its file and the seed.
#pragma once

#include <cstdint>
#include <string>

#include "bench/archive_plan.h"
#include "bench/call_facts.h"

namespace bedrocklog::bench {

/// Same arguments, same call. `record` counts over the whole archive.
[[nodiscard]] CallFacts plan_call(const FilePlan& file, std::uint64_t record);

/// The all-zero record that streaming calls sometimes leave besides the one with usage.
[[nodiscard]] CallFacts zero_twin_of(const CallFacts& call);

/// Whether a reader can ever take `call` for a duplicate and whether it may have a zero twin.
[[nodiscard]] bool may_have_zero_twin(const CallFacts& call);

}  // namespace bedrocklog::bench
