// Budget files: what is read, and that every mistake is named with its line.
#include "cli/budget_file.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analytics/report_key.h"

namespace bedrocklog::cli {
namespace {

std::string fault_of(std::string_view text) {
  const Result<BudgetFile> file = parse_budget_file(text, "b.toml");
  return file ? "accepted" : file.error().subject + ": " + file.error().message;
}

TEST(BudgetFile, ReadsAmountsPeriodsLevelsAndScopes) {
  const Result<BudgetFile> file = parse_budget_file(R"(
[[budget]]
name = "search"
amount = "1500.50"
period = "quarterly"
account = "1111*"
model = ["*sonnet*", "us.amazon.nova-pro-v1:0"]
tag = { "cost center" = "7" }
where = 'operation = Converse'
warn_at = [100, 50, "87.5"]
amounts = { "2026-Q2" = 2000 }

[[budget]]
name = "all"
amount = 10
)",
                                                    "b.toml");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->budgets.size(), 2U);
  const finance::Budget& search = file->budgets[0];
  EXPECT_EQ(search.name, "search");
  EXPECT_EQ(to_decimal(*search.amount), "1500.50");
  EXPECT_EQ(search.period, finance::BudgetPeriod::quarterly);
  EXPECT_EQ(search.warn_at_e2, (std::vector<std::uint32_t>{5'000, 8'750, 10'000}));
  ASSERT_EQ(search.amounts.size(), 1U);
  EXPECT_EQ(to_decimal(search.amounts.begin()->second), "2000.00");
  std::vector<std::string> keys;
  for (const analytics::Key& key : file->by) {
    keys.push_back(name_of(key));
  }
  EXPECT_THAT(keys,
              testing::UnorderedElementsAre("account", "model", "tag:cost center", "operation"));
  EXPECT_TRUE(file->budgets[1].scope.is_always_true());
  EXPECT_EQ(file->budgets[1].warn_at_e2, (std::vector<std::uint32_t>{8'000, 10'000}));
}

TEST(BudgetFile, NamesTheLineOfEveryMistake) {
  const auto budget = [](const std::string& line) {
    return fault_of("[[budget]]\nname = \"x\"\namount = 5\n" + line + "\n");
  };
  EXPECT_THAT(fault_of(""), testing::HasSubstr("b.toml:1: has no [[budget]] table"));
  EXPECT_THAT(fault_of("[[budget]]\namount = 5\n"),
              testing::HasSubstr("b.toml:1: budget needs a name"));
  EXPECT_THAT(fault_of("[[budget]]\nname = \"x\"\n"), testing::HasSubstr("has no amount"));
  EXPECT_THAT(fault_of("[[budget]]\nname = \"x\"\namount = 5.5\n"),
              testing::HasSubstr("b.toml:3: budget \"x\": an amount is a text"));
  EXPECT_THAT(fault_of("[[budget]]\nname = \"x\"\namount = -5\n"),
              testing::HasSubstr("an amount takes USD"));
  EXPECT_THAT(budget("modle = \"*\""), testing::HasSubstr("b.toml:4: budget \"x\": unknown key "
                                                          "\"modle\"; did you mean model?"));
  EXPECT_THAT(budget("day = \"2026-03-01\""), testing::HasSubstr("is a time"));
  EXPECT_THAT(budget("account = 111122223333"), testing::HasSubstr("ids are texts"));
  EXPECT_THAT(budget("period = \"weekly\""), testing::HasSubstr("period takes"));
  EXPECT_THAT(budget("warn_at = [0]"), testing::HasSubstr("warn_at takes"));
  EXPECT_THAT(budget("warn_at = 80"), testing::HasSubstr("warn_at is an array"));
  EXPECT_THAT(budget("amounts = { \"2026-Q1\" = 5 }"), testing::HasSubstr("names no period"));
  EXPECT_THAT(budget("where = 'input > 5'"), testing::HasSubstr("b.toml:4"));
  EXPECT_THAT(budget("tag = \"team\""), testing::HasSubstr("tag is a table"));
  EXPECT_THAT(budget("[[budget]]\nname = \"x\"\namount = 1"), testing::HasSubstr("is there twice"));
  EXPECT_THAT(budget("[other]"), testing::HasSubstr("[[budget]] tables alone"));
  EXPECT_THAT(fault_of("[[budget"), testing::HasSubstr("b.toml:1: is not TOML"));
}

TEST(BudgetFile, TakesNoConditionApartThatWasWrittenAsOne) {
  const Result<BudgetFile> file = parse_budget_file(
      "[[budget]]\nname = \"x\"\namount = 5\naccount = \"1\"\nwhere = 'model = a or model = b'\n",
      "b.toml");
  ASSERT_TRUE(file) << file.error().message;
  struct Fields final : analytics::FieldValues {
    explicit Fields(const std::vector<analytics::Key>& by) : keys(&by) {}
    [[nodiscard]] std::optional<std::string_view> text(
        const analytics::Field& field) const override {
      const analytics::Key& key = (*keys)[static_cast<std::size_t>(field.id)];
      return key.kind == analytics::KeyKind::model ? "b" : "2";
    }
    [[nodiscard]] std::optional<analytics::Int128> number(
        const analytics::Field& /*field*/) const override {
      return std::nullopt;
    }
    const std::vector<analytics::Key>* keys;
  };
  EXPECT_FALSE(file->budgets[0].scope.matches(Fields(file->by)));
}

}  // namespace
}  // namespace bedrocklog::cli
