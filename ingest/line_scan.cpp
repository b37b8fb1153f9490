// Lines that start with an object: nearly all of an archive are one record each.
#include <optional>

#include "ingest/document_scan.h"

namespace bedrocklog::ingest {
namespace {

// A line up to this size is parsed where it lies. A longer one goes through the automaton, which
// sees early that garbage is garbage and needs not hold it.
constexpr std::size_t inline_line_bytes_max = std::size_t{4} << 20U;
// After so many lines of another kind in a row no more usual records are hoped for.
constexpr unsigned unusual_lines_max = 16;

}  // namespace

/// Takes a whole line that is one usual record, if there is one here; false without moving else.
bool DocumentScan::usual_record() {
  using Outcome = FastRecordReader::Outcome;
  static_assert(fast_padding_bytes <= text_padding_bytes);
  if (unusual_in_a_row_ == unusual_lines_max) {
    return false;
  }
  RecordView record;
  std::size_t size = 0;
  Outcome outcome = tools_->fast.read(text_->ahead(), record, size);
  // What ends with the held text may go on behind it.
  if (outcome == Outcome::incomplete ||
      (outcome == Outcome::record && size == text_->ahead().size())) {
    if (!line_size(inline_line_bytes_max)) {
      return false;
    }
    outcome = tools_->fast.read(text_->ahead(), record, size);
  }
  if (outcome != Outcome::record) {
    ++unusual_in_a_row_;
    return false;
  }
  unusual_in_a_row_ = 0;
  record.layout = layout_;
  output_->record(record, place_of(here(), size));
  is_fresh_line_ = false;
  text_->consume_in_line(size);
  return true;
}

void DocumentScan::object_line() {
  if (text_->offset() < careful_until_) {
    return object_value();
  }
  if (usual_record()) {
    return;
  }
  const std::optional<std::size_t> size = line_size(inline_line_bytes_max);
  if (!size) {
    // Nor need the end of this line be looked for again before what was searched is passed.
    careful_until_ = text_->offset() + inline_line_bytes_max;
    return object_value();
  }
  const std::string_view line = text_->ahead().substr(0, *size);
  if (tools_->parser.open(line) != RecordFault::none) {
    careful_until_ = text_->offset() + *size;
    return object_value();
  }
  const Start start = here();
  List plain;
  plain.record_layout = layout_;
  plain.is_list = false;
  ParsedValueView value;
  RecordView record;
  while (tools_->parser.next(layout_, value, record)) {
    const auto at = static_cast<std::size_t>(value.text.data() - line.data());
    const bool is_whole = value.kind != ValueKind::reject ||
                          (value.fault != RecordFault::not_json &&
                           value.fault != RecordFault::nesting && value.text.front() == '{');
    const bool is_plain = value.kind <= ValueKind::cloudtrail;
    if (!is_whole || !is_plain) {
      careful_until_ = text_->offset() + *size;
      advance(at);
      if (front() == '{') {
        object_value();
      }
      return;
    }
    Start value_start = start;
    value_start.place.byte_offset += within_ ? 0 : at;
    object(value, record, place_of(value_start, value.text.size()), plain);
  }
  is_fresh_line_ = false;
  text_->consume_in_line(*size);
}

}  // namespace bedrocklog::ingest
