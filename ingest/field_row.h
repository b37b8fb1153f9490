// A row of a query result: column names and texts, with a record's message or its single fields.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/json_view.h"
#include "ingest/member_reader.h"
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

inline constexpr std::size_t row_fields_max = 1'024;  // Further columns are ignored.

/// What a row without a message amounts to.
enum class RowKind : std::uint8_t { record, reject, foreign };

/// Owns the texts of one row; cleared and filled again for the next.
class FieldRow {
 public:
  void clear() { size_ = 0; }
  [[nodiscard]] bool is_empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view name(std::size_t index) const { return fields_[index].first; }
  [[nodiscard]] std::string_view value(std::size_t index) const { return fields_[index].second; }
  void add(std::string_view name, std::string_view value);
  [[nodiscard]] bool has(std::string_view name) const;

  /// Adds the `{"field":..,"value":..}` pair here, or leaves the row as it is.
  void add_pair(JsonView& view, TextArena& arena);
  /// Adds every member of the object here that is a string or a number.
  void add_members(JsonView& view, TextArena& arena);

  /// Whether columns of these names hold records: a message, or a model id and a time.
  [[nodiscard]] bool names_a_record() const;

  /// The record's own text in `@message` or `message`; empty when the row has none.
  [[nodiscard]] std::string_view message() const;

  /// Reads the columns as a record: dotted paths of the record, and the names that the console and
  /// published queries give them, in any letter case (Athena knows lower case only). An empty
  /// value is an absent one. `record` borrows from the row. A row without modelId and requestId is
  /// foreign.
  [[nodiscard]] RowKind read(RecordView& record, RecordFault& fault) const;

 private:
  std::deque<std::pair<std::string, std::string>> fields_;  // The first size_ are the row.
  std::size_t size_ = 0;
};

}  // namespace bedrocklog::ingest
