// One look at each field of a record.
#include "analytics/field_gaps.h"

#include <cstddef>

namespace bedrocklog::analytics {

std::string_view name_of(GapField field) {
  constexpr std::array<std::string_view, gap_field_count> names = {
      "region", "account", "request_id", "operation", "identity", "tokens", "latency"};
  return names[static_cast<std::size_t>(field)];
}

void FieldGaps::note(const ingest::RecordView& record) {
  const auto count = [this](GapField field, bool is_absent) {
    records[static_cast<std::size_t>(field)] += is_absent ? 1 : 0;
  };
  count(GapField::region, record.region.empty());
  count(GapField::account, record.account_id.empty());
  count(GapField::request_id, record.request_id.empty());
  count(GapField::operation, record.operation.empty());
  count(GapField::identity, record.identity_arn.empty());
  // An error spends no tokens and has no answer to time.
  const bool is_success = record.error_code.empty();
  const ingest::TokenCounts& tokens = record.tokens;
  const bool has_tokens = tokens.input || tokens.output || tokens.cache_read ||
                          tokens.cache_write || tokens.cache_write_1h;
  count(GapField::tokens, is_success && !has_tokens);
  count(GapField::latency, is_success && !record.latency_ms);
}

void FieldGaps::merge(const FieldGaps& other) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i] += other.records[i];
  }
}

}  // namespace bedrocklog::analytics
