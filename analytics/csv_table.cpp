// Reads RFC 4180 in one pass over the bytes.
#include "analytics/csv_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analytics/in_quotes.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// What a plain field may not just hold: a carriage return it may. A table, as find_first_of()
/// calls a function for each byte.
constexpr std::array<bool, 256> ends_or_faults = [] {
  std::array<bool, 256> is_one{};
  for (const char c : std::string_view(",\n\r\"\0", 5)) {
    is_one.at(static_cast<unsigned char>(c)) = true;
  }
  return is_one;
}();

class CsvReader {
  [[nodiscard]] auto refused(std::size_t line, std::string message) const {
    return fault(file_name_ + ':' + std::to_string(line), std::move(message));
  }

 public:
  CsvReader(std::string_view text, const std::string& file_name)
      : text_(text), file_name_(file_name) {
    if (text_.starts_with(byte_order_mark)) {
      text_.remove_prefix(byte_order_mark.size());
    }
  }

  Result<CsvTable> read() {
    CsvTable table;
    while (at_ < text_.size()) {
      if (skip_line_end()) {
        continue;
      }
      Result<CsvRow> row = read_row(table.header.size());
      if (!row) {
        return pass_on(row);
      }
      if (table.header.empty()) {
        if (const Result<bool> good = check_header(*row); !good) {
          return pass_on(good);
        }
        table.header = std::move(row->fields);
      } else if (row->fields.size() != table.header.size()) {
        return refused(row->line, "has " + std::to_string(row->fields.size()) +
                                      " fields, but the header names " +
                                      std::to_string(table.header.size()));
      } else {
        table.rows.push_back(std::move(*row));
      }
    }
    if (table.header.empty()) {
      return fault(file_name_, "is empty; a header line is needed");
    }
    return table;
  }

 private:
  [[nodiscard]] bool at_line_end() const {
    const std::string_view rest = text_.substr(at_);
    return rest.starts_with('\n') || rest.starts_with("\r\n") || rest == "\r";
  }

  bool skip_line_end() {
    if (!at_line_end()) {
      return false;
    }
    at_ += text_.substr(at_).starts_with("\r\n") ? 2U : 1U;
    ++line_;
    return true;
  }

  Result<CsvRow> read_row(std::size_t fields_expected) {
    CsvRow row;
    row.fields.reserve(fields_expected);
    row.line = line_;
    for (;;) {
      Result<std::string> field =
          at_ < text_.size() && text_[at_] == '"' ? read_quoted() : read_plain();
      if (!field) {
        return pass_on(field);
      }
      if (row.fields.size() == csv_columns_max) {
        return refused(row.line, "has more than 256 fields");
      }
      row.fields.push_back(std::move(*field));
      if (at_ == text_.size() || skip_line_end()) {
        return row;
      }
      ++at_;  // The comma: a field ends at nothing else.
    }
  }

  Result<std::string> read_plain() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_or_faults[static_cast<unsigned char>(text_[at_])]) {
      ++at_;
    }
    while (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
      if (text_[at_] == '"') {
        return refused(line_, "has a quote inside an unquoted field");
      }
      if (text_[at_] == '\0') {
        return refused(line_, "holds a zero byte");
      }
      ++at_;
    }
    if (at_ - begin > csv_field_size_bytes_max) {
      return refused(line_, "has a field over 64 KiB");
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<std::string> read_quoted() {
    const std::size_t first_line = line_;
    std::string field;
    ++at_;
    for (;;) {
      if (at_ == text_.size()) {
        return refused(first_line, "has a quote that never closes");
      }
      const char c = text_[at_++];
      if (c == '"') {
        if (at_ == text_.size() || text_[at_] == ',' || at_line_end()) {
          return field;
        }
        if (text_[at_] != '"') {
          return refused(line_, "has text after a closing quote");
        }
        ++at_;
      } else if (c == '\0') {
        return refused(line_, "holds a zero byte");
      } else if (c == '\n') {
        ++line_;
      }
      if (field.size() == csv_field_size_bytes_max) {
        return refused(first_line, "has a field over 64 KiB");
      }
      field += c;
    }
  }

  [[nodiscard]] Result<bool> check_header(const CsvRow& header) const {
    for (auto name = header.fields.begin(); name != header.fields.end(); ++name) {
      if (name->empty()) {
        return refused(header.line, "has a column without name");
      }
      if (std::find(header.fields.begin(), name, *name) != name) {
        return refused(header.line, "names the column " + in_quotes(*name) + " twice");
      }
    }
    return true;
  }

  std::string_view text_;
  const std::string& file_name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<CsvTable> parse_csv(std::string_view text, const std::string& file_name) {
  if (text.size() > csv_size_bytes_max) {
    return fault(file_name, "is larger than 64 MiB");
  }
  return CsvReader(text, file_name).read();
}

}  // namespace bedrocklog::analytics
