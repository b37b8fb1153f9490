// Who pays for what: team rules and account names, as the settings name them.
#pragma once

#include "analytics/finance/account_names.h"
#include "analytics/team_rules.h"
#include "cli/diagnostics.h"
#include "cli/session.h"

namespace bedrocklog::cli {

inline constexpr std::uint64_t allocation_size_bytes_max = 16ULL << 20U;

/// Of --accounts; empty without it.
[[nodiscard]] OrExit<finance::AccountNames> account_names_of(const Session& session);

/// In this order: --teams, [[teams.rule]] of the configuration, teams of --accounts.
[[nodiscard]] OrExit<analytics::TeamRules> team_rules_of(const Session& session);

}  // namespace bedrocklog::cli
