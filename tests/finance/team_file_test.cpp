// Files of team rules and account names, good and bad.
#include "analytics/finance/team_file.h"

#include <gtest/gtest.h>

#include "analytics/finance/account_names.h"

namespace bedrocklog::finance {
namespace {

using analytics::KeyKind;
using analytics::TeamRules;

std::string fault_of(std::string_view text, const std::string& file = "teams.toml") {
  const Result<TeamRules> rules = parse_team_file(text, file);
  return rules ? "no fault" : rules.error().subject + ": " + rules.error().message;
}

void expect_three_rules(const Result<TeamRules>& rules) {
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->size(), 3U);
  EXPECT_EQ((*rules)[0].tag, "team");
  EXPECT_EQ((*rules)[0].team, "");
  EXPECT_EQ((*rules)[1].team, "search");
  ASSERT_EQ((*rules)[1].globs.size(), 2U);
  EXPECT_EQ((*rules)[1].globs[0].key.kind, KeyKind::account);
  EXPECT_EQ((*rules)[1].globs[0].pattern, "1111*");
  EXPECT_EQ((*rules)[1].globs[1].key.tag, "app");
  EXPECT_FALSE((*rules)[2].condition.is_always_true());
}

TEST(TeamFile, SaysTheSameInTomlAndCsv) {
  expect_three_rules(
      parse_team_file("[[team]]\ntag = \"team\"\n[[team]]\nteam = \"search\"\naccount = \"1111*\"\n"
                      "\"tag:app\" = \"web\"\n[[team]]\nteam = \"ads\"\nwhere = 'user ~ \"a*\"'\n",
                      "teams.toml"));
  expect_three_rules(
      parse_team_file("\xEF\xBB\xBFteam,tag,account,tag:app,where\r\n,team,,,\r\n"
                      "search,,1111*,web,\r\nads,,,,\"user ~ \"\"a*\"\"\"\r\n",
                      "teams.csv"));
}

TEST(TeamFile, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(fault_of("[[team]]\naccount = \"1\"\n"),
            "teams.toml:1: names no team; give team = NAME or tag = KEY");
  EXPECT_EQ(fault_of("\n[[team]]\nteam = \"a\"\ntag = \"b\"\n"),
            "teams.toml:2: names both a team and a tag; give one of them");
  EXPECT_EQ(fault_of("team,user\na,\n", "t.csv"),
            "t.csv:2: does not say which calls are those of a; give account, user, tag:KEY or the "
            "like, or where = 'EXPR'");
  EXPECT_TRUE(fault_of("[[team]]\nteam = \"a\"\nacount = \"1\"\n")
                  .starts_with("teams.toml:3: unknown column acount; did you mean account?"));
  EXPECT_TRUE(fault_of("team,usr\na,b\n", "t.csv").starts_with("t.csv:1: unknown column usr;"));
  EXPECT_EQ(fault_of("[team]\nteam = \"a\"\n"), "teams.toml:1: write [[team]], with two brackets");
  EXPECT_TRUE(fault_of("[[teams]]\n").starts_with("teams.toml:1: unknown key teams;"));
  EXPECT_EQ(fault_of("[[team]]\nteam = \"a\"\nuser = [\"b\"]\n"),
            "teams.toml:3: user: takes one text, whole number or date");
  EXPECT_TRUE(fault_of("team = \n").starts_with("teams.toml:1: is not TOML: "));
  EXPECT_TRUE(fault_of("", "teams.txt").starts_with("teams.txt: its name ends in neither"));
  EXPECT_TRUE(
      fault_of("[[team]]\nteam = \"a\"\nwhere = 'usr = b'\n").starts_with("teams.toml:1: where: "));
  EXPECT_NE(fault_of("[[team]]\nteam = \"a\"\nwhere = 'team = b'\n")
                .find("a team rule cannot ask for the team"),
            std::string::npos);
}

TEST(AccountNames, NameAccountsAndWhoPaysForThem) {
  const Result<AccountNames> names = AccountNames::parse(
      "account,name,payer,team\n011122223333,ml-prod,999900001111,search\n222233334444,,,\n",
      "accounts.csv");
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_EQ(names->name_of("011122223333"), "ml-prod");
  EXPECT_EQ(names->payer_of("011122223333"), "999900001111");
  EXPECT_EQ(names->name_of("222233334444"), "222233334444");
  EXPECT_EQ(names->payer_of("222233334444"), "222233334444");
  EXPECT_EQ(names->name_of("unknown"), "unknown");
  EXPECT_TRUE(names->is_payer("999900001111"));
  EXPECT_FALSE(names->is_payer("011122223333"));
  const TeamRules rules = names->team_rules();
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].team, "search");
}

TEST(AccountNames, RefuseWhatASpreadsheetSpoils) {
  const auto fault_in = [](std::string_view text) {
    const Result<AccountNames> names = AccountNames::parse(text, "a.csv");
    return names ? "no fault" : names.error().subject + ": " + names.error().message;
  };
  EXPECT_EQ(fault_in("account,name\n11122223333,x\n"),
            "a.csv:2: account is not 12 digits: 11122223333; if a spreadsheet dropped zeros in "
            "front, put them back");
  EXPECT_TRUE(fault_in("account,payer\n011122223333,1e11\n")
                  .starts_with("a.csv:2: payer is not 12 digits: 1e11;"));
  EXPECT_EQ(fault_in("account\n011122223333\n222233334444\n011122223333\n"),
            "a.csv:4: names account 011122223333 a second time; drop one of the two");
}

}  // namespace
}  // namespace bedrocklog::finance
