// LiteLLM's model price map: US dollars per single unit, written as floating-point numbers, whose
// text is taken over digit by digit.
//
// The map tells prices by profile ("us.anthropic..."), by region ("bedrock/eu-west-1/...") and by
// base id, in this order of strength. Bare ids of Claude 4.5 and later carry the price of the
// global profile, which is 10 % lower than what AWS bills elsewhere: they become global rows.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "analytics/calendar.h"
#include "analytics/finance/aws_price_collector.h"
#include "analytics/finance/price_list_forms.h"
#include "analytics/in_quotes.h"
#include "analytics/money.h"
#include "ingest/model_id.h"

namespace bedrocklog::finance {
namespace {

using analytics::PriceRow;
using Json = nlohmann::json;

struct Field {
  std::string_view name, meter, tier;
  std::uint64_t context = 0;
};

constexpr std::array fields = {
    Field{"input_cost_per_token", "input_tokens", "standard"},
    Field{"output_cost_per_token", "output_tokens", "standard"},
    Field{"cache_read_input_token_cost", "cache_read_tokens", "standard"},
    Field{"cache_creation_input_token_cost", "cache_write_5m_tokens", "standard"},
    Field{"cache_creation_input_token_cost_above_1hr", "cache_write_1h_tokens", "standard"},
    Field{"input_cost_per_token_above_200k_tokens", "input_tokens", "standard", 200'000},
    Field{"output_cost_per_token_above_200k_tokens", "output_tokens", "standard", 200'000},
    Field{"cache_read_input_token_cost_above_200k_tokens", "cache_read_tokens", "standard",
          200'000},
    Field{"cache_creation_input_token_cost_above_200k_tokens", "cache_write_5m_tokens", "standard",
          200'000},
    Field{"cache_creation_input_token_cost_above_1hr_above_200k_tokens", "cache_write_1h_tokens",
          "standard", 200'000},
    Field{"input_cost_per_token_batches", "input_tokens", "batch"},
    Field{"output_cost_per_token_batches", "output_tokens", "batch"},
};

// Commercial regions of Bedrock. A map that knows no better has no price for others.
constexpr std::array<std::string_view, 33> commercial_regions = {
    "af-south-1",     "ap-east-2",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-south-1",     "ap-south-2",     "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
    "ca-west-1",      "eu-central-1",   "eu-central-2",   "eu-north-1",     "eu-south-1",
    "eu-south-2",     "eu-west-1",      "eu-west-2",      "eu-west-3",      "il-central-1",
    "me-central-1",   "me-south-1",     "mx-central-1",   "sa-east-1",      "us-east-1",
    "us-east-2",      "us-west-1",      "us-west-2"};
constexpr std::array<std::string_view, 2> government_regions = {"us-gov-east-1", "us-gov-west-1"};

/// Profiles that a call in `region` can name, the more special one first.
std::vector<std::string_view> profiles_of(std::string_view region) {
  if (region.starts_with("us-gov-")) {
    return {"us-gov"};
  }
  if (region.starts_with("us-") || region.starts_with("ca-")) {
    return {"us"};
  }
  if (region.starts_with("eu-")) {
    return {"eu"};
  }
  if (region == "ap-northeast-1" || region == "ap-northeast-3") {
    return {"jp", "apac"};
  }
  if (region == "ap-southeast-2" || region == "ap-southeast-4") {
    return {"au", "apac"};
  }
  return region.starts_with("ap-") ? std::vector<std::string_view>{"apac"}
                                   : std::vector<std::string_view>{};
}

/// One price of the map and under which name it stood.
struct MapPrice {
  std::string key, decimal;  // USD per million tokens.
};

/// What is priced, apart from where.
struct Thing {
  std::string model, meter, tier;
  std::uint64_t context = 0;
  friend auto operator<=>(const Thing&, const Thing&) = default;
};

/// By profile, by region ("eu-west-1"), or "" for the base id.
using PricesOfThing = std::map<std::string, MapPrice>;

struct Entry {
  std::string key, provider;
  std::vector<std::pair<std::string, std::string>> numbers;  // Texts as they stand in the file.
};

/// Takes apart one entry after the other; never holds the whole map.
class MapReader final : public nlohmann::json_sax<Json> {
 public:
  explicit MapReader(std::string file_name) : file_name_(std::move(file_name)) {}

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return number(text);
  }
  bool string(string_t& value) override {
    if (depth_ == 2 && key_ == "litellm_provider") {
      entry_.provider = value;
    }
    return true;
  }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return ++depth_ <= depth_max; }
  bool key(string_t& value) override {
    if (depth_ == 1) {
      entry_ = {value, "", {}};
    } else {
      key_ = value;
    }
    return true;
  }
  bool end_object() override {
    --depth_;
    return depth_ != 1 || take_entry();
  }
  bool start_array(std::size_t /*size*/) override { return ++depth_ <= depth_max; }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*why*/) override {
    return false;
  }

  [[nodiscard]] const std::optional<Fault>& fault_found() const { return fault_; }
  [[nodiscard]] const std::map<Thing, PricesOfThing>& prices() const { return prices_; }
  [[nodiscard]] std::vector<ImportNote>& notes() { return notes_; }

 private:
  static constexpr int depth_max = 64;

  bool number(std::string text) {
    if (depth_ == 2) {
      entry_.numbers.emplace_back(key_, std::move(text));
    }
    return true;
  }

  void note(NoteKind kind, std::string subject, std::string detail) {
    notes_.push_back({kind, std::move(subject), std::move(detail)});
  }

  bool take_entry();
  bool take_price(const Field& field, const std::string& text, const std::string& where);

  std::string file_name_;
  int depth_ = 0;
  std::string key_;
  Entry entry_;
  std::string model_;  // Of the entry.
  std::map<Thing, PricesOfThing> prices_;
  std::vector<ImportNote> notes_;
  std::optional<Fault> fault_;
};

/// "3.3e-06" times a million: "3.3". Nothing for what no price can be. A sign stays in front.
std::optional<std::string> per_million(std::string_view number) {
  constexpr int shift = 6;
  constexpr int exponent_max = 40;
  const bool is_negative = number.starts_with('-');
  number.remove_prefix(is_negative ? 1 : 0);
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  std::string digits(number.substr(0, mark));
  int exponent = 0;
  for (const char c : number.substr(std::min(mark + 1, number.size()))) {
    exponent =
        c >= '0' && c <= '9' ? std::min(exponent * 10 + (c - '0'), exponent_max + 1) : exponent;
  }
  if (exponent > exponent_max || digits.size() > 2 * exponent_max) {
    return std::nullopt;
  }
  if (number.substr(mark).find('-') != std::string_view::npos) {
    exponent = -exponent;
  }
  const std::size_t point = digits.find('.');
  int whole = static_cast<int>(point == std::string::npos ? digits.size() : point);
  if (point != std::string::npos) {
    digits.erase(point, 1);
  }
  whole += exponent + shift;
  if (whole <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - whole), '0');
    whole = 1;
  }
  const auto before_point = static_cast<std::size_t>(whole);
  digits.resize(std::max(digits.size(), before_point), '0');
  std::string fraction = digits.substr(before_point);
  digits.resize(before_point);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return (is_negative ? "-" : "") + digits + (fraction.empty() ? "" : '.' + fraction);
}

bool is_id(std::string_view text) {
  return text.find('.') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  std::string_view(".:-_").find(c) != std::string_view::npos;
         });
}

