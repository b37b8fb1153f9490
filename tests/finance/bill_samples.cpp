// Usage types are put together here from their rules, apart from the code that takes them apart.
#include "tests/finance/bill_samples.h"

#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <zlib.h>

#include "analytics/finance/charge.h"

namespace bedrocklog::finance::sample {
namespace {

using analytics::Meter;
using analytics::Scope;
using analytics::Tier;

std::string billing_code(std::string_view region) {
  static const std::map<std::string, std::string, std::less<>> codes = {
      {"us-east-1", "USE1"}, {"us-west-2", "USW2"}, {"eu-west-1", "EU"}};
  const auto found = codes.find(region);
  return found == codes.end() ? "USE1" : found->second;
}

std::string by_model_name(const UsageKey& key) {
  static const std::map<Meter, std::string> meters = {
      {Meter::input, "input-tokens"},
      {Meter::output, "output-tokens"},
      {Meter::cache_read, "cache-read-input-token-count"},
      {Meter::cache_write_5m, "cache-write-input-token-count"},
      {Meter::cache_write_1h, "cache-write-input-token-count-1-hour"}};
  std::string text = billing_code(key.region) + (key.model == nova ? "-NovaMicro-" : "-NovaLite-") +
                     meters.at(key.meter);
  text += key.scope == Scope::global ? "-cross-region-global" : "";
  return text + (key.tier == Tier::standard ? "" : "-" + std::string(name_of(key.tier)));
}

std::string by_mantle(const UsageKey& key) {
  static const std::map<Meter, std::string> meters = {
      {Meter::input, "input-tokens"},
      {Meter::output, "output-tokens"},
      {Meter::cache_read, "cache-read-tokens"},
      {Meter::cache_write_5m, "cache-write-tokens"},
      {Meter::cache_write_1h, "cache-write-tokens-1h"}};
  return fmt::format("{}-{}-mantle-{}{}-{}", billing_code(key.region), key.model,
                     meters.at(key.meter), key.scope == Scope::global ? "-global" : "",
                     name_of(key.tier));
}

std::string by_camel_case(const UsageKey& key) {
  static const std::map<Meter, std::string> meters = {
      {Meter::input, "InputTokenCount"},
      {Meter::output, "OutputTokenCount"},
      {Meter::cache_read, "CacheReadInputTokenCount"},
      {Meter::cache_write_5m, "CacheWriteInputTokenCount"},
      {Meter::cache_write_1h, "CacheWrite1hInputTokenCount"}};
  const std::string code = billing_code(key.region);
  return fmt::format("{0}-MP:{0}_{1}{2}{3}-Units", code, meters.at(key.meter),
                     key.scope == Scope::global ? "_Global" : "",
                     key.tier == Tier::batch ? "_Batch" : "");
}

std::string by_snake_case(const UsageKey& key) {
  static const std::map<Meter, std::string> meters = {
      {Meter::input, "input_tokens"},
      {Meter::output, "output_tokens"},
      {Meter::cache_read, "cache_read_tokens"},
      {Meter::cache_write_5m, "cache_write_tokens"},
      {Meter::cache_write_1h, "cache_write_tokens_1h"}};
  const std::string code = billing_code(key.region);
  return fmt::format("{0}-MP:{0}_{1}{2}_standard-Units", code, meters.at(key.meter),
                     key.scope == Scope::global ? "_global" : "");
}

std::string day_text(std::int32_t day) {
  return to_rfc3339({day * day_ms});
}

std::string quoted(const std::string& text) {
  std::string cell = "\"";
  for (const char c : text) {
    cell += c;
    cell += c == '"' ? "\"" : "";
  }
  return cell + '"';
}

std::string row(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) {
    text += (text.empty() ? "" : ",") + quoted(cell);
  }
  return text + "\n";
}

constexpr const char* period_begin = "2026-03-01T00:00:00Z";
constexpr const char* period_end = "2026-04-01T00:00:00Z";

}  // namespace

