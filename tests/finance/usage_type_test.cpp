// Usage types against those of real price lists and bills.
#include "analytics/finance/usage_type.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace bedrocklog::finance {
namespace {

using Json = nlohmann::json;

Json vectors() {
  std::ifstream file(SOURCE_ROOT "/tests/data/prices/usage_types.json");
  return Json::parse(file)["vectors"];
}

TEST(UsageTypes, OfPriceListsAndBillsParseAsListed) {
  const Json all = vectors();
  ASSERT_EQ(all.size(), 88U);
  // Members that the price list states itself; price lists are tested with them.
  const std::set<std::string> of_the_list = {"price_usd", "region", "model_name"};
  for (const Json& vector : all) {
    const auto name = vector["usage_type"].get<std::string>();
    SCOPED_TRACE(name);
    const auto usage = parse_usage_type(name);
    ASSERT_TRUE(usage);
    EXPECT_EQ(usage->is_long_context, vector["expect"].contains("context"));
    for (const auto& [member, expected] : vector["expect"].items()) {
      if (member == "meter") {
        EXPECT_EQ(expected, usage->meter);
      } else if (member == "tier") {
        EXPECT_EQ(expected, usage->tier);
      } else if (member == "scope") {
        EXPECT_EQ(expected, name_of(usage->scope));
      } else if (member == "model_token") {
        EXPECT_EQ(usage->model_token, expected.is_null() ? "" : expected.get<std::string>());
      } else if (member == "context") {
        EXPECT_EQ(expected, "long");
      } else {
        EXPECT_TRUE(of_the_list.contains(member)) << member;
      }
    }
  }
}

TEST(UsageTypes, TellTheBillingRegionTheGrammarAndHowLongACacheWriteLasts) {
  const auto plain = parse_usage_type("APN1-Nova2.0Lite-cache-write-input-token-count");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->billing_region, "APN1");
  EXPECT_EQ(plain->grammar, UsageGrammar::model_name);
  EXPECT_EQ(plain->cache_ttl, "5m");
  const auto sold = parse_usage_type("EU-MP:EU_CacheWrite1hInputTokenCount_LCtx_Global-Units");
  ASSERT_TRUE(sold);
  EXPECT_EQ(sold->billing_region, "EU");
  EXPECT_EQ(sold->grammar, UsageGrammar::marketplace);
  EXPECT_EQ(sold->cache_ttl, "1h");
  EXPECT_TRUE(sold->is_long_context);
  EXPECT_EQ(sold->scope, analytics::Scope::global);
  EXPECT_EQ(sold->model_token, "");
  const auto mantle =
      parse_usage_type("USW2-moonshotai.kimi-k3-mantle-cache-write-tokens-30m-global-flex");
  ASSERT_TRUE(mantle);
  EXPECT_EQ(mantle->grammar, UsageGrammar::mantle);
  EXPECT_EQ(mantle->cache_ttl, "30m");
  EXPECT_EQ(mantle->meter, "cache_write_30m_tokens");
  EXPECT_EQ(parse_usage_type("USE1-NovaSonic-speech-input-tokens")->attributes, "modality=speech");
  EXPECT_EQ(parse_usage_type("USE1-NovaMicro-input-tokens")->cache_ttl, "");
}

TEST(UsageTypes, WithAWordThatIsNotKnownAreNothing) {
  for (const std::string_view name : {"",
                                      "-",
                                      "USE1",
                                      "USE1-",
                                      "USE1-NovaMicro",
                                      "USE1-input-tokens",
                                      "use1-NovaMicro-input-tokens",
                                      "NovaMicro-input-tokens",
                                      "USE1-NovaMicro-input-tokens-turbo",
                                      "USE1-NovaMicro-input-tokens-batch-flex",
                                      "USE1-NovaMicro-input-tokens-batch-batch",
                                      "USE1-NovaMicro-input-tokens-cross-region",
                                      "USE1-NovaMicro--input-tokens",
                                      "USE1-NovaMicro-ProvisionedThroughput-12months-ModelUnits",
                                      "USE1-NovaMicro-Customization-Storage-batch",
                                      "USE1-Guardrail-NewPolicyUnitsConsumed",
                                      "USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed-batch",
                                      "USE1-xai.grok-4.3-mantle-input-tokens",
                                      "USE1-mantle-input-tokens-standard",
                                      "USE1-xai.grok-4.3-mantle-cache-write-tokens-2h-standard",
                                      "USE1-MP:USE1_InputTokenCount",
                                      "USE1-MP:USE2_InputTokenCount-Units",
                                      "USE1-MP:InputTokenCount-Units",
                                      "USE1_InputTokenCount_Moon-Units",
                                      "USE1-MP:USE1_MillionBatchInputTokens_Batch-Units",
                                      "USE1_Reserved_1Month_InputTPM-Units",
                                      "USE1_Reserved_2Month_InputTPM_Geo-Units",
                                      "USE1_input_tokens_standard_flex-Units",
                                      "USE1_InputTokenCount_Global_Global-Units",
                                      "USE1_InputTokenCount_LCtx_LCtx-Units",
                                      "USE1-NovaMicro-input-tokens ",
                                      "USE1-Nova Micro-input-tokens",
                                      "USE1-MP:USE1_-Units"}) {
    EXPECT_FALSE(parse_usage_type(name)) << name;
  }
  const std::string long_name = "USE1-" + std::string(usage_type_bytes_max, 'x') + "-input-tokens";
  EXPECT_FALSE(parse_usage_type(long_name));
}

RC_GTEST_PROP(UsageTypes, MadeOfAnyBytesAreNothingOrNameAMeterOfThePriceBook, ()) {
  static const Json all = vectors();
  auto name = all[*rc::gen::inRange<std::size_t>(0, all.size())]["usage_type"].get<std::string>();
  const auto at = *rc::gen::inRange<std::size_t>(0, name.size());
  const auto how = *rc::gen::inRange(0, 3);
  if (how == 0) {
    name.resize(at);
  } else if (how == 1) {
    name[at] = *rc::gen::arbitrary<char>();
  } else {
    name.insert(at, *rc::gen::arbitrary<std::string>());
  }
  if (const auto usage = parse_usage_type(name)) {
    RC_ASSERT(!usage->meter.empty());
    RC_ASSERT(!usage->tier.empty());
    RC_ASSERT(name.starts_with(usage->billing_region));
    RC_ASSERT(name.find(usage->model_token) != std::string::npos);
  }
}

}  // namespace
}  // namespace bedrocklog::finance
