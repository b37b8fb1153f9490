// Configuration files: what they may say, and which of several wins.
#include "cli/configuration.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::cli {
namespace {

Configuration parsed(const std::string& text, const std::string& file = "a.toml") {
  Result<Configuration> result = parse_configuration(text, file);
  EXPECT_TRUE(result) << (result ? "" : result.error().subject + result.error().message);
  return result ? std::move(*result) : Configuration{};
}

std::string fault_of(const std::string& text) {
  const Result<Configuration> result = parse_configuration(text, "a.toml");
  return result ? "" : result.error().subject + ": " + result.error().message;
}

TEST(Configuration, KeepsEveryKindOfValueAsText) {
  const Configuration configuration = parsed(
      "[defaults]\nby = [\"model\", \"day\"]\ntop = 10\nquiet = true\nsince = 2026-03-01\n"
      "tag = [\"a=1\", \"b=2\"]\n");
  const ConfiguredTable& defaults = configuration.defaults;
  EXPECT_EQ(defaults.at("by").values, std::vector<std::string>{"model,day"});
  EXPECT_EQ(defaults.at("top").values, std::vector<std::string>{"10"});
  EXPECT_EQ(defaults.at("quiet").values, std::vector<std::string>{"true"});
  EXPECT_EQ(defaults.at("since").values, std::vector<std::string>{"2026-03-01"});
  EXPECT_EQ(defaults.at("tag").values, (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_EQ(to_text(defaults.at("since").place), "a.toml:5");
}

TEST(Configuration, ResolvesPathsBesideItsFile) {
  const Configuration configuration =
      parsed("[source.prod]\npaths = [\"logs\", \"/abs\", \"-\"]\n[prices]\nfiles = \"own.csv\"\n",
             "etc/bedrocklog.toml");
  EXPECT_EQ(configuration.sources.at("prod").values,
            (std::vector<std::string>{"etc/logs", "/abs", "-"}));
  ASSERT_TRUE(configuration.price_files.has_value());
  EXPECT_EQ(configuration.price_files.value_or(ConfiguredValue{}).values,
            std::vector<std::string>{"etc/own.csv"});
}

TEST(Configuration, KeepsGroupsInTheOrderTheyAreWritten) {
  const Configuration configuration =
      parsed("[groups]\nzeta = 'user = a'\nalpha = 'user = b'\nmid = 'user = c'\n");
  ASSERT_EQ(configuration.groups.size(), 3U);
  EXPECT_EQ(configuration.groups[0].name, "zeta");
  EXPECT_EQ(configuration.groups[1].name, "alpha");
  EXPECT_EQ(configuration.groups[2].name, "mid");
}

TEST(Configuration, NamesFileAndLineOfEveryMistake) {
  EXPECT_EQ(fault_of("[defualts]\n"), "a.toml:1: unknown key defualts; did you mean defaults?");
  EXPECT_EQ(fault_of("[defaults]\nquiet = 3\n"), "a.toml:2: quiet: takes true or false");
  EXPECT_EQ(fault_of("[defaults]\ntz = [\"UTC\"]\n"), "a.toml:2: tz: takes one text");
  EXPECT_EQ(fault_of("[defaults]\nby = [[1]]\n"), "a.toml:2: by: takes an array of texts");
  EXPECT_EQ(fault_of("[source.x]\nurl = \"a\"\n"), "a.toml:2: unknown key url");
  EXPECT_EQ(fault_of("[source]\nx = 3\n"), "a.toml:2: source.x: is a table: path or paths");
  EXPECT_EQ(fault_of("[source.x]\n"), "a.toml:1: source.x: needs path or paths");
  EXPECT_EQ(fault_of("[groups]\nx = 3\n"), "a.toml:2: groups.x: takes a condition as one text");
  EXPECT_EQ(fault_of("[prices]\nshipped = \"no\"\n"), "a.toml:2: shipped: takes true or false");
  EXPECT_EQ(fault_of("defaults = 3\n"), "a.toml:1: defaults: is a table");
  EXPECT_EQ(fault_of("[report]\nx = 3\n"), "a.toml:2: report.x: is a table of flags");
}

// The path of the configuration cannot be configured, nor where to write by default.
TEST(Configuration, RefusesFlagsThatOnlyMakeSenseElsewhere) {
  EXPECT_NE(fault_of("[defaults]\nconfig = \"x\"\n"), "");
  EXPECT_NE(fault_of("[defaults]\noutput = \"x.csv\"\n"), "");
  EXPECT_EQ(fault_of("[report.x]\noutput = \"x.csv\"\n"), "");
}

TEST(Configuration, StrongerFilesWinKeyByKey) {
  Configuration strong = parsed(
      "[defaults]\nby = \"day\"\n[groups]\na = 'user = x'\n[models]\nid1 = \"m1\"\n", "s.toml");
  add_weaker(strong, parsed("[defaults]\nby = \"user\"\ntz = \"UTC\"\n[groups]\nb = 'user = y'\n"
                            "a = 'user = z'\n[models]\nid1 = \"m9\"\nid2 = \"m2\"\n",
                            "w.toml"));
  EXPECT_EQ(to_text(strong.defaults.at("by").place), "s.toml:2");
  EXPECT_EQ(to_text(strong.defaults.at("tz").place), "w.toml:3");
  ASSERT_EQ(strong.groups.size(), 2U);
  EXPECT_EQ(strong.groups[0].condition, "user = x");
  EXPECT_EQ(strong.groups[1].name, "b");
  EXPECT_EQ(strong.models.at("id1").model, "m1");
  EXPECT_EQ(strong.models.at("id2").model, "m2");
}

TEST(Configuration, LooksForFilesStrongestFirstAndEachOnce) {
  const Environment environment = {{"BEDROCKLOG_CONFIG", "env.toml"}, {"XDG_CONFIG_HOME", "/xdg"}};
  const auto files = configuration_files("bedrocklog.toml", environment);
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (const ConfigurationFile& file : files) {
    paths.push_back(file.path);
  }
  EXPECT_EQ(paths,
            (std::vector<std::string>{"bedrocklog.toml", "env.toml", "/xdg/bedrocklog/config.toml",
                                      "/etc/bedrocklog.toml"}));
  EXPECT_TRUE(files[0].required);
  EXPECT_FALSE(files[2].required);
}

TEST(Configuration, ReadsModelMaps) {
  const auto models =
      parse_model_map("\"arn:a\" = \"m1\"\n[\"arn:b\"]\nmodel = \"m2\"\nlabel = \"team\"\n", "m");
  ASSERT_TRUE(models);
  EXPECT_EQ(models->at("arn:a").model, "m1");
  EXPECT_EQ(models->at("arn:b").label, "team");
  EXPECT_FALSE(parse_model_map("x = 3\n", "m"));
  EXPECT_FALSE(parse_model_map("[x]\nmodle = \"m\"\n", "m"));
}

RC_GTEST_PROP(Configuration, AnyTextIsParsedOrRefused, (const std::string& text)) {
  const Result<Configuration> result = parse_configuration(text, "a.toml");
  const bool is_told = result || result.error().subject.starts_with("a.toml:");
  RC_ASSERT(is_told);
}

}  // namespace
}  // namespace bedrocklog::cli
