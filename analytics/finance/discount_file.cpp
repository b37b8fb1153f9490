// Discount files: TOML tables or CSV rows into rules.
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/calendar.h"
#include "analytics/finance/decimal_text.h"
#include "analytics/finance/discount.h"
#include "analytics/finance/rule_rows.h"
#include "analytics/in_quotes.h"

namespace bedrocklog::finance {
namespace {

using Failed = std::optional<Fault>;

Failed read_rate(const RuleRow& row, DiscountRule& rule) {
  const bool is_percent = !row.of("percent").empty();
  if (is_percent == !row.of("basis_points").empty()) {
    return Fault{rule.place, "needs percent or basis_points, one of them"};
  }
  const std::string_view text = row.of(is_percent ? "percent" : "basis_points");
  const std::optional<std::int64_t> rate = parse_scaled(text, is_percent ? 2 : 0);
  if (!rate || *rate > basis_points_whole) {
    return Fault{rule.place,
                 is_percent ? fmt::format("percent takes 0 to 100 with at most 2 decimals: {}",
                                          analytics::in_quotes(text))
                            : fmt::format("basis_points takes a whole number from 0 to 10000: {}",
                                          analytics::in_quotes(text))};
  }
  rule.basis_points = static_cast<std::uint32_t>(*rate);
  return std::nullopt;
}

Failed read_day(const RuleRow& row, std::string_view name, std::optional<std::int32_t>& day) {
  const std::string_view text = row.of(name);
  if (text.empty()) {
    return std::nullopt;
  }
  const std::optional<CivilDate> date = analytics::parse_date(text);
  if (!date) {
    return Fault{row.place, fmt::format("{} takes a date such as 2026-03-01: {}", name,
                                        analytics::in_quotes(text))};
  }
  day = static_cast<std::int32_t>(days_from_civil(*date));
  return std::nullopt;
}

Result<DiscountRule> rule_of(const RuleRow& row) {
  DiscountRule rule;
  rule.place = row.place;
  if (const std::string_view account = row.of("account"); !account.empty()) {
    rule.account = account;
  }
  if (const std::string_view model = row.of("model"); !model.empty()) {
    rule.model = model;
  }
  Failed failed = read_rate(row, rule);
  failed = failed ? failed : read_day(row, "from", rule.from);
  failed = failed ? failed : read_day(row, "to", rule.to);
  if (failed) {
    return tl::unexpected(*failed);
  }
  if (rule.from && rule.to && *rule.from >= *rule.to) {
    return fault(rule.place, "ends before it begins: to is the first day that is not inside");
  }
  return rule;
}

}  // namespace

Result<Discounts> Discounts::parse(std::string_view text, const std::string& file) {
  const RuleColumns columns = {"discount",
                               {"account", "model", "percent", "basis_points", "from", "to"}};
  const Result<std::vector<RuleRow>> rows = read_rule_rows(text, file, columns);
  if (!rows) {
    return pass_on(rows);
  }
  if (rows->empty()) {
    return fault(file, "holds no discount: [[discount]] tables, or rows of CSV");
  }
  if (rows->size() > discount_rules_max) {
    return fault(file, fmt::format("holds more than {} discounts", discount_rules_max));
  }
  std::vector<DiscountRule> rules;
  rules.reserve(rows->size());
  for (const RuleRow& row : *rows) {
    Result<DiscountRule> rule = rule_of(row);
    if (!rule) {
      return pass_on(rule);
    }
    rules.push_back(*std::move(rule));
  }
  return of(std::move(rules), file);
}

}  // namespace bedrocklog::finance