bool is_known_region(std::string_view text) {
  return std::find(commercial_regions.begin(), commercial_regions.end(), text) !=
             commercial_regions.end() ||
         std::find(government_regions.begin(), government_regions.end(), text) !=
             government_regions.end();
}

/// Claude 4.5 or later: "anthropic.claude-sonnet-4-6", "anthropic.claude-opus-5".
bool has_global_base_price(std::string_view model) {
  constexpr std::string_view start = "anthropic.claude-";
  if (!model.starts_with(start)) {
    return false;
  }
  model.remove_prefix(start.size());
  // Older ids have the version before the family: "3-5-sonnet".
  const std::size_t family_end = model.find('-');
  if (family_end == std::string_view::npos || (model[0] >= '0' && model[0] <= '9')) {
    return false;
  }
  model.remove_prefix(family_end + 1);
  const auto take_number = [&]() -> std::optional<unsigned> {
    const std::size_t end = std::min(model.find_first_not_of("0123456789"), model.size());
    const std::string_view digits = model.substr(0, end);
    model.remove_prefix(std::min(end + 1, model.size()));
    const bool is_version = end > 0 && end <= 2;  // Longer ones are dates.
    return is_version ? analytics::parse_fixed_digits(digits, static_cast<unsigned>(end))
                      : std::nullopt;
  };
  const std::optional<unsigned> major = take_number();
  const std::optional<unsigned> minor = take_number();
  return major && std::pair(*major, minor.value_or(0)) >= std::pair(4U, 5U);
}

bool MapReader::take_price(const Field& field, const std::string& text, const std::string& where) {
  const std::optional<std::string> decimal = per_million(text);
  if (decimal && decimal->starts_with('-')) {
    fault_ = Fault{file_name_ + ", " + entry_.key,
                   std::string(field.name) + " is negative: " + text + "; take the entry out"};
    return false;
  }
  if (!decimal || !analytics::parse_unit_price(*decimal, 1'000'000)) {
    note(NoteKind::unusable_price, entry_.key + ' ' + std::string(field.name),
         analytics::in_quotes(text) + " has more digits than a price can have");
    return true;
  }
  const Thing thing{model_, std::string(field.meter), std::string(field.tier), field.context};
  prices_[thing].emplace(where, MapPrice{entry_.key, *decimal});
  return true;
}

