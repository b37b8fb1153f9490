// Team rules as users write them: `--teams FILE` and [teams] of the configuration.
//
//   [[team]]                   the value of a tag
//   tag = "team"
//   [[team]]                   or a name, for calls that match all of these globs
//   team = "search"
//   account = "111122223333"   also region user role session model profile model_id "tag:KEY"
//   [[team]]                   or for which a condition of the filter grammar holds
//   team = "ads"
//   where = 'user ~ "ads-*" and not model ~ "*haiku*"'
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/rule_rows.h"
#include "analytics/team_rules.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// Columns of an entry; the table in TOML is [[team]].
[[nodiscard]] const RuleColumns& team_columns();

/// Adds the rule of one row. Refuses one with neither team nor tag, with both, or with a team and
/// nothing that says whose it is.
[[nodiscard]] Result<void> add_team_rule(const RuleRow& row, analytics::TeamRules& rules);

/// Rules of a whole file, in its order.
[[nodiscard]] Result<analytics::TeamRules> parse_team_file(std::string_view text,
                                                           const std::string& file);

}  // namespace bedrocklog::finance
