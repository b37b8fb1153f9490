// LiteLLM's price map.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/price_import.h"
#include "analytics/finance/price_rows.h"
#include "analytics/money.h"
#include "tests/finance/price_list_sample.h"

namespace bedrocklog::finance {
namespace {

using analytics::Meter;

Result<std::vector<PriceImport>> read(const std::string& text) {
  return read_price_list(text, "map.json", {&sample::names(), "2026-07-24"});
}

/// `entries` without braces.
PriceImport import_of(const std::string& entries) {
  auto imports = read("{" + entries + "}");
  EXPECT_TRUE(imports) << imports.error().message;
  return std::move(imports->front());
}

std::string entry(const std::string& key, const std::string& members) {
  return '"' + key + R"(":{"litellm_provider":"bedrock",)" + members + '}';
}

std::string price_of(const PriceImport& import, const std::string& model, const std::string& region,
                     analytics::Scope scope = analytics::Scope::regional,
                     Meter meter = Meter::input, std::uint64_t context = 0) {
  const auto table = analytics::PriceTable::of_rows(import.rows, "litellm", "x");
  analytics::PriceKey key;
  key.model = model;
  key.region = region;
  key.scope = scope;
  key.context_limit = context;
  const analytics::PriceRow* row = table.find(key, meter);
  return row == nullptr ? "" : row->price;
}

TEST(LitellmMap, PricesByProfileThenRegionThenBaseId) {
  const PriceImport import =
      import_of(entry("amazon.b-v1:0", R"("input_cost_per_token":1e-06)") + ',' +
                entry("bedrock/eu-west-1/amazon.b-v1:0", R"("input_cost_per_token":2e-06)") + ',' +
                entry("bedrock/us-east-1/amazon.b-v1:0", R"("input_cost_per_token":4e-06)") + ',' +
                entry("us.amazon.b-v1:0", R"("input_cost_per_token":3e-06)") + ',' +
                entry("global.amazon.b-v1:0", R"("input_cost_per_token":5e-07)"));
  EXPECT_EQ(price_of(import, "amazon.b-v1:0", "ap-south-1"), "1");
  EXPECT_EQ(price_of(import, "amazon.b-v1:0", "eu-west-1"), "2");
  EXPECT_EQ(price_of(import, "amazon.b-v1:0", "us-west-2"), "3");
  EXPECT_EQ(price_of(import, "amazon.b-v1:0", "us-east-1"), "3");
  EXPECT_EQ(price_of(import, "amazon.b-v1:0", "us-gov-west-1"), "") << "other prices hold there";
  EXPECT_EQ(price_of(import, "amazon.b-v1:0", "eu-west-1", analytics::Scope::global), "0.5");
  ASSERT_EQ(import.notes.size(), 1U);
  EXPECT_EQ(import.notes[0].kind, NoteKind::conflict);
  EXPECT_EQ(import.notes[0].subject, "amazon.b-v1:0 input_tokens us-east-1");
  EXPECT_EQ(import.identity, (ImportIdentity{"litellm", "all", "2026-07-24"}));
}

TEST(LitellmMap, TakesBareIdsOfClaude45AndLaterForTheGlobalPrice) {
  for (const std::string model : {"anthropic.claude-sonnet-4-5-20250929-v1:0",
                                  "anthropic.claude-opus-4-7", "anthropic.claude-sonnet-5"}) {
    const PriceImport import = import_of(entry(model, R"("input_cost_per_token":3e-06)"));
    EXPECT_EQ(price_of(import, model, "us-east-1"), "") << model;
    EXPECT_EQ(price_of(import, model, "us-east-1", analytics::Scope::global), "3");
    ASSERT_EQ(import.notes.size(), 1U);
    EXPECT_EQ(import.notes[0].kind, NoteKind::assumed);
  }
  for (const std::string model :
       {"anthropic.claude-sonnet-4-20250514-v1:0", "anthropic.claude-3-5-sonnet-20240620-v1:0",
        "anthropic.claude-v2:1", "anthropic.claude-opus-4-1-20250805-v1:0", "anthropic.claude-",
        "anthropic.claude-x-", "anthropic.claude-sonnet-99999999999999999999"}) {
    const PriceImport import = import_of(entry(model, R"("input_cost_per_token":3e-06)"));
    EXPECT_EQ(price_of(import, model, "us-east-1"), "3") << model;
  }
}

TEST(LitellmMap, ReadsEveryTokenClass) {
  const PriceImport import = import_of(entry(
      "a.b", R"("input_cost_per_token":0,"output_cost_per_token":1.5e-05,"mode":"chat",)"
             R"("cache_read_input_token_cost":3e-07,"cache_creation_input_token_cost":3.75e-06,)"
             R"("cache_creation_input_token_cost_above_1hr":6e-06,"max_tokens":4096,)"
             R"("input_cost_per_token_above_200k_tokens":6e-06,"supports_vision":true,)"
             R"("search_context_cost_per_query":{"input_cost_per_token":9},)"
             R"("output_cost_per_second":0.1,"tiers":[1,[2,{"input_cost_per_token":8}]])"));
  const auto price = [&](Meter meter, std::uint64_t context = 0) {
    return price_of(import, "a.b", "us-east-1", analytics::Scope::regional, meter, context);
  };
  EXPECT_EQ(price(Meter::input), "0");
  EXPECT_EQ(price(Meter::output), "15");
  EXPECT_EQ(price(Meter::cache_read), "0.3");
  EXPECT_EQ(price(Meter::cache_write_5m), "3.75");
  EXPECT_EQ(price(Meter::cache_write_1h), "6");
  EXPECT_EQ(price(Meter::input, 200'000), "6");
  EXPECT_EQ(price(Meter::output, 200'000), "15");
  ASSERT_EQ(import.notes.size(), 1U);
  EXPECT_EQ(import.notes[0].subject, "output_cost_per_second");
}

TEST(LitellmMap, LeavesOutWhatIsNoModelOfOnDemandCalls) {
  const PriceImport import = import_of(
      R"("sample_spec":{"litellm_provider":"one of ...","input_cost_per_token":0.0},)"
      R"("gpt-4o":{"litellm_provider":"openai","input_cost_per_token":2.5e-06},)" +
      entry("bedrock/us-east-1/1-month-commitment/a.b", R"("input_cost_per_second":0.01)") + ',' +
      entry("bedrock/*/1-month-commitment/a.b", R"("input_cost_per_second":0.01)") + ',' +
      entry("bedrock/invoke/a.b", R"("input_cost_per_token":1e-06)") + ',' +
      entry("512-x-512/50-steps/s.x", R"("output_cost_per_image":0.01)") + ',' +
      entry("a.b@20251001", R"("input_cost_per_token":1e-06)") + ',' +
      R"("bedrock_mantle/a.b":{"litellm_provider":"bedrock_mantle","input_cost_per_token":1e-06})");
  EXPECT_TRUE(import.rows.empty());
  EXPECT_EQ(import.notes.size(), 7U);
}

TEST(LitellmMap, ReadsTheDigitsAndNoDouble) {
  const PriceImport import = import_of(
      entry("a.b", R"("input_cost_per_token":3.3e-06,"output_cost_per_token":0.000000123456789)") +
      ',' + entry("c.d", R"("input_cost_per_token":1.2500000000000001e-06)") + ',' +
      entry("e.f", R"("input_cost_per_token":1E2,"output_cost_per_token":1e-400)") + ',' +
      entry("g.h", R"("input_cost_per_token":12345678901234567890123)"));
  EXPECT_EQ(price_of(import, "a.b", "us-east-1"), "3.3");
  EXPECT_EQ(price_of(import, "a.b", "us-east-1", analytics::Scope::regional, Meter::output),
            "0.123456789");
  EXPECT_EQ(price_of(import, "e.f", "us-east-1"), "100000000");
  std::size_t unusable = 0;
  for (const ImportNote& note : import.notes) {
    unusable += note.kind == NoteKind::unusable_price ? 1U : 0U;
  }
  EXPECT_EQ(unusable, 3U);
}

TEST(LitellmMap, IsRefusedWithoutADateAndWithNegativePrices) {
  const std::string text = "{" + entry("a.b", R"("input_cost_per_token":-1e-06)") + "}";
  const auto negative = read(text);
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().subject, "map.json, a.b");
  EXPECT_EQ(negative.error().message,
            "input_cost_per_token is negative: -1e-06; take the entry out");
  for (const std::string date : {"", "yesterday", "2026-07", "2026-07-24x"}) {
    const auto undated = read_price_list(text, "map.json", {&sample::names(), date});
    ASSERT_FALSE(undated);
    EXPECT_NE(undated.error().message.find("--as-of"), std::string::npos);
  }
}

RC_GTEST_PROP(LitellmMap, PricesAreTheNumbersTimesAMillionWhateverTheirNotation, ()) {
  // An integer mantissa of a price per million, written per token in several ways.
  const auto mantissa = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const auto exponent = *rc::gen::inRange(-10, 12);
  const std::string digits = std::to_string(mantissa);
  const std::string wanted =
      analytics::to_decimal(mantissa, 10, 0);  // USD per million, 10 decimals.
  // mantissa x 10^-16 per token, with the point moved by `exponent`.
  std::string text = analytics::to_decimal(mantissa, 10, 1);
  if (exponent >= 0) {
    text = digits + std::string(static_cast<std::size_t>(exponent), '0') + ".0e-" +
           std::to_string(16 + exponent);
  } else {
    text += "E-06";
  }
  const PriceImport import = import_of(entry("a.b", "\"input_cost_per_token\":" + text));
  RC_ASSERT(price_of(import, "a.b", "us-east-1") == wanted);
}

}  // namespace
}  // namespace bedrocklog::finance
