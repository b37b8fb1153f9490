// Rows into rules.
#include "analytics/finance/team_file.h"

#include <utility>

#include <fmt/format.h>

#include "analytics/report_key.h"

namespace bedrocklog::finance {
namespace {

/// Fields of conditions; `team` itself is what they are to find.
Result<analytics::Field> resolve_field(std::string_view name) {
  if (name == "team") {
    return fault("--where", "a team rule cannot ask for the team");
  }
  return analytics::resolve_record_field(name);
}

}  // namespace

const RuleColumns& team_columns() {
  static const RuleColumns columns = {"team",
                                      {"team", "tag", "where", "account", "region", "user", "role",
                                       "session", "model", "profile", "model_id"},
                                      true};
  return columns;
}

Result<void> add_team_rule(const RuleRow& row, analytics::TeamRules& rules) {
  analytics::TeamRule rule;
  bool has_where = false;
  for (const auto& [name, value] : row.cells) {
    if (name == "team") {
      rule.team = value;
    } else if (name == "tag") {
      rule.tag = value;
    } else if (name == "where") {
      Result<analytics::Expression> condition =
          analytics::Expression::parse(value, row.place + ": where", resolve_field);
      if (!condition) {
        return pass_on(condition);
      }
      rule.condition = *std::move(condition);
      has_where = true;
    } else {
      Result<analytics::Key> key = analytics::parse_key(name);
      if (!key) {
        return fault(row.place, key.error().message);
      }
      rule.globs.push_back({*std::move(key), value});
    }
  }
  if (rule.team.empty() == rule.tag.empty()) {
    return fault(row.place, rule.team.empty() ? "names no team; give team = NAME or tag = KEY"
                                              : "names both a team and a tag; give one of them");
  }
  if (rule.tag.empty() && rule.globs.empty() && !has_where) {
    return fault(row.place, fmt::format("does not say which calls are those of {}; give account, "
                                        "user, tag:KEY or the like, or where = 'EXPR'",
                                        rule.team));
  }
  rules.push_back(std::move(rule));
  return {};
}

Result<analytics::TeamRules> parse_team_file(std::string_view text, const std::string& file) {
  const Result<std::vector<RuleRow>> rows = read_rule_rows(text, file, team_columns());
  if (!rows) {
    return pass_on(rows);
  }
  analytics::TeamRules rules;
  for (const RuleRow& row : *rows) {
    if (const Result<void> added = add_team_rule(row, rules); !added) {
      return pass_on(added);
    }
  }
  return rules;
}

}  // namespace bedrocklog::finance
