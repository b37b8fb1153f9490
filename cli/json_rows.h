// Rows of a report as JSON objects, straight into text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analytics/report.h"
#include "cli/report_writers.h"
#include "cli/text_buffer.h"

namespace bedrocklog::cli {

enum class JsonShape : std::uint8_t {
  line,     // The whole object in one line.
  indented  // By two blanks a level, as an element of an array at the top of a document.
};

/// Writes any row of one report; what is the same in all rows is made once. Rows can be written by
/// several threads at once.
class JsonRows {
 public:
  /// Borrows the report.
  JsonRows(const analytics::Report& report, const ColumnChoice& columns, JsonShape shape);

  /// No separator after it.
  void append(const analytics::Row& row, TextBuffer& into) const;

 private:
  struct Member {
    std::size_t column = 0;  // Among the keys, or among the figures.
    unsigned scale = 0;
    unsigned decimals_min = 0;
    std::string before;  // From the value before: separator, name, colon.
  };

  void add_members(const ColumnChoice& columns, bool keys, std::vector<Member>& members) const;
  void append_errors(const analytics::Row& row, TextBuffer& into) const;
  void append_keys(const analytics::Row& row, TextBuffer& into) const;
  void append_metrics(const analytics::Row& row, TextBuffer& into) const;
  /// Line end and blanks of a level of an indented object.
  [[nodiscard]] std::string line_end(std::size_t level) const;

  const analytics::Report* report_;
  bool is_indented_;
  std::string colon_;
  std::vector<std::string> texts_;  // By number: as JSON strings.
  std::vector<Member> keys_;
  std::vector<Member> metrics_;
  std::size_t metrics_bytes_max_ = 0;
  std::string begin_, begin_folded_, begin_keys_, begin_metrics_, end_object_, end_;
};

}  // namespace bedrocklog::cli
