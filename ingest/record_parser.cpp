// Reads the members of a record in whatever order they come and settles what they mean together.
//
// Two record layouts: the service's own (counters under input and output) and the flat one
// (counters at top level, bodies as strings).
#include "ingest/record_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/json_index.h"
#include "ingest/json_view.h"
#include "ingest/member_reader.h"
#include "ingest/record_body.h"
#include "ingest/record_draft.h"
#include "ingest/record_keys.h"

namespace bedrocklog::ingest {
namespace {

std::string_view raw_value(JsonView& view, std::string_view text) {
  const std::size_t begin = view.offset();
  return view.skip() ? text.substr(begin, view.behind_value() - begin) : std::string_view{};
}

}  // namespace

struct RecordParser::State {
  ParseOptions options;
  JsonIndex index;
  JsonIndex body_index;
  TextArena arena;
  JsonView view;
  std::string_view text;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  DraftView draft;

  void text_member(std::string_view& into) {
    if (const std::optional<std::string_view> found = read_text(view, arena)) {
      into = *found;
    } else {
      draft.note(RecordFault::field_type);
    }
  }

  /// For values that other tools write as numbers: account ids and epoch milliseconds.
  void text_or_number_member(std::string_view& into) {
    const char first = view.peek();
    if (first >= '0' && first <= '9') {
      view.scalar(into);
    } else {
      text_member(into);
    }
  }

  void counter_member(std::optional<std::uint64_t>& into) {
    CounterFault fault = CounterFault::none;
    into = read_counter(view, fault);
    if (fault != CounterFault::none) {
      draft.note(fault == CounterFault::type ? RecordFault::field_type : RecordFault::number_range);
    }
  }

  bool expect_object() {
    if (view.peek() == '{') {
      return true;
    }
    draft.note(RecordFault::field_type);
    return false;
  }

  void flat_counter(std::optional<std::uint64_t>& into) {
    draft.has_part = true;
    counter_member(into);
  }

  /// A body, or the text of one: re-exports store bodies as strings. One that cannot be read has
  /// nothing to say; the record stands without it.
  template <class ReadBody>
  void read_body(ReadBody read) {
    if (view.peek() != '"') {
      read(view);
      return;
    }
    const std::optional<std::string_view> body = read_text(view, arena);
    if (body && body_index.build(*body) == IndexStatus::ok) {
      JsonView inside(*body, body_index.positions());
      read(inside);
    }
  }

