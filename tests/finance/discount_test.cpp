// Which discount applies, exact net amounts, and what discount files are refused for.
#include "analytics/finance/discount.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;

constexpr std::int32_t march_1 = 20'513;

Discounts parsed(const std::string& text, const std::string& file = "d.toml") {
  Result<Discounts> discounts = Discounts::parse(text, file);
  EXPECT_TRUE(discounts) << (discounts
                                 ? ""
                                 : discounts.error().subject + ": " + discounts.error().message);
  return discounts ? std::move(*discounts) : Discounts();
}

std::string refusal(const std::string& text, const std::string& file = "d.toml") {
  const Result<Discounts> discounts = Discounts::parse(text, file);
  return discounts ? "accepted" : discounts.error().subject + ": " + discounts.error().message;
}

std::uint32_t rate_of(const Discounts& discounts, std::optional<std::string_view> account,
                      std::string_view model, std::int32_t day = march_1) {
  const Result<const DiscountRule*> rule = discounts.find(account, model, day);
  EXPECT_TRUE(rule);
  return rule && *rule != nullptr ? (*rule)->basis_points : 0;
}

TEST(Discounts, TheMoreSpecificRuleWinsAccountBeforeModelBeforeDates) {
  const Discounts discounts = parsed(R"(
[[discount]]
percent = "1"
[[discount]]
percent = 2
from = 2026-03-01
to = 2026-03-02
[[discount]]
model = "anthropic.*"
percent = "3.25"
[[discount]]
model = "anthropic.claude"
basis_points = 400
[[discount]]
account = "1111*"
percent = "5"
[[discount]]
account = "111122223333"
percent = "6"
)");
  EXPECT_EQ(rate_of(discounts, "9", "amazon.nova", march_1 - 1), 100U);
  EXPECT_EQ(rate_of(discounts, "9", "amazon.nova", march_1), 200U);
  EXPECT_EQ(rate_of(discounts, "9", "amazon.nova", march_1 + 1), 100U);
  EXPECT_EQ(rate_of(discounts, std::nullopt, "anthropic.other"), 325U);
  EXPECT_EQ(rate_of(discounts, std::nullopt, "anthropic.claude"), 400U);
  EXPECT_EQ(rate_of(discounts, "111100000000", "anthropic.claude"), 500U);
  EXPECT_EQ(rate_of(discounts, "111122223333", "anthropic.claude"), 600U);
  EXPECT_TRUE(discounts.needs_account());
}

TEST(Discounts, CsvSaysTheSameAsToml) {
  const Discounts discounts = parsed(
      "account,model,percent,from,to\n"
      ",anthropic.*,12.5,2026-03-01,\n"
      "\"1*\",,0.01,,\n",
      "d.csv");
  EXPECT_EQ(rate_of(discounts, "2", "anthropic.x"), 1250U);
  EXPECT_EQ(rate_of(discounts, "2", "anthropic.x", march_1 - 1), 0U);
  EXPECT_EQ(rate_of(discounts, "1", "anthropic.x"), 1U);
}

TEST(Discounts, RulesOfTheSameRankAreRefusedWithBothPlaces) {
  EXPECT_EQ(refusal("[[discount]]\npercent = \"1\"\nto = 2026-04-01\n"
                    "[[discount]]\npercent = \"2\"\nfrom = 2026-03-31\n"),
            "d.toml:4: its dates overlap those of d.toml:1 for the same usage: account *, model "
            "*; end one where the other begins");
  const Discounts touching = parsed(
      "[[discount]]\npercent = \"1\"\nto = 2026-04-01\n"
      "[[discount]]\npercent = \"2\"\nfrom = 2026-04-01\n");
  EXPECT_EQ(rate_of(touching, "1", "m", march_1 + 31), 200U);

  const Discounts globs = parsed(
      "[[discount]]\nmodel = \"a*\"\npercent = \"1\"\n[[discount]]\nmodel = \"*z\"\npercent = "
      "\"2\"\n");
  EXPECT_EQ(rate_of(globs, "1", "ab"), 100U);
  const Result<const DiscountRule*> both = globs.find("1", "az", march_1);
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().subject, "d.toml:4");
  EXPECT_NE(both.error().message.find("d.toml:1"), std::string::npos);
}

TEST(Discounts, BadFilesNameTheLineAndTheRemedy) {
  EXPECT_EQ(refusal("[[discount]]\npercent = 12.5\n"),
            "d.toml:2: percent: write it in quotes, so that it is read exactly: percent = "
            "\"12.5\"");
  EXPECT_EQ(refusal("[[discount]]\npercent = \"12.555\"\n"),
            "d.toml:1: percent takes 0 to 100 with at most 2 decimals: \"12.555\"");
  EXPECT_EQ(refusal("[[discount]]\npercent = \"100.01\"\n"),
            "d.toml:1: percent takes 0 to 100 with at most 2 decimals: \"100.01\"");
  EXPECT_EQ(refusal("[[discount]]\npercent = \"-1\"\n"),
            "d.toml:1: percent takes 0 to 100 with at most 2 decimals: \"-1\"");
  EXPECT_EQ(refusal("[[discount]]\naccount = \"1\"\n"),
            "d.toml:1: needs percent or basis_points, one of them");
  EXPECT_EQ(refusal("model,percent\nx,1\nx,101\n", "d.csv"),
            "d.csv:3: percent takes 0 to 100 with at most 2 decimals: \"101\"");
  EXPECT_EQ(refusal("model,percents\nx,1\n", "d.csv").substr(0, 57),
            "d.csv:1: unknown column percents; did you mean percent?; ");
  EXPECT_EQ(refusal("[[discount]]\npercent = 1\nfrom = 2026-03-02\nto = 2026-03-02\n"),
            "d.toml:1: ends before it begins: to is the first day that is not inside");
  EXPECT_EQ(refusal("[[discount]]\npercent = 1\nfrom = \"2026-02-30\"\n"),
            "d.toml:1: from takes a date such as 2026-03-01: \"2026-02-30\"");
  EXPECT_EQ(refusal("percent = 1\n"),
            "d.toml:1: unknown key percent; entries stand below [[discount]]");
  EXPECT_EQ(refusal(""), "d.toml: holds no discount: [[discount]] tables, or rows of CSV");
}

// Written out in decimals by hand: list x (1 - rate), with all digits.
TEST(Discounts, NetAmountsHaveAllTheirDigits) {
  EXPECT_EQ(to_decimal(net_of(Attodollars{1}, 1)), "0.0000000000000000009999");
  EXPECT_EQ(to_decimal(net_of(Attodollars{3'000'000'000'000'000'000}, 1234)), "2.6298");
  EXPECT_EQ(to_decimal(net_of(Attodollars{-3'000'000'000'000'000'000}, 1234)), "-2.6298");
  EXPECT_EQ(to_decimal(net_of(Attodollars{7}, 10'000)), "0.00");
  EXPECT_EQ(net_unit_price_e14({35'000'001, 1'000'000}, 1250), 306'250'008'750);
}

RC_GTEST_PROP(Discounts, NetOfASumIsTheSumOfNetsSoThatAnySplitAddsUp, ()) {
  const auto rate = *rc::gen::inRange<std::uint32_t>(0, 10'001);
  const auto parts = *rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 60));
  Attodollars list;
  NetDollars nets;
  for (const std::int64_t part : parts) {
    list += Attodollars{part};
    nets += net_of(Attodollars{part}, rate);
  }
  RC_ASSERT(net_of(list, rate) == nets);
}

}  // namespace
}  // namespace bedrocklog::finance
