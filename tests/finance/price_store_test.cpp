// Kept imports and the books they make.
#include "analytics/finance/price_store.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/calendar.h"
#include "analytics/finance/price_rows.h"
#include "ingest/unix_millis.h"
#include "tests/finance/price_list_sample.h"

namespace bedrocklog::finance {
namespace {

using sample::Json;

/// The list of one offer, with every price but `price_of_input` as in the vectors.
PriceImport list_of(const std::string& published, const std::string& price_of_input,
                    const std::string& offer = "AmazonBedrock") {
  std::vector<Json> skus = sample::skus("AmazonBedrock");
  for (Json& sku : skus) {
    sku["offer"] = offer;
    if (sku["usage_type"] == "USE1-NovaMicro-input-tokens") {
      sku["expect"]["price_usd"] = price_of_input;
    }
  }
  if (price_of_input.empty()) {
    std::erase_if(
        skus, [](const Json& sku) { return sku["usage_type"] == "USE1-NovaMicro-input-tokens"; });
  }
  auto imports =
      read_price_list(sample::bulk(offer, published, skus).dump(), "list", {&sample::names(), ""});
  EXPECT_TRUE(imports);
  return std::move(imports->front());
}

StoredImport kept(const PriceImport& import) {
  auto stored = parse_stored(stored_text(import), "kept.csv");
  EXPECT_TRUE(stored) << stored.error().message;
  return std::move(*stored);
}

std::string input_price(const analytics::PriceTable& table, const std::string& date) {
  analytics::PriceKey key;
  key.model = "amazon.nova-micro-v1:0";
  key.region = "us-east-1";
  key.day = static_cast<std::int32_t>(days_from_civil(*analytics::parse_date(date)));
  const analytics::PriceRow* row = table.find(key, analytics::Meter::input);
  return row == nullptr ? "" : row->price;
}

TEST(PriceStore, KeepsAnImportWholeUnderItsIdentity) {
  const PriceImport import = list_of("2026-05-04T20:15:30Z", "0.0000350000");
  EXPECT_EQ(stored_name(import.identity), "AmazonBedrock_us-east-1_20260504T201530Z.csv");
  const StoredImport stored = kept(import);
  EXPECT_EQ(stored.identity, import.identity);
  EXPECT_EQ(stored.version, import.version);
  EXPECT_EQ(stored.source_sha256, import.source_sha256);
  EXPECT_EQ(to_csv(stored.rows), to_csv(import.rows));
  EXPECT_EQ(stored.rows.front().offer, "AmazonBedrock");
  EXPECT_FALSE(stored.rows.front().rate_code.empty());
  EXPECT_EQ(stored_name({"../../etc", "a/b", "2026-05-04"}), "etc_ab_20260504.csv");
}

TEST(PriceStore, RefusesWhatItDidNotWrite) {
  const std::string text = stored_text(list_of("2026-05-04T20:15:30Z", "0.0000350000"));
  const auto refusal = [](const std::string& broken) {
    const auto stored = parse_stored(broken, "kept.csv");
    EXPECT_FALSE(stored);
    return stored ? std::string() : stored.error().subject;
  };
  EXPECT_EQ(refusal("model,meter\n"), "kept.csv:1");
  EXPECT_EQ(refusal(""), "kept.csv:1");
  EXPECT_EQ(refusal("# bedrocklog price list 1\nmodel\n"), "kept.csv:1");
  std::string negative = text;
  negative.replace(negative.find(",0.00000875"), 2, ",-");
  EXPECT_EQ(
      refusal(negative),
      "kept.csv:" + std::to_string(1 + std::count(text.begin(),
                                                  text.begin() + static_cast<std::ptrdiff_t>(
                                                                     text.find(",0.00000875")),
                                                  '\n')));
}

TEST(PriceStore, APublicationHoldsFromItsDayAndTheFirstSinceEver) {
  const ImportedBooks books = books_of({kept(list_of("2026-09-01T00:00:00Z", "0.0000200000")),
                                        kept(list_of("2026-05-04T20:15:30Z", "0.0000350000")),
                                        kept(list_of("2026-07-01T00:00:00Z", "0.0000350000"))});
  ASSERT_EQ(books.aws.size(), 1U);
  EXPECT_FALSE(books.litellm);
  const analytics::PriceTable& table = books.aws.front();
  EXPECT_EQ(input_price(table, "2020-01-01"), "0.0000350000");
  EXPECT_EQ(input_price(table, "2026-08-31"), "0.0000350000");
  EXPECT_EQ(input_price(table, "2026-09-01"), "0.0000200000");
  EXPECT_EQ(table.name(), "AmazonBedrock@2026-05-04..2026-09-01");
  EXPECT_EQ(table.as_of(), "2026-09-01");
  const auto again = analytics::PriceTable::parse(to_csv(table.rows()), "again");
  EXPECT_TRUE(again) << "no two rows of one claim and start";
}

TEST(PriceStore, APriceThatALaterListLeavesOutStays) {
  const ImportedBooks books = books_of({kept(list_of("2026-05-04T20:15:30Z", "0.0000350000")),
                                        kept(list_of("2026-07-01T00:00:00Z", ""))});
  EXPECT_EQ(input_price(books.aws.front(), "2026-12-31"), "0.0000350000");
}

TEST(PriceStore, OfTwoListsOfOneDayTheLaterOneHolds) {
  const ImportedBooks books = books_of({kept(list_of("2026-05-04T20:15:30Z", "0.0000350000")),
                                        kept(list_of("2026-07-01T00:00:00Z", "0.0000300000")),
                                        kept(list_of("2026-07-01T09:00:00Z", "0.0000310000"))});
  EXPECT_EQ(input_price(books.aws.front(), "2026-07-01"), "0.0000310000");
  EXPECT_TRUE(analytics::PriceTable::parse(to_csv(books.aws.front().rows()), "again"));
}

TEST(PriceStore, LaysOffersOverEachOtherInAFixedOrderAndTakesTheLatestLitellmMap) {
  const auto map = [](const std::string& date, const std::string& price) {
    const auto imports = read_price_list(
        R"({"a.b":{"litellm_provider":"bedrock","input_cost_per_token":)" + price + "}}", "map",
        {&sample::names(), date});
    return kept(imports->front());
  };
  std::vector<StoredImport> imports = {
      kept(list_of("2026-05-04T20:15:30Z", "0.0000350000", "AmazonBedrock")),
      kept(list_of("2026-05-04T20:15:30Z", "0.0000350000", "AmazonBedrockService")),
      kept(list_of("2026-05-04T20:15:30Z", "0.0000350000", "AmazonBedrockFoundationModels")),
      map("2026-07-24", "1e-06"), map("2026-08-24", "2e-06")};
  std::string shape;
  std::sort(imports.begin(), imports.end(),
            [](const auto& left, const auto& right) { return left.sha256 < right.sha256; });
  do {
    const ImportedBooks books = books_of(imports);
    std::string now = books.litellm->name() + ' ' + books.litellm->sha256();
    for (const analytics::PriceTable& table : books.aws) {
      now += ' ' + table.name() + ' ' + table.sha256();
    }
    EXPECT_TRUE(shape.empty() || shape == now);
    shape = now;
    EXPECT_EQ(books.aws.back().name(), "AmazonBedrockFoundationModels@2026-05-04");
    EXPECT_EQ(books.litellm->rows().front().price, "2");
  } while (std::next_permutation(
      imports.begin(), imports.end(),
      [](const auto& left, const auto& right) { return left.sha256 < right.sha256; }));
}

RC_GTEST_PROP(PriceStore, FilesBrokenAnywhereAreRefusedOrPriceBooks, ()) {
  static const std::string good = stored_text(list_of("2026-05-04T20:15:30Z", "0.0000350000"));
  std::string text = good;
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  if (*rc::gen::arbitrary<bool>()) {
    text.resize(at);
  } else {
    text.replace(at, *rc::gen::inRange<std::size_t>(0, 9), *rc::gen::arbitrary<std::string>());
  }
  if (auto stored = parse_stored(text, "kept.csv")) {
    const ImportedBooks books = books_of({std::move(*stored)});
    RC_ASSERT(books.aws.size() + (books.litellm ? 1U : 0U) == 1U);
  }
}

}  // namespace
}  // namespace bedrocklog::finance
