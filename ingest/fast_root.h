// Reads records of usual form: the members of a record, and what they settle by the rules of
// record_draft.cpp.
//
// Included as fast_text.h is.
#pragma once

#if defined(__x86_64__)

#include <algorithm>
#include <optional>
#include <type_traits>

#include "ingest/block_reader.h"
#include "ingest/record_keys.h"
#include "ingest/text_check.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::ingest {

// Texts that nearly always have one size.
inline constexpr std::integral_constant<std::size_t, 20> timestamp_bytes;
inline constexpr std::integral_constant<std::size_t, 12> account_bytes;
inline constexpr std::integral_constant<std::size_t, 36> request_bytes;
inline constexpr std::integral_constant<std::size_t, 0> any_bytes;

template <class Block>
ReadOutcome BlockReader<Block>::read(std::string_view text, RecordView& record,
                                     std::size_t& size_bytes) {
  if (text.size() < text_block_bytes) {
    return ReadOutcome::incomplete;
  }
  clear();
  make_blank<Block>(record);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  walk_ = TextWalk<Block>(end, arena_);
  const char* const behind =
      each_member(walk_, begin, [&](const char* name) { return read_root_member(name, record); });
  if (behind == nullptr) {
    return walk_.is_cut() ? ReadOutcome::incomplete : ReadOutcome::unusual;
  }
  const std::string_view rest(behind, static_cast<std::size_t>(end - behind));
  if (rest == "\r") {
    return ReadOutcome::incomplete;
  }
  if (!rest.empty() && rest.front() != '\n' && !rest.starts_with("\r\n")) {
    return ReadOutcome::unusual;
  }
  const std::string_view json(begin, static_cast<std::size_t>(behind - begin));
  if (!is_clean_text<Block>(json) || !settle(record)) {
    return ReadOutcome::unusual;
  }
  record.json = json;
  size_bytes = json.size();
  return ReadOutcome::record;
}

template <class Block>
void BlockReader<Block>::clear() {
  arena_.clear();
  metadata_.clear();
  make_blank<Block>(facts_);
  request_ = {};
  timestamp_ = {};
  seen_ = 0;
  has_schema_type_ = false;
}

template <class Block>
const char* BlockReader<Block>::read_root_member(const char* name, RecordView& record) {
  // Each name with its size where it is read, so that the next place is known before this value.
  const auto text = [&](const auto& key, unsigned member, std::string_view& into, auto bytes) {
    return reads(name, key) ? read_once<bytes()>(member, name + sizeof key - 1, into)
                            : pass_other(name, root_keys);
  };
  switch (eight_letters(name)) {
    case key_start("timestam"):
      return text("timestamp\":", timestamp, timestamp_, timestamp_bytes);
    case key_start("accountI"):
      return text("accountId\":", account_id, record.account_id, account_bytes);
    case key_start("region\":"):
      return text("region\":", region, record.region, any_bytes);
    case key_start("requestI"):
      return text("requestId\":", request_id, record.request_id, request_bytes);
    case key_start("operatio"):
      return text("operation\":", operation, record.operation, any_bytes);
    case key_start("modelId\""):
      return text("modelId\":", model_id, record.model_id, any_bytes);
    case key_start("inferenc"):
      return text("inferenceRegion\":", inference_region, record.inference_region, any_bytes);
    case key_start("errorCod"):
      return text("errorCode\":", error_code, record.error_code, any_bytes);
    case key_start("identity"):
      return reads(name + 8, "\":") && is_first(identity, seen_) ? read_identity(name + 10, record)
                                                                 : walk_.fail(name);
    case key_start("requestM"):
      return reads(name + 8, "etadata\":") && is_first(request_metadata, seen_)
                 ? read_metadata(name + 17)
                 : walk_.fail(name);
    case key_start("input\":{"):
      return is_first(input, seen_) ? read_input(name + 7, record) : walk_.fail(name);
    case key_start("output\":"):
      return is_first(output, seen_) ? read_output(name + 8, record) : walk_.fail(name);
    case key_start("schemaTy"):
      has_schema_type_ = true;
      return is_first(schema_type, seen_) && reads(name + 8, "pe\":\"ModelInvocationLog\"")
                 ? name + 32
                 : walk_.fail(name);
    case key_start("schemaVe"):
      return reads(name + 8, "rsion\":\"1.0\"") ? name + 20 : pass_other(name, root_keys);
    default:
      return pass_other(name, root_keys);
  }
}

/// Over a member that means nothing to `table`; one that does fails.
template <class Block>
template <class Table>
const char* BlockReader<Block>::pass_other(const char* name, const Table& table) {
  using Key = decltype(table.find({}, {}));
  const char* const at = walk_.pass_name(name);
  return at != nullptr && table.find(name_before(at, name), Key::other) == Key::other
             ? walk_.pass_value(at)
             : walk_.fail(name);
}

/// See DraftView::settle(), with nothing at top level and no count of images beside the body.
template <class Block>
bool BlockReader<Block>::settle(RecordView& record) {
  const bool has_part = !record.operation.empty() || (seen_ & (1U << input | 1U << output)) != 0;
  if (record.model_id.empty() || (!has_schema_type_ && !has_part)) {
    return false;
  }
  const std::optional<UnixMillis> at = parse_timestamp(timestamp_);
  if (!at) {
    return false;
  }
  record.at = *at;
  const auto complete = [&](std::optional<std::uint64_t> TokenCounts::* field) {
    std::optional<std::uint64_t>& slot = record.tokens.*field;
    slot = slot                           ? slot
           : facts_.metrics.tokens.*field ? facts_.metrics.tokens.*field
                                          : facts_.usage.*field;
  };
  complete(&TokenCounts::input);
  complete(&TokenCounts::output);
  complete(&TokenCounts::cache_read);
  complete(&TokenCounts::cache_write);
  if (record.tokens.cache_write && facts_.usage.cache_write_1h) {
    record.tokens.cache_write_1h =
        std::min(*record.tokens.cache_write, *facts_.usage.cache_write_1h);
  }
  record.latency_ms = facts_.metrics.latency_ms ? facts_.metrics.latency_ms : facts_.latency_ms;
  record.first_byte_ms = facts_.metrics.first_byte_ms;
  record.images = facts_.images;
  record.stop_reason = facts_.stop_reason;
  record.service_tier = facts_.service_tier;
  record.latency_optimized = facts_.latency_optimized;
  record.guardrail_intervened = facts_.guardrail_intervened;
  record.max_tokens = request_.max_tokens;
  record.temperature_milli = request_.temperature_milli;
  record.metadata = metadata_;
  record.layout = Layout::raw_lines;
  return true;
}

}  // namespace bedrocklog::ingest

#endif
