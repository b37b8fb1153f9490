// Names of the price list against the shipped table.
#include "analytics/finance/model_names.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "analytics/csv_table.h"

namespace bedrocklog::finance {
namespace {

std::string shipped() {
  std::ifstream file(SOURCE_ROOT "/data/models.csv");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string only(const ModelNames& names, std::string_view name) {
  const auto models = names.models_of(name);
  return models.size() == 1 ? models.front() : std::to_string(models.size());
}

TEST(ModelNames, MatchInAnyCaseAndPunctuationButNeverByLikeness) {
  const auto names = ModelNames::parse(shipped(), "models.csv");
  ASSERT_TRUE(names);
  EXPECT_EQ(only(*names, "Nova Micro"), "amazon.nova-micro-v1:0");
  EXPECT_EQ(only(*names, "NovaMicro"), "amazon.nova-micro-v1:0");
  EXPECT_EQ(only(*names, "R1"), "deepseek.r1-v1:0");
  EXPECT_EQ(only(*names, "Claude4.6Sonnet"), "anthropic.claude-sonnet-4-6");
  EXPECT_EQ(only(*names, "Llama3-2-1B"), "meta.llama3-2-1b-instruct-v1:0");
  EXPECT_EQ(only(*names, "Cohere Command R+"), "cohere.command-r-plus-v1:0");
  EXPECT_EQ(only(*names, "Cohere Command R"), "cohere.command-r-v1:0");
  EXPECT_EQ(only(*names, "Mistral Large"), "mistral.mistral-large-2402-v1:0");
  EXPECT_EQ(only(*names, "Mistral Large 3"), "mistral.mistral-large-3-675b-instruct");
  EXPECT_EQ(only(*names, "xai.grok-4.3"), "xai.grok-4.3");
  for (const std::string_view unknown : {"Mistral Large 4", "Nova", "", "---", "Claude2.0"}) {
    EXPECT_EQ(only(*names, unknown), "0") << unknown;
  }
}

TEST(ModelNames, OfTheShippedTableStandForOneModelEach) {
  const auto names = ModelNames::parse(shipped(), "models.csv");
  const auto table = analytics::parse_csv(shipped(), "models.csv");
  ASSERT_TRUE(names && table);
  std::size_t checked = 0;
  for (const analytics::CsvRow& row : table->rows) {
    for (std::string list = row.fields[4] + ';' + row.fields[5] + ';' + row.fields[0];
         !list.empty();) {
      const std::string name = list.substr(0, list.find(';'));
      list.erase(0, name.size() + 1);
      if (!name.empty()) {
        EXPECT_EQ(only(*names, name), row.fields[0]) << name;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 250U);
}

TEST(ModelNames, ThatTwoModelsShareNameBoth) {
  const auto names = ModelNames::parse(
      "model_id,price_list_names,usage_type_names\nb.two,Twin,\na.one,One; twin ,\n", "own.csv");
  ASSERT_TRUE(names);
  const auto models = names->models_of("TWIN");
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0], "a.one");
}

TEST(ModelNames, RefuseATableWithoutItsColumns) {
  const auto names = ModelNames::parse("model_id,price_list_names\n", "own.csv");
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().subject, "own.csv");
  EXPECT_EQ(names.error().message, "has no column usage_type_names");
  EXPECT_EQ(ModelNames::parse("model_id,price_list_names,usage_type_names\n,x,\n", "own.csv")
                .error()
                .subject,
            "own.csv:2");
}

}  // namespace
}  // namespace bedrocklog::finance