const analytics::PriceTable& book() {
  static const analytics::PriceTable table = [] {
    std::string csv = "model,meter,tier,scope,regions,unit,currency,price\n";
    struct Rate {
      std::string_view model, input, output, read, write_5m, write_1h;
    };
    const auto add = [&](const Rate& rate, std::string_view tier, std::string_view scope) {
      const std::pair<std::string_view, std::string_view> prices[] = {
          {"input_tokens", rate.input},
          {"output_tokens", rate.output},
          {"cache_read_tokens", rate.read},
          {"cache_write_5m_tokens", rate.write_5m},
          {"cache_write_1h_tokens", rate.write_1h}};
      for (const auto& [meter, price] : prices) {
        csv +=
            fmt::format("{},{},{},{},*,1M tokens,USD,{}\n", rate.model, meter, tier, scope, price);
      }
    };
    add({nova, "0.035", "0.14", "0.00875", "0", "0"}, "standard", "regional");
    add({nova, "0.0175", "0.07", "0.004375", "0", "0"}, "flex", "regional");
    add({nova, "0.02", "0.08", "0.005", "0", "0"}, "batch", "regional");
    add({sonnet, "3.3", "16.5", "0.33", "4.125", "6.6"}, "standard", "regional");
    add({sonnet, "3", "15", "0.3", "3.75", "6"}, "standard", "global");
    add({opus, "5.5", "27.5", "0.55", "6.875", "11"}, "standard", "regional");
    add({opus, "5", "25", "0.5", "6.25", "10"}, "standard", "global");
    add({grok, "1.25", "2.5", "0.2", "0", "0"}, "standard", "regional");
    Result<analytics::PriceTable> parsed = analytics::PriceTable::parse(csv, "sample book");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return std::move(*parsed);
  }();
  return table;
}

const ModelNames& names() {
  static const ModelNames table = [] {
    std::ifstream file(SOURCE_ROOT "/data/models.csv");
    const std::string csv{std::istreambuf_iterator<char>(file), {}};
    Result<ModelNames> parsed = ModelNames::parse(csv, "models.csv");
    EXPECT_TRUE(parsed);
    return std::move(*parsed);
  }();
  return table;
}

std::string cost_text(std::uint64_t tokens, std::string_view usd_per_million) {
  const auto price = analytics::parse_unit_price(usd_per_million, 1'000'000);
  EXPECT_TRUE(price);
  return to_decimal(analytics::cost_of(tokens, *price));
}

Line line_of(const UsageKey& key, std::uint64_t tokens) {
  Line line;
  line.account = key.account;
  line.day = key.day;
  line.region = key.region;
  const bool is_marketplace = key.model == sonnet || key.model == opus;
  line.unit = is_marketplace ? "Units" : "1K tokens";
  line.quantity =
      analytics::to_decimal(static_cast<analytics::Int128>(tokens), is_marketplace ? 6 : 3, 0);
  if (is_marketplace) {
    line.code = "AmazonBedrockFoundationModels";
    line.product = key.model == sonnet ? "Claude Sonnet 4.6 (Amazon Bedrock Edition)"
                                       : "Claude Opus 4.7 (Amazon Bedrock Edition)";
    line.usage_type = key.model == sonnet ? by_camel_case(key) : by_snake_case(key);
  } else {
    line.usage_type = key.model == grok ? by_mantle(key) : by_model_name(key);
  }
  analytics::PriceKey price_key;
  price_key.model = key.model;
  price_key.region = key.region;
  price_key.scope = key.scope;
  price_key.tier = key.tier;
  price_key.day = key.day;
  const analytics::PriceRow* found = book().find(price_key, key.meter);
  line.cost = found == nullptr ? "0" : to_decimal(analytics::cost_of(tokens, found->unit_price));
  return line;
}

