// What accounts are called, who pays for them and whose they are: `--accounts FILE`.
//
//   account,name,payer,team
//   111122223333,ml-prod,999900001111,search
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "analytics/team_rules.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

struct AccountEntry {
  std::string name;   // Empty: none is given.
  std::string payer;  // The account that gets the bill; empty: not known.
  std::string team;   // Of calls that no team rule claims; empty: none.
};

class AccountNames {
 public:
  /// TOML ([[account]] tables) or CSV, by the ending of `file`. Refuses an account that is not 12
  /// digits, as a spreadsheet leaves it that drops zeros, and one named twice. Faults name file and
  /// line.
  [[nodiscard]] static Result<AccountNames> parse(std::string_view text, const std::string& file);

  /// Null for an account that is not there.
  [[nodiscard]] const AccountEntry* find(std::string_view account) const;
  /// The name, or the account itself.
  [[nodiscard]] std::string_view name_of(std::string_view account) const;
  /// The account that gets the bill, or the account itself.
  [[nodiscard]] std::string_view payer_of(std::string_view account) const;
  /// Whether anybody pays through `account`.
  [[nodiscard]] bool is_payer(std::string_view account) const;

  /// Team rules of the entries with a team, to stand behind all other rules.
  [[nodiscard]] analytics::TeamRules team_rules() const;
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  std::map<std::string, AccountEntry, std::less<>> entries_;
};

}  // namespace bedrocklog::finance
