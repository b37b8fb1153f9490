// From one JSON value to one record: the field mapping of record_view.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "ingest/record_view.h"

namespace bedrocklog::ingest {

struct ParseOptions {
  /// Also reads max_tokens and temperature from request bodies, which are otherwise leapt over.
  bool request_parameters = false;
};

/// What a JSON value turned out to be.
enum class ValueKind : std::uint8_t {
  record,
  reject,      // Broken JSON, no object, or a record that cannot be believed; see fault.
  foreign,     // An object that is none of the others.
  sidecar,     // A request or response body that was stored beside its record.
  cloudtrail,  // An event or digest of CloudTrail.
  page,        // An envelope: an object around a list of events, rows or records.
  wrapper,     // {"awslogs":{"data":base64}} as Lambda receives it.
  event,       // A CloudWatch event or console row: a record is in its message.
  pair,        // {"field":..,"value":..} of a query result.
  columns,     // A row whose members are dotted column names.
};

/// Borrows from the text given to RecordParser::open().
struct ParsedValueView {
  ValueKind kind = ValueKind::reject;
  RecordFault fault = RecordFault::none;
  bool is_cut = false;           // not_json because the text ended inside the value.
  std::string_view text;         // The value; for reject everything from its start on.
  std::string_view message;      // event: as written, escapes included.
  bool message_is_json = false;  // event: the message is an object and not a string.
  std::string_view data;         // wrapper: base64.
};

/// Parses records. One per thread: it owns an index and the texts that had to be unescaped.
class RecordParser {
 public:
  explicit RecordParser(ParseOptions options = {});
  ~RecordParser();
  RecordParser(RecordParser&&) noexcept;
  RecordParser& operator=(RecordParser&&) noexcept;
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;

  /// Takes a text of any number of JSON values, one behind the other. The text must stay until the
  /// next open(). not_json (a string without end), invalid_utf8 or line_too_long concern the text
  /// as a whole; nothing can then be got from it.
  [[nodiscard]] RecordFault open(std::string_view text);

  /// Parses the next value of the text; false at its end. `record` is filled for ValueKind::record
  /// only and is valid until the next call. A reject ends the text. `layout` goes into the record
  /// unless its counters make it Layout::flat.
  [[nodiscard]] bool next(Layout layout, ParsedValueView& value, RecordView& record);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::ingest
