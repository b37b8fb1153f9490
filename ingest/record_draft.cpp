// Settles a record. Order of trust for a counter: envelope, metrics of the last chunk, usage in the
// body; they repeat each other and are never added up.
#include "ingest/record_draft.h"

#include "ingest/unix_millis.h"

namespace bedrocklog::ingest {
namespace {

template <class T>
std::optional<T> first_of(std::optional<T> one, std::optional<T> two) {
  return one ? one : two;
}

std::string_view first_of(std::string_view one, std::string_view two) {
  return one.empty() ? two : one;
}

}  // namespace

bool DraftView::is_record() const {
  if (has_schema_type) {
    return schema_type == "ModelInvocationLog";
  }
  // A row or event that shows a model id beside its message or dotted columns is no record itself.
  return !record.model_id.empty() && has_part && !has_column && !has_at_message;
}

ValueKind DraftView::foreign_kind() const {
  if (has_schema_type) {
    return ValueKind::foreign;
  }
  if ((has_event_version && has_event_source) || has_digest) {
    return ValueKind::cloudtrail;
  }
  if (!data.empty()) {
    return ValueKind::wrapper;
  }
  if (has_list) {
    return ValueKind::page;
  }
  if (!message.empty()) {
    return ValueKind::event;
  }
  if (has_field && has_value) {
    return ValueKind::pair;
  }
  if (has_column) {
    return ValueKind::columns;
  }
  return has_body_member ? ValueKind::sidecar : ValueKind::foreign;
}

void DraftView::settle(Layout layout) {
  const auto best = [&](std::optional<std::uint64_t> TokenCounts::* field) {
    return first_of(
        first_of(nested.*field, flat.tokens.*field),
        first_of(first_of(body.metrics.tokens.*field, body.usage.*field), vendor.tokens.*field));
  };
  record.tokens = {.input = best(&TokenCounts::input),
                   .output = best(&TokenCounts::output),
                   .cache_read = best(&TokenCounts::cache_read),
                   .cache_write = best(&TokenCounts::cache_write),
                   .cache_write_1h = body.usage.cache_write_1h};
  // A share cannot be more than the whole; the whole is the envelope's and is trusted more.
  if (!record.tokens.cache_write) {
    record.tokens.cache_write_1h.reset();
  } else if (record.tokens.cache_write_1h > record.tokens.cache_write) {
    record.tokens.cache_write_1h = record.tokens.cache_write;
  }
  record.latency_ms = first_of(first_of(body.metrics.latency_ms, body.latency_ms),
                               first_of(flat.latency_ms, vendor.latency_ms));
  record.first_byte_ms = first_of(body.metrics.first_byte_ms, vendor.first_byte_ms);
  record.images = first_of(images, body.images);
  record.stop_reason = body.stop_reason;
  record.service_tier = first_of(body.service_tier, top_tier);
  record.latency_optimized |= body.latency_optimized;
  record.guardrail_intervened = body.guardrail_intervened;
  record.max_tokens = request.max_tokens;
  record.temperature_milli = request.temperature_milli;
  record.account_id = first_of(record.account_id, flat_account_id);
  record.region = first_of(record.region, flat_region);
  const bool is_flat = flat.tokens != TokenCounts{} || flat.latency_ms;
  record.layout = is_flat && nested == TokenCounts{} ? Layout::flat : layout;
  if (record.model_id.empty() || timestamp.empty()) {
    note(RecordFault::field_missing);
  } else if (const std::optional<UnixMillis> at = parse_timestamp(timestamp)) {
    record.at = *at;
  } else {
    note(RecordFault::timestamp);
  }
}

}  // namespace bedrocklog::ingest
