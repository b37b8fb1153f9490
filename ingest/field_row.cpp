// Reads records from columns.
#include "ingest/field_row.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "ingest/unix_millis.h"

namespace bedrocklog::ingest {
namespace {

enum class Column : std::uint8_t {
  timestamp,
  at_timestamp,
  request_id,
  model_id,
  operation,
  account_id,
  region,
  inference_region,
  error_code,
  identity_arn,
  input,
  output,
  cache_read,
  cache_write,
  latency,
  first_byte,
  stop_reason,
  other,
};
using Entry = std::pair<std::string_view, Column>;
// Lower case: names are compared after folding.
constexpr KeyTable columns(std::to_array<Entry>({
    {"timestamp", Column::timestamp},
    {"@timestamp", Column::at_timestamp},
    {"requestid", Column::request_id},
    {"modelid", Column::model_id},
    {"operation", Column::operation},
    {"accountid", Column::account_id},
    {"metadata.accountid", Column::account_id},
    {"region", Column::region},
    {"metadata.region", Column::region},
    {"inferenceregion", Column::inference_region},
    {"errorcode", Column::error_code},
    {"identity.arn", Column::identity_arn},
    {"identity_arn", Column::identity_arn},
    {"input.inputtokencount", Column::input},
    {"inputtokencount", Column::input},
    {"usageinputtokens", Column::input},
    {"output.outputbodyjson.usage.inputtokens", Column::input},
    {"output.outputbodyjson.usage.input_tokens", Column::input},
    {"output.outputtokencount", Column::output},
    {"outputtokencount", Column::output},
    {"usageoutputtokens", Column::output},
    {"output.outputbodyjson.usage.outputtokens", Column::output},
    {"output.outputbodyjson.usage.output_tokens", Column::output},
    {"input.cachereadinputtokencount", Column::cache_read},
    {"cachereadinputtokencount", Column::cache_read},
    {"output.outputbodyjson.usage.cachereadinputtokens", Column::cache_read},
    {"input.cachewriteinputtokencount", Column::cache_write},
    {"cachewriteinputtokencount", Column::cache_write},
    {"output.outputbodyjson.usage.cachewriteinputtokens", Column::cache_write},
    {"output.outputbodyjson.metrics.latencyms", Column::latency},
    {"latencyms", Column::latency},
    {"invocationlatency", Column::latency},
    {"firstbytelatency", Column::first_byte},
    {"output.outputbodyjson.stopreason", Column::stop_reason},
    {"output.outputbodyjson.stop_reason", Column::stop_reason},
}));

enum class PairKey : std::uint8_t { field, value, other };
constexpr KeyTable pair_keys(std::to_array<std::pair<std::string_view, PairKey>>(
    {{"field", PairKey::field}, {"value", PairKey::value}}));

constexpr std::size_t column_name_bytes_max = 64;

Column column_of(std::string_view name) {
  std::array<char, column_name_bytes_max> folded{};
  if (name.size() > folded.size()) {
    return Column::other;
  }
  std::ranges::transform(name, folded.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return columns.find({folded.data(), name.size()}, Column::other);
}

void read_count(std::string_view text, std::optional<std::uint64_t>& into, RecordFault& fault) {
  const ScaledNumber number = parse_decimal(text);
  if (into || fault != RecordFault::none) {
    return;
  }
  if (!number.is_number) {
    fault = RecordFault::field_type;
  } else if (!number.exact || number.negative || number.too_large ||
             number.magnitude > tokens_per_record_max) {
    fault = RecordFault::number_range;
  } else {
    into = number.magnitude;
  }
}

void read_millis(std::string_view text, std::optional<std::uint32_t>& into) {
  const ScaledNumber number = parse_decimal(text);
  if (!into && number.is_number && number.exact && !number.negative && !number.too_large &&
      number.magnitude <= std::numeric_limits<std::uint32_t>::max()) {
    into = static_cast<std::uint32_t>(number.magnitude);
  }
}

/// What the columns say, before it is settled which time is meant.
struct RowDraftView {
  RecordView* record = nullptr;
  std::string_view timestamp;
  std::string_view at_timestamp;  // Time of the event: the record's own second, seen from outside.
  RecordFault fault = RecordFault::none;

  static void keep_first(std::string_view& slot, std::string_view text) {
    slot = slot.empty() ? text : slot;
  }

  void take_text(Column column, std::string_view text) {
    switch (column) {
      case Column::timestamp:
        return keep_first(timestamp, text);
      case Column::at_timestamp:
        return keep_first(at_timestamp, text);
      case Column::request_id:
        return keep_first(record->request_id, text);
      case Column::model_id:
        return keep_first(record->model_id, text);
      case Column::operation:
        return keep_first(record->operation, text);
      case Column::account_id:
        return keep_first(record->account_id, text);
      case Column::region:
        return keep_first(record->region, text);
      case Column::inference_region:
        return keep_first(record->inference_region, text);
      case Column::error_code:
        return keep_first(record->error_code, text);
      case Column::identity_arn:
        return keep_first(record->identity_arn, text);
      case Column::stop_reason:
        return keep_first(record->stop_reason, text);
      default:
        return take_number(column, text);
    }
  }

  void take_number(Column column, std::string_view text) {
    switch (column) {
      case Column::input:
        return read_count(text, record->tokens.input, fault);
      case Column::output:
        return read_count(text, record->tokens.output, fault);
      case Column::cache_read:
        return read_count(text, record->tokens.cache_read, fault);
      case Column::cache_write:
        return read_count(text, record->tokens.cache_write, fault);
      case Column::latency:
        return read_millis(text, record->latency_ms);
      case Column::first_byte:
        return read_millis(text, record->first_byte_ms);
      default:
        return;
    }
  }
};

}  // namespace

void FieldRow::add(std::string_view name, std::string_view value) {
  if (size_ == row_fields_max) {
    return;
  }
  if (size_ == fields_.size()) {
    fields_.emplace_back();
  }
  fields_[size_].first.assign(name);
  fields_[size_].second.assign(value);
  ++size_;
}

bool FieldRow::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.begin() + static_cast<std::ptrdiff_t>(size_),
                     [&](const auto& field) { return field.first == name; });
}