std::vector<Line> lines_of(const analytics::Aggregate& aggregate) {
  std::vector<Line> lines;
  for (const Charge& charge : charges_of(aggregate, book())) {
    if (charge.key->covered) {
      continue;
    }
    const auto account = aggregate.groups[charge.group].keys[0];
    lines.push_back(
        line_of({account.value_or(""), charge.key->region, charge.key->model, charge.key->day,
                 charge.meter, charge.key->tier, charge.key->scope, charge.key->context_limit != 0},
                charge.quantity));
  }
  return lines;
}

std::string as_cur2(const std::vector<Line>& lines) {
  std::string csv = row(
      {"bill_billing_period_start_date", "bill_billing_period_end_date",
       "line_item_usage_account_id", "line_item_usage_start_date", "line_item_usage_end_date",
       "line_item_line_item_type", "line_item_product_code", "product", "line_item_usage_type",
       "product_region_code", "line_item_usage_amount", "pricing_unit", "line_item_unblended_cost",
       "pricing_public_on_demand_cost", "line_item_currency_code", "line_item_resource_id"});
  for (const Line& line : lines) {
    csv += row({period_begin, period_end, line.account, day_text(line.day), day_text(line.day + 1),
                line.type, line.code, fmt::format(R"({{"product_name":"{}"}})", line.product),
                line.usage_type, line.region, line.quantity, line.unit, line.cost, line.list_cost,
                "USD", line.resource});
  }
  return csv;
}

std::string as_legacy(const std::vector<Line>& lines) {
  std::string csv = row(
      {"identity/LineItemId", "bill/BillingPeriodStartDate", "bill/BillingPeriodEndDate",
       "lineItem/UsageAccountId", "lineItem/UsageStartDate", "lineItem/UsageEndDate",
       "lineItem/LineItemType", "lineItem/ProductCode", "product/ProductName", "lineItem/UsageType",
       "product/region", "lineItem/UsageAmount", "pricing/unit", "lineItem/UnblendedCost",
       "pricing/publicOnDemandCost", "lineItem/CurrencyCode", "lineItem/ResourceId"});
  for (const Line& line : lines) {
    csv += row({"x", period_begin, period_end, line.account, day_text(line.day),
                day_text(line.day + 1), line.type, line.code, line.product, line.usage_type,
                line.region, line.quantity, line.unit, line.cost, line.list_cost, "USD",
                line.resource});
  }
  return csv;
}

std::string as_focus(const std::vector<Line>& lines) {
  std::string csv = row({"BilledCost", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart",
                         "ChargeCategory", "ChargePeriodEnd", "ChargePeriodStart",
                         "ConsumedQuantity", "ConsumedUnit", "ListCost", "RegionId", "ResourceId",
                         "ServiceName", "SubAccountId", "x_ServiceCode", "x_UsageType"});
  for (const Line& line : lines) {
    csv += row({line.cost, "USD", period_end, period_begin,
                line.type == "EdpDiscount" ? "Adjustment" : line.type, day_text(line.day + 1),
                day_text(line.day), line.quantity, line.unit, line.list_cost, line.region,
                line.resource, line.product, line.account, line.code, line.usage_type});
  }
  return csv;
}

std::string as_form(BillForm form, const std::vector<Line>& lines) {
  return form == BillForm::cur2         ? as_cur2(lines)
         : form == BillForm::legacy_cur ? as_legacy(lines)
                                        : as_focus(lines);
}

std::string packed(const std::string& plain) {
  constexpr int gzip_window_bits = 15 + 16;
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits, 8,
                         Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
  std::string in = plain;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Read read(const std::string& csv, const analytics::ModelMap& models) {
  Read result;
  BillCollector collector(names(), models);
  result.done = read_bill(ingest::open_memory(csv, 4'096), "bill.csv", result.account,
                          [&](const BillLineView& line) { return collector.take(line); });
  result.bill = std::move(collector.bill());
  return result;
}

}  // namespace bedrocklog::finance::sample
