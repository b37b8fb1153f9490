// Which layer a setting comes from.
#include "cli/settings.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/command_line.h"
#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

Invocation invocation_of(const std::vector<std::string>& words) {
  Result<CommandLine> line = parse_command_line(words);
  EXPECT_TRUE(line) << (line ? "" : line.error().message);
  ensure(line && line->invocation.command != nullptr);
  return line->invocation;
}

Settings resolved(const std::vector<std::string>& words, const Environment& environment,
                  const std::string& toml, const std::string& named = "") {
  Result<Configuration> configuration = parse_configuration(toml, "c.toml");
  EXPECT_TRUE(configuration);
  Result<Settings> settings =
      resolve_settings(invocation_of(words), environment, *configuration, {named});
  EXPECT_TRUE(settings) << (settings ? "" : settings.error().message);
  return settings ? std::move(*settings) : Settings{};
}

// Whatever layers speak, the strongest one is heard: flag > environment > named report > kind >
// defaults > built in.
RC_GTEST_PROP(Settings, TheStrongestLayerWins, (const std::array<bool, 4>& speaks)) {
  const auto [flag, variable, report, defaults] = speaks;
  std::vector<std::string> words = {"report"};
  if (flag) {
    words.insert(words.end(), {"--by", "user"});
  }
  const Environment environment =
      variable ? Environment{{"BEDROCKLOG_BY", "account"}} : Environment{};
  const std::string toml = std::string("[report.r]\ntop = 1\n") +
                           (report ? "by = \"region\"\n" : "") +
                           (defaults ? "[defaults]\nby = \"day\"\n" : "");
  const Settings settings = resolved(words, environment, toml, "r");
  const Setting* by = settings.find("by");
  RC_ASSERT(by != nullptr);
  const std::string expected = flag       ? "--by"
                               : variable ? "BEDROCKLOG_BY"
                               : report   ? "c.toml:3"
                               : defaults ? "c.toml:4"
                                          : "built in";
  RC_ASSERT(by->place == expected);
}

TEST(Settings, WhatIsSaidAboutTimeReplacesAllOfAWeakerLayer) {
  const Settings settings = resolved({"report", "--since", "7d"}, {},
                                     "[defaults]\nmonth = \"last\"\ntz = \"Europe/Berlin\"\n");
  EXPECT_EQ(settings.text("since"), "7d");
  EXPECT_EQ(settings.find("month"), nullptr);
  EXPECT_EQ(settings.text("tz"), "Europe/Berlin");
}

TEST(Settings, AKindStandsBelowTheReportThatNamesIt) {
  const Settings settings =
      resolved({"report"}, {}, "[report.mine]\nkind = \"latency\"\nsort = \"p99:desc\"\n", "mine");
  EXPECT_EQ(settings.text("sort"), "p99:desc");
  EXPECT_EQ(settings.text("by"), "model");
  EXPECT_EQ(settings.find("metrics")->place, "kind latency");
}

TEST(Settings, DefaultsOfReportDoNotReachOtherCommands) {
  const std::string toml = "[defaults]\nformat = \"markdown\"\njobs = 3\n";
  EXPECT_EQ(resolved({"models"}, {{"BEDROCKLOG_FORMAT", "json"}}, toml).text("format"), "table");
  EXPECT_EQ(resolved({"models"}, {}, toml).text("jobs"), "3");
  EXPECT_EQ(resolved({"report"}, {}, toml).text("format"), "markdown");
}

TEST(Settings, ToggleVariablesAreTrueOrFalse) {
  EXPECT_TRUE(resolved({"report"}, {{"BEDROCKLOG_QUIET", "1"}}, "").is_on("quiet"));
  EXPECT_FALSE(resolved({"report"}, {{"BEDROCKLOG_QUIET", "false"}}, "[defaults]\nquiet = true\n")
                   .is_on("quiet"));
  EXPECT_FALSE(
      resolve_settings(invocation_of({"report"}), {{"BEDROCKLOG_QUIET", "maybe"}}, {}, {}));
}

TEST(CommandLine, KeepsArgumentsInOrderAndFlagsApart) {
  const Invocation invocation = invocation_of(
      {"report", "a", "--by", "day", "[b]", "-o", "x.csv", "-", "-o", "y.csv", "--", "--c"});
  EXPECT_EQ(invocation.arguments, (std::vector<std::string>{"a", "[b]", "-", "--c"}));
  EXPECT_EQ(invocation.flags.at("output"), (std::vector<std::string>{"x.csv", "y.csv"}));
}

TEST(CommandLine, TakesTwoWordCommands) {
  EXPECT_EQ(invocation_of({"prices", "show", "m"}).command->name, "prices show");
  EXPECT_FALSE(parse_command_line({"prices"}));
  EXPECT_FALSE(parse_command_line({"prices", "show"}));
  EXPECT_FALSE(parse_command_line({"prices", "list", "m"}));
}

TEST(CommandLine, RefusesValuesThatAreEmptyOrNotTaken) {
  EXPECT_FALSE(parse_command_line({"report", "--by=", "x"}));
  EXPECT_FALSE(parse_command_line({"report", "--quiet=yes"}));
  EXPECT_EQ(invocation_of({"report", "--by=day"}).flags.at("by").front(), "day");
}

// No sequence of words makes the parser do anything but answer or refuse.
RC_GTEST_PROP(CommandLine, AnyWordsAreParsedOrRefused, (std::vector<std::string> words)) {
  words.insert(words.begin(),
               *rc::gen::elementOf(std::vector<std::string>{"report", "prices", "check", "x"}));
  const Result<CommandLine> line = parse_command_line(words);
  const bool is_told = line || !line.error().message.empty();
  RC_ASSERT(is_told);
}

TEST(Help, NamesEveryFlagOfEveryCommand) {
  for (const Command& command : commands()) {
    const std::string text = help_text(command);
    for (const Flag& flag : command.flags) {
      EXPECT_NE(text.find("--" + std::string(flag.name)), std::string::npos)
          << command.name << ' ' << flag.name;
    }
    EXPECT_NE(help_text().find(command.summary), std::string::npos) << command.name;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