bool MapReader::take_entry() {
  if (!entry_.provider.starts_with("bedrock")) {
    note(NoteKind::other_product, "entries of other providers", "");
    return true;
  }
  std::string_view key = entry_.key;
  std::string where;
  constexpr std::string_view by_region = "bedrock/";
  if (key.starts_with(by_region)) {
    key.remove_prefix(by_region.size());
    const std::size_t slash = std::min(key.find('/'), key.size());
    where = key.substr(0, slash);
    key.remove_prefix(std::min(slash + 1, key.size()));
  }
  if (!is_id(key) || (!where.empty() && !is_known_region(where)) ||
      entry_.provider == "bedrock_mantle") {
    note(NoteKind::other_product, analytics::in_quotes(entry_.key),
         "no key of a model of on-demand calls");
    return true;
  }
  const ingest::ModelId id = ingest::canonical_model(key);
  model_ = id.canonical;
  where = where.empty() ? id.scope : where;
  if (where.empty() && has_global_base_price(model_)) {
    where = "global";
    note(NoteKind::assumed, model_,
         "the price under the bare id is that of the global profile; regional calls get none from "
         "it");
  }
  for (const auto& [name, text] : entry_.numbers) {
    const auto* field = std::find_if(fields.begin(), fields.end(),
                                     [&](const Field& each) { return each.name == name; });
    if (field != fields.end()) {
      if (!take_price(*field, text, where)) {
        return false;
      }
    } else if (name.find("_cost") != std::string::npos) {
      note(NoteKind::other_product, name, "no token price");
    }
  }
  return true;
}

/// The price of calls in `region`, or null.
const MapPrice* regional_price(const PricesOfThing& prices, std::string_view region) {
  for (const std::string_view profile : profiles_of(region)) {
    if (const auto found = prices.find(std::string(profile)); found != prices.end()) {
      return &found->second;
    }
  }
  if (const auto found = prices.find(std::string(region)); found != prices.end()) {
    return &found->second;
  }
  // Prices of GovCloud differ: the base id says nothing about them.
  const auto base = prices.find("");
  return base == prices.end() || region.starts_with("us-gov-") ? nullptr : &base->second;
}

PriceRow row_of(const Thing& thing, const std::string& price, const std::string& date) {
  PriceRow row;
  row.model = thing.model;
  row.meter = thing.meter;
  row.tier = thing.tier;
  row.scope = "regional";
  row.context_min_input_tokens = thing.context;
  row.unit = "1M tokens";
  row.currency = "USD";
  row.price = price;
  const auto parsed = analytics::parse_unit_price(price, 1'000'000);
  row.unit_price = parsed ? *parsed : analytics::UnitPrice{};
  row.as_of = date;
  row.source = std::string(litellm_offer);
  return row;
}

void add_rows(PriceImport& import, const Thing& thing, const PricesOfThing& prices,
              const std::string& date) {
  if (const auto global = prices.find("global"); global != prices.end()) {
    PriceRow row = row_of(thing, global->second.decimal, date);
    row.scope = "global";
    row.regions = {"*"};
    import.rows.push_back(std::move(row));
  }
  std::map<std::string, std::vector<std::string>> regions_by_price;
  const auto add = [&](std::string_view region) {
    if (const MapPrice* price = regional_price(prices, region)) {
      regions_by_price[price->decimal].emplace_back(region);
    }
    const auto by_region = prices.find(std::string(region));
    const MapPrice* used = regional_price(prices, region);
    if (by_region != prices.end() && used->decimal != by_region->second.decimal) {
      import.notes.push_back({NoteKind::conflict,
                              thing.model + ' ' + thing.meter + ' ' + std::string(region),
                              used->decimal + " under " + used->key + ", which is used, " +
                                  by_region->second.decimal + " under " + by_region->second.key});
    }
  };
  std::for_each(commercial_regions.begin(), commercial_regions.end(), add);
  std::for_each(government_regions.begin(), government_regions.end(), add);
  for (auto& [price, regions] : regions_by_price) {
    PriceRow row = row_of(thing, price, date);
    row.regions = std::move(regions);
    import.rows.push_back(std::move(row));
  }
}

}  // namespace

Result<std::vector<PriceImport>> read_litellm_map(std::string_view text,
                                                  const std::string& file_name,
                                                  const PriceListOptions& options) {
  if (options.litellm_date.size() != 10 || !analytics::parse_date(options.litellm_date)) {
    return fault(file_name,
                 "is LiteLLM's price map, which has no date; say the day it is from with --as-of "
                 "2026-07-24");
  }
  MapReader reader(file_name);
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) {
    if (reader.fault_found()) {
      return tl::unexpected(*reader.fault_found());
    }
    return fault(file_name, "is nested deeper than LiteLLM's price map is");
  }
  PriceImport import;
  import.identity = {std::string(litellm_offer), "all", options.litellm_date};
  import.notes = std::move(reader.notes());
  for (const auto& [thing, prices] : reader.prices()) {
    add_rows(import, thing, prices, options.litellm_date);
  }
  settle_rows(import);
  settle_notes(import);
  return std::vector<PriceImport>{std::move(import)};
}

}  // namespace bedrocklog::finance
