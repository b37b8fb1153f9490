// TOML into budgets. Every key and value is checked, so that a typo is an error with a line number
// and not a budget that never warns.
#include "cli/budget_file.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "analytics/in_quotes.h"
#include "analytics/report_key.h"
#include "cli/input_text.h"
#include "cli/record_filter.h"
#include "ingest/model_id.h"

namespace bedrocklog::cli {
namespace {

using analytics::in_quotes;
using finance::Budget;
using Failed = std::optional<Fault>;

constexpr std::uint32_t warn_default_e2 = 8'000;
constexpr std::uint32_t whole_e2 = 10'000;
constexpr std::string_view tag_prefix = "tag:";

/// The keys of a budget that are no scope.
const std::vector<std::string>& own_keys() {
  static const std::vector<std::string> keys = {"name",    "amount", "amounts", "period",
                                                "warn_at", "where",  "tag"};
  return keys;
}

/// Reads the table of one budget.
class BudgetReader {
 public:
  BudgetReader(const std::string& file, finance::BudgetScope& scope)
      : file_(&file), scope_(&scope) {}

  Result<Budget> read(const toml::table& table) {
    for (const Failed& failed :
         {read_name(table), read_period(table), read_entries(table), read_scope(table)}) {
      if (failed) {
        return tl::unexpected(*failed);
      }
    }
    if (!budget_.amount && budget_.amounts.empty()) {
      return tl::unexpected(wrong(table, "has no amount; write amount = \"1500.00\""));
    }
    if (budget_.warn_at_e2.empty()) {
      budget_.warn_at_e2 = {warn_default_e2, whole_e2};
    }
    return std::move(budget_);
  }

 private:
  Fault wrong(const toml::node& node, std::string_view message) const {
    return {fmt::format("{}:{}", *file_, node.source().begin.line),
            budget_.name.empty() ? fmt::format("budget {}", message)
                                 : fmt::format("budget {}: {}", in_quotes(budget_.name), message)};
  }

  Failed read_name(const toml::table& table) {
    const auto* name = table["name"].as_string();
    if (name == nullptr || name->get().empty()) {
      return wrong(table, "needs a name as text");
    }
    budget_.name = name->get();
    return std::nullopt;
  }

  Failed read_period(const toml::table& table) {
    const toml::node* node = table.get("period");
    if (node == nullptr) {
      return std::nullopt;
    }
    const auto* text = node->as_string();
    const auto period = text != nullptr ? finance::parse_budget_period(text->get()) : std::nullopt;
    if (!period) {
      return wrong(*node, "period takes \"monthly\", \"quarterly\" or \"yearly\"");
    }
    budget_.period = *period;
    return std::nullopt;
  }

  Failed read_entries(const toml::table& table) {
    for (const auto& [key, node] : table) {
      Failed failed;
      if (key.str() == "amount") {
        failed = read_amount(node, [&](finance::NetDollars amount) { budget_.amount = amount; });
      } else if (key.str() == "amounts") {
        failed = read_amounts(node);
      } else if (key.str() == "warn_at") {
        failed = read_warnings(node);
      }
      if (failed) {
        return failed;
      }
    }
    return std::nullopt;
  }

  Failed read_amount(const toml::node& node, const std::function<void(finance::NetDollars)>& take) {
    std::string text;
    if (const auto* written = node.as_string()) {
      text = written->get();
    } else if (const auto* number = node.as_integer()) {
      text = std::to_string(number->get());
    } else {
      return wrong(node, "an amount is a text, as numbers with a point are not exact: \"1500.00\"");
    }
    const Result<finance::Attodollars> amount = finance::parse_amount(text);
    if (!amount) {
      return wrong(node, "an amount " + amount.error().message);
    }
    take(finance::net_of(*amount, 0));
    return std::nullopt;
  }

  Failed read_amounts(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      return wrong(node, "amounts is a table such as { \"2026-03\" = \"2000\" }");
    }
    for (const auto& [label, amount] : *table) {
      const auto day = finance::parse_period_label(budget_.period, label.str());
      if (!day) {
        return wrong(amount, fmt::format("{} names no period of this budget; write 2026-03, "
                                         "2026-Q1 or 2026, as its period is",
                                         in_quotes(label.str())));
      }
      const Failed failed = read_amount(
          amount, [&](finance::NetDollars value) { budget_.amounts.emplace(*day, value); });
      if (failed) {
        return failed;
      }
    }
    return std::nullopt;
  }

  Failed read_warnings(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr || array->empty()) {
      return wrong(node, "warn_at is an array of percentages: [80, 100]");
    }
    std::set<std::uint32_t> levels;
    for (const toml::node& item : *array) {
      const auto* whole = item.as_integer();
      const auto* text = item.as_string();
      const Result<std::uint32_t> level = finance::parse_percent_e2(
          whole != nullptr ? std::to_string(whole->get()) : (text != nullptr ? text->get() : ""),
          finance::warn_percent_max);
      if (!level || *level == 0) {
        return wrong(item, fmt::format("warn_at takes whole percentages from 1 to {}, or texts "
                                       "such as \"87.5\"",
                                       finance::warn_percent_max));
      }
      levels.insert(*level);
    }
    budget_.warn_at_e2.assign(levels.begin(), levels.end());
    return std::nullopt;
  }

