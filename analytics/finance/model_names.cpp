// Reads the table of model names and looks names up by their core.
#include "analytics/finance/model_names.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analytics/csv_table.h"

namespace bedrocklog::finance {

std::string name_core(std::string_view name) {
  std::string core;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      core += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+') {
      core += c;
    }
  }
  return core;
}

void ModelNames::add(std::string_view name, const std::string& model) {
  const std::string core = name_core(name);
  if (core.empty()) {
    return;
  }
  std::vector<std::string>& models = models_by_name_[core];
  const auto place = std::lower_bound(models.begin(), models.end(), model);
  if (place == models.end() || *place != model) {
    models.insert(place, model);
  }
}

Result<ModelNames> ModelNames::parse(std::string_view csv, const std::string& table_name) {
  const Result<analytics::CsvTable> table = analytics::parse_csv(csv, table_name);
  if (!table) {
    return pass_on(table);
  }
  constexpr std::array<std::string_view, 3> wanted = {"model_id", "price_list_names",
                                                      "usage_type_names"};
  std::array<std::size_t, wanted.size()> columns{};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto found = std::find(table->header.begin(), table->header.end(), wanted.at(i));
    if (found == table->header.end()) {
      return fault(table_name, "has no column " + std::string(wanted.at(i)));
    }
    columns.at(i) = static_cast<std::size_t>(found - table->header.begin());
  }
  ModelNames names;
  for (const analytics::CsvRow& row : table->rows) {
    const std::string& model = row.fields[columns[0]];
    if (model.empty()) {
      return fault(table_name + ':' + std::to_string(row.line), "has no model_id");
    }
    names.add(model, model);
    for (std::size_t i = 1; i < columns.size(); ++i) {
      const std::string_view list = row.fields[columns.at(i)];
      for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(';', begin), list.size());
        names.add(list.substr(begin, end - begin), model);
        begin = end + 1;
      }
    }
  }
  return names;
}

std::span<const std::string> ModelNames::models_of(std::string_view name) const {
  const auto found = models_by_name_.find(name_core(name));
  return found == models_by_name_.end() ? std::span<const std::string>() : found->second;
}

}  // namespace bedrocklog::finance
