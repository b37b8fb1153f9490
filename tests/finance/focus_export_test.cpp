// FOCUS rows of made-up calls, cell by cell; what holds for all rows is tested over the whole
// program (tests/end_to_end/focus_test.py).
#include "analytics/finance/focus_export.h"

#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "analytics/finance/aws_names.h"
#include "tests/analytics/sample_calls.h"

namespace bedrocklog::finance {
namespace {

using analytics::Key;
using analytics::KeyKind;
using analytics::sample::Call;

using FocusRow = std::map<std::string, std::string>;  // "null" for null, texts in quotes.

struct FocusRows {
  std::vector<FocusRow> rows;
  FocusGap gap;
};

FocusRows rows_of(const std::vector<Key>& by, const std::vector<Call>& calls,
                  const FocusOptions& options = {}) {
  const bool with_team =
      std::any_of(by.begin(), by.end(), [](const Key& key) { return key.kind == KeyKind::team; });
  const std::vector<std::string> names = focus_columns(options.version, with_team);
  FocusRows result;
  const Result<FocusGap> gap = make_focus_rows(
      analytics::sample::aggregate_of(by, calls), analytics::sample::prices(), options,
      [&](const std::vector<FocusCell>& cells) {
        EXPECT_EQ(cells.size(), names.size());
        FocusRow row;
        for (std::size_t at = 0; at < cells.size(); ++at) {
          const bool is_text = cells[at].kind == FocusCell::Kind::text;
          row[names[at]] = cells[at].kind == FocusCell::Kind::null
                               ? "null"
                               : (is_text ? '"' + cells[at].text + '"' : cells[at].text);
        }
        result.rows.push_back(row);
        return true;
      });
  EXPECT_TRUE(gap) << gap.error().message;
  result.gap = gap ? *gap : FocusGap();
  return result;
}

std::vector<Key> keys(bool by_hour = false) {
  const Result<std::vector<Key>> made =
      focus_keys({{KeyKind::tag, "team"}, {KeyKind::model, ""}, {KeyKind::tag, "app"}}, by_hour);
  EXPECT_TRUE(made);
  return *made;
}

Call call() {
  Call one;
  one.keys = {"111122223333", "us.full", "Converse", "search", std::nullopt};
  one.tokens = {.input = 1'234'567};
  return one;
}

TEST(FocusExport, WritesOneRowForEachTokenClassWithExactFigures) {
  Call both = call();
  both.tokens = {.input = 1'234'567, .cache_write_1h = 5};
  const FocusRows made = rows_of(keys(), {both});
  ASSERT_EQ(made.rows.size(), 2U);
  const FocusRow& row = made.rows[0];
  EXPECT_EQ(row.at("ListCost"), "3.703701");
  EXPECT_EQ(row.at("ListUnitPrice"), "3.0");
  EXPECT_EQ(row.at("PricingQuantity"), "1.234567");
  EXPECT_EQ(row.at("PricingUnit"), "\"1000000 Tokens\"");
  EXPECT_EQ(row.at("ConsumedQuantity"), "1234567.0");
  EXPECT_EQ(row.at("BilledCost"), row.at("ListCost"));
  EXPECT_EQ(row.at("BillingPeriodStart"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(row.at("BillingPeriodEnd"), "2026-04-01T00:00:00Z");
  EXPECT_EQ(row.at("ChargePeriodStart"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(row.at("ChargePeriodEnd"), "2026-03-02T00:00:00Z");
  EXPECT_EQ(row.at("Tags"), "\"{\"team\":\"search\"}\"");
  EXPECT_EQ(row.at("SkuId"), "\"bedrock:full:input_tokens:standard:regional\"");
  EXPECT_EQ(row.at("SkuPriceId"), "\"bedrock:full:input_tokens:standard:regional:us-east-1\"");
  EXPECT_EQ(row.at("ChargeDescription"),
            "\"full input tokens, standard tier, regional routing, us-east-1\"");
  EXPECT_EQ(row.at("BillingAccountId"), "\"111122223333\"");
  EXPECT_EQ(row.at("SubAccountType"), "\"Account\"");
  EXPECT_EQ(row.at("RegionName"), "\"US East (N. Virginia)\"");
  EXPECT_EQ(row.at("x_PriceBookId"), "\"2026-02-01\"");
  EXPECT_EQ(row.at("InvoiceId"), "null");
  EXPECT_EQ(made.rows[1].at("SkuMeter"), "\"Cache Write Tokens (1h)\"");
  EXPECT_EQ(made.rows[1].at("ListCost"), "0.00003");
}

TEST(FocusExport, LeavesOutWhatHasNoPriceAndCountsIt) {
  Call partly = call();
  partly.price_key.model = "partial";
  partly.tokens = {.input = 1'000, .output = 7};
  const FocusRows made = rows_of(keys(), {partly});
  ASSERT_EQ(made.rows.size(), 1U);
  EXPECT_EQ(made.rows[0].at("PricingUnit"), "\"1000 Tokens\"");
  EXPECT_EQ(made.rows[0].at("ListUnitPrice"), "0.0000350001");
  EXPECT_EQ(made.rows[0].at("PricingQuantity"), "1.0");
  EXPECT_EQ(made.gap.tokens, 7U);
  EXPECT_EQ(made.gap.charges, 1U);
  EXPECT_EQ(made.gap.first, "partial in us-east-1");
}

TEST(FocusExport, PricesWhatProvisionedCapacityCoversAtZero) {
  Call covered = call();
  covered.price_key.covered = true;
  const FocusRows made = rows_of(keys(), {covered});
  ASSERT_EQ(made.rows.size(), 1U);
  EXPECT_EQ(made.rows[0].at("PricingCategory"), "\"Committed\"");
  EXPECT_EQ(made.rows[0].at("ListCost"), "0.0");
  EXPECT_EQ(made.rows[0].at("ListUnitPrice"), "0.0");
  EXPECT_EQ(made.rows[0].at("PricingUnit"), "\"Tokens\"");
  EXPECT_EQ(made.rows[0].at("PricingQuantity"), "1234567.0");
}

TEST(FocusExport, ShowsDiscountsAsContractedAndPayersAsBillingAccounts) {
  const Result<Discounts> discounts =
      Discounts::parse("model,percent\nfull,12.34\n", "discounts.csv");
  ASSERT_TRUE(discounts) << discounts.error().message;
  const Result<AccountNames> accounts = AccountNames::parse(
      "account,name,payer\n111122223333,ml-prod,999900001111\n999900001111,holding,\n", "a.csv");
  ASSERT_TRUE(accounts);
  FocusOptions options;
  options.discounts = &*discounts;
  options.accounts = &*accounts;
  const FocusRow row = rows_of(keys(), {call()}, options).rows.at(0);
  EXPECT_EQ(row.at("ListCost"), "3.703701");
  EXPECT_EQ(row.at("ContractedUnitPrice"), "2.6298");
  EXPECT_EQ(row.at("ContractedCost"), "3.2466642966");
  EXPECT_EQ(row.at("BilledCost"), "3.2466642966");
  EXPECT_EQ(row.at("BillingAccountId"), "\"999900001111\"");
  EXPECT_EQ(row.at("BillingAccountName"), "\"holding\"");
  EXPECT_EQ(row.at("BillingAccountType"), "\"Management Account\"");
  EXPECT_EQ(row.at("SubAccountId"), "\"111122223333\"");
  EXPECT_EQ(row.at("SubAccountName"), "\"ml-prod\"");
  EXPECT_EQ(row.at("SubAccountType"), "\"Member Account\"");
}

TEST(FocusExport, HasHoursAsChargePeriods) {
  Call first = call();
  first.keys.insert(first.keys.begin() + 3, "2026-03-01T09Z");
  Call last = call();
  last.keys.insert(last.keys.begin() + 3, "2026-03-01T23Z");
  const FocusRows made = rows_of(keys(true), {first, last});
  ASSERT_EQ(made.rows.size(), 2U);
  EXPECT_EQ(made.rows[0].at("ChargePeriodStart"), "2026-03-01T09:00:00Z");
  EXPECT_EQ(made.rows[0].at("ChargePeriodEnd"), "2026-03-01T10:00:00Z");
  EXPECT_EQ(made.rows[1].at("ChargePeriodEnd"), "2026-03-02T00:00:00Z");
}

TEST(FocusExport, NamesTheResourceByTheLoggedId) {
  const auto resource = [](const std::string& logged, const std::string& region) {
    Call one = call();
    one.keys[1] = logged;
    one.price_key.region = region;
    const FocusRow row = rows_of(keys(), {one}).rows.at(0);
    return row.at("ResourceType") + ' ' + row.at("ResourceId") + ' ' + row.at("ResourceName");
  };
  EXPECT_EQ(resource("us.anthropic.x-v1:0", "us-east-1"),
            "\"Inference Profile\" "
            "\"arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.x-v1:0\" "
            "\"us.anthropic.x-v1:0\"");
  EXPECT_EQ(resource("anthropic.x-v1:0", "us-gov-west-1"),
            "\"Foundation Model\" "
            "\"arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.x-v1:0\" "
            "\"anthropic.x-v1:0\"");
  const std::string profile =
      "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12";
  EXPECT_EQ(resource(profile, "us-east-1"),
            "\"Application Inference Profile\" \"" + profile + "\" \"ab12\"");
}

TEST(FocusExport, KeepsNullsApartWhereTheLogSaysNothing) {
  Call bare = call();
  bare.keys = {std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
  bare.price_key.region = "";
  const FocusRow row = rows_of(keys(), {bare}).rows.at(0);
  EXPECT_EQ(row.at("BillingAccountId"), "\"unknown\"");
  EXPECT_EQ(row.at("SubAccountId"), "null");
  EXPECT_EQ(row.at("SubAccountName"), "null");
  EXPECT_EQ(row.at("SubAccountType"), "null");
  EXPECT_EQ(row.at("RegionId"), "null");
  EXPECT_EQ(row.at("RegionName"), "null");
  EXPECT_EQ(row.at("Tags"), "\"{}\"");
}

TEST(FocusExport, RenamesTheProviderColumnsInLaterVersions) {
  const auto has = [](FocusVersion version, std::string_view name) {
    const std::vector<std::string> names = focus_columns(version, false);
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has(FocusVersion::v1_2, "ProviderName"));
  EXPECT_FALSE(has(FocusVersion::v1_2, "ServiceProviderName"));
  EXPECT_TRUE(has(FocusVersion::v1_3, "ProviderName"));
  EXPECT_TRUE(has(FocusVersion::v1_3, "HostProviderName"));
  EXPECT_FALSE(has(FocusVersion::v1_4, "PublisherName"));
  EXPECT_TRUE(has(FocusVersion::v1_4, "ServiceProviderName"));
  EXPECT_EQ(focus_columns(FocusVersion::v1_2, true).back(), "x_Team");
  EXPECT_FALSE(parse_focus_version("2"));
  EXPECT_EQ(parse_focus_version("1.3").value(), FocusVersion::v1_3);
}

TEST(FocusExport, TakesOnlyKeysItHasColumnsFor) {
  const Result<std::vector<Key>> refused = focus_keys({{KeyKind::user, ""}}, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().subject, "--by");
  EXPECT_EQ(keys(true)[3].kind, KeyKind::hour);
}

TEST(AwsNames, AreThoseOfAwsAndUnknownOnesStay) {
  EXPECT_EQ(region_name_of("ap-southeast-7"), "Asia Pacific (Thailand)");
  EXPECT_EQ(region_name_of("xx-new-1"), "xx-new-1");
  EXPECT_EQ(publisher_name_of("mistral"), "Mistral AI");
  EXPECT_EQ(publisher_name_of("newcomer"), "newcomer");
}

}  // namespace
}  // namespace bedrocklog::finance
