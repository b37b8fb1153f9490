// Cost that belongs to no team, or to a team that serves all others, shared out among the teams.
//
// Integers throughout: the parts of a pot add up to it to the last digit, what does not divide
// goes to the largest remainders.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/finance/discount.h"
#include "analytics/money.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// Parts of `pot` in the ratio of `weights`: each rounded toward 0, and what is missing to those
/// that lost most, of equal ones to those that stand first. Negative weights count as 0; weights
/// that are all 0 share evenly. Empty without weights.
[[nodiscard]] std::vector<analytics::Int128> split_by(analytics::Int128 pot,
                                                      std::span<const analytics::Int128> weights);

enum class SharedSplit : std::uint8_t {
  proportional,  // In the ratio of the teams' own cost.
  even,
  fixed,  // By shares that the user gives.
};

/// "proportional", "even" or "fixed"; the Fault names --split-shared.
[[nodiscard]] Result<SharedSplit> parse_shared_split(std::string_view text);

/// Shares of `fixed`, in basis points by team.
using FixedShares = std::map<std::string, std::uint32_t, std::less<>>;

/// TOML ([[share]] tables) or CSV with team and basis_points. Refuses shares that do not add up to
/// 10,000 and a team named twice. Faults name file and line.
[[nodiscard]] Result<FixedShares> parse_fixed_shares(std::string_view text,
                                                     const std::string& file);

struct SharedCostRule {
  SharedSplit split = SharedSplit::proportional;
  FixedShares shares;                     // Of `fixed`.
  std::vector<std::string> shared_teams;  // Their cost is shared out as well as unallocated cost.
};

}  // namespace bedrocklog::finance
