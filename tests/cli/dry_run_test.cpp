// Requests, bytes and exact cost of a run that does not happen.
#include "cli/dry_run.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bedrocklog::cli {
namespace {

ingest::Manifest sample() {
  ingest::Manifest manifest;
  manifest.objects = {{"s3://one/a", "a", 1'000, "", 0},
                      {"s3://one/b", "b", 500, "", 0},
                      {"s3://two/c", "c", billed_gb_bytes * 3, "", 0},
                      {"logs/d", "d", 40, "", 0}};
  manifest.skipped = {{"e", ingest::SkipKind::sidecar}};
  return manifest;
}

TEST(DryRun, CountsEachBucketAndAllFiles) {
  const RunPlan plan = plan_of(sample(), 7, 1);
  ASSERT_EQ(plan.places.size(), 3U);
  EXPECT_EQ(plan.places[0].place, "files");
  EXPECT_EQ(plan.places[0].get_requests, 0U);
  EXPECT_EQ(plan.places[0].transfer_bytes, 0U);
  EXPECT_EQ(plan.places[1].place, "s3://one");
  EXPECT_EQ(plan.places[1].objects, 2U);
  EXPECT_EQ(plan.places[1].bytes, 1'500U);
  EXPECT_EQ(plan.total.objects, 4U);
  EXPECT_EQ(plan.total.get_requests, 3U);
  EXPECT_EQ(plan.list_requests, 7U);
}

TEST(DryRun, CostIsExact) {
  const S3Prices prices = *parse_s3_prices("list=0.005,get=0.0004,gb=0.09");
  ingest::Manifest manifest;
  manifest.objects = {{"s3://two/c", "c", billed_gb_bytes * 3 + (1U << 20U), "", 0}};
  const PlanCost cost = cost_of(plan_of(manifest, 7, 1), prices);
  EXPECT_EQ(analytics::to_decimal(cost.list), "0.000035");
  EXPECT_EQ(analytics::to_decimal(cost.get), "0.0000004");
  EXPECT_EQ(analytics::to_decimal(cost.transfer), "0.270087890625");  // 0.27 + 0.09 / 1024.
}

TEST(DryRun, ASecondReadingCostsAsMuchAgain) {
  const RunPlan once = plan_of(sample(), 1, 1);
  const RunPlan twice = plan_of(sample(), 1, 2);
  EXPECT_EQ(twice.total.get_requests, 2 * once.total.get_requests);
  EXPECT_EQ(twice.total.transfer_bytes, 2 * once.total.transfer_bytes);
  EXPECT_EQ(twice.total.bytes, once.total.bytes);
}

TEST(DryRun, TheDearestPriceOfTheLargestTransferDoesNotOverflow) {
  const S3Prices prices = *parse_s3_prices("list=0,get=0,gb=99999999");
  RunPlan plan;
  plan.total.transfer_bytes = (1ULL << 40U) - 1;
  const PlanCost cost = cost_of(plan, prices);
  EXPECT_EQ(analytics::to_decimal_rounded(cost.transfer.value, 18, 0), "102399998976");
}

TEST(DryRun, WithoutPricesThereIsNoCost) {
  const RunPlan plan = plan_of(sample(), 7, 1);
  EXPECT_NE(plan_text(plan, std::nullopt).find("no unit prices were given"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::parse(plan_json(plan, std::nullopt))["cost_usd"].is_null());
  const S3Prices prices = *parse_s3_prices("gb=1,list=1,get=1");
  const nlohmann::json document = nlohmann::json::parse(plan_json(plan, prices));
  EXPECT_EQ(document["cost_usd"]["list"], "0.007");
  EXPECT_EQ(document["total"]["get_requests"], 3);
}

TEST(DryRun, RefusesPricesThatSayTooLittleOrTooMuch) {
  for (const char* text : {"list=1,get=1", "list=1,get=1,gb=1,gb=2", "list=1,get=1,tb=1", "1",
                           "list=-1,get=1,gb=1", "list=1,get=1,gb="}) {
    const Result<S3Prices> prices = parse_s3_prices(text);
    ASSERT_FALSE(prices) << text;
    EXPECT_EQ(prices.error().subject, "--s3-prices");
  }
}

}  // namespace
}  // namespace bedrocklog::cli
