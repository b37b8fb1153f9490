// Takes a document apart into lines, values and rows.
#include "ingest/document_scan.h"

#include <algorithm>
#include <utility>

namespace bedrocklog::ingest {
namespace {

// How much of a line of text is looked at to tell what it is.
constexpr std::size_t text_line_bytes_max = std::size_t{64} << 10U;
constexpr std::size_t stamp_bytes_max = 64;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_json_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

/// A JSON value that is no object: worth another fault than plain garbage.
bool is_scalar(std::string_view line) {
  return (line.size() >= 2 && line.front() == '"' && line.back() == '"') || line == "true" ||
         line == "false" || line == "null" || parse_decimal(line).is_number;
}

bool is_list_key(std::string_view key) {
  return key == "events" || key == "logEvents" || key == "results" || key == "Records";
}

}  // namespace

std::optional<SkipKind> note_kind(std::string_view text) {
  if (text.find("Permissions are correctly set for Amazon Bedrock logs") != text.npos) {
    return SkipKind::permission_check;
  }
  if (text.find("Permission Check Successful") != text.npos) {
    return SkipKind::write_test;
  }
  if (text.starts_with("CWL CONTROL MESSAGE")) {
    return SkipKind::control_message;
  }
  return std::nullopt;
}

std::size_t export_stamp_size(std::string_view line) {
  const auto matches = [&](std::string_view pattern) {
    return line.size() >= pattern.size() &&
           std::equal(pattern.begin(), pattern.end(), line.begin(), [](char want, char have) {
             return want == '0' ? have >= '0' && have <= '9' : want == have;
           });
  };
  constexpr std::string_view millis = "0000000000000 ";
  if (matches(millis)) {
    return millis.size();
  }
  constexpr std::string_view seconds = "0000-00-00T00:00:00";
  if (!matches(seconds)) {
    return 0;
  }
  std::size_t at = seconds.size();
  if (at < line.size() && line[at] == '.') {
    at = std::min(line.find_first_not_of("0123456789", at + 1), line.size());
  }
  return line.substr(at).starts_with("Z ") ? at + 2 : 0;
}

void DocumentScan::run() {
  if (!pass_space() || csv_rows()) {
    return;
  }
  while (pass_space()) {
    if (text_->offset() >= share_at_ && can_share()) {
      share_lines();
    } else {
      value();
    }
  }
}

void DocumentScan::value() {
  layout_ = is_export_ ? Layout::export_lines : Layout::raw_lines;
  switch (front()) {
    case '{':
      object_line();
      break;
    case '[':
      array_value();
      break;
    default:
      text_line();
      break;
  }
  has_items_ = true;
}

void DocumentScan::object_value() {
  ObjectWalk walk;
  walk.start = here();
  while (true) {
    switch (object_member(walk)) {
      case MemberStep::goes_on:
        continue;
      case MemberStep::ends:
        return finish_object(walk);
      case MemberStep::broken:
        return broken_object(walk);
      case MemberStep::reported:
        return;
    }
  }
}

DocumentScan::MemberStep DocumentScan::object_member(ObjectWalk& walk) {
  using Status = JsonSplitter::Status;
  Cursor& cursor = walk.cursor;
  walk.status = Status::broken;
  char letter = letter_at(cursor);
  if (letter == '}') {
    ++cursor.at;
    return MemberStep::ends;
  }
  if (!walk.is_first) {
    if (letter != ',') {
      return MemberStep::broken;
    }
    ++cursor.at;
    letter = letter_at(cursor);
  }
  if (letter != '"') {
    return MemberStep::broken;
  }
  walk.is_first = false;
  // The key must be there as a whole to be looked at, whatever has been let go before it.
  if (!cursor.is_held) {
    advance(std::exchange(cursor.at, 0));
  }
  Cursor key_end{.at = cursor.at};
  walk.status = pass_value(key_end);
  if (walk.status != Status::done || !key_end.is_held) {
    cursor = key_end;
    return MemberStep::broken;
  }
  const std::string_view key = text_->ahead().substr(cursor.at + 1, key_end.at - cursor.at - 2);
  const bool is_list = is_list_key(key);
  const bool is_type = key == "messageType";
  walk.list.event_layout = key == "logEvents" ? Layout::subscription : Layout::cli_events;
  cursor.at = key_end.at;
  walk.status = Status::broken;
  if (letter_at(cursor) != ':') {
    return MemberStep::broken;
  }
  ++cursor.at;
  if (letter_at(cursor) == '[' && is_list) {
    advance(std::exchange(cursor.at, 0));
    cursor.is_held = false;
    walk.is_streamed = true;
    output_->expect_items();
    walk.list.record_layout = Layout::json_document;
    walk.list.is_log = true;
    return elements(walk.list) ? MemberStep::goes_on : MemberStep::reported;
  }
  const std::size_t value_at = cursor.at;
  walk.status = pass_value(cursor);
  if (walk.status != Status::done) {
    return MemberStep::broken;
  }
  if (is_type && cursor.is_held) {
    walk.list.is_control =
        text_->ahead().substr(value_at, cursor.at - value_at) == R"("CONTROL_MESSAGE")";
  }
  return MemberStep::goes_on;
}

void DocumentScan::finish_object(ObjectWalk& walk) {
  const std::uint64_t size = text_->offset() + walk.cursor.at - walk.start.offset;
  if (walk.is_streamed) {
    if (walk.list.is_control) {
      output_->skip(SkipKind::control_message, place_of(walk.start, size));
    }
  } else if (!walk.cursor.is_held) {
    output_->reject(RecordFault::line_too_long, place_of(walk.start, size));
  } else {
    const std::string_view value = text_->ahead().substr(0, walk.cursor.at);
    const bool has_newline = value.find('\n') != std::string_view::npos;
    List plain;
    plain.record_layout =
        has_newline && layout_ == Layout::raw_lines ? Layout::json_document : layout_;
    plain.is_list = false;
    element(value, place_of(walk.start, size), plain);
  }
  advance(walk.cursor.at);
}

void DocumentScan::broken_object(const ObjectWalk& walk) {
  if (!walk.cursor.is_held) {
    advance(walk.cursor.at);
    pass_line();
    const RecordFault fault = walk.is_streamed ? RecordFault::not_json : RecordFault::line_too_long;
    return output_->reject(fault, place_of(walk.start, text_->offset() - walk.start.offset));
  }
  const std::string_view seen = text_->ahead().substr(0, walk.cursor.at);
  if (walk.is_first && seen.size() < text_->ahead().size()) {
    // `{` with neither key nor end behind it is a template or a program, not a cut record.
    return output_->text(RecordFault::not_json, place_of(walk.start, pass_line()));
  }
  const std::size_t newline = seen.find('\n');
  if (newline != std::string_view::npos && trimmed(seen.substr(1, newline)).empty()) {
    pass_to_next_value();
    return reject_broken(walk.start, walk.status, text_->offset() - walk.start.offset);
  }
  // Compact text: the line it started on is bad, and only that. The next one is on its own.
  reject_broken(walk.start, walk.status, pass_line());
}

void DocumentScan::array_value() {
  const Start start = here();
  Cursor cursor{.at = 1};
  const char letter = letter_at(cursor);
  if (letter == '{' || letter == '[') {
    List list;
    list.record_layout = Layout::json_document;
    (void)elements(list);
    return;
  }
  cursor = {};
  const JsonSplitter::Status status = pass_value(cursor);
  const std::uint64_t size = text_->offset() + cursor.at - start.offset;
  if (!cursor.is_held) {
    advance(cursor.at);
    return output_->reject(RecordFault::line_too_long, place_of(start, size));
  }
  if (status != JsonSplitter::Status::done) {
    return text_line();
  }
  advance(cursor.at);
  output_->skip(SkipKind::foreign_json, place_of(start, size));
}

void DocumentScan::text_line() {
  if (export_line() || wrapped_line()) {
    return;
  }
  const Start start = here();
  RecordFault fault = RecordFault::not_json;
  if (const std::optional<std::size_t> size = line_size(text_line_bytes_max)) {
    const std::string_view line = trimmed(text_->ahead().substr(0, *size));
    if (const std::optional<SkipKind> kind = note_kind(line)) {
      output_->skip(*kind, place_of(start, line.size()));
      return advance(*size);
    }
    fault = is_scalar(line) ? RecordFault::not_an_object : fault;
  }
  const std::uint64_t size = pass_line();
  output_->text(fault, place_of(start, size));
}

bool DocumentScan::export_line() {
  while (text_->ahead().size() < stamp_bytes_max && text_->more()) {
  }
  const std::size_t stamp = export_stamp_size(text_->ahead().substr(0, stamp_bytes_max));
  if (stamp == 0 || !is_fresh_line_) {
    if (is_export_) {
      pass_line();  // Continues a message that was no record and has been counted.
    }
    return is_export_;
  }
  is_export_ = is_export_ || !has_items_;
  layout_ = Layout::export_lines;
  advance(stamp);
  if (!text_->ahead().empty() || text_->more()) {
    if (front() == '{') {
      object_line();
      return true;
    }
  }
  return false;
}

bool DocumentScan::wrapped_line() {
  constexpr std::string_view gzip_in_base64 = "H4sI";
  if (!text_->ahead().starts_with(gzip_in_base64)) {
    return false;
  }
  const std::optional<std::size_t> size = line_size(value_size_bytes_max);
  if (!size) {
    return false;
  }
  const std::string_view line = trimmed(text_->ahead().substr(0, *size));
  wrapped(line, place_of(here(), line.size()));
  advance(*size);
  return true;
}

DocumentScan::Start DocumentScan::here() const {
  Start start;
  start.offset = text_->offset();
  start.place =
      within_ ? *within_ : ItemPlace{.line = text_->line(), .byte_offset = text_->offset()};
  return start;
}

ItemPlace DocumentScan::place_of(const Start& start, std::uint64_t size_bytes) const {
  ItemPlace place = start.place;
  place.size_bytes = size_bytes;
  return place;
}

bool DocumentScan::pass_space() {
  while (true) {
    const std::string_view ahead = text_->ahead();
    std::size_t size = 0;
    for (; size < ahead.size() && is_json_space(ahead[size]); ++size) {
      is_fresh_line_ = is_fresh_line_ || ahead[size] == '\n';
      indent_ = ahead[size] == '\n' ? 0 : indent_ + 1;
    }
    text_->consume(size);
    if (size < ahead.size()) {
      return true;
    }
    if (!text_->more()) {
      return false;
    }
  }
}

void DocumentScan::advance(std::size_t size) {
  is_fresh_line_ = is_fresh_line_ && size == 0;
  text_->consume(size);
}

/// Moves behind the end of this line, however long; its size without newline and return.
std::uint64_t DocumentScan::pass_line() {
  std::uint64_t size = 0;
  bool ends_in_return = false;
  while (true) {
    const std::string_view ahead = text_->ahead();
    const std::size_t newline = ahead.find('\n');
    const std::string_view part = ahead.substr(0, newline);
    size += part.size();
    ends_in_return = part.empty() ? ends_in_return : part.back() == '\r';
    const bool has_newline = newline != std::string_view::npos;
    text_->consume_in_line(part.size());
    text_->consume(has_newline ? 1U : 0U);
    if (has_newline || !text_->more()) {
      break;
    }
  }
  is_fresh_line_ = true;
  indent_ = 0;
  return size - (ends_in_return ? 1U : 0U);
}

/// Moves to the next line that can start a value of its own.
void DocumentScan::pass_to_next_value() {
  do {
    pass_line();
    while (text_->ahead().size() < stamp_bytes_max && text_->more()) {
    }
    if (text_->ahead().empty()) {
      return;
    }
  } while (front() != '{' && front() != '[' &&
           export_stamp_size(text_->ahead().substr(0, stamp_bytes_max)) == 0);
}

/// Size of the rest of this line without its newline, held as a whole; nothing over `limit`.
std::optional<std::size_t> DocumentScan::line_size(std::size_t limit) {
  std::size_t searched = 0;
  while (true) {
    const std::string_view ahead = text_->ahead();
    const std::size_t newline = ahead.find('\n', searched);
    searched = std::min(newline, ahead.size());
    if (searched > limit) {
      return std::nullopt;
    }
    if (newline != std::string_view::npos || !text_->more()) {
      return searched;
    }
  }
}

/// The next letter that is no white space, or '\0' at the end.
char DocumentScan::letter_at(Cursor& cursor) {
  while (true) {
    const std::string_view ahead = text_->ahead();
    while (cursor.at < ahead.size() && is_json_space(ahead[cursor.at])) {
      ++cursor.at;
    }
    if (cursor.at < ahead.size()) {
      return ahead[cursor.at];
    }
    if (cursor.at > value_size_bytes_max) {
      cursor.is_held = false;
    }
    if (!cursor.is_held) {
      advance(std::exchange(cursor.at, 0));
    }
    if (!text_->more()) {
      return '\0';
    }
  }
}

/// Moves the cursor behind the value at it. Past value_size_bytes_max nothing is held any more.
JsonSplitter::Status DocumentScan::pass_value(Cursor& cursor) {
  splitter_.reset();
  while (true) {
    std::size_t used = 0;
    const JsonSplitter::Status status = splitter_.feed(text_->ahead().substr(cursor.at), used);
    cursor.at += used;
    if (cursor.at > value_size_bytes_max) {
      cursor.is_held = false;
    }
    if (!cursor.is_held) {
      advance(std::exchange(cursor.at, 0));
    }
    if (status != JsonSplitter::Status::more) {
      return status;
    }
    if (!text_->more()) {
      return splitter_.ends_well() ? JsonSplitter::Status::done : JsonSplitter::Status::broken;
    }
  }
}

void DocumentScan::reject_broken(const Start& start, JsonSplitter::Status status,
                                 std::uint64_t size_bytes) {
  const RecordFault fault =
      status == JsonSplitter::Status::too_deep ? RecordFault::nesting : RecordFault::not_json;
  output_->reject(fault, place_of(start, size_bytes));
}

}  // namespace bedrocklog::ingest
