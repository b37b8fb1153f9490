// Which model id a name of the AWS price list or of a usage type stands for.
//
// The names are a table that people made. A name matches whatever its case and punctuation are,
// but nothing matches by being alike: "Mistral Large 3" once found the prices of "Mistral Large",
// eight times as high.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::finance {

class ModelNames {
 public:
  /// Reads a table like data/models.csv: columns `model_id`, `price_list_names` and
  /// `usage_type_names` (names separated by `;`), others ignored. Faults name `table_name`:line.
  [[nodiscard]] static Result<ModelNames> parse(std::string_view csv,
                                                const std::string& table_name);

  /// Ids that `name` stands for, sorted: none for an unknown name, several for one that does not
  /// tell which. Model ids stand for themselves. Valid as long as this.
  [[nodiscard]] std::span<const std::string> models_of(std::string_view name) const;

 private:
  void add(std::string_view name, const std::string& model);

  std::map<std::string, std::vector<std::string>, std::less<>> models_by_name_;
};

/// Lower-case letters, digits and `+` of `name`: what two spellings of a name share.
[[nodiscard]] std::string name_core(std::string_view name);

}  // namespace bedrocklog::finance
