// TOML arrays of tables, or CSV, into rows.
#include "analytics/finance/rule_rows.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "analytics/csv_table.h"
#include "analytics/report_key.h"

namespace bedrocklog::finance {
namespace {

constexpr std::string_view tag_prefix = "tag:";

std::string place_of(const std::string& file, std::size_t line) {
  return fmt::format("{}:{}", file, line);
}

Result<std::vector<RuleRow>> rows_of_csv(std::string_view text, const std::string& file,
                                         const RuleColumns& columns) {
  const Result<analytics::CsvTable> table = analytics::parse_csv(text, file);
  if (!table) {
    return pass_on(table);
  }
  RuleRow header{place_of(file, 1), {}};
  for (const std::string& name : table->header) {
    header.cells.emplace(name, name);
  }
  if (std::optional<Fault> failed = check_columns(header, columns)) {
    return tl::unexpected(std::move(*failed));
  }
  std::vector<RuleRow> rows;
  for (const analytics::CsvRow& line : table->rows) {
    RuleRow row{place_of(file, line.line), {}};
    for (std::size_t at = 0; at < line.fields.size(); ++at) {
      if (!line.fields[at].empty()) {
        row.cells.emplace(table->header[at], line.fields[at]);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// The text of a value; nothing for what has none. A TOML float is binary, hence not exact.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  std::ostringstream out;
  if (const auto* date = node.as_date()) {
    out << date->get();
    return out.str();
  }
  if (const auto* moment = node.as_date_time()) {
    out << moment->get();
    return out.str();
  }
  return std::nullopt;
}

Result<RuleRow> row_of(const toml::node& node, const std::string& file,
                       const RuleColumns& columns) {
  RuleRow row{place_of(file, node.source().begin.line), {}};
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return fault(row.place, fmt::format("write [[{}]] above each entry", columns.table));
  }
  for (const auto& [key, value] : *table) {
    const std::string place = place_of(file, key.source().begin.line);
    std::optional<std::string> cell = text_of(value);
    if (!cell) {
      return fault(place, value.is_floating_point()
                              ? fmt::format("{0}: write it in quotes, so that it is read exactly: "
                                            "{0} = \"12.5\"",
                                            key.str())
                              : fmt::format("{}: takes one text, whole number or date", key.str()));
    }
    const RuleRow one{place, {{std::string(key.str()), *cell}}};
    if (std::optional<Fault> failed = check_columns(one, columns)) {
      return tl::unexpected(std::move(*failed));
    }
    if (!cell->empty()) {
      row.cells.emplace(key.str(), *std::move(cell));
    }
  }
  return row;
}

Result<std::vector<RuleRow>> rows_of_toml(const toml::table& root, const std::string& file,
                                          const RuleColumns& columns) {
  std::vector<RuleRow> rows;
  for (const auto& [key, node] : root) {
    const std::string place = place_of(file, key.source().begin.line);
    if (key.str() != columns.table) {
      return fault(place, fmt::format("unknown key {}; entries stand below [[{}]]", key.str(),
                                      columns.table));
    }
    const toml::array* entries = node.as_array();
    if (entries == nullptr) {
      return fault(place, fmt::format("write [[{}]], with two brackets", columns.table));
    }
    for (const toml::node& entry : *entries) {
      Result<RuleRow> row = row_of(entry, file, columns);
      if (!row) {
        return pass_on(row);
      }
      rows.push_back(*std::move(row));
    }
  }
  return rows;
}

Result<std::vector<RuleRow>> parse_toml(std::string_view text, const std::string& file,
                                        const RuleColumns& columns) {
  try {
    return rows_of_toml(toml::parse(text, file), file, columns);
  } catch (const toml::parse_error& error) {
    return fault(place_of(file, error.source().begin.line),
                 fmt::format("is not TOML: {}", error.description()));
  }
}

}  // namespace

std::string_view RuleRow::of(std::string_view column) const {
  const auto found = cells.find(column);
  return found == cells.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<Fault> check_columns(const RuleRow& row, const RuleColumns& columns) {
  for (const auto& [name, value] : row.cells) {
    const bool is_tag =
        columns.tags && name.starts_with(tag_prefix) && name.size() > tag_prefix.size();
    if (is_tag ||
        std::find(columns.names.begin(), columns.names.end(), name) != columns.names.end()) {
      continue;
    }
    std::vector<std::string> known(columns.names.begin(), columns.names.end());
    if (columns.tags) {
      known.emplace_back("tag:KEY");
    }
    const std::optional<std::string> nearest = analytics::nearest_name(name, known);
    return Fault{row.place,
                 fmt::format("unknown column {}{}; known are {}", name,
                             nearest ? "; did you mean " + *nearest + '?' : std::string(),
                             fmt::join(known, " "))};
  }
  return std::nullopt;
}

Result<std::vector<RuleRow>> read_rule_rows(std::string_view text, const std::string& file,
                                            const RuleColumns& columns) {
  Result<std::vector<RuleRow>> rows = fault(
      file, "its name ends in neither .toml nor .csv, so that its form is not known; rename it");
  if (file.ends_with(".toml")) {
    rows = parse_toml(text, file, columns);
  } else if (file.ends_with(".csv")) {
    rows = rows_of_csv(text, file, columns);
  }
  if (rows && rows->size() > rule_rows_max) {
    return fault(file, fmt::format("has more than {} entries; shorten it", rule_rows_max));
  }
  return rows;
}

}  // namespace bedrocklog::finance
