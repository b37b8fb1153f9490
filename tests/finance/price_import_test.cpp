// Price lists of AWS, in every form they come in.
#include "analytics/finance/price_import.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/finance/price_rows.h"
#include "tests/finance/price_list_sample.h"

namespace bedrocklog::finance {
namespace {

using sample::Json;

constexpr const char* published = "2026-05-04T20:15:30Z";

Result<std::vector<PriceImport>> read(const std::string& text) {
  return read_price_list(text, "list", {&sample::names(), ""});
}

PriceImport only_import(const std::string& text) {
  auto imports = read(text);
  EXPECT_TRUE(imports) << imports.error().subject << ": " << imports.error().message;
  EXPECT_EQ(imports->size(), 1U);
  return std::move(imports->front());
}

std::size_t noted(const PriceImport& import, NoteKind kind) {
  std::size_t rows = 0;
  for (const ImportNote& note : import.notes) {
    rows += note.kind == kind ? note.rows : 0;
  }
  return rows;
}

TEST(PriceLists, GiveEverySkuOfTheVectorsItsPriceRegionAndModel) {
  for (const std::string offer : {"AmazonBedrock", "AmazonBedrockFoundationModels"}) {
    const std::vector<Json> skus = sample::skus(offer);
    ASSERT_GT(skus.size(), 10U);
    const PriceImport import = only_import(sample::bulk(offer, published, skus).dump());
    EXPECT_EQ(import.identity, (ImportIdentity{offer, "us-east-1", published}));
    EXPECT_EQ(import.version, "20260504201530");
    std::size_t found = 0;
    for (const Json& sku : skus) {
      SCOPED_TRACE(sku["usage_type"].get<std::string>());
      const Json& expect = sku["expect"];
      const auto row = std::find_if(
          import.rows.begin(), import.rows.end(), [&](const analytics::PriceRow& each) {
            return expect["meter"] == each.meter && expect["tier"] == each.tier &&
                   expect["scope"] == each.scope &&
                   each.model ==
                       sample::names().models_of(expect["model_name"].get<std::string>()).front();
          });
      ASSERT_NE(row, import.rows.end());
      EXPECT_EQ(expect["price_usd"], row->price);
      EXPECT_EQ(row->regions, std::vector<std::string>{"us-east-1"});
      EXPECT_EQ(row->offer, offer);
      EXPECT_EQ(row->as_of, "2026-05-04");
      EXPECT_EQ(row->currency, "USD");
      EXPECT_FALSE(row->effective_from);
      found += sku["sku"] == row->sku ? 1U : 0U;
    }
    // Claude 3.5 Sonnet's batch prices stand twice in the list, under two spellings.
    EXPECT_EQ(found, import.rows.size());
    EXPECT_EQ(skus.size() - found, offer == "AmazonBedrock" ? 0U : 2U);
    EXPECT_TRUE(import.notes.empty());
  }
}

TEST(PriceLists, SayTheSameInEveryForm) {
  for (const std::string offer : {"AmazonBedrock", "AmazonBedrockFoundationModels"}) {
    const std::vector<Json> skus = sample::skus(offer);
    const PriceImport bulk = only_import(sample::bulk(offer, published, skus).dump(1));
    Json objects = Json::array();
    Json texts = Json::array();
    std::string lines;
    std::string text_lines;
    for (const Json& sku : skus) {
      const Json answer = sample::answer(published, sku);
      objects.push_back(answer);
      texts.push_back(answer.dump());
      lines += answer.dump() + "\r\n";
      text_lines += Json(answer.dump()).dump() + '\n';
    }
    for (const std::string& text :
         {objects.dump(), texts.dump(2), lines, text_lines, Json{{"PriceList", texts}}.dump(),
          "\xEF\xBB\xBF" + Json{{"PriceList", objects}, {"FormatVersion", "aws_v1"}}.dump(),
          sample::csv(offer, published, skus)}) {
      SCOPED_TRACE(text.substr(0, 40));
      const PriceImport other = only_import(text);
      EXPECT_EQ(other.identity, bulk.identity);
      EXPECT_EQ(to_csv(other.rows), to_csv(bulk.rows));
    }
  }
}

TEST(PriceLists, KeepZeroAsAPriceThatIsNoMissingPrice) {
  const PriceImport import =
      only_import(sample::bulk("AmazonBedrock", published, sample::skus("AmazonBedrock")).dump());
  analytics::PriceTable table = analytics::PriceTable::of_rows(import.rows, "aws", "x");
  analytics::PriceKey key;
  key.model = "amazon.nova-micro-v1:0";
  key.region = "us-east-1";
  const auto* write = table.find(key, analytics::Meter::cache_write_5m);
  ASSERT_NE(write, nullptr);
  EXPECT_EQ(write->unit_price.mantissa_e10, 0);
  EXPECT_EQ(table.find(key, analytics::Meter::cache_write_1h), nullptr);
}

/// The list of Nova Micro's input tokens, changed.
std::string changed(const std::function<void(Json& list, Json& product, Json& dimension)>& change) {
  const std::vector<Json> all = sample::skus("AmazonBedrock");
  const auto input = std::find_if(all.begin(), all.end(), [](const Json& sku) {
    return sku["usage_type"] == "USE1-NovaMicro-input-tokens";
  });
  Json list = sample::bulk("AmazonBedrock", published, {*input});
  const auto sku = (*input)["sku"].get<std::string>();
  Json& dimensions = list["terms"]["OnDemand"][sku].front()["priceDimensions"];
  change(list, list["products"][sku]["attributes"], dimensions.front());
  return list.dump(1);
}

TEST(PriceLists, WithBadPricesAreRefusedNamingTheSku) {
  struct Case {
    std::function<void(Json&, Json&, Json&)> change;
    const char* says;
  };
  const std::vector<Case> cases = {
      {[](Json&, Json&, Json& d) { d["pricePerUnit"]["USD"] = "-0.1"; }, "is not a price"},
      {[](Json&, Json&, Json& d) { d["pricePerUnit"]["USD"] = "0.00000000001"; },
       "more than 10 decimals"},
      {[](Json&, Json&, Json& d) { d["pricePerUnit"]["USD"] = "1e-5"; }, "is not a price"},
      {[](Json&, Json&, Json& d) { d["pricePerUnit"]["USD"] = 0.1; }, "it is empty"},
      {[](Json&, Json&, Json& d) { d["pricePerUnit"] = {{"CNY", "1.0"}}; }, "\"CNY\""},
      {[](Json&, Json&, Json& d) { d["pricePerUnit"] = Json::object(); }, "no pricePerUnit"},
      {[](Json&, Json&, Json& d) { d["unit"] = "1G tokens"; }, "unit of tokens"},
      {[](Json&, Json& p, Json&) { p["regionCode"] = "US East"; }, "region code"},
      {[](Json&, Json& p, Json&) { p.erase("regionCode"); }, "region code"},
      {[](Json& l, Json&, Json&) { l["publicationDate"] = "yesterday"; }, "publication date"},
      {[](Json& l, Json&, Json&) { l["offerCode"] = "../x"; }, "publication date"},
  };
  for (const Case& each : cases) {
    const auto imports = read(changed(each.change));
    ASSERT_FALSE(imports) << each.says;
    EXPECT_EQ(imports.error().subject, "list, SKU XAR69MSGZSU6FEM9") << each.says;
    EXPECT_NE(imports.error().message.find(each.says), std::string::npos)
        << imports.error().message;
  }
  std::string csv = sample::csv("AmazonBedrock", published, sample::skus("AmazonBedrock"));
  csv.replace(csv.find("\"0.0000087500\""), 14, "\"-1\"");
  ASSERT_FALSE(read(csv));
  EXPECT_EQ(read(csv).error().subject, "list:7");
}

TEST(PriceLists, TellWhatTheyHoldBesidesModelPrices) {
  const auto one_note = [](const auto& change) {
    const PriceImport import = only_import(changed(change));
    EXPECT_TRUE(import.rows.empty());
    EXPECT_EQ(import.notes.size(), 1U);
    return import.notes.empty() ? ImportNote{} : import.notes.front();
  };
  ImportNote note = one_note([](Json&, Json& p, Json&) { p["model"] = "Kimi K9"; });
  EXPECT_EQ(note.kind, NoteKind::unknown_model);
  EXPECT_EQ(note.detail, "is no name of the table; its usage type names amazon.nova-micro-v1:0");
  note = one_note([](Json&, Json& p, Json&) {
    p["model"] = "Kimi K9";
    p["usagetype"] = "USE1-KimiK9-input-tokens";
  });
  EXPECT_EQ(note.kind, NoteKind::unknown_model);
  EXPECT_EQ(note.subject, "Kimi K9");
  note = one_note([](Json&, Json& p, Json&) { p["model"] = "Nova Pro"; });
  EXPECT_EQ(note.kind, NoteKind::ambiguous_model);
  note = one_note([](Json&, Json& p, Json&) { p["usagetype"] = "USE1-AgentRuntime-Hours"; });
  EXPECT_EQ(note.kind, NoteKind::other_product);
  EXPECT_EQ(note.subject, "AgentRuntime-Hours");
  note = one_note([](Json&, Json&, Json& d) { d["endRange"] = "1000"; });
  EXPECT_EQ(note.kind, NoteKind::volume_price);
  note = one_note([](Json& l, Json&, Json&) {
    l["terms"]["Reserved"] = l["terms"]["OnDemand"];
    l["terms"].erase("OnDemand");
  });
  EXPECT_EQ(note.kind, NoteKind::not_on_demand);
}

TEST(PriceLists, ThatContradictThemselvesPriceNothingThere) {
  std::vector<Json> skus = sample::skus("AmazonBedrock");
  Json other = *std::find_if(skus.begin(), skus.end(), [](const Json& sku) {
    return sku["usage_type"] == "USE1-NovaMicro-input-tokens";
  });
  other["sku"] = "AAAA";
  other["rate_code"] = "AAAA.B.C";
  other["expect"]["price_usd"] = "0.0000350001";
  skus.push_back(other);
  const PriceImport import = only_import(sample::bulk("AmazonBedrock", published, skus).dump());
  EXPECT_EQ(noted(import, NoteKind::conflict), 1U);
  const auto table = analytics::PriceTable::of_rows(import.rows, "aws", "x");
  analytics::PriceKey key;
  key.model = "amazon.nova-micro-v1:0";
  key.region = "us-east-1";
  EXPECT_EQ(table.find(key, analytics::Meter::input), nullptr);
  EXPECT_NE(table.find(key, analytics::Meter::output), nullptr);
  EXPECT_EQ(import.rows.size(), skus.size());

  // The mantle endpoint's price stands aside.
  skus.back()["usage_type"] = "USE1-NovaMicro-mantle-input-tokens-standard";
  const PriceImport parted = only_import(sample::bulk("AmazonBedrock", published, skus).dump());
  EXPECT_EQ(noted(parted, NoteKind::conflict), 0U);
  const auto both = analytics::PriceTable::of_rows(parted.rows, "aws", "x");
  ASSERT_NE(both.find(key, analytics::Meter::input), nullptr);
  EXPECT_EQ(both.find(key, analytics::Meter::input)->price, "0.0000350000");
}

TEST(PriceLists, OfGetProductsInPartsAreOneWhenPutTogether) {
  const std::vector<Json> skus = sample::skus("AmazonBedrock");
  const PriceImport whole = only_import(sample::bulk("AmazonBedrock", published, skus).dump());
  const std::size_t half = skus.size() / 2;
  const auto part = [&](std::size_t begin, std::size_t end) {
    Json answers = Json::array();
    for (std::size_t i = begin; i < end; ++i) {
      answers.push_back(sample::answer(published, skus[i]));
    }
    return only_import(answers.dump());
  };
  PriceImport forward = part(0, half + 1);
  merge(forward, part(half, skus.size()));
  PriceImport backward = part(half, skus.size());
  merge(backward, part(0, half + 1));
  EXPECT_EQ(to_csv(forward.rows), to_csv(whole.rows));
  EXPECT_EQ(to_csv(backward.rows), to_csv(whole.rows));
  EXPECT_EQ(forward.source_sha256, backward.source_sha256);
}

TEST(PriceLists, ThatAreNoneAreRefused) {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("[1]"), std::string("7"),
        std::string("model,meter\n"), std::string("{\"a\":"), std::string("{\"PriceList\":{}}"),
        std::string("\"FormatVersion\",\"v1.0\""),
        std::string("\"FormatVersion\",\"v1.0\"\n\n\n\n\n\n"),
        std::string("{\"products\":{},\"terms\":{}}"), std::string(100'000, '[')}) {
    const auto imports = read(text);
    EXPECT_FALSE(imports) << text.substr(0, 40);
    if (!imports) {
      EXPECT_TRUE(imports.error().subject.starts_with("list"));
    }
  }
  std::string cut = sample::bulk("AmazonBedrock", published, sample::skus("AmazonBedrock")).dump(1);
  cut.resize(cut.size() / 2);
  const auto imports = read(cut);
  ASSERT_FALSE(imports);
  const auto lines = std::count(cut.begin(), cut.end(), '\n') + 1;
  EXPECT_EQ(imports.error().subject, "list:" + std::to_string(lines));
}

RC_GTEST_PROP(PriceLists, BrokenAnywhereAreRefusedOrStillAPriceBook, ()) {
  static const std::string json =
      sample::bulk("AmazonBedrock", published, sample::skus("AmazonBedrock")).dump();
  static const std::string csv = sample::csv("AmazonBedrockFoundationModels", published,
                                             sample::skus("AmazonBedrockFoundationModels"));
  std::string text = *rc::gen::element(json, csv);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  if (*rc::gen::arbitrary<bool>()) {
    text.resize(at);
  } else {
    text.replace(at, *rc::gen::inRange<std::size_t>(0, 20), *rc::gen::arbitrary<std::string>());
  }
  if (const auto imports = read(text)) {
    for (const PriceImport& import : *imports) {
      const auto table = analytics::PriceTable::parse(to_csv(import.rows), "again");
      RC_ASSERT(table.has_value());
      RC_ASSERT(to_csv(table->rows()) == to_csv(import.rows));
    }
  }
}

}  // namespace
}  // namespace bedrocklog::finance
