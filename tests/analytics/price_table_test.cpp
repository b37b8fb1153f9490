// Which row prices a token class: every rule of the lookup with an example, and every bad field.
#include "analytics/price_table.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ingest/aws/digest.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {
namespace {

const std::string header =
    "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price,"
    "effective_from,effective_to,as_of,source\n";

std::int32_t day(int year, unsigned month, unsigned day_of_month) {
  return static_cast<std::int32_t>(days_from_civil({year, month, day_of_month}));
}

PriceTable book(const std::string& rows, const std::string& name = "book") {
  Result<PriceTable> table = PriceTable::parse(header + rows, name);
  EXPECT_TRUE(table) << table.error().subject << ": " << table.error().message;
  return table ? std::move(*table) : PriceTable();
}

PriceKey key_of(const std::string& model, const std::string& region) {
  PriceKey key;
  key.model = model;
  key.region = region;
  key.day = day(2026, 3, 4);
  return key;
}

// The price as written, or "unpriced".
std::string price_of(const PriceTable& table, const PriceKey& key, Meter meter = Meter::input) {
  const PriceRow* row = table.find(key, meter);
  return row == nullptr ? "unpriced" : row->price;
}

TEST(PriceTable, ARegionByNameBeatsTheStar) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,,,*,1M tokens,USD,1,,,,\n"
      "m,input_tokens,standard,regional,,,eu-west-1 eu-west-2,1M tokens,USD,2,,,,\n"
      "n,input_tokens,standard,regional,,,eu-west-1,1M tokens,USD,3,,,,\n");
  EXPECT_EQ(price_of(table, key_of("m", "eu-west-2")), "2");
  EXPECT_EQ(price_of(table, key_of("m", "us-east-1")), "1");
  EXPECT_EQ(price_of(table, key_of("m", "")), "1");
  EXPECT_EQ(price_of(table, key_of("m", "*")), "1");
  EXPECT_EQ(price_of(table, key_of("n", "us-east-1")), "unpriced");
  EXPECT_EQ(price_of(table, key_of("", "us-east-1")), "unpriced");
}

TEST(PriceTable, DatesAreHalfOpenAndTheLatestStartWins) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,,,*,1M tokens,USD,3,,,,\n"
      "m,input_tokens,standard,regional,,,*,1M tokens,USD,6,2025-12-01,2026-02-01,,\n"
      "m,input_tokens,standard,regional,,,*,1M tokens,USD,7,2026-03-01,,,\n");
  PriceKey key = key_of("m", "us-east-1");
  const auto on = [&](std::int32_t at) {
    key.day = at;
    return price_of(table, key);
  };
  EXPECT_EQ(on(day(1970, 1, 1)), "3");
  EXPECT_EQ(on(day(2025, 11, 30)), "3");
  EXPECT_EQ(on(day(2025, 12, 1)), "6");
  EXPECT_EQ(on(day(2026, 1, 31)), "6");
  EXPECT_EQ(on(day(2026, 2, 1)), "3");
  EXPECT_EQ(on(day(2026, 3, 1)), "7");
}

TEST(PriceTable, NothingOutsideTheDatesIsPriced) {
  const PriceTable table =
      book("m,input_tokens,standard,regional,,,*,1M tokens,USD,3,2026-03-04,2026-03-05,,\n");
  PriceKey key = key_of("m", "us-east-1");
  EXPECT_EQ(price_of(table, key), "3");
  key.day -= 1;
  EXPECT_EQ(price_of(table, key), "unpriced");
  key.day += 2;
  EXPECT_EQ(price_of(table, key), "unpriced");
}