void FieldRow::add_pair(JsonView& view, TextArena& arena) {
  std::string_view name;
  std::string_view value;
  bool has_value = false;
  read_members(view, arena, pair_keys, [&](PairKey key) {
    const std::optional<std::string_view> text = read_text(view, arena);
    (key == PairKey::field ? name : value) = text.value_or(std::string_view{});
    has_value |= key == PairKey::value && text;
  });
  if (has_value && !name.empty()) {
    add(name, value);
  }
}

void FieldRow::add_members(JsonView& view, TextArena& arena) {
  if (view.peek() != '{') {
    return;
  }
  view.members([&](std::string_view name) {
    const std::optional<std::string_view> plain = arena.unescape(name);
    if (!plain || pass_null(view)) {
      return;
    }
    std::string_view number;
    if (const std::optional<std::string_view> text = read_text(view, arena)) {
      add(*plain, *text);
    } else if (view.peek() != '{' && view.peek() != '[' && view.scalar(number)) {
      add(*plain, number);
    }
  });
}

std::string_view FieldRow::message() const {
  std::string_view found;
  for (std::size_t index = 0; index < size_; ++index) {
    const auto& [name, value] = fields_[index];
    if (name == "@message") {
      return value;
    }
    if (name == "message") {
      found = value;
    }
  }
  return found;
}

RowKind FieldRow::read(RecordView& record, RecordFault& fault) const {
  record = {};
  RowDraftView draft;
  draft.record = &record;
  for (std::size_t index = 0; index < size_; ++index) {
    const auto& [name, value] = fields_[index];
    if (!value.empty()) {
      draft.take_text(column_of(name), value);
    }
  }
  if (record.model_id.empty() && record.request_id.empty()) {
    return RowKind::foreign;
  }
  const std::string_view time = draft.timestamp.empty() ? draft.at_timestamp : draft.timestamp;
  fault = draft.fault;
  if (record.model_id.empty() || time.empty()) {
    fault = RecordFault::field_missing;
  } else if (const std::optional<UnixMillis> at = parse_timestamp(time)) {
    record.at = *at;
  } else {
    fault = RecordFault::timestamp;
  }
  record.guardrail_intervened = record.stop_reason == "guardrail_intervened";
  return fault == RecordFault::none ? RowKind::record : RowKind::reject;
}

bool FieldRow::names_a_record() const {
  bool has_model = false;
  bool has_time = false;
  for (std::size_t index = 0; index < size_; ++index) {
    const Column column = column_of(name(index));
    has_model |= column == Column::model_id;
    has_time |= column == Column::timestamp || column == Column::at_timestamp;
  }
  return has("@message") || (has_model && has_time);
}

}  // namespace bedrocklog::ingest
