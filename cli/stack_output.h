// What a provision command says about one account, alone or as one of several.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/diagnostics.h"
#include "provision/plan.h"

namespace bedrocklog::cli {

struct StackOutput {
  bool is_json = false;
  std::string account;  // Of a run over several: stands in front of each line. Else empty.

  // Left behind for whoever started the run.
  nlohmann::json document;  // With is_json; null until there is one.
  std::vector<std::string> regions;
  std::size_t changes = 0;
  std::size_t conflicts = 0;
  std::string result;  // "none", "changes", "done", ...

  /// Prints text, or nothing with is_json.
  [[nodiscard]] ExitCode print(std::string_view text) const;
  /// Of the plan that was made first.
  void count(const provision::Plan& plan);
};

/// Prints the document of a run that is the only one.
[[nodiscard]] ExitCode print_document(const StackOutput& output, ExitCode code);

}  // namespace bedrocklog::cli