TEST(PriceTable, LongRequestsTakeTheirOwnRowWhereOneExists) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,,,*,1M tokens,USD,3,,,,\n"
      "m,input_tokens,standard,regional,200000,,*,1M tokens,USD,6,,,,\n"
      "m,input_tokens,standard,regional,,,eu-west-1,1M tokens,USD,4,,,,\n"
      "m,output_tokens,standard,regional,,,*,1M tokens,USD,15,,,,\n");
  PriceKey key = key_of("m", "us-east-1");
  EXPECT_EQ(table.context_limit("m", 200'000), 0U);  // Must be greater.
  EXPECT_EQ(table.context_limit("m", 200'001), 200'000U);
  EXPECT_EQ(table.context_limit("other", 200'001), 0U);
  EXPECT_EQ(price_of(table, key), "3");
  key.context_limit = table.context_limit("m", 200'001);
  EXPECT_EQ(price_of(table, key), "6");
  EXPECT_EQ(price_of(table, key, Meter::output), "15");  // No such row: the ordinary one.
  key.region = "eu-west-1";
  EXPECT_EQ(price_of(table, key), "6");  // The long-request row first, the region within.
}

TEST(PriceTable, ASmallerContextLimitServesMetersWithoutTheLarger) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,200000,,*,1M tokens,USD,6,,,,\n"
      "m,input_tokens,standard,regional,500000,,*,1M tokens,USD,9,,,,\n"
      "m,output_tokens,standard,regional,200000,,*,1M tokens,USD,22.5,,,,\n");
  PriceKey key = key_of("m", "us-east-1");
  EXPECT_EQ(table.context_limit("m", 300'000), 200'000U);
  key.context_limit = table.context_limit("m", 600'000);
  EXPECT_EQ(key.context_limit, 500'000U);
  EXPECT_EQ(price_of(table, key), "9");
  EXPECT_EQ(price_of(table, key, Meter::output), "22.5");
}

TEST(PriceTable, ScopesAndTiersNeverStandInForEachOther) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,,,*,1M tokens,USD,3.3,,,,\n"
      "m,input_tokens,priority,global,,,*,1M tokens,USD,5,,,,\n"
      "m,input_tokens,batch,regional,,,*,1M tokens,USD,1.5,,,,\n"
      "m,input_tokens,reserved:1-month,regional,,,*,1M tokens,USD,1,,,,\n");
  PriceKey key = key_of("m", "us-east-1");
  EXPECT_EQ(price_of(table, key), "3.3");
  key.scope = Scope::global;
  EXPECT_EQ(price_of(table, key), "unpriced");
  key.tier = Tier::priority;
  EXPECT_EQ(price_of(table, key), "5");
  key.scope = Scope::regional;
  EXPECT_EQ(price_of(table, key), "unpriced");
  key.tier = Tier::batch;
  EXPECT_EQ(price_of(table, key), "1.5");
  for (const Tier tier : {Tier::flex, Tier::latency_optimized, Tier::reserved}) {
    key.tier = tier;
    EXPECT_EQ(price_of(table, key), "unpriced");
  }
}

TEST(PriceTable, ZeroIsAPriceAndMissingIsNone) {
  const PriceTable table =
      book("m,cache_write_5m_tokens,standard,regional,,,*,1K tokens,USD,0.0000000000,,,,\n");
  const PriceRow* row = table.find(key_of("m", "us-east-1"), Meter::cache_write_5m);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->price, "0.0000000000");
  EXPECT_EQ(row->unit_price, (UnitPrice{0, 1'000}));
  EXPECT_EQ(table.find(key_of("m", "us-east-1"), Meter::cache_write_1h), nullptr);
}

TEST(PriceTable, OnlyTokenUnitsWithoutAttributesPriceTokens) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,,modality=speech,*,1M tokens,USD,3,,,,\n"
      "m,input_tokens,standard,regional,200000,modality=speech,*,1M tokens,USD,3,,,,\n"
      "m,output_images,standard,regional,,image_quality=premium,*,image,USD,0.06,,,,\n"
      "m,output_images,standard,regional,,image_quality=standard,*,image,USD,0.04,,,,\n"
      "n,output_tokens,standard,regional,,,*,token,USD,0.000015,,,,\n");
  EXPECT_EQ(price_of(table, key_of("m", "us-east-1")), "unpriced");
  EXPECT_EQ(table.context_limit("m", 300'000), 0U);
  EXPECT_EQ(table.rows().size(), 5U);
  EXPECT_TRUE(table.knows("m"));
  EXPECT_FALSE(table.knows("o"));
  const PriceRow* row = table.find(key_of("n", "us-east-1"), Meter::output);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->unit_price.unit_quantity, 1U);
  EXPECT_EQ(to_decimal(cost_of(2, row->unit_price)), "0.00003");
}

TEST(PriceTable, KeepsWhatTheBookSays) {
  const PriceTable table = book(
      "m,input_tokens,standard,regional,200000,,eu-west-1 *,1M tokens,USD,3.30,2026-01-01,"
      "2026-02-01,2026-05-04,\"aws, list\"\n"
      "m,output_tokens,standard,regional,,,*,1M tokens,USD,3,,,2026-05-01,x\n");
  const PriceRow& row = table.rows()[0];
  EXPECT_EQ(row.regions, (std::vector<std::string>{"eu-west-1", "*"}));
  EXPECT_EQ(row.context_min_input_tokens, 200'000U);
  EXPECT_EQ(row.price, "3.30");
  EXPECT_EQ(row.unit_price, (UnitPrice{33'000'000'000, 1'000'000}));
  EXPECT_EQ(row.effective_from, day(2026, 1, 1));
  EXPECT_EQ(row.effective_to, day(2026, 2, 1));
  EXPECT_EQ(row.source, "aws, list");
  EXPECT_EQ(table.as_of(), "2026-05-04");
  EXPECT_EQ(table.name(), "book");
}

TEST(PriceTable, ReadsByteOrderMarkCrlfAnyColumnOrderAndMissingOptionalColumns) {
  const std::string csv =
      "\xEF\xBB\xBFprice,currency,unit,regions,scope,tier,meter,model\r\n"
      "3,USD,1M tokens,*,regional,standard,input_tokens,m\r\n";
  const Result<PriceTable> table = PriceTable::parse(csv, "mine");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(price_of(*table, key_of("m", "us-east-1")), "3");
  EXPECT_EQ(table->as_of(), "");
  EXPECT_EQ(table->sha256(), aws::sha256_hex(csv));
}

TEST(PriceTable, RefusesColumnsThatAreMissingOrUnknown) {
  const Result<PriceTable> missing =
      PriceTable::parse("model,meter,tier,scope,regions,unit,currency\n", "b");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("no column \"price\""), std::string::npos);
  const Result<PriceTable> unknown = PriceTable::parse("model,colour\n", "b");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("\"colour\""), std::string::npos);
}

TEST(PriceTable, RefusesTwoRowsForOneThingWithTheirLines) {
  const auto refusal = [](const std::string& rows) {
    const Result<PriceTable> table = PriceTable::parse(header + rows, "b.csv");
    return table ? std::string("accepted") : table.error().subject + ' ' + table.error().message;
  };
  const std::string row = "m,input_tokens,standard,regional,,,us-east-1 us-west-2,1M tokens,USD,1,";
  const std::string other = "m,input_tokens,standard,regional,,,us-west-2,1M tokens,USD,1,";
  EXPECT_TRUE(refusal(row + ",,,\n\n" + other + ",,,\n").starts_with("b.csv:4 prices what line 2"));
  // Inside the stated dates of another one.
  EXPECT_TRUE(refusal(row + "2026-01-01,2026-06-01,,\n" + other + "2026-05-31,,,\n")
                  .starts_with("b.csv:3 prices what line 2"));
  // The long one is two rows back.
  EXPECT_TRUE(refusal(other + "2026-03-01,,,\n" + row + "2026-01-01,2026-02-01,,\n" + row +
                      ",2026-04-01,,\n")
                  .starts_with("b.csv:4 prices what line 2"));
  // Neighbours in time, other regions, contexts and attributes are no conflict.
  EXPECT_EQ(refusal(row + ",2026-06-01,,\n" + other + "2026-06-01,,,\n"), "accepted");
  EXPECT_EQ(refusal(row + ",,,\nm,input_tokens,standard,regional,,,*,1M tokens,USD,1,,,,\n"),
            "accepted");
  EXPECT_EQ(refusal(row + ",,,\nm,input_tokens,standard,regional,9,,us-west-2,1M tokens,USD,1,,,,\n"
                          "m,input_tokens,standard,regional,,a=b,us-west-2,1M tokens,USD,1,,,,\n"),
            "accepted");
}

TEST(PriceTable, NamesLineColumnValueAndFormOfABadField) {
  struct Case {
    std::string row, column, value, form;
  };
  const std::vector<Case> cases = {
      {",input_tokens,standard,regional,,,*,1M tokens,USD,1,,,,", "model", "", "model id"},
      {"a b,input_tokens,standard,regional,,,*,1M tokens,USD,1,,,,", "model", "a b", "blanks"},
      {"m,Input,standard,regional,,,*,1M tokens,USD,1,,,,", "meter", "Input", "input_tokens"},
      {"m,input_tokens,gold,regional,,,*,1M tokens,USD,1,,,,", "tier", "gold", "standard"},
      {"m,input_tokens,standard,us,,,*,1M tokens,USD,1,,,,", "scope", "us", "global"},
      {"m,input_tokens,standard,regional,0,,*,1M tokens,USD,1,,,,", "context_min_input_tokens", "0",
       "tokens"},
      {"m,input_tokens,standard,regional,-5,,*,1M tokens,USD,1,,,,", "context_min_input_tokens",
       "-5", "tokens"},
      {"m,input_tokens,standard,regional,99999999999,,*,1M tokens,USD,1,,,,",
       "context_min_input_tokens", "99999999999", "999999999"},
      {"m,input_tokens,standard,regional,,,,1M tokens,USD,1,,,,", "regions", "", "*"},
      {"m,input_tokens,standard,regional,,,a  b,1M tokens,USD,1,,,,", "regions", "a  b", "blank"},
      {"m,input_tokens,standard,regional,,,a a,1M tokens,USD,1,,,,", "regions", "a a", "twice"},
      {"m,input_tokens,standard,regional,,,EU,1M tokens,USD,1,,,,", "regions", "EU", "ids"},
      {"m,input_tokens,standard,regional,,,*,1M token,USD,1,,,,", "unit", "1M token", "1K tokens"},
      {"m,output_images,standard,regional,,,*,,USD,1,,,,", "unit", "", "image"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,EUR,1,,,,", "currency", "EUR", "USD"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,3e-6,,,,", "price", "3e-6", "0.00003"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,-1,,,,", "price", "-1", "digits"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,,,,,", "price", "", "empty"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,1,2026-02-30,,,", "effective_from",
       "2026-02-30", "2026-03-01"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,1,,soon,,", "effective_to", "soon",
       "date"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,1,2026-03-01,2026-03-01,,",
       "effective_to", "2026-03-01", "not after"},
      {"m,input_tokens,standard,regional,,,*,1M tokens,USD,1,,,4.5.2026,", "as_of", "4.5.2026",
       "date"},
  };
  for (const Case& bad : cases) {
    const std::string good = "x,input_tokens,standard,regional,,,*,1M tokens,USD,1,,,,\n";
    const Result<PriceTable> table = PriceTable::parse(header + good + bad.row + '\n', "b.csv");
    ASSERT_FALSE(table) << bad.row;
    const Fault& refusal = table.error();
    EXPECT_EQ(refusal.subject, "b.csv:3") << bad.row;
    EXPECT_TRUE(refusal.message.starts_with(bad.column + " \"" + bad.value + '"'))
        << refusal.message;
    EXPECT_NE(refusal.message.find(bad.form), std::string::npos) << refusal.message;
    EXPECT_EQ(refusal.message.find('\n'), std::string::npos) << refusal.message;
  }
}

TEST(PriceTable, AnOverlayWinsOnlyWhereAndWhenItPrices) {
  PriceTable table = book(
      "m,input_tokens,standard,regional,,,us-east-1 us-west-2,1M tokens,USD,3,,,2026-08-20,\n"
      "m,input_tokens,standard,regional,200000,,us-east-1,1M tokens,USD,6,,,2026-08-20,\n"
      "m,output_tokens,standard,regional,,,us-east-1,1M tokens,USD,15,,,2026-08-20,\n"
      "n,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,9,,,2026-08-20,\n",
      "shipped");
  const std::string base = table.sha256();
  PriceTable over = book(
      "m,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,2,2026-03-01,2026-04-01,,\n"
      "n,input_tokens,standard,regional,,,*,1M tokens,USD,8,,,2026-07-24,\n",
      "my.csv");
  const std::string top = over.sha256();
  table.overlay(std::move(over));

  PriceKey key = key_of("m", "us-east-1");
  EXPECT_EQ(price_of(table, key), "2");
  EXPECT_EQ(price_of(table, key, Meter::output), "15");
  key.day = day(2026, 4, 1);
  EXPECT_EQ(price_of(table, key), "3");
  key.day = day(2026, 3, 4);
  key.context_limit = 200'000;
  EXPECT_EQ(price_of(table, key), "6");  // The overlay does not price long requests.
  EXPECT_EQ(price_of(table, key_of("m", "us-west-2")), "3");
  EXPECT_EQ(price_of(table, key_of("n", "us-east-1")), "8");  // Its `*` prices this region too.
  EXPECT_EQ(table.name(), "shipped+my.csv");
  EXPECT_EQ(table.sha256(), aws::sha256_hex(base + top));
  EXPECT_EQ(table.as_of(), "2026-08-20");
  EXPECT_EQ(table.rows().size(), 6U);
}

TEST(PriceTable, OverlaysStackAndAnEmptyTableGivesWay) {
  PriceTable table;
  EXPECT_EQ(price_of(table, key_of("m", "us-east-1")), "unpriced");
  EXPECT_EQ(table.name(), "");
  const std::string row = "m,input_tokens,standard,regional,,,*,1M tokens,USD,";
  table.overlay(book(row + "1,,,,\n", "a"));
  EXPECT_EQ(table.name(), "a");
  PriceTable upper = book(row + "2,,,,\n", "b");
  upper.overlay(book(row + "3,2026-03-01,,,\n", "c"));
  table.overlay(std::move(upper));
  EXPECT_EQ(table.name(), "a+b+c");
  PriceKey key = key_of("m", "us-east-1");
  EXPECT_EQ(price_of(table, key), "3");
  key.day = day(2026, 2, 1);
  EXPECT_EQ(price_of(table, key), "2");
}

// The rules as the price book's description states them, by a scan over all rows.
const PriceRow* find_slowly(const std::vector<std::span<const PriceRow>>& books,
                            const PriceKey& key, Meter meter) {
  for (const std::uint64_t context : {std::uint64_t{200'000}, std::uint64_t{0}}) {
    for (auto rows = books.rbegin(); rows != books.rend(); ++rows) {
      for (const std::string& region : {key.region, std::string("*")}) {
        const PriceRow* best = nullptr;
        for (const PriceRow& row : *rows) {
          const bool fits =
              row.model == key.model && row.meter == name_of(meter) &&
              row.tier == name_of(key.tier) && row.scope == name_of(key.scope) &&
              row.context_min_input_tokens == context && context <= key.context_limit &&
              std::find(row.regions.begin(), row.regions.end(), region) != row.regions.end() &&
              row.effective_from.value_or(INT32_MIN) <= key.day &&
              key.day < row.effective_to.value_or(INT32_MAX);
          if (fits && (best == nullptr || best->effective_from.value_or(INT32_MIN) <
                                              row.effective_from.value_or(INT32_MIN))) {
            best = &row;
          }
        }
        if (best != nullptr) {
          return best;
        }
      }
    }
  }
  return nullptr;
}

std::string arbitrary_rows() {
  const auto count = *rc::gen::inRange(0, 12);
  std::string rows;
  for (int i = 0; i < count; ++i) {
    rows += *rc::gen::element<std::string>("m,", "n,");
    rows += *rc::gen::element<std::string>("input_tokens,", "output_tokens,");
    rows += *rc::gen::element<std::string>("standard,", "flex,");
    rows += *rc::gen::element<std::string>("regional,", "global,");
    rows += *rc::gen::element<std::string>(",,", "200000,,");
    rows += *rc::gen::element<std::string>("*", "a", "b", "a b");
    rows += ",1M tokens,USD," + std::to_string(i);
    rows += *rc::gen::element<std::string>(",,,,\n", ",1970-01-03,,,\n",
                                           ",1970-01-05,1970-01-08,,\n", ",,1970-01-04,,\n");
  }
  return rows;
}

RC_GTEST_PROP(PriceTable, FindsWhatAScanOverAllRowsFinds, ()) {
  Result<PriceTable> lower = PriceTable::parse(header + arbitrary_rows(), "lower");
  RC_PRE(lower.has_value());
  Result<PriceTable> upper = PriceTable::parse(header + arbitrary_rows(), "upper");
  RC_PRE(upper.has_value());
  const std::size_t lower_rows = lower->rows().size();
  PriceTable table = std::move(*lower);
  table.overlay(std::move(*upper));
  const std::vector<std::span<const PriceRow>> books = {table.rows().first(lower_rows),
                                                        table.rows().subspan(lower_rows)};
  for (int i = 0; i < 50; ++i) {
    PriceKey key;
    key.model = *rc::gen::element<std::string>("m", "n");
    key.region = *rc::gen::element<std::string>("a", "b", "c");
    key.tier = *rc::gen::element(Tier::standard, Tier::flex);
    key.scope = *rc::gen::element(Scope::regional, Scope::global);
    key.context_limit = *rc::gen::element<std::uint64_t>(0, 200'000);
    key.day = *rc::gen::inRange(0, 10);
    const Meter meter = *rc::gen::element(Meter::input, Meter::output);
    RC_ASSERT(table.find(key, meter) == find_slowly(books, key, meter));
  }
}

}  // namespace
}  // namespace bedrocklog::analytics
