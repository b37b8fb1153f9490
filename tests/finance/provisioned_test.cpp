// Files of provisioned capacity, and who bills a model.
#include "analytics/finance/provisioned.h"

#include <gtest/gtest.h>

#include "analytics/finance/seller.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

std::string refusal(const std::string& text) {
  const auto read = parse_provisioned(text, "c.toml");
  return read ? "accepted" : read.error().subject + ": " + read.error().message;
}

const std::string entry =
    "[[provisioned]]\nmodel = \"arn\"\nunits = 2\nusd_per_unit_hour = \"39.60\"\n";

TEST(Provisioned, HoursAreCountedInsideTheTimeOfTheEntryAndOfTheSpan) {
  const auto read = parse_provisioned(
      entry + "from = 2026-03-01T05:00:00Z\nto = 2026-03-02\nbase_model = \"full\"\n", "c.toml");
  ASSERT_TRUE(read) << read.error().message;
  const Capacity& capacity = read->front();
  EXPECT_EQ(capacity.units, 2U);
  EXPECT_EQ(capacity.base_model, "full");
  EXPECT_EQ(capacity.place, "c.toml:1");
  const std::int64_t march = std::int64_t{analytics::sample::first_day} * 24;
  EXPECT_EQ(hours_inside(capacity, march, march + 24), 19U);
  EXPECT_EQ(hours_inside(capacity, march, march + 6), 1U);
  EXPECT_EQ(hours_inside(capacity, march + 23, march + 100), 1U);
  EXPECT_EQ(hours_inside(capacity, march + 24, march + 100), 0U);
}

TEST(Provisioned, BadFilesNameTheLineAndTheRemedy) {
  EXPECT_EQ(refusal(entry), "c.toml:1: provisioned capacity needs from");
  EXPECT_EQ(refusal(entry + "from = \"2026-03-01T05:30:00Z\"\n"),
            "c.toml:1: from takes a date or a full hour in UTC, 2026-03-01 or "
            "2026-03-01T05:00:00Z: \"2026-03-01T05:30:00Z\"");
  EXPECT_EQ(refusal(entry + "from = 2026-03-01\nto = 2026-03-01\n"),
            "c.toml:1: ends before it begins: to is the first hour that is not inside");
  EXPECT_EQ(refusal("[[provisioned]]\nmodel = \"m\"\nunits = 1\nusd_per_unit_hour = 39.6\n"),
            "c.toml:4: usd_per_unit_hour: write it in quotes, so that it is read exactly: "
            "usd_per_unit_hour = \"12.5\"");
  EXPECT_EQ(refusal("[[provisioned]]\nmodel = \"m\"\nunits = 0\nusd_per_unit_hour = \"1\"\nfrom = "
                    "2026-03-01\n"),
            "c.toml:1: units takes a whole number from 1 to 1000000: \"0\"");
  EXPECT_EQ(refusal(entry + "from = 2026-03-01\n" + entry + "from = 2027-03-01\n"),
            "c.toml:6: its time overlaps that of c.toml:1 for the same model; end one where the "
            "other begins");
  EXPECT_EQ(refusal("units = 3\n"),
            "c.toml:1: unknown key units; entries stand below [[provisioned]]");
  EXPECT_EQ(refusal("[[provisioned]\n").substr(0, 23), "c.toml:1: is not TOML: ");
}

TEST(Sellers, MarketplaceModelsAreToldByOfferElseByMaker) {
  EXPECT_EQ(assumed_seller_of("anthropic.claude-sonnet-4-5-20250929-v1:0"), marketplace_seller);
  EXPECT_EQ(assumed_seller_of("anthropic.claude-3-5-sonnet-20240620-v1:0"), marketplace_seller);
  EXPECT_EQ(assumed_seller_of("anthropic.claude-3-haiku-20240307-v1:0"), aws_seller);
  EXPECT_EQ(assumed_seller_of("cohere.embed-v4:0"), marketplace_seller);
  EXPECT_EQ(assumed_seller_of("amazon.nova-micro-v1:0"), aws_seller);
  EXPECT_EQ(assumed_seller_of("arn:aws:bedrock:us-east-1:1:provisioned-model/x"), std::nullopt);

  const auto prices = analytics::PriceTable::parse(
      "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price,offer"
      "\nanthropic.claude-new,input_tokens,standard,regional,,,*,1M tokens,USD,3,AmazonBedrock\n",
      "b");
  ASSERT_TRUE(prices) << prices.error().message;
  Sellers sellers(*prices);
  EXPECT_EQ(sellers.of("anthropic.claude-new"), aws_seller);
  EXPECT_FALSE(sellers.has_assumed());
  EXPECT_EQ(sellers.of("anthropic.claude-other"), marketplace_seller);
  EXPECT_TRUE(sellers.has_assumed());
}

}  // namespace
}  // namespace bedrocklog::finance
