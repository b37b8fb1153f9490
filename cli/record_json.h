// One record as a line of `extract`.
#pragma once

#include <string>
#include <vector>

#include "analytics/record_facts.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// Members of a record, as a choice of known names in the order they are written.
class RecordMembers {
 public:
  /// Empty: all of them. Unknown names (the nearest one is suggested) and names given twice are
  /// Faults on --fields.
  [[nodiscard]] static Result<RecordMembers> chosen(const std::vector<std::string>& names);

  /// Adds the logged record itself, prompts and answers included, as member `record`.
  void add_record() { has_record_ = true; }

  /// One JSON object and a newline, ASCII only. What a record does not tell is null.
  [[nodiscard]] std::string line_of(const analytics::RecordFactsView& facts) const;

 private:
  std::vector<std::size_t> positions_;  // In the table of members.
  bool has_record_ = false;
};

}  // namespace bedrocklog::cli
