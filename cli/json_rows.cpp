// Names and separators are put together once; a row is then copies of these and its figures.
#include "cli/json_rows.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "analytics/money.h"
#include "cli/json_text.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using analytics::Int128;
using analytics::Row;
using analytics::RowKind;

// A whole number over 64 bits has no JSON integer in common readers: it is a string of digits, as
// decimals are.
bool is_json_integer(Int128 value) {
  return value <= Int128{std::numeric_limits<std::uint64_t>::max()} &&
         value >= std::numeric_limits<std::int64_t>::min();
}

char* copy(std::string_view text, char* at) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* write_figure(const std::optional<Int128>& value, unsigned scale, unsigned decimals_min,
                   char* at) {
  if (!value) {
    return copy("null", at);
  }
  if (scale == 0 && is_json_integer(*value)) {
    return analytics::write_decimal(at, *value, 0, 0);
  }
  *at++ = '"';
  at = scale == 0 ? analytics::write_decimal(at, *value, 0, 0)
                  : analytics::write_decimal(at, *value, scale, decimals_min);
  *at++ = '"';
  return at;
}

}  // namespace

JsonRows::JsonRows(const analytics::Report& report, const ColumnChoice& columns, JsonShape shape)
    : report_(&report),
      is_indented_(shape == JsonShape::indented),
      colon_(is_indented_ ? ": " : ":") {
  add_members(columns, true, keys_);
  if (!keys_.empty()) {
    texts_.reserve(report.rows.texts().size());
    for (const std::string_view text : report.rows.texts()) {
      texts_.push_back(json_string(text));
    }
  }
  add_members(columns, false, metrics_);
  for (const Member& member : metrics_) {
    metrics_bytes_max_ += member.before.size() + analytics::decimal_bytes_max + 2;
  }
  const std::string member = ',' + line_end(1);
  begin_ = (is_indented_ ? "    {" : "{") + line_end(1) + "\"errors_by_code\"" + colon_ + '{';
  begin_folded_ = member + "\"folded_rows\"" + colon_;
  begin_keys_ = member + "\"keys\"" + colon_ + '{';
  begin_metrics_ = member + "\"metrics\"" + colon_ + '{';
  end_object_ = line_end(1) + '}';
  end_ = line_end(0) + '}';
}

std::string JsonRows::line_end(std::size_t level) const {
  constexpr std::size_t row_blanks = 4;
  return is_indented_ ? '\n' + std::string(row_blanks + 2 * level, ' ') : "";
}

// Sorted by name; of two columns that read the same, the later one is shown.
void JsonRows::add_members(const ColumnChoice& columns, bool keys,
                           std::vector<Member>& members) const {
  std::map<std::string, std::size_t> by_name;
  for (const std::size_t column : columns) {
    if (report_->columns[column].is_key == keys) {
      by_name[valid_utf8(report_->columns[column].name)] = column;
    }
  }
  for (const auto& [name, column] : by_name) {
    const analytics::Column& about = report_->columns[column];
    members.push_back(
        {.column = keys ? column : column - report_->rows.keys_count(),
         .scale = about.scale,
         .decimals_min = about.decimals_min,
         .before = (members.empty() ? "" : ",") + line_end(2) + json_string(name) + colon_});
  }
}

void JsonRows::append_errors(const Row& row, TextBuffer& into) const {
  if (row.error_codes().empty()) {
    return into.append("}");
  }
  std::map<std::string, std::uint64_t> codes;
  for (const auto& [code, count] : row.error_codes()) {
    codes[valid_utf8(code)] += count;  // Two broken codes may read the same once repaired.
  }
  std::string text;
  for (const auto& [code, count] : codes) {
    text += (text.empty() ? "" : ",") + line_end(2) + json_string(code) + colon_ +
            std::to_string(count);
  }
  into.append(text + end_object_);
}

void JsonRows::append_keys(const Row& row, TextBuffer& into) const {
  for (const Member& member : keys_) {
    into.append(member.before);
    const std::uint32_t text = row.key(member.column);
    const bool is_known = row.kind() == RowKind::group && text != analytics::RowBlock::absent_key;
    into.append(is_known ? std::string_view(texts_[text]) : "null");
  }
  into.append(keys_.empty() ? "}" : std::string_view(end_object_));
}

void JsonRows::append_metrics(const Row& row, TextBuffer& into) const {
  char* at = into.room(metrics_bytes_max_ + end_object_.size());
  for (const Member& member : metrics_) {
    at = copy(member.before, at);
    at = write_figure(row.figure(member.column), member.scale, member.decimals_min, at);
  }
  into.written_to(copy(metrics_.empty() ? "}" : std::string_view(end_object_), at));
}

void JsonRows::append(const Row& row, TextBuffer& into) const {
  into.append(begin_);
  append_errors(row, into);
  if (row.kind() == RowKind::other) {
    into.append(begin_folded_);
    into.append(std::to_string(row.folded_rows()));
  }
  into.append(begin_keys_);
  append_keys(row, into);
  into.append(begin_metrics_);
  append_metrics(row, into);
  into.append(end_);
}

}  // namespace bedrocklog::cli
