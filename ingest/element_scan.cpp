// Elements of lists: records, events, rows, and what is wrapped in them.
#include <utility>

#include "ingest/base64.h"
#include "ingest/document_scan.h"

namespace bedrocklog::ingest {
namespace {

SkipKind skip_kind_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::sidecar:
      return SkipKind::sidecar;
    case ValueKind::cloudtrail:
      return SkipKind::cloudtrail;
    default:
      return SkipKind::foreign_json;
  }
}

}  // namespace

/// Reads the list whose `[` is here. False when it broke off; that is then reported.
bool DocumentScan::elements(List& list) {
  advance(1);
  row_.clear();
  bool is_sound = true;
  while (is_sound) {
    if (!pass_space()) {
      output_->reject(RecordFault::not_json, place_of(here(), 0));
      is_sound = false;
    } else if (front() == ',') {
      advance(1);
    } else if (front() == ']') {
      advance(1);
      break;
    } else {
      is_sound = next_element(list);
    }
  }
  if (!row_.is_empty()) {
    finish_row(Layout::insights_json);
  }
  return is_sound;
}

bool DocumentScan::next_element(List& list) {
  const Start start = here();
  const bool is_on_own_line = is_fresh_line_;
  const std::size_t indent = indent_;
  Cursor cursor;
  const JsonSplitter::Status status = pass_value(cursor);
  const std::uint64_t size = text_->offset() + cursor.at - start.offset;
  if (status == JsonSplitter::Status::done) {
    if (cursor.is_held) {
      element(text_->ahead().substr(0, cursor.at), place_of(start, size), list);
    } else {
      output_->reject(RecordFault::line_too_long, place_of(start, size));
    }
    advance(cursor.at);
    return true;
  }
  if (cursor.is_held) {
    reject_broken(start, status, pass_line());
  } else {
    pass_line();
    output_->reject(RecordFault::line_too_long, place_of(start, text_->offset() - start.offset));
  }
  return is_on_own_line && resume_list(indent);
}

/// After a broken element: moves to the next line that is indented as it was and starts an object,
/// or to the end of the list.
bool DocumentScan::resume_list(std::size_t indent) {
  while (pass_space()) {
    const bool is_element = indent_ == indent && front() == '{';
    const bool is_end = indent_ <= indent && front() == ']';
    if (is_fresh_line_ && (is_element || is_end)) {
      return true;
    }
    pass_line();
  }
  return false;
}

void DocumentScan::element(std::string_view text, const ItemPlace& place, List& list) {
  if (list.is_control) {
    return;
  }
  if (text.front() == '[') {
    return row_of_pairs(text, place);
  }
  if (text.front() != '{') {
    if (!list.whole) {
      output_->reject(RecordFault::not_an_object, place);
    }
    return;
  }
  if (const RecordFault fault = tools_->parser.open(text); fault != RecordFault::none) {
    return output_->reject(fault, place);
  }
  ParsedValueView value;
  RecordView record;
  if (tools_->parser.next(list.record_layout, value, record)) {
    object(value, record, place, list);
  }
}

void DocumentScan::object(const ParsedValueView& value, const RecordView& record,
                          const ItemPlace& place, List& list) {
  if (value.kind != ValueKind::pair && !row_.is_empty() && list.is_list) {
    finish_row(Layout::insights_json);
  }
  switch (value.kind) {
    case ValueKind::record:
      return output_->record(record, place);
    case ValueKind::reject:
      return output_->reject(value.fault, place);
    case ValueKind::sidecar:
    case ValueKind::cloudtrail:
    case ValueKind::foreign:
      // A list of stream chunks, or of trail events, is one thing and not many.
      if (!list.whole) {
        output_->skip(skip_kind_of(value.kind), place);
      }
      if (list.is_list && value.kind != ValueKind::foreign) {
        list.whole = skip_kind_of(value.kind);
      }
      return;
    case ValueKind::page:
      return nested_page(value.text, place);
    case ValueKind::wrapper:
      return wrapped(value.data, place);
    case ValueKind::event:
      return event(value, place, list);
    case ValueKind::pair:
      if (list.is_list) {
        return pair(value.text, place);
      }
      return output_->skip(SkipKind::foreign_json, place);
    case ValueKind::columns:
      return row_of_members(value.text, place);
  }
}

void DocumentScan::event(const ParsedValueView& value, const ItemPlace& place, const List& list) {
  const Layout layout = value.from_row ? Layout::insights_json : list.event_layout;
  if (value.message_is_json) {
    return message(value.message, place, layout, true);
  }
  tools_->message.clear();
  if (!unescape_json(value.message, tools_->message)) {
    return output_->reject(RecordFault::not_json, place);
  }
  // Any program's log lines have a message: outside a list of events only a record counts.
  message(tools_->message, place, layout, list.is_log || value.from_row);
}

