// Books side by side and as one.
#include "analytics/finance/price_compare.h"

#include <array>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/price_rows.h"
#include "analytics/price_book_rows.h"
#include "tests/finance/price_list_sample.h"

namespace bedrocklog::finance {
namespace {

using analytics::Meter;
using analytics::PriceKey;
using analytics::PriceRow;
using analytics::PriceTable;
using analytics::Scope;
using analytics::Tier;

constexpr const char* header =
    "model,meter,tier,scope,context_min_input_tokens,attributes,regions,unit,currency,price,"
    "effective_from,effective_to\n";

PriceTable book(const std::string& rows, const std::string& name) {
  auto table = PriceTable::parse(header + rows, name);
  EXPECT_TRUE(table) << table.error().subject << table.error().message;
  return std::move(*table);
}

/// What a lookup answers, as text.
std::string answer(const PriceTable& table, const PriceKey& key, Meter meter) {
  const PriceRow* row = table.find(key, meter);
  return row == nullptr ? "none" : row->price + " per " + row->unit + " from " + row->source;
}

/// Every question that rows of `tables` could make a difference to.
std::vector<PriceKey> questions(const std::vector<const PriceTable*>& tables) {
  std::set<std::string> models;
  std::set<std::string> regions = {"nowhere-1"};
  std::set<std::int32_t> days = {-1'000, 20'000, 30'000};
  for (const PriceTable* table : tables) {
    for (const PriceRow& row : table->rows()) {
      models.insert(row.model);
      regions.insert(row.regions.begin(), row.regions.end());
      for (const auto& day : {row.effective_from, row.effective_to}) {
        if (day) {
          days.insert({*day - 1, *day});
        }
      }
    }
  }
  std::vector<PriceKey> keys;
  for (const std::string& model : models) {
    for (const std::string& region : regions) {
      for (const std::int32_t day : days) {
        for (const Scope scope : {Scope::regional, Scope::global}) {
          for (const Tier tier : {Tier::standard, Tier::priority, Tier::flex,
                                  Tier::latency_optimized, Tier::batch, Tier::reserved}) {
            for (const std::uint64_t limit : {0U, 100U, 200'000U}) {
              PriceKey key;
              key.model = model;
              key.region = region;
              key.scope = scope;
              key.tier = tier;
              key.context_limit = limit;
              key.day = day;
              keys.push_back(key);
            }
          }
        }
      }
    }
  }
  return keys;
}

constexpr std::array all_meters = {Meter::input, Meter::output, Meter::cache_read,
                                   Meter::cache_write_5m, Meter::cache_write_1h};

TEST(PriceBooks, TheShippedOneComesBackFromExportByteByByteAndAnswersTheSame) {
  const std::string text = sample::file_text("data/prices.csv");
  const auto shipped = PriceTable::parse(text, "shipped");
  ASSERT_TRUE(shipped);
  const PriceTable* layer = &*shipped;
  const std::vector<PriceRow> rows = flattened({&layer, 1});
  const std::string exported = to_csv(rows);
  EXPECT_EQ(exported, text);
  const auto again = PriceTable::parse(exported, "shipped");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->sha256(), shipped->sha256());
  std::size_t priced = 0;
  for (const PriceKey& key : questions({layer})) {
    for (const Meter meter : all_meters) {
      const std::string wanted = answer(*shipped, key, meter);
      ASSERT_EQ(answer(*again, key, meter), wanted);
      priced += wanted == "none" ? 0U : 1U;
    }
  }
  EXPECT_GT(priced, 10'000U);
}

/// A small book of random rows that no other row of it contradicts.
PriceTable random_book(const std::string& name) {
  std::string rows;
  std::set<std::string> claims;
  const auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const std::string model = *rc::gen::element<std::string>("a.x", "b.y");
    const std::string meter = *rc::gen::element<std::string>("input_tokens", "output_tokens");
    const std::string context = *rc::gen::element<std::string>("", "100");
    const std::string region = *rc::gen::element<std::string>("*", "us-east-1", "eu-west-1",
                                                              "us-east-1 eu-west-1", "* us-east-1");
    const std::string from = *rc::gen::element<std::string>("", "2026-03-01", "2026-03-09");
    const std::string price = std::to_string(*rc::gen::inRange(0, 4));
    const std::string row = model + ',' + meter + ",standard,regional," + context + ",," + region +
                            ",1M tokens,USD," + price + ',' + from + ",\n";
    // Kept when the book is still free of contradictions.
    if (PriceTable::parse(header + rows + row, name)) {
      rows += row;
    }
  }
  return book(rows, name);
}

RC_GTEST_PROP(PriceBooks, AsOneAnswerLikeTheirLayers, ()) {
  const PriceTable low = random_book("low");
  const PriceTable middle = random_book("middle");
  const PriceTable high = random_book("high");
  const std::vector<const PriceTable*> layers = {&low, &middle, &high};
  const auto one = PriceTable::parse(to_csv(flattened(layers)), "one");
  RC_ASSERT(one.has_value());
  auto laid = PriceTable::parse(to_csv(low.rows()), "low");
  laid->overlay(std::move(*PriceTable::parse(to_csv(middle.rows()), "middle")));
  laid->overlay(std::move(*PriceTable::parse(to_csv(high.rows()), "high")));
  for (const PriceKey& key : questions(layers)) {
    if (key.tier == Tier::standard) {
      RC_ASSERT(answer(*one, key, Meter::input) == answer(*laid, key, Meter::input));
      RC_ASSERT(answer(*one, key, Meter::output) == answer(*laid, key, Meter::output));
    }
  }
}

TEST(PriceBooks, TellEveryPriceThatAStrongerBookHides) {
  const PriceTable shipped = book(
      "a.x,input_tokens,standard,regional,,,*,1M tokens,USD,3,,\n"
      "a.x,output_tokens,standard,regional,,,us-east-1,1M tokens,USD,15,,\n"
      "b.y,input_tokens,standard,regional,,,*,1M tokens,USD,0,,\n",
      "shipped");
  const PriceTable list = book(
      "a.x,input_tokens,standard,regional,,,us-east-1 eu-west-1,1K tokens,USD,0.0033,2026-03-01,\n"
      "a.x,output_tokens,standard,regional,,,us-east-1,1K tokens,USD,0.0150000000,,\n",
      "AmazonBedrock@2026-03-01");
  const PriceTable own = book(
      "a.x,input_tokens,standard,regional,,,eu-west-1,1M tokens,USD,3.3,,2026-04-01\n", "own.csv");
  const std::vector<const PriceTable*> layers = {&shipped, &list, &own};
  const std::vector<PriceConflict> conflicts = conflicts_in(layers);
  ASSERT_EQ(conflicts.size(), 2U);
  EXPECT_EQ(conflicts[0].winner_book, "AmazonBedrock@2026-03-01");
  EXPECT_EQ(conflicts[0].loser_book, "shipped");
  EXPECT_EQ(conflicts[0].winner.price, "0.0033");
  EXPECT_EQ(conflicts[0].loser.price, "3");
  EXPECT_EQ(conflicts[0].regions, (std::vector<std::string>{"eu-west-1", "us-east-1"}));
  EXPECT_EQ(conflicts[1].winner_book, "own.csv");
  EXPECT_EQ(conflicts[1].loser_book, "shipped");
  EXPECT_EQ(conflicts[1].regions, std::vector<std::string>{"eu-west-1"});
}

TEST(PriceBooks, DifferByRowsAddedRemovedAndChangedWithExactPercent) {
  const PriceTable before = book(
      "a.x,input_tokens,standard,regional,,,us-east-1 eu-west-1,1M tokens,USD,3,,\n"
      "a.x,output_tokens,standard,regional,,,us-east-1,1M tokens,USD,15,,\n"
      "b.y,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,0,,\n"
      "c.z,output_images,standard,regional,,,us-east-1,image,USD,0.04,,\n"
      "d.w,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,1,,\n",
      "before");
  const PriceTable after = book(
      "a.x,input_tokens,standard,regional,,,us-east-1,1K tokens,USD,0.0033,,\n"
      "a.x,input_tokens,standard,regional,,,eu-west-1,1K tokens,USD,0.0030000000,,\n"
      "a.x,output_tokens,standard,regional,,,us-east-1,1M tokens,USD,10,,\n"
      "b.y,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,0.5,,\n"
      "c.z,output_images,standard,regional,,,us-east-1,second,USD,0.04,,\n"
      "e.v,input_tokens,standard,regional,,,us-east-1,1M tokens,USD,7,2026-03-01,\n",
      "after");
  const auto changes = changes_between({before.rows(), 20'600}, {after.rows(), 20'600});
  std::string text;
  for (const PriceChange& change : changes) {
    const PriceRow& row = change.after ? *change.after : *change.before;
    text += row.model + ' ' + row.meter + ' ' + (change.before ? change.before->price : "-") + ' ' +
            (change.after ? change.after->price : "-") + ' ' + change.percent + ' ' +
            change.regions.front() + '\n';
  }
  EXPECT_EQ(text,
            "a.x input_tokens 3 0.0033 10 us-east-1\n"
            "a.x output_tokens 15 10 -33.3333 us-east-1\n"
            "b.y input_tokens 0 0.5  us-east-1\n"
            "c.z output_images 0.04 0.04  us-east-1\n"
            "d.w input_tokens 1 -  us-east-1\n"
            "e.v input_tokens - 7  us-east-1\n");
  EXPECT_EQ(changes_between({after.rows(), 20'000}, {after.rows(), 20'600}).size(), 1U);
  EXPECT_TRUE(changes_between({after.rows(), 20'600}, {after.rows(), 20'600}).empty());
}

}  // namespace
}  // namespace bedrocklog::finance
