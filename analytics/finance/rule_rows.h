// Small tables that users write by hand, the same in TOML and in CSV: team rules, account names,
// shares of shared cost, discounts, provisioned capacity.
//
//   [[team]]                            team,account,tag:app
//   team = "search"                     search,1111*,
//   account = "1111*"                   ads,,banner-*
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::finance {

inline constexpr std::size_t rule_rows_max = 100'000;

struct RuleRow {
  std::string place;                                      // "teams.toml:7", for Faults.
  std::map<std::string, std::string, std::less<>> cells;  // Of cells that are not empty.

  /// Empty: not said.
  [[nodiscard]] std::string_view of(std::string_view column) const;
};

/// What a table may hold.
struct RuleColumns {
  std::string_view table;               // Name of the tables in TOML: "team" for [[team]].
  std::vector<std::string_view> names;  // All columns there are,
  bool tags = false;                    // besides tag:KEY.
};

/// A row's cell name that the columns do not have is a Fault on `place`, with the nearest one.
[[nodiscard]] std::optional<Fault> check_columns(const RuleRow& row, const RuleColumns& columns);

/// TOML when `file` ends in .toml, CSV when in .csv; another ending is a Fault. TOML values are
/// texts, whole numbers, dates or times. Faults name file and line.
[[nodiscard]] Result<std::vector<RuleRow>> read_rule_rows(std::string_view text,
                                                          const std::string& file,
                                                          const RuleColumns& columns);

}  // namespace bedrocklog::finance
