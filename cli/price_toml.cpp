// [[price]] tables into rows; what their fields hold is checked where those of CSV books are.
#include "cli/price_toml.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "analytics/price_book_rows.h"

namespace bedrocklog::cli {
namespace {

std::string place_of(const std::string& file, const toml::node& node) {
  return fmt::format("{}:{}", file, node.source().begin.line);
}

/// A text, whole number, day, or a list of texts with blanks between; nothing for other values.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* day = node.as_date()) {
    return fmt::format("{:04}-{:02}-{:02}", day->get().year, day->get().month, day->get().day);
  }
  const toml::array* list = node.as_array();
  if (list == nullptr) {
    return std::nullopt;
  }
  std::string joined;
  for (const toml::node& item : *list) {
    const auto* text = item.as_string();
    if (text == nullptr) {
      return std::nullopt;
    }
    joined += (joined.empty() ? "" : " ") + text->get();
  }
  return joined;
}

/// What no price file may hold; nothing when `value` is good.
std::optional<Fault> fault_of(const std::string& file, std::string_view name,
                              const toml::node& value) {
  const std::span<const std::string_view> columns = analytics::price_book_columns();
  if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
    return Fault{place_of(file, value), fmt::format("no price has a key {}; allowed are {}", name,
                                                    fmt::join(columns, ", "))};
  }
  if (value.is_floating_point()) {
    return Fault{place_of(file, value),
                 fmt::format("{} is a floating-point number, which does not keep its digits; write "
                             "it in quotes",
                             name)};
  }
  if (!text_of(value)) {
    return Fault{place_of(file, value),
                 fmt::format("{} takes a text, a whole number, a day or a list of texts", name)};
  }
  return std::nullopt;
}

Result<analytics::CsvTable> rows_of(const toml::table& root, const std::string& file) {
  std::set<std::string, std::less<>> used;
  std::vector<const toml::table*> tables;
  for (const auto& [key, node] : root) {
    const toml::array* prices = key.str() == "price" ? node.as_array() : nullptr;
    if (prices == nullptr) {
      return fault(
          place_of(file, node),
          fmt::format("{} does not belong into a price file; it has tables [[price]]", key.str()));
    }
    for (const toml::node& item : *prices) {
      const toml::table* table = item.as_table();
      if (table == nullptr) {
        return fault(place_of(file, item), "price is a table; write [[price]]");
      }
      for (const auto& [name, value] : *table) {
        if (std::optional<Fault> failed = fault_of(file, name.str(), value)) {
          return tl::unexpected(*std::move(failed));
        }
        used.emplace(name.str());
      }
      tables.push_back(table);
    }
  }
  if (tables.empty()) {
    return fault(file, "has no price; write tables [[price]]");
  }
  analytics::CsvTable result;
  result.header.assign(used.begin(), used.end());
  for (const toml::table* table : tables) {
    analytics::CsvRow row;
    row.line = table->source().begin.line;
    for (const std::string& name : used) {
      const toml::node* value = table->get(name);
      row.fields.push_back(value == nullptr ? "" : text_of(*value).value_or(""));
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

}  // namespace

Result<analytics::CsvTable> parse_price_toml(std::string_view text, const std::string& file) {
  try {
    return rows_of(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    return fault(fmt::format("{}:{}", file, error.source().begin.line),
                 fmt::format("is not TOML: {}", error.description()));
  }
}

}  // namespace bedrocklog::cli
