// Which profiles a stack was last applied with. There is no state file: a saved query of the stack
// records each profile but core, made before anything of it and removed after everything, so that
// what a profile leaves behind is found when it is no longer asked for.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "ingest/fault.h"
#include "provision/assembly.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

/// "bedrocklog/STACK/profile/secure" in the home region.
[[nodiscard]] Address profile_record(const StackSpec& spec, std::string_view profile);
/// Adds the record. Plans make it before and remove it after everything else.
void add_profile_record(Assembly& assembly, std::string_view profile);
[[nodiscard]] bool is_profile_record(const Address& address);

/// Profiles with a record of this stack.
[[nodiscard]] Result<std::set<std::string>> recorded_profiles(const StackSpec& spec,
                                                              const ProviderSet& providers);

}  // namespace bedrocklog::provision