  /// All parts of the scope as one condition, so that there is one grammar.
  Failed read_scope(const toml::table& table) {
    std::vector<std::string> parts;
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      Failed failed;
      if (name == "where") {
        failed = add_condition(node, parts);
      } else if (name == "tag") {
        failed = add_tags(node, parts);
      } else if (std::find(own_keys().begin(), own_keys().end(), name) == own_keys().end()) {
        failed = add_key(key, node, parts);
      }
      if (failed) {
        return failed;
      }
    }
    if (parts.empty()) {
      return std::nullopt;
    }
    Result<analytics::Expression> scope =
        parse(table, fmt::format("{}", fmt::join(parts, " and ")));
    if (!scope) {
      return scope.error();
    }
    budget_.scope = std::move(*scope);
    return std::nullopt;
  }

  Result<analytics::Expression> parse(const toml::node& node, const std::string& text) const {
    return analytics::Expression::parse(
        text, wrong(node, "").subject,
        [this](std::string_view name) { return scope_->resolve(name); });
  }

  Failed add_condition(const toml::node& node, std::vector<std::string>& parts) const {
    const auto* text = node.as_string();
    if (text == nullptr) {
      return wrong(node, "where takes a condition as one text");
    }
    // Alone first: a fault then shows what was typed.
    const Result<analytics::Expression> alone = parse(node, text->get());
    if (!alone) {
      return alone.error();
    }
    parts.push_back(fmt::format("({})", text->get()));
    return std::nullopt;
  }

  Failed add_tags(const toml::node& node, std::vector<std::string>& parts) const {
    const toml::table* tags = node.as_table();
    if (tags == nullptr) {
      return wrong(node, "tag is a table such as { team = \"search\" }");
    }
    for (const auto& [key, value] : *tags) {
      if (Failed failed =
              add_values(std::string(tag_prefix) + std::string(key.str()), value, parts)) {
        return failed;
      }
    }
    return std::nullopt;
  }

  Failed add_key(const toml::key& key, const toml::node& node,
                 std::vector<std::string>& parts) const {
    const Result<analytics::Field> field = scope_->resolve(key.str());
    if (!field && analytics::parse_key(key.str())) {
      return wrong(node, field.error().message);
    }
    if (!field) {
      std::vector<std::string> known = own_keys();
      const std::vector<std::string> scopes = analytics::key_names();
      known.insert(known.end(), scopes.begin(), scopes.end());
      const auto nearest = analytics::nearest_name(key.str(), known);
      return wrong(node, fmt::format("unknown key {}{}", in_quotes(key.str()),
                                     nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
    }
    return add_values(std::string(key.str()), node, parts);
  }

  Failed add_values(const std::string& field, const toml::node& node,
                    std::vector<std::string>& parts) const {
    std::vector<std::string> values;
    if (const auto* one = node.as_string()) {
      values.push_back(one->get());
    } else if (const toml::array* array = node.as_array()) {
      for (const toml::node& item : *array) {
        const auto* text = item.as_string();
        values.push_back(text != nullptr ? text->get() : "");
      }
    }
    const bool is_broken = std::any_of(values.begin(), values.end(),
                                       [](const std::string& value) { return value.empty(); });
    if (values.empty() || is_broken) {
      return wrong(node, fmt::format("{} takes a text or an array of texts; ids are texts too, as "
                                     "numbers lose their zeros",
                                     field));
    }
    for (std::string& value : values) {
      const bool is_exact = value.find_first_of("*?[") == std::string::npos;
      if (field == "model" && is_exact) {
        value = ingest::canonical_model(value).canonical;
      }
    }
    parts.push_back(condition_text(field, values));
    return std::nullopt;
  }

  const std::string* file_;
  finance::BudgetScope* scope_;
  Budget budget_;
};

Result<BudgetFile> read_root(const toml::table& root, const std::string& file) {
  BudgetFile result;
  for (const auto& [key, node] : root) {
    const bool is_known = key.str() == "budget" && node.is_array_of_tables();
    if (!is_known) {
      return fault(fmt::format("{}:{}", file, key.source().begin.line),
                   "a budget file holds [[budget]] tables alone");
    }
  }
  const toml::array* budgets = root["budget"].as_array();
  if (budgets == nullptr) {
    return fault(file + ":1", "has no [[budget]] table");
  }
  if (budgets->size() > budgets_max) {
    return fault(file, fmt::format("holds more than {} budgets", budgets_max));
  }
  finance::BudgetScope scope;
  std::set<std::string> names;
  for (const toml::node& node : *budgets) {
    Result<Budget> budget = BudgetReader(file, scope).read(*node.as_table());
    if (!budget) {
      return pass_on(budget);
    }
    if (!names.insert(budget->name).second) {
      return fault(fmt::format("{}:{}", file, node.source().begin.line),
                   fmt::format("budget {} is there twice", in_quotes(budget->name)));
    }
    result.budgets.push_back(std::move(*budget));
  }
  result.by = scope.keys();
  return result;
}

}  // namespace

Result<BudgetFile> parse_budget_file(std::string_view text, const std::string& file) {
  try {
    return read_root(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    return fault(fmt::format("{}:{}", file, error.source().begin.line),
                 fmt::format("is not TOML: {}", error.description()));
  }
}

Result<BudgetFile> load_budget_file(const std::string& path) {
  const Result<std::string> text = read_text_file(path, budget_file_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  return parse_budget_file(*text, path);
}

}  // namespace bedrocklog::cli