  void read_input();
  void read_output();
  void read_request_metadata();
  void read_root(RootKey key);
  bool read_record_member(RootKey key);
  void read_foreign_member(RootKey key);
};

void RecordParser::State::read_input() {
  draft.has_part = true;
  if (!expect_object()) {
    return;
  }
  read_members(view, arena, input_keys, [&](PartKey key) {
    switch (key) {
      case PartKey::input_tokens:
        return counter_member(draft.nested.input);
      case PartKey::cache_read:
        return counter_member(draft.nested.cache_read);
      case PartKey::cache_write:
        return counter_member(draft.nested.cache_write);
      case PartKey::body_path:
        draft.record.input_in_s3 = true;
        return;
      case PartKey::body:
        if (options.request_parameters) {
          read_body([&](JsonView& body) { read_request_body(body, arena, draft.request); });
        }
        return;
      default:
        return;
    }
  });
}

void RecordParser::State::read_output() {
  draft.has_part = true;
  if (!expect_object()) {
    return;
  }
  read_members(view, arena, output_keys, [&](PartKey key) {
    switch (key) {
      case PartKey::output_tokens:
        return counter_member(draft.nested.output);
      case PartKey::images_count:
        draft.images = read_small_counter(view);
        return;
      case PartKey::body_path:
        draft.record.output_in_s3 = true;
        return;
      case PartKey::body:
        return read_body([&](JsonView& body) {
          read_response_body(body, arena, draft.body);
          if (&body != &view && body.fault() != RecordFault::none) {
            draft.body = {};  // A string cut in the middle: half of a stream's counts are wrong.
          }
        });
      default:
        return;
    }
  });
}

void RecordParser::State::read_request_metadata() {
  if (view.peek() != '{') {
    return;
  }
  view.members([&](std::string_view name) {
    const std::optional<std::string_view> key = arena.unescape(name);
    if (!key) {
      view.stop();
      return;
    }
    const auto has_key = [&](const auto& entry) { return entry.first == *key; };
    if (metadata.size() == metadata_entries_max || std::ranges::any_of(metadata, has_key)) {
      return;
    }
    if (const std::optional<std::string_view> value = read_text(view, arena)) {
      metadata.emplace_back(*key, *value);
    }
  });
}

bool RecordParser::State::read_record_member(RootKey key) {
  RecordView& record = draft.record;
  switch (key) {
    case RootKey::schema_type:
      draft.has_schema_type = true;
      draft.schema_type = read_text(view, arena).value_or(std::string_view{});
      return true;
    case RootKey::timestamp:
      text_or_number_member(draft.timestamp);
      return true;
    case RootKey::account_id:
      text_or_number_member(record.account_id);
      return true;
    case RootKey::region:
      text_member(record.region);
      return true;
    case RootKey::inference_region:
      text_member(record.inference_region);
      return true;
    case RootKey::request_id:
      text_member(record.request_id);
      return true;
    case RootKey::operation:
      draft.has_part = true;
      text_member(record.operation);
      return true;
    case RootKey::model_id:
      text_member(record.model_id);
      return true;
    case RootKey::error_code:
      text_member(record.error_code);
      return true;
    case RootKey::input:
      read_input();
      return true;
    case RootKey::output:
      read_output();
      return true;
    default:
      return false;
  }
}

void RecordParser::State::read_root(RootKey key) {
  if (read_record_member(key)) {
    return;
  }
  switch (key) {
    case RootKey::identity:
      if (expect_object()) {
        read_members(view, arena, identity_keys,
                     [&](PartKey) { text_member(draft.record.identity_arn); });
      }
      return;
    case RootKey::identity_arn:
      if (draft.record.identity_arn.empty()) {
        text_member(draft.record.identity_arn);
      }
      return;
    case RootKey::request_metadata:
      return read_request_metadata();
    case RootKey::metadata:
      return read_members(view, arena, flat_metadata_keys, [&](PartKey part) {
        text_or_number_member(part == PartKey::region ? draft.flat_region : draft.flat_account_id);
      });
    case RootKey::service_tier:
      draft.top_tier = read_service_tier(view, arena);
      return;
    case RootKey::performance:
      draft.record.latency_optimized |= read_latency_optimized(view, arena);
      return;
    case RootKey::input_tokens:
      return flat_counter(draft.flat.tokens.input);
    case RootKey::output_tokens:
      return flat_counter(draft.flat.tokens.output);
    case RootKey::cache_read:
      return flat_counter(draft.flat.tokens.cache_read);
    case RootKey::cache_write:
      return flat_counter(draft.flat.tokens.cache_write);
    case RootKey::latency:
      draft.has_part = true;
      draft.flat.latency_ms = read_small_counter(view);
      return;
    case RootKey::call_metrics:
      return read_call_metrics(view, arena, draft.vendor);
    case RootKey::images_count:
      draft.images = draft.images ? draft.images : read_small_counter(view);
      return;
    default:
      return read_foreign_member(key);
  }
}

void RecordParser::State::read_foreign_member(RootKey key) {
  switch (key) {
    case RootKey::list:
    case RootKey::record_list:
      draft.has_list |= view.peek() == '[';
      return;
    case RootKey::awslogs:
      return read_members(view, arena, awslogs_keys, [&](PartKey) {
        draft.data = read_text(view, arena).value_or(std::string_view{});
      });
    case RootKey::at_message:
      draft.has_at_message = true;
      draft.message_is_json = view.peek() == '{';
      if (draft.message_is_json) {
        draft.message = raw_value(view, text);
      } else if (view.peek() == '"') {
        view.string_escaped(draft.message);
      }
      return;
    case RootKey::message:
      if (view.peek() == '"' && !draft.has_at_message) {
        view.string_escaped(draft.message);
      }
      return;
    case RootKey::field:
      draft.has_field = true;
      return;
    case RootKey::value:
      draft.has_value = true;
      return;
    case RootKey::event_version:
      draft.has_event_version = true;
      return;
    case RootKey::event_source:
      draft.has_event_source = true;
      return;
    case RootKey::digest:
      draft.has_digest = true;
      return;
    case RootKey::body_member:
      draft.has_body_member = true;
      return;
    case RootKey::column:
      draft.has_column = true;
      return;
    default:
      return;
  }
}

RecordParser::RecordParser(ParseOptions options) : state_(std::make_unique<State>()) {
  state_->options = options;
}
RecordParser::~RecordParser() = default;
RecordParser::RecordParser(RecordParser&&) noexcept = default;
RecordParser& RecordParser::operator=(RecordParser&&) noexcept = default;

RecordFault RecordParser::open(std::string_view text) {
  state_->text = text;
  state_->view = JsonView();
  switch (state_->index.build(text)) {
    case IndexStatus::ok:
      state_->view = JsonView(text, state_->index.positions());
      return RecordFault::none;
    case IndexStatus::empty:
      return RecordFault::none;
    case IndexStatus::invalid_utf8:
      return RecordFault::invalid_utf8;
    case IndexStatus::too_large:
      return RecordFault::line_too_long;
    case IndexStatus::bad_string:
      break;
  }
  return RecordFault::not_json;
}

bool RecordParser::next(Layout layout, ParsedValueView& value, RecordView& record) {
  State& state = *state_;
  const char first = state.view.peek();
  if (first == '\0') {
    return false;
  }
  const std::size_t begin = state.view.offset();
  state.arena.clear();
  state.metadata.clear();
  state.draft = {};
  value = {};
  if (first == '{') {
    read_members(state.view, state.arena, root_keys, [&](RootKey key) { state.read_root(key); });
  } else {
    state.draft.fault = RecordFault::not_an_object;
    state.view.skip();
  }
  if (state.view.fault() != RecordFault::none) {
    value.fault = state.view.fault();
    value.is_cut = state.view.is_cut();
    value.text = state.text.substr(begin);
    return true;
  }
  value.text = state.text.substr(begin, state.view.behind_value() - begin);
  if (first == '{' && !state.draft.is_record()) {
    value.kind = state.draft.foreign_kind();
    value.message = state.draft.message;
    value.message_is_json = state.draft.message_is_json;
    value.data = state.draft.data;
    return true;
  }
  if (first == '{') {
    state.draft.record.metadata = state.metadata;
    state.draft.settle(layout);
  }
  value.fault = state.draft.fault;
  if (value.fault == RecordFault::none) {
    value.kind = ValueKind::record;
    record = state.draft.record;
    record.json = value.text;
  }
  return true;
}

}  // namespace bedrocklog::ingest
