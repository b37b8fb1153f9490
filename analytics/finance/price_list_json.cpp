// AWS price lists in JSON: the bulk file of an offer, and what the query API answers.
#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "analytics/finance/aws_price_collector.h"
#include "analytics/finance/price_list_forms.h"

namespace bedrocklog::finance {
namespace {

using Json = nlohmann::json;

/// Reads nothing; remembers where a text stops being JSON.
class FaultFinder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return true; }
  bool key(string_t& /*value*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*size*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    position_ = position;
    return false;
  }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  std::size_t position_ = 0;
};

// Deeper than any price list. A text of nothing but brackets would take a hundred times its size.
constexpr int depth_max = 64;

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > depth_max) {
        return true;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

/// Discarded for what is no JSON, or too deep.
Json parsed(std::string_view text) {
  return is_too_deep(text) ? Json(Json::value_t::discarded)
                           : Json::parse(text.begin(), text.end(), nullptr, false);
}

/// The line of the first byte that is no JSON.
std::size_t line_of_fault(std::string_view text) {
  FaultFinder finder;
  Json::sax_parse(text.begin(), text.end(), &finder);
  const auto read = text.substr(0, std::min(finder.position(), text.size()));
  return 1 + static_cast<std::size_t>(std::count(read.begin(), read.end(), '\n'));
}

/// The text of a member; empty when it is missing or no text.
std::string text_of(const Json& object, const char* name) {
  if (!object.is_object()) {
    return {};
  }
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

const Json& member_of(const Json& object, const char* name) {
  static const Json nothing;
  if (!object.is_object()) {
    return nothing;
  }
  const auto member = object.find(name);
  return member == object.end() ? nothing : *member;
}

class AwsJsonReader {
 public:
  AwsJsonReader(const std::string& file_name, const ModelNames& names)
      : file_name_(file_name), collector_(names) {}

  Result<bool> read_bulk(const Json& list) {
    AwsPrice common;
    common.offer = text_of(list, "offerCode");
    common.published = text_of(list, "publicationDate");
    common.version = text_of(list, "version");
    const Json& terms = member_of(list, "terms");
    for (const auto& [sku, product] : member_of(list, "products").items()) {
      AwsPrice price = common;
      read_product(price, product);
      price.sku = sku;
      for (const auto& [type, by_sku] : terms.items()) {
        price.term_type = type;
        // By SKU, then by SKU and offer term.
        if (const auto good = read_terms(price, member_of(by_sku, sku.c_str())); !good) {
          return good;
        }
      }
    }
    return true;
  }

  /// One answer: a product with its terms.
  Result<bool> read_answer(const Json& answer, std::size_t number) {
    const Json& product = member_of(answer, "product");
    AwsPrice price;
    price.offer = text_of(answer, "serviceCode");
    price.published = text_of(answer, "publicationDate");
    price.version = text_of(answer, "version");
    read_product(price, product);
    price.sku = text_of(product, "sku");
    if (price.sku.empty()) {
      return fault(file_name_, "has an element without product, the one of number " +
                                   std::to_string(number) + "; save what GetProducts answers");
    }
    for (const auto& [type, terms] : member_of(answer, "terms").items()) {
      price.term_type = type;
      if (const auto good = read_terms(price, terms); !good) {
        return good;
      }
    }
    return true;
  }

  std::vector<PriceImport> finish() { return collector_.finish(); }

 private:
  static void read_product(AwsPrice& price, const Json& product) {
    const Json& attributes = member_of(product, "attributes");
    price.usage_type = text_of(attributes, "usagetype");
    price.model = text_of(attributes, "model");
    price.service_name = text_of(attributes, "servicename");
    price.region = text_of(attributes, "regionCode");
  }

  /// Terms by any key; each with its price dimensions by rate code.
  Result<bool> read_terms(AwsPrice& price, const Json& terms) {
    price.place = file_name_ + ", SKU " + price.sku;
    for (const auto& [term_name, term] : terms.items()) {
      for (const auto& [rate_code, dimension] : member_of(term, "priceDimensions").items()) {
        price.rate_code = rate_code;
        price.unit = text_of(dimension, "unit");
        price.range_begin = text_of(dimension, "beginRange");
        price.range_end = text_of(dimension, "endRange");
        const Json& amounts = member_of(dimension, "pricePerUnit");
        if (!amounts.is_object() || amounts.empty()) {
          return fault(price.place,
                       "has no pricePerUnit in " + rate_code + "; download the list again");
        }
        price.currency = amounts.contains("USD") ? "USD" : amounts.begin().key();
        price.price = text_of(amounts, price.currency.c_str());
        if (const auto good = collector_.add(price); !good) {
          return good;
        }
      }
    }
    return true;
  }

  const std::string& file_name_;
  AwsPriceCollector collector_;
};

bool is_bulk(const Json& json) {
  return member_of(json, "products").is_object() && member_of(json, "terms").is_object();
}

bool is_answer(const Json& json) {
  return member_of(json, "product").is_object();
}

bool is_litellm(const Json& json) {
  return json.is_object() && std::any_of(json.begin(), json.end(), [](const Json& entry) {
           return entry.is_object() && entry.contains("litellm_provider");
         });
}

Fault no_list(const std::string& file_name) {
  return {file_name,
          "is no price list; import an AWS offer file (JSON or CSV), answers of GetProducts or "
          "LiteLLM's model price map, and name own prices with --prices"};
}

/// Answers one by one; an answer may itself be a text that holds JSON.
Result<std::vector<PriceImport>> read_answers(const std::vector<Json>& answers,
                                              const std::string& file_name,
                                              const ModelNames& names) {
  AwsJsonReader reader(file_name, names);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Json answer =
        answers[i].is_string() ? parsed(answers[i].get_ref<const std::string&>()) : answers[i];
    if (const auto good = reader.read_answer(answer, i + 1); !good) {
      return pass_on(good);
    }
  }
  return reader.finish();
}

/// One JSON value on each line; nothing when a line is none.
std::optional<std::vector<Json>> values_of_lines(std::string_view text) {
  std::vector<Json> values;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      continue;
    }
    values.push_back(parsed(line));
    if (values.back().is_discarded()) {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace

Result<std::vector<PriceImport>> read_json_price_list(std::string_view text,
                                                      const std::string& file_name,
                                                      const PriceListOptions& options) {
  if (is_too_deep(text)) {
    return fault(file_name, "is nested deeper than a price list is");
  }
  const Json json = parsed(text);
  if (json.is_discarded()) {
    const auto lines = values_of_lines(text);
    if (!lines) {
      return fault(file_name + ':' + std::to_string(line_of_fault(text)),
                   "is no JSON from here on; is the file cut off? Download it again");
    }
    return read_answers(*lines, file_name, *options.names);
  }
  if (is_bulk(json)) {
    AwsJsonReader reader(file_name, *options.names);
    if (const auto good = reader.read_bulk(json); !good) {
      return pass_on(good);
    }
    return reader.finish();
  }
  const Json& list = json.is_array() ? json : member_of(json, "PriceList");
  if (list.is_array() && !list.empty()) {
    return read_answers({list.begin(), list.end()}, file_name, *options.names);
  }
  if (is_answer(json)) {
    return read_answers({json}, file_name, *options.names);
  }
  if (is_litellm(json)) {
    return read_litellm_map(text, file_name, options);
  }
  return tl::unexpected(no_list(file_name));
}

}  // namespace bedrocklog::finance
