// Discount files: TOML tables or CSV rows into rules.
#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "analytics/calendar.h"
#include "analytics/csv_table.h"
#include "analytics/finance/decimal_text.h"
#include "analytics/finance/discount.h"
#include "analytics/in_quotes.h"
#include "analytics/report_key.h"

namespace bedrocklog::finance {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;  // Those that say something.
using Failed = std::optional<Fault>;

const std::vector<std::string> field_names = {"account",      "model", "percent",
                                              "basis_points", "from",  "to"};

Fault unknown_field(const std::string& place, std::string_view name) {
  std::string message = fmt::format("unknown discount field {}", analytics::in_quotes(name));
  if (const auto near = analytics::nearest_name(name, field_names)) {
    message += fmt::format("; did you mean {}?", *near);
  }
  return {place, fmt::format("{}; there are {}", message, fmt::join(field_names, ", "))};
}

Failed read_rate(const Fields& fields, DiscountRule& rule) {
  const auto percent = fields.find("percent");
  const auto points = fields.find("basis_points");
  if ((percent == fields.end()) == (points == fields.end())) {
    return Fault{rule.place, "needs percent or basis_points, one of them"};
  }
  const bool is_percent = percent != fields.end();
  const std::string& text = is_percent ? percent->second : points->second;
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

Failed read_day(const Fields& fields, std::string_view name, const DiscountRule& rule,
                std::optional<std::int32_t>& day) {
  const auto found = fields.find(name);
  if (found == fields.end()) {
    return std::nullopt;
  }
  const std::optional<CivilDate> date = analytics::parse_date(found->second);
  if (!date) {
    return Fault{rule.place, fmt::format("{} takes a date such as 2026-03-01: {}", name,
                                         analytics::in_quotes(found->second))};
  }
  day = static_cast<std::int32_t>(days_from_civil(*date));
  return std::nullopt;
}

Result<DiscountRule> rule_of(const Fields& fields, std::string place) {
  DiscountRule rule;
  rule.place = std::move(place);
  for (const auto& [name, text] : fields) {
    if (std::find(field_names.begin(), field_names.end(), name) == field_names.end()) {
      return tl::unexpected(unknown_field(rule.place, name));
    }
  }
  if (const auto account = fields.find("account"); account != fields.end()) {
    rule.account = account->second;
  }
  if (const auto model = fields.find("model"); model != fields.end()) {
    rule.model = model->second;
  }
  Failed failed = read_rate(fields, rule);
  failed = failed ? failed : read_day(fields, "from", rule, rule.from);
  failed = failed ? failed : read_day(fields, "to", rule, rule.to);
  if (failed) {
    return tl::unexpected(*failed);
  }
  if (rule.from && rule.to && *rule.from >= *rule.to) {
    return fault(rule.place, "ends before it begins: to is the first day that is not inside");
  }
  return rule;
}

Result<std::vector<DiscountRule>> rules_of_csv(std::string_view text, const std::string& file) {
  const Result<analytics::CsvTable> table = analytics::parse_csv(text, file);
  if (!table) {
    return pass_on(table);
  }
  for (const std::string& name : table->header) {
    if (std::find(field_names.begin(), field_names.end(), name) == field_names.end()) {
      return tl::unexpected(unknown_field(file, name));
    }
  }
  std::vector<DiscountRule> rules;
  for (const analytics::CsvRow& row : table->rows) {
    Fields fields;
    for (std::size_t column = 0; column < row.fields.size(); ++column) {
      if (!row.fields[column].empty()) {
        fields.emplace(table->header[column], row.fields[column]);
      }
    }
    Result<DiscountRule> rule = rule_of(fields, fmt::format("{}:{}", file, row.line));
    if (!rule) {
      return pass_on(rule);
    }
    rules.push_back(std::move(*rule));
  }
  return rules;
}

// The text of a value; nothing for what has none. A TOML float is binary, hence no percentage.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* date = node.as_date()) {
    std::ostringstream out;
    out << date->get();
    return out.str();
  }
  return std::nullopt;
}

std::string place_of(const std::string& file, const toml::node& node) {
  return fmt::format("{}:{}", file, node.source().begin.line);
}

Result<DiscountRule> rule_of_table(const toml::node& node, const std::string& file) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return fault(place_of(file, node), "a discount is a table: [[discount]]");
  }
  Fields fields;
  for (const auto& [name, value] : *table) {
    std::optional<std::string> text = text_of(value);
    if (!text) {
      return fault(place_of(file, value),
                   fmt::format("{}: write it in quotes, so that it is read exactly: {} = \"12.5\"",
                               name.str(), name.str()));
    }
    fields.emplace(name.str(), std::move(*text));
  }
  return rule_of(fields, place_of(file, node));
}

Result<std::vector<DiscountRule>> rules_of_toml(std::string_view text, const std::string& file) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return fault(fmt::format("{}:{}", file, error.source().begin.line),
                 fmt::format("is not TOML: {}", error.description()));
  }
  std::vector<DiscountRule> rules;
  for (const auto& [name, node] : root) {
    const toml::array* list = node.as_array();
    if (name.str() != "discount" || list == nullptr) {
      return fault(place_of(file, node), "a discount file holds [[discount]] tables only");
    }
    for (const toml::node& entry : *list) {
      Result<DiscountRule> rule = rule_of_table(entry, file);
      if (!rule) {
        return pass_on(rule);
      }
      rules.push_back(std::move(*rule));
    }
  }
  return rules;
}

}  // namespace

Result<Discounts> Discounts::parse(std::string_view text, const std::string& file) {
  const bool is_csv = file.ends_with(".csv") || file.ends_with(".CSV");
  Result<std::vector<DiscountRule>> rules =
      is_csv ? rules_of_csv(text, file) : rules_of_toml(text, file);
  if (!rules) {
    return pass_on(rules);
  }
  if (rules->empty()) {
    return fault(file, is_csv ? "holds no discount" : "holds no discount: [[discount]]");
  }
  if (rules->size() > discount_rules_max) {
    return fault(file, fmt::format("holds more than {} discounts", discount_rules_max));
  }
  return of(std::move(*rules), file);
}

}  // namespace bedrocklog::finance
