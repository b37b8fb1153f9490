// Names of record faults and layouts as reports print them.
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

std::string_view name_of(RecordFault fault) {
  switch (fault) {
    case RecordFault::none:
      return "none";
    case RecordFault::not_json:
      return "not_json";
    case RecordFault::not_an_object:
      return "not_an_object";
    case RecordFault::field_missing:
      return "field_missing";
    case RecordFault::field_type:
      return "field_type";
    case RecordFault::number_range:
      return "number_range";
    case RecordFault::timestamp:
      return "timestamp";
    case RecordFault::line_too_long:
      return "line_too_long";
    case RecordFault::nesting:
      return "nesting";
    case RecordFault::invalid_utf8:
      break;
  }
  return "invalid_utf8";
}

std::string_view name_of(Layout layout) {
  switch (layout) {
    case Layout::raw_lines:
      return "raw_lines";
    case Layout::json_document:
      return "json_document";
    case Layout::export_lines:
      return "export_lines";
    case Layout::subscription:
      return "subscription";
    case Layout::cli_events:
      return "cli_events";
    case Layout::insights_json:
      return "insights_json";
    case Layout::insights_csv:
      return "insights_csv";
    case Layout::flat:
      break;
  }
  return "flat";
}

}  // namespace bedrocklog::ingest
