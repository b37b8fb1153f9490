// Column names by form. Names are those of the AWS exports and of the FOCUS specification.
#include "analytics/finance/bill_columns.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "analytics/in_quotes.h"

namespace bedrocklog::finance {
namespace {

using enum BillField;

/// A column of one form, under the first of its names that the file has.
struct ColumnNames {
  BillField field;
  bool is_required;
  std::array<std::string_view, 3> names;
};

constexpr auto cur2_columns = std::to_array<ColumnNames>({
    {account, true, {"line_item_usage_account_id"}},
    {used_begin, true, {"line_item_usage_start_date"}},
    {used_end, false, {"line_item_usage_end_date"}},
    {line_type, true, {"line_item_line_item_type"}},
    {product_code, true, {"line_item_product_code"}},
    {product_name, false, {"product_product_name", "product_servicename"}},
    {product_map, false, {"product"}},
    {usage_type, true, {"line_item_usage_type"}},
    {region, false, {"product_region_code", "product_region"}},
    {quantity, true, {"line_item_usage_amount"}},
    {unit, false, {"pricing_unit"}},
    {cost, true, {"line_item_unblended_cost"}},
    {list_cost, false, {"pricing_public_on_demand_cost"}},
    {currency, false, {"line_item_currency_code"}},
    {resource, false, {"line_item_resource_id"}},
    {period_begin, false, {"bill_billing_period_start_date"}},
    {period_end, false, {"bill_billing_period_end_date"}},
});

constexpr auto legacy_columns = std::to_array<ColumnNames>({
    {account, true, {"lineItem/UsageAccountId"}},
    {used_begin, true, {"lineItem/UsageStartDate"}},
    {used_end, false, {"lineItem/UsageEndDate"}},
    {line_type, true, {"lineItem/LineItemType"}},
    {product_code, true, {"lineItem/ProductCode"}},
    {product_name, false, {"product/ProductName", "product/servicename"}},
    {usage_type, true, {"lineItem/UsageType"}},
    {region, false, {"product/regionCode", "product/region"}},
    {quantity, true, {"lineItem/UsageAmount"}},
    {unit, false, {"pricing/unit"}},
    {cost, true, {"lineItem/UnblendedCost"}},
    {list_cost, false, {"pricing/publicOnDemandCost"}},
    {currency, false, {"lineItem/CurrencyCode"}},
    {resource, false, {"lineItem/ResourceId"}},
    {period_begin, false, {"bill/BillingPeriodStartDate"}},
    {period_end, false, {"bill/BillingPeriodEndDate"}},
});

constexpr auto focus_columns = std::to_array<ColumnNames>({
    {account, true, {"SubAccountId"}},
    {used_begin, true, {"ChargePeriodStart"}},
    {used_end, false, {"ChargePeriodEnd"}},
    {line_type, true, {"ChargeCategory"}},
    {product_code, true, {"x_ServiceCode", "ServiceName"}},
    {product_name, false, {"ServiceName"}},
    {usage_type, true, {"x_UsageType", "SkuMeter"}},
    {region, false, {"RegionId"}},
    {quantity, true, {"ConsumedQuantity", "PricingQuantity"}},
    {unit, true, {"ConsumedUnit", "PricingUnit"}},
    {other_quantity, false, {"PricingQuantity"}},
    {other_unit, false, {"PricingUnit"}},
    {cost, true, {"BilledCost"}},
    {list_cost, false, {"ListCost"}},
    {currency, false, {"BillingCurrency"}},
    {resource, false, {"ResourceId"}},
    {period_begin, false, {"BillingPeriodStart"}},
    {period_end, false, {"BillingPeriodEnd"}},
});

std::span<const ColumnNames> columns_of(BillForm form) {
  switch (form) {
    case BillForm::cur2:
      return cur2_columns;
    case BillForm::legacy_cur:
      return legacy_columns;
    case BillForm::focus:
      break;
  }
  return focus_columns;
}

std::string_view remedy_of(BillForm form) {
  switch (form) {
    case BillForm::cur2:
      return "add them to the query of the export";
    case BillForm::legacy_cur:
      return "export the report with all its columns";
    case BillForm::focus:
      break;
  }
  return "export FOCUS with all columns, those of AWS that begin with x_ included";
}

std::optional<BillForm> form_of(std::span<const std::string_view> header) {
  const auto any = [&](const auto& holds) {
    return std::any_of(header.begin(), header.end(), holds);
  };
  if (any([](std::string_view name) { return name.starts_with("lineItem/"); })) {
    return BillForm::legacy_cur;
  }
  if (any([](std::string_view name) { return name.starts_with("line_item_"); })) {
    return BillForm::cur2;
  }
  if (any([](std::string_view name) { return name == "BilledCost" || name == "ChargeCategory"; })) {
    return BillForm::focus;
  }
  return std::nullopt;
}

/// Position of the first of the names that is there; the Fault of one that is there twice.
Result<std::size_t> find_column(std::span<const std::string_view> header, const ColumnNames& wanted,
                                const std::string& place) {
  for (const std::string_view name : wanted.names) {
    const auto found = std::find(header.begin(), header.end(), name);
    if (name.empty() || found == header.end()) {
      continue;
    }
    if (std::find(found + 1, header.end(), name) != header.end()) {
      return fault(place, fmt::format("names the column {} twice", name));
    }
    return static_cast<std::size_t>(found - header.begin());
  }
  return BillColumns::absent;
}

std::string written(const ColumnNames& column) {
  return column.names[1].empty() ? std::string(column.names[0])
                                 : fmt::format("{} (or {})", column.names[0], column.names[1]);
}

}  // namespace

std::string_view name_of(BillForm form) {
  switch (form) {
    case BillForm::cur2:
      return "CUR 2.0";
    case BillForm::legacy_cur:
      return "legacy CUR";
    case BillForm::focus:
      break;
  }
  return "FOCUS";
}

std::string_view name_of(BillLineKind kind) {
  constexpr std::array<std::string_view, bill_line_kind_count> names = {
      "usage", "credit", "refund", "tax", "discount", "fee", "other"};
  return names.at(static_cast<std::size_t>(kind));
}

Result<BillColumns> find_bill_columns(std::span<const std::string_view> header,
                                      const std::string& place) {
  const std::optional<BillForm> form = form_of(header);
  if (!form) {
    return fault(place,
                 "is no bill: needs a header of CUR 2.0 (line_item_usage_type, ...), of the legacy "
                 "CUR (lineItem/UsageType, ...) or of FOCUS (ChargeCategory, BilledCost, ...); "
                 "begins with " +
                     analytics::in_quotes(header.empty() ? std::string_view() : header.front()));
  }
  BillColumns columns;
  columns.form = *form;
  columns.count = header.size();
  columns.at.fill(BillColumns::absent);
  std::vector<std::string> missing;
  for (const ColumnNames& wanted : columns_of(*form)) {
    const Result<std::size_t> found = find_column(header, wanted, place);
    if (!found) {
      return pass_on(found);
    }
    columns.at[static_cast<std::size_t>(wanted.field)] = *found;
    if (*found == BillColumns::absent && wanted.is_required) {
      missing.push_back(written(wanted));
    }
  }
  if (!missing.empty()) {
    return fault(place, fmt::format("is a {} without the column{} {}; {}", name_of(*form),
                                    missing.size() == 1 ? "" : "s", fmt::join(missing, ", "),
                                    remedy_of(*form)));
  }
  return columns;
}

}  // namespace bedrocklog::finance