void DocumentScan::message(std::string_view text, ItemPlace place, Layout layout, bool is_log) {
  const auto is_blank = [](char letter) { return is_json_space(letter); };
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  place.size_bytes = text.size();
  if (const std::optional<SkipKind> kind = note_kind(text.substr(0, text.find('{')))) {
    return output_->skip(*kind, place);
  }
  const auto complain = [&](RecordFault fault) {
    if (is_log) {
      output_->reject(fault, place);
    } else {
      output_->skip(SkipKind::foreign_json, place);
    }
  };
  if (!text.starts_with('{')) {
    return complain(RecordFault::not_json);
  }
  if (const RecordFault fault = tools_->parser.open(text); fault != RecordFault::none) {
    return complain(fault);
  }
  ParsedValueView value;
  RecordView record;
  while (tools_->parser.next(layout, value, record)) {
    place.size_bytes = value.text.size();
    if (value.kind == ValueKind::record) {
      output_->record(record, place);
    } else if (value.kind == ValueKind::reject) {
      complain(value.fault);
    } else {
      output_->skip(skip_kind_of(value.kind), place);
    }
  }
}

/// One pair of a flat list: the row ends where a field name comes again.
void DocumentScan::pair(std::string_view text, const ItemPlace& place) {
  tools_->arena.clear();
  if (tools_->index.build(text) != IndexStatus::ok) {
    return output_->reject(RecordFault::not_json, place);
  }
  JsonView view(text, tools_->index.positions());
  pair_.clear();
  pair_.add_pair(view, tools_->arena);
  if (pair_.is_empty()) {
    return;
  }
  if (row_.has(pair_.name(0))) {
    finish_row(Layout::insights_json);
  }
  if (row_.is_empty()) {
    row_place_ = place;
    row_place_.size_bytes = 0;
  }
  row_place_.size_bytes += place.size_bytes;
  row_.add(pair_.name(0), pair_.value(0));
}

void DocumentScan::row_of_pairs(std::string_view text, const ItemPlace& place) {
  if (!row_.is_empty()) {
    finish_row(Layout::insights_json);
  }
  tools_->arena.clear();
  const IndexStatus status = tools_->index.build(text);
  if (status != IndexStatus::ok) {
    return output_->reject(
        status == IndexStatus::invalid_utf8 ? RecordFault::invalid_utf8 : RecordFault::not_json,
        place);
  }
  JsonView view(text, tools_->index.positions());
  view.elements([&] { row_.add_pair(view, tools_->arena); });
  row_place_ = place;
  if (view.fault() != RecordFault::none) {
    row_.clear();
    output_->reject(view.fault(), place);
  } else if (row_.is_empty()) {
    output_->skip(SkipKind::foreign_json, place);
  } else {
    finish_row(Layout::insights_json);
  }
}

void DocumentScan::row_of_members(std::string_view text, const ItemPlace& place) {
  tools_->arena.clear();
  row_.clear();
  if (tools_->index.build(text) == IndexStatus::ok) {
    JsonView view(text, tools_->index.positions());
    row_.add_members(view, tools_->arena);
  }
  row_place_ = place;
  finish_row(Layout::insights_json);
}

void DocumentScan::finish_row(Layout layout) {
  if (const std::string_view text = row_.message(); !text.empty()) {
    message(text, row_place_, layout, true);
    row_.clear();
    return;
  }
  RecordView record;
  RecordFault fault = RecordFault::none;
  switch (row_.read(record, fault)) {
    case RowKind::record:
      record.layout = layout;
      output_->record(record, row_place_);
      break;
    case RowKind::reject:
      output_->reject(fault, row_place_);
      break;
    case RowKind::foreign:
      output_->skip(SkipKind::foreign_json, row_place_);
      break;
  }
  row_.clear();
}

void DocumentScan::nested_page(std::string_view text, const ItemPlace& place) {
  if (depth_ == envelope_depth_max) {
    return output_->reject(RecordFault::nesting, place);
  }
  PlainText inner;
  inner.open([rest = text](std::span<char> into) mutable {
    const std::size_t size = rest.copy(into.data(), into.size());
    rest.remove_prefix(size);
    return size;
  });
  DocumentScan(inner, *this, place).run();
}

void DocumentScan::wrapped(std::string_view base64, const ItemPlace& place) {
  if (depth_ == envelope_depth_max) {
    return output_->reject(RecordFault::nesting, place);
  }
  std::optional<std::string> bytes = decode_base64(base64);
  if (!bytes) {
    return output_->reject(RecordFault::not_json, place);
  }
  DocumentReader reader;
  reader.open(open_memory(*std::move(bytes)));
  while (reader.next_document()) {
    PlainText inner;
    inner.open([&reader](std::span<char> into) { return reader.read(into); });
    if (inner.is_binary()) {
      output_->reject(RecordFault::not_json, place);
    } else {
      DocumentScan(inner, *this, place).run();
    }
  }
  if (!reader.damages().empty()) {
    output_->reject(RecordFault::not_json, place);
  }
}

}  // namespace bedrocklog::ingest
