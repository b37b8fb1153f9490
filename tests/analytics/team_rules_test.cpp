// Team rules: their order, and that what is remembered never changes an answer.
#include "analytics/team_rules.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/facts_cache.h"
#include "analytics/scan.h"
#include "tests/analytics/made_record.h"
#include "tests/analytics/small_archive.h"

namespace bedrocklog::analytics {
namespace {

Expression condition(std::string_view text) {
  Result<Expression> parsed = Expression::parse(text, "test", resolve_record_field);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Expression();
}

TeamRule named(const std::string& team, std::vector<TeamGlob> globs) {
  TeamRule rule;
  rule.team = team;
  rule.globs = std::move(globs);
  return rule;
}

TeamRule of_tag(const std::string& tag) {
  TeamRule rule;
  rule.tag = tag;
  return rule;
}

/// Team of one record by a fresh finder.
std::string team_of(const MadeRecord& record, const TeamRules& rules) {
  static const ModelMap models;
  static const std::vector<GroupRule> groups;
  const MadeView made(record);
  FactsCache cache(models, groups);
  TeamFinder finder(rules);
  return std::string(finder.team_of(cache.facts_of(made.view())));
}

MadeRecord call() {
  MadeRecord record;
  record.account_id = "111122223333";
  record.region = "eu-west-1";
  record.model_id = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
  record.identity_arn = "arn:aws:sts::111122223333:assumed-role/search-api/i-1";
  record.metadata = {{"team", "tagged"}, {"app", "banner-7"}, {"empty", ""}};
  return record;
}

TEST(TeamRules, TheFirstRuleThatYieldsATeamWins) {
  const TeamRule absent = of_tag("nobody");
  const TeamRule empty = of_tag("empty");
  const TeamRule tag = of_tag("team");
  const TeamRule account = named("by account", {{{KeyKind::account, ""}, "1111*"}});
  EXPECT_EQ(team_of(call(), {absent, empty, tag, account}), "tagged");
  EXPECT_EQ(team_of(call(), {account, tag}), "by account");
  EXPECT_EQ(team_of(call(), {absent, empty}), "");
  EXPECT_EQ(team_of(call(), {}), "");
}

TEST(TeamRules, EveryGlobOfARuleMustMatch) {
  const auto matches = [](KeyKind kind, const std::string& tag, const std::string& pattern) {
    return team_of(call(), {named("t", {{{kind, tag}, pattern}})}) == "t";
  };
  EXPECT_TRUE(matches(KeyKind::account, "", "111122223333"));
  EXPECT_FALSE(matches(KeyKind::account, "", "1111"));
  EXPECT_TRUE(matches(KeyKind::region, "", "eu-*"));
  EXPECT_TRUE(matches(KeyKind::role, "", "search-*"));
  EXPECT_TRUE(matches(KeyKind::session, "", "i-?"));
  EXPECT_TRUE(matches(KeyKind::user, "", "search-api/*"));
  EXPECT_TRUE(matches(KeyKind::model, "", "anthropic.claude-haiku*"));
  EXPECT_TRUE(matches(KeyKind::model, "", "eu.anthropic.*"));
  EXPECT_TRUE(matches(KeyKind::profile, "", "eu"));
  EXPECT_TRUE(matches(KeyKind::profile, "", "eu.anthropic.*"));
  EXPECT_FALSE(matches(KeyKind::model_id, "", "anthropic.*"));
  EXPECT_TRUE(matches(KeyKind::tag, "app", "banner-*"));
  EXPECT_FALSE(matches(KeyKind::tag, "nobody", "*"));
  const TeamRule both =
      named("t", {{{KeyKind::region, ""}, "eu-*"}, {{KeyKind::tag, "app"}, "other"}});
  EXPECT_EQ(team_of(call(), {both}), "");
}

TEST(TeamRules, AConditionMustHoldBesideTheGlobs) {
  TeamRule rule = named("t", {{{KeyKind::region, ""}, "eu-*"}});
  rule.condition = condition("tag:app = \"banner-7\"");
  EXPECT_EQ(team_of(call(), {rule}), "t");
  rule.condition = condition("tag:app = other");
  EXPECT_EQ(team_of(call(), {rule}), "");
}

TeamRules some_rules() {
  TeamRule by_condition = named("condition", {});
  by_condition.condition = condition("input > 5 and region = us-east-1");
  return {of_tag("team"),
          named("session", {{{KeyKind::session, ""}, "*1*"}, {{KeyKind::tag, "app"}, "*"}}),
          by_condition,
          named("user", {{{KeyKind::user, ""}, "*a*"}}),
          named("model", {{{KeyKind::model, ""}, "*haiku*"}, {{KeyKind::region, ""}, "us-*"}}),
          named("account", {{{KeyKind::account, ""}, "*1"}})};
}

RC_GTEST_PROP(TeamRules, RememberingNeverChangesATeam, ()) {
  const TeamRules rules = some_rules();
  const ModelMap models;
  const std::vector<GroupRule> groups;
  FactsCache cache(models, groups);
  TeamFinder finder(rules);
  for (const MadeRecord& record : arbitrary_records(60, 50)) {
    const MadeView made(record);
    const std::string remembered(finder.team_of(cache.facts_of(made.view())));
    RC_ASSERT(remembered == team_of(record, rules));
  }
}

TEST(TeamRules, AreAKeyOfTheScanAndAFieldOfItsFilter) {
  SmallArchive archive;
  MadeRecord tagged = call();
  tagged.request_id = "1";
  MadeRecord bare = call();
  bare.request_id = "2";
  bare.metadata.clear();
  archive.put("a", to_json(tagged) + '\n' + to_json(bare) + '\n');
  static const PriceTable prices;
  ScanOptions options;
  options.prices = &prices;
  options.by = {{KeyKind::team, ""}, {KeyKind::model_id, ""}};
  options.teams = {of_tag("team")};
  ScanControl control;
  const Result<ScanOutcome> both = scan(archive.manifest(), options, control);
  ASSERT_TRUE(both);
  ASSERT_EQ(both->aggregate.groups.size(), 2U);
  EXPECT_EQ(both->aggregate.groups[0].keys[0], std::nullopt);
  EXPECT_EQ(both->aggregate.groups[1].keys[0], "tagged");
  EXPECT_EQ(both->aggregate.groups[1].keys[1], call().model_id);

  options.teams.push_back(named("search", {{{KeyKind::role, ""}, "search-api"}}));
  options.where = condition("team = search");
  const Result<ScanOutcome> searching = scan(archive.manifest(), options, control);
  ASSERT_TRUE(searching);
  ASSERT_EQ(searching->aggregate.groups.size(), 1U);
  EXPECT_EQ(searching->aggregate.groups[0].keys[0], "search");
  EXPECT_EQ(searching->aggregate.account.filtered, 1U);
}

}  // namespace
}  // namespace bedrocklog::analytics
