// Accounts by their number, checked.
#include "analytics/finance/account_names.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/finance/rule_rows.h"
#include "analytics/report_key.h"

namespace bedrocklog::finance {
namespace {

constexpr std::size_t account_digits = 12;

bool is_account(std::string_view text) {
  return text.size() == account_digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Fault not_an_account(const RuleRow& row, std::string_view column) {
  return {row.place,
          fmt::format("{} is not 12 digits: {}; if a spreadsheet dropped zeros in front, put them "
                      "back",
                      column, row.of(column).empty() ? "(empty)" : row.of(column))};
}

}  // namespace

Result<AccountNames> AccountNames::parse(std::string_view text, const std::string& file) {
  const RuleColumns columns = {"account", {"account", "name", "payer", "team"}, false};
  const Result<std::vector<RuleRow>> rows = read_rule_rows(text, file, columns);
  if (!rows) {
    return pass_on(rows);
  }
  AccountNames names;
  for (const RuleRow& row : *rows) {
    if (!is_account(row.of("account"))) {
      return tl::unexpected(not_an_account(row, "account"));
    }
    if (!row.of("payer").empty() && !is_account(row.of("payer"))) {
      return tl::unexpected(not_an_account(row, "payer"));
    }
    AccountEntry entry{std::string(row.of("name")), std::string(row.of("payer")),
                       std::string(row.of("team"))};
    const bool is_new =
        names.entries_.emplace(std::string(row.of("account")), std::move(entry)).second;
    if (!is_new) {
      return fault(row.place, fmt::format("names account {} a second time; drop one of the two",
                                          row.of("account")));
    }
  }
  return names;
}

const AccountEntry* AccountNames::find(std::string_view account) const {
  const auto found = entries_.find(account);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string_view AccountNames::name_of(std::string_view account) const {
  const AccountEntry* entry = find(account);
  return entry == nullptr || entry->name.empty() ? account : std::string_view(entry->name);
}

std::string_view AccountNames::payer_of(std::string_view account) const {
  const AccountEntry* entry = find(account);
  return entry == nullptr || entry->payer.empty() ? account : std::string_view(entry->payer);
}

bool AccountNames::is_payer(std::string_view account) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [account](const auto& entry) { return entry.second.payer == account; });
}

analytics::TeamRules AccountNames::team_rules() const {
  analytics::TeamRules rules;
  for (const auto& [account, entry] : entries_) {
    if (!entry.team.empty()) {
      analytics::TeamRule rule;
      rule.team = entry.team;
      rule.globs.push_back({{analytics::KeyKind::account, {}}, account});
      rules.push_back(std::move(rule));
    }
  }
  return rules;
}

}  // namespace bedrocklog::finance
