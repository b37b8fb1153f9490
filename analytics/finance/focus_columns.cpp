// One charge into the cells of a row.
//
// Column names, order and meanings: FOCUS 1.2 (ratified 2025-05-29); the columns are those of the
// specification that say something about model inference.
#include "analytics/finance/focus_columns.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analytics/calendar.h"
#include "analytics/finance/aws_names.h"
#include "ingest/ensure.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {
namespace {

using analytics::Int128;
using analytics::Meter;
using Json = nlohmann::ordered_json;

constexpr std::string_view aws = "Amazon Web Services";
constexpr std::string_view unknown_account = "unknown";  // BillingAccountId may not be null.

std::string_view billing_account(const FocusFacts& row) {
  const std::string_view own = row.account.value_or(unknown_account);
  return row.options->accounts == nullptr ? own : row.options->accounts->payer_of(own);
}

FocusCell text_cell(std::string_view text) {
  return text.empty() ? FocusCell{} : FocusCell{FocusCell::Kind::text, std::string(text)};
}
FocusCell bare_cell(std::string text) {
  return {FocusCell::Kind::bare, std::move(text)};
}
FocusCell text_or_null(const std::optional<std::string_view>& text) {
  return text_cell(text.value_or(std::string_view()));
}

/// value / 10^scale with a decimal point, whatever it is: readers guess types from the digits.
FocusCell decimal_cell(Int128 value, unsigned scale) {
  return bare_cell(scale == 0 ? analytics::to_decimal(value * 10, 1, 1)
                              : analytics::to_decimal(value, scale, 1));
}

unsigned decimals_of(std::uint32_t unit_quantity) {
  unsigned decimals = 0;
  for (; unit_quantity > 1; unit_quantity /= 10) {
    ++decimals;
  }
  return decimals;
}

analytics::UnitPrice list_price(const FocusFacts& row) {
  return row.charge->row == nullptr ? analytics::UnitPrice{} : row.charge->row->unit_price;
}

std::string date_time(CivilDate date, std::string_view hour = "00") {
  return fmt::format("{:04}-{:02}-{:02}T{}:00:00Z", date.year, date.month, date.day, hour);
}

CivilDate day_of(const FocusFacts& row, std::int64_t later = 0) {
  return civil_from_days(row.key().day + later);
}

/// Of a label "2026-03-04T10Z".
unsigned hour_of(std::string_view label) {
  constexpr std::size_t at = 11;
  ensure(label.size() == at + 3);
  const std::optional<unsigned> hour = analytics::parse_fixed_digits(label.substr(at, 2), 2);
  ensure(hour.has_value());
  return hour.value_or(0);
}

FocusCell period_begin(const FocusFacts& row) {
  return bare_cell(
      date_time(day_of(row), row.hour ? fmt::format("{:02}", hour_of(*row.hour)) : "00"));
}

FocusCell period_end(const FocusFacts& row) {
  constexpr unsigned last_hour = 23;
  const unsigned hour = row.hour ? hour_of(*row.hour) : last_hour;
  return bare_cell(hour == last_hour ? date_time(day_of(row, 1))
                                     : date_time(day_of(row), fmt::format("{:02}", hour + 1)));
}

FocusCell account_name(const FocusFacts& row, std::string_view account) {
  return text_cell(row.options->accounts == nullptr ? account
                                                    : row.options->accounts->name_of(account));
}

/// "Account" where nobody said which of the two it is.
std::string_view account_type(const FocusFacts& row, std::string_view account) {
  const AccountNames* accounts = row.options->accounts;
  if (accounts != nullptr && accounts->is_payer(account)) {
    return "Management Account";
  }
  return accounts != nullptr && accounts->payer_of(account) != account ? "Member Account"
                                                                       : "Account";
}

struct MeterNames {
  std::string_view description, meter, token_class;
};

MeterNames names_of(Meter meter) {
  switch (meter) {
    case Meter::input:
      return {"input tokens", "Input Tokens", "input"};
    case Meter::output:
      return {"output tokens", "Output Tokens", "output"};
    case Meter::cache_read:
      return {"cache read tokens", "Cache Read Tokens", "cache_read"};
    case Meter::cache_write_5m:
      return {"cache write tokens (5m)", "Cache Write Tokens (5m)", "cache_write_5m"};
    case Meter::cache_write_1h:
      return {"cache write tokens (1h)", "Cache Write Tokens (1h)", "cache_write_1h"};
  }
  ensure(false);
  return {};
}

std::uint64_t context_of(const FocusFacts& row) {
  return row.charge->row == nullptr ? 0 : row.charge->row->context_min_input_tokens;
}

FocusCell description(const FocusFacts& row) {
  const std::uint64_t context = context_of(row);
  return text_cell(fmt::format(
      "{} {}, {} tier, {} routing, {}{}{}", row.key().model,
      names_of(row.charge->meter).description, name_of(row.key().tier), name_of(row.key().scope),
      row.key().region.empty() ? "no region" : row.key().region,
      context == 0 ? "" : fmt::format(", requests over {} tokens", context),
      row.key().covered ? ", on provisioned capacity" : ""));
}

/// That of the price list the price came from; else made of what the price depends on.
std::string sku(const FocusFacts& row) {
  if (row.charge->row != nullptr && !row.charge->row->sku.empty()) {
    return row.charge->row->sku;
  }
  const std::uint64_t context = context_of(row);
  return fmt::format("bedrock:{}:{}:{}:{}{}{}", row.key().model, name_of(row.charge->meter),
                     name_of(row.key().tier), name_of(row.key().scope),
                     context == 0 ? "" : fmt::format(":over-{}", context),
                     row.key().covered ? ":provisioned" : "");
}

std::string sku_price(const FocusFacts& row) {
  if (row.charge->row != nullptr && !row.charge->row->rate_code.empty()) {
    return row.charge->row->rate_code;
  }
  return sku(row) + ':' + (row.key().region.empty() ? "no-region" : row.key().region);
}

FocusCell usage_type(const FocusFacts& row) {
  return row.charge->row == nullptr ? FocusCell{} : text_cell(row.charge->row->usage_type);
}

std::string sku_price_details(const FocusFacts& row) {
  Json details;
  details["x_Model"] = row.key().model;
  details["x_TokenClass"] = names_of(row.charge->meter).token_class;
  details["x_ServiceTier"] = name_of(row.key().tier);
  details["x_Routing"] = name_of(row.key().scope);
  if (context_of(row) != 0) {
    details["x_ContextOverTokens"] = context_of(row);
  }
  return details.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string resource_id(const FocusFacts& row) {
  const std::string_view logged = row.model_id.value_or(row.key().model);
  if (logged.starts_with("arn:")) {
    return std::string(logged);
  }
  const bool is_profile = row.logged.kind == ingest::ModelKind::inference_profile;
  return fmt::format("arn:{}:bedrock:{}:{}:{}/{}", partition_of(row.key().region), row.key().region,
                     is_profile ? row.account.value_or("") : "",
                     is_profile ? "inference-profile" : "foundation-model", logged);
}

std::string_view resource_name(const FocusFacts& row) {
  const std::string_view logged = row.model_id.value_or(row.key().model);
  return logged.starts_with("arn:") ? logged.substr(logged.find_last_of("/:") + 1) : logged;
}

std::string_view resource_type(const FocusFacts& row) {
  switch (row.logged.kind) {
    case ingest::ModelKind::foundation:
      return "Foundation Model";
    case ingest::ModelKind::inference_profile:
      return "Inference Profile";
    case ingest::ModelKind::application_inference_profile:
      return "Application Inference Profile";
    case ingest::ModelKind::provisioned_model:
      return "Provisioned Model";
    case ingest::ModelKind::custom_model:
      return "Custom Model";
    case ingest::ModelKind::imported_model:
      return "Imported Model";
    case ingest::ModelKind::prompt_router:
      return "Prompt Router";
    case ingest::ModelKind::other_arn:
      break;
  }
  return "Other";
}

std::string_view publisher(const FocusFacts& row) {
  const std::string_view provider = ingest::provider_of(row.key().model);
  return provider.empty() ? aws : publisher_name_of(provider);
}

FocusCell list_cost(const FocusFacts& row) {
  return decimal_cell(row.charge->list_cost.value_or(analytics::Attodollars{}).value, 18);
}
FocusCell list_unit_price(const FocusFacts& row) {
  return decimal_cell(list_price(row).mantissa_e10, 10);
}
FocusCell net_cost(const FocusFacts& row) {
  return decimal_cell(row.net.cost.value_or(NetDollars{}).value, net_scale);
}
FocusCell net_unit_price(const FocusFacts& row) {
  return decimal_cell(net_unit_price_e14(list_price(row), row.net.basis_points), 14);
}
FocusCell pricing_unit(const FocusFacts& row) {
  const std::uint32_t quantity = list_price(row).unit_quantity;
  return text_cell(quantity == 1 ? "Tokens" : fmt::format("{} Tokens", quantity));
}
FocusCell price_book(const FocusFacts& row) {
  const std::string& as_of =
      row.charge->row == nullptr ? row.prices->as_of() : row.charge->row->as_of;
  return text_cell(as_of.empty() ? row.prices->name() : as_of);
}
FocusCell null_cell(const FocusFacts& /*row*/) {
  return {};
}
FocusCell provider_name(const FocusFacts& /*row*/) {
  return text_cell(aws);
}
FocusCell us_dollars(const FocusFacts& /*row*/) {
  return text_cell("USD");
}

using Row = const FocusFacts&;

constexpr auto columns = std::to_array<FocusColumn>({
    {"BilledCost", net_cost},
    {"BillingAccountId", [](Row row) { return text_cell(billing_account(row)); }},
    {"BillingAccountName", [](Row row) { return account_name(row, billing_account(row)); }},
    {"BillingAccountType",
     [](Row row) { return text_cell(account_type(row, billing_account(row))); }},
    {"BillingCurrency", us_dollars},
    {"BillingPeriodEnd",
     [](Row row) { return bare_cell(date_time(analytics::first_of_month(day_of(row), 1))); }},
    {"BillingPeriodStart",
     [](Row row) { return bare_cell(date_time(analytics::first_of_month(day_of(row), 0))); }},
    {"ChargeCategory", [](Row) { return text_cell("Usage"); }},
    {"ChargeClass", null_cell},
    {"ChargeDescription", description},
    {"ChargeFrequency", [](Row) { return text_cell("Usage-Based"); }},
    {"ChargePeriodEnd", period_end},
    {"ChargePeriodStart", period_begin},
    {"CommitmentDiscountStatus", null_cell},
    {"ConsumedQuantity", [](Row row) { return decimal_cell(Int128{row.charge->quantity}, 0); }},
    {"ConsumedUnit", [](Row) { return text_cell("Tokens"); }},
    {"ContractedCost", net_cost},
    {"ContractedUnitPrice", net_unit_price},
    {"EffectiveCost", net_cost},
    {"HostProviderName", provider_name, FocusVersion::v1_3},
    {"InvoiceId", null_cell},
    {"InvoiceIssuerName", provider_name},
    {"ListCost", list_cost},
    {"ListUnitPrice", list_unit_price},
    {"PricingCategory",
     [](Row row) { return text_cell(row.key().covered ? "Committed" : "Standard"); }},
    {"PricingCurrency", us_dollars},
    {"PricingCurrencyContractedUnitPrice", net_unit_price},
    {"PricingCurrencyEffectiveCost", net_cost},
    {"PricingCurrencyListUnitPrice", list_unit_price},
    {"PricingQuantity",
     [](Row row) {
       return decimal_cell(Int128{row.charge->quantity},
                           decimals_of(list_price(row).unit_quantity));
     }},
    {"PricingUnit", pricing_unit},
    {"ProviderName", provider_name, FocusVersion::v1_2, FocusVersion::v1_3},
    {"PublisherName", [](Row row) { return text_cell(publisher(row)); }, FocusVersion::v1_2,
     FocusVersion::v1_3},
    {"RegionId", [](Row row) { return text_cell(row.key().region); }},
    {"RegionName", [](Row row) { return text_cell(region_name_of(row.key().region)); }},
    {"ResourceId", [](Row row) { return text_cell(resource_id(row)); }},
    {"ResourceName", [](Row row) { return text_cell(resource_name(row)); }},
    {"ResourceType", [](Row row) { return text_cell(resource_type(row)); }},
    {"ServiceCategory", [](Row) { return text_cell("AI and Machine Learning"); }},
    {"ServiceName", [](Row) { return text_cell("Amazon Bedrock"); }},
    {"ServiceProviderName", provider_name, FocusVersion::v1_3},
    {"ServiceSubcategory", [](Row) { return text_cell("Generative AI"); }},
    {"SkuId", [](Row row) { return text_cell(sku(row)); }},
    {"SkuMeter", [](Row row) { return text_cell(names_of(row.charge->meter).meter); }},
    {"SkuPriceDetails", [](Row row) { return text_cell(sku_price_details(row)); }},
    {"SkuPriceId", [](Row row) { return text_cell(sku_price(row)); }},
    {"SubAccountId", [](Row row) { return text_or_null(row.account); }},
    {"SubAccountName",
     [](Row row) { return row.account ? account_name(row, *row.account) : FocusCell{}; }},
    {"SubAccountType",
     [](Row row) {
       return row.account ? text_cell(account_type(row, *row.account)) : FocusCell{};
     }},
    {"Tags", [](Row row) { return text_cell(row.tags); }},
    {"x_Estimated", [](Row) { return bare_cell("true"); }},
    {"x_InvocationCount",
     [](Row row) { return bare_cell(std::to_string(row.charge->invocations)); }},
    {"x_ModelId", [](Row row) { return text_or_null(row.model_id); }},
    {"x_Operation", [](Row row) { return text_or_null(row.operation); }},
    {"x_PriceBookId", price_book},
    {"x_Routing", [](Row row) { return text_cell(name_of(row.key().scope)); }},
    {"x_ServiceTier", [](Row row) { return text_cell(name_of(row.key().tier)); }},
    {"x_UsageType", usage_type},
});
constexpr FocusColumn team_column = {"x_Team", [](Row row) { return text_or_null(row.team); }};

}  // namespace

std::vector<const FocusColumn*> focus_columns_of(FocusVersion version, bool with_team) {
  std::vector<const FocusColumn*> chosen;
  for (const FocusColumn& column : columns) {
    if (column.since <= version && version <= column.until) {
      chosen.push_back(&column);
    }
  }
  if (with_team) {
    chosen.push_back(&team_column);
  }
  return chosen;
}

}  // namespace bedrocklog::finance
