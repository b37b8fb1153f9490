// Price lists in the forms AWS publishes them, made of the SKUs of tests/data/prices.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analytics/finance/model_names.h"

namespace bedrocklog::finance::sample {

using Json = nlohmann::json;

inline std::string file_text(const std::string& path) {
  std::ifstream file(SOURCE_ROOT "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline const ModelNames& names() {
  static const Result<ModelNames> all = ModelNames::parse(file_text("data/models.csv"), "models");
  EXPECT_TRUE(all);
  return *all;
}

/// The vectors that are SKUs with a price, of one offer.
inline std::vector<Json> skus(const std::string& offer) {
  const Json all = Json::parse(file_text("tests/data/prices/usage_types.json"));
  std::vector<Json> found;
  for (const Json& vector : all["vectors"]) {
    if (vector.contains("sku") && vector["offer"] == offer) {
      found.push_back(vector);
    }
  }
  return found;
}

inline Json product_of(const Json& vector) {
  Json attributes = {{"servicecode", vector["offer"]},
                     {"regionCode", vector["expect"]["region"]},
                     {"usagetype", vector["usage_type"]}};
  const auto name = vector["expect"]["model_name"].get<std::string>();
  if (vector["offer"] == "AmazonBedrockFoundationModels") {
    attributes["servicename"] = name + " (Amazon Bedrock Edition)";
  } else {
    attributes["model"] = name;
  }
  return {{"sku", vector["sku"]}, {"productFamily", "Bedrock"}, {"attributes", attributes}};
}

/// One offer term, under its key "<sku>.<term>".
inline Json term_of(const Json& vector) {
  const auto rate_code = vector["rate_code"].get<std::string>();
  const Json dimension = {{"rateCode", rate_code},
                          {"unit", vector["unit"]},
                          {"description", vector["description"]},
                          {"beginRange", "0"},
                          {"endRange", "Inf"},
                          {"appliesTo", Json::array()},
                          {"pricePerUnit", {{"USD", vector["expect"]["price_usd"]}}}};
  return {{rate_code.substr(0, rate_code.rfind('.')),
           {{"sku", vector["sku"]},
            {"effectiveDate", "2026-05-01T00:00:00Z"},
            {"priceDimensions", {{rate_code, dimension}}}}}};
}

inline Json bulk(const std::string& offer, const std::string& published,
                 const std::vector<Json>& vectors) {
  Json list = {{"formatVersion", "v1.0"},     {"offerCode", offer},
               {"version", "20260504201530"}, {"publicationDate", published},
               {"products", Json::object()},  {"terms", {{"OnDemand", Json::object()}}}};
  for (const Json& vector : vectors) {
    const auto sku = vector["sku"].get<std::string>();
    list["products"][sku] = product_of(vector);
    list["terms"]["OnDemand"][sku] = term_of(vector);
  }
  return list;
}

/// What GetProducts answers for one product.
inline Json answer(const std::string& published, const Json& vector) {
  return {{"product", product_of(vector)},
          {"serviceCode", vector["offer"]},
          {"version", "20260504201530"},
          {"publicationDate", published},
          {"terms", {{"OnDemand", term_of(vector)}}}};
}

inline std::string csv(const std::string& offer, const std::string& published,
                       const std::vector<Json>& vectors) {
  std::string text =
      "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"For information, only\"\n"
      "\"Publication Date\",\"" +
      published +
      "\"\n\"Version\",\"20260504201530\"\n"
      "\"OfferCode\",\"" +
      offer +
      "\"\n"
      "\"SKU\",\"OfferTermCode\",\"RateCode\",\"TermType\",\"PriceDescription\","
      "\"EffectiveDate\",\"StartingRange\",\"EndingRange\",\"Unit\",\"PricePerUnit\","
      "\"Currency\",\"Product Family\",\"serviceCode\",\"Region Code\",\"usageType\","
      "\"Model\",\"serviceName\"\n";
  for (const Json& vector : vectors) {
    const Json attributes = product_of(vector)["attributes"];
    const auto text_of = [](const Json& value) { return '"' + value.get<std::string>() + '"'; };
    text += text_of(vector["sku"]) + ",\"X\"," + text_of(vector["rate_code"]) +
            ",\"OnDemand\",\"d\",\"2026-05-01\",\"0\",\"Inf\"," + text_of(vector["unit"]) + ',' +
            text_of(vector["expect"]["price_usd"]) + ",\"USD\",\"Bedrock\"," +
            text_of(vector["offer"]) + ',' + text_of(vector["expect"]["region"]) + ',' +
            text_of(vector["usage_type"]) + ',' + text_of(attributes.value("model", Json(""))) +
            ',' + text_of(attributes.value("servicename", Json(""))) + '\n';
  }
  return text;
}

}  // namespace bedrocklog::finance::sample
