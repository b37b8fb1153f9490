// Files and configuration into rules and names.
#include "cli/allocation.h"

#include <iterator>
#include <string>
#include <utility>

#include "analytics/finance/team_file.h"
#include "cli/input_text.h"

namespace bedrocklog::cli {

OrExit<finance::AccountNames> account_names_of(const Session& session) {
  const std::string path = session.settings.text("accounts");
  if (path.empty()) {
    return finance::AccountNames();
  }
  const Result<std::string> text = read_text_file(path, allocation_size_bytes_max);
  if (!text) {
    return stop(Step::prices, text.error());
  }
  Result<finance::AccountNames> names = finance::AccountNames::parse(*text, path);
  if (!names) {
    return stop(Step::prices, names.error());
  }
  return *std::move(names);
}

OrExit<analytics::TeamRules> team_rules_of(const Session& session) {
  analytics::TeamRules rules;
  if (const std::string path = session.settings.text("teams"); !path.empty()) {
    const Result<std::string> text = read_text_file(path, allocation_size_bytes_max);
    if (!text) {
      return stop(Step::prices, text.error());
    }
    Result<analytics::TeamRules> read = finance::parse_team_file(*text, path);
    if (!read) {
      return stop(Step::prices, read.error());
    }
    rules = *std::move(read);
  }
  for (const finance::RuleRow& row : session.configuration.teams) {
    if (const Result<void> added = finance::add_team_rule(row, rules); !added) {
      return stop(Step::configuration, added.error());
    }
  }
  OrExit<finance::AccountNames> accounts = account_names_of(session);
  if (!accounts) {
    return accounts.code();
  }
  analytics::TeamRules by_account = accounts->team_rules();
  rules.insert(rules.end(), std::make_move_iterator(by_account.begin()),
               std::make_move_iterator(by_account.end()));
  return rules;
}

}  // namespace bedrocklog::cli
