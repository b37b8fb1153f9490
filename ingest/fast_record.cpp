// Reads the members of a record, of its input and of its output, each by the first letters of its
// name; settles them by the rules of record_draft.cpp.
#include "ingest/fast_record.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "ingest/fast_body.h"
#include "ingest/fast_text.h"
#include "ingest/fast_walk.h"
#include "ingest/json_index.h"
#include "ingest/json_view.h"
#include "ingest/record_body.h"
#include "ingest/record_keys.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::ingest {

#if defined(__x86_64__)

bool fast_text_supported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("popcnt");
}

namespace {

/// Of record, input and output, for telling copies, which are left to the careful parser.
enum RecordMember : std::uint8_t {
  schema_type,
  timestamp,
  account_id,
  identity,
  region,
  inference_region,
  request_id,
  operation,
  model_id,
  error_code,
  input,
  output,
  request_metadata,
  body,
  body_path,
  tokens,
  cache_read,
  cache_write,
};

}  // namespace

struct FastRecordReader::State {
  ParseOptions options;
  bool is_supported = fast_text_supported();
  TextArena arena;
  JsonIndex index;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  BodyFactsView body_facts;
  RequestFacts request;
  std::string_view timestamp;
  std::uint64_t seen = 0;
  bool has_schema_type = false;

  bool is_first(unsigned member, std::uint64_t& members) const {
    const std::uint64_t bit = std::uint64_t{1} << member;
    const bool first = (members & bit) == 0;
    members |= bit;
    return first;
  }

  const char* read_record(TextWalk& walk, const char* at, RecordView& record);
  const char* read_root_member(TextWalk& walk, const char* name, RecordView& record);
  const char* read_input(TextWalk& walk, const char* at, RecordView& record);
  const char* read_output(TextWalk& walk, const char* at, RecordView& record);
  const char* read_request(TextWalk& walk, const char* at);
  const char* read_identity(TextWalk& walk, const char* at, RecordView& record);
  const char* read_metadata(TextWalk& walk, const char* at);
  bool settle(RecordView& record);
};

namespace {

/// Over a member that means nothing to `table`; one that does fails.
template <class Table>
const char* pass_other(TextWalk& walk, const char* name, const Table& table) {
  using Key = decltype(table.find({}, {}));
  const char* const at = walk.pass_name(name);
  return at != nullptr && table.find(name_before(at, name), Key::other) == Key::other
             ? walk.pass_value(at)
             : walk.fail(name);
}

/// A path of a body that was stored elsewhere: only that there is one counts.
const char* pass_path(TextWalk& walk, const char* at, bool& found) {
  found = true;
  return *at == '"' ? walk.pass_inside(at + 1) : walk.fail(at);
}

}  // namespace

const char* FastRecordReader::State::read_record(TextWalk& walk, const char* at,
                                                 RecordView& record) {
  return each_member(walk, at,
                     [&](const char* name) { return read_root_member(walk, name, record); });
}

const char* FastRecordReader::State::read_root_member(TextWalk& walk, const char* name,
                                                      RecordView& record) {
  std::string_view* text = nullptr;
  std::size_t size = 0;
  unsigned member = 0;
  const auto is = [&](const auto& key, unsigned which, std::string_view& into) {
    if (!reads(name, key)) {
      return false;
    }
    text = &into;
    member = which;
    size = sizeof key - 1;
    return true;
  };
  switch (eight_letters(name)) {
    case key_start("timestam"):
      (void)is("timestamp\":", RecordMember::timestamp, timestamp);
      break;
    case key_start("accountI"):
      (void)is("accountId\":", account_id, record.account_id);
      break;
    case key_start("region\":"):
      (void)is("region\":", region, record.region);
      break;
    case key_start("requestI"):
      (void)is("requestId\":", request_id, record.request_id);
      break;
    case key_start("operatio"):
      (void)is("operation\":", operation, record.operation);
      break;
    case key_start("modelId\""):
      (void)is("modelId\":", model_id, record.model_id);
      break;
    case key_start("inferenc"):
      (void)is("inferenceRegion\":", inference_region, record.inference_region);
      break;
    case key_start("errorCod"):
      (void)is("errorCode\":", error_code, record.error_code);
      break;
    case key_start("identity"):
      return reads(name + 8, "\":") && is_first(identity, seen)
                 ? read_identity(walk, name + 10, record)
                 : walk.fail(name);
    case key_start("requestM"):
      return reads(name + 8, "etadata\":") && is_first(request_metadata, seen)
                 ? read_metadata(walk, name + 17)
                 : walk.fail(name);
    case key_start("input\":{"):
      return is_first(input, seen) ? read_input(walk, name + 7, record) : walk.fail(name);
    case key_start("output\":"):
      return is_first(output, seen) ? read_output(walk, name + 8, record) : walk.fail(name);
    case key_start("schemaTy"):
      has_schema_type = true;
      return is_first(schema_type, seen) && reads(name + 8, "pe\":\"ModelInvocationLog\"")
                 ? name + 32
                 : walk.fail(name);
    case key_start("schemaVe"):
      if (reads(name + 8, "rsion\":\"1.0\"")) {
        return name + 20;
      }
      break;
    default:
      break;
  }
  if (text == nullptr) {
    return pass_other(walk, name, root_keys);
  }
  return is_first(member, seen) ? walk.read_text(name + size, *text) : walk.fail(name);
}

const char* FastRecordReader::State::read_identity(TextWalk& walk, const char* at,
                                                   RecordView& record) {
  std::uint64_t members = 0;
  return each_member(walk, at, [&](const char* name) {
    if (reads(name, "arn\":")) {
      return is_first(0, members) ? walk.read_text(name + 5, record.identity_arn) : walk.fail(name);
    }
    return pass_other(walk, name, identity_keys);
  });
}

const char* FastRecordReader::State::read_metadata(TextWalk& walk, const char* at) {
  return each_member(walk, at, [&](const char* name) {
    const char* const value_at = walk.pass_name(name);
    if (value_at == nullptr || metadata.size() == metadata_entries_max) {
      return walk.fail(name);
    }
    const std::string_view key = name_before(value_at, name);
    std::string_view value;
    const char* const behind = *value_at == '"' ? walk.read_text(value_at, value) : nullptr;
    const auto has_key = [&](const auto& entry) { return entry.first == key; };
    if (behind == nullptr || std::ranges::any_of(metadata, has_key)) {
      return walk.fail(name);
    }
    metadata.emplace_back(key, value);
    return behind;
  });
}

const char* FastRecordReader::State::read_input(TextWalk& walk, const char* at,
                                                RecordView& record) {
  std::uint64_t members = 0;
  return each_member(walk, at, [&](const char* name) {
    switch (eight_letters(name)) {
      case key_start("inputTok"):
        return reads(name + 8, "enCount\":") && is_first(tokens, members)
                   ? walk.read_count(name + 17, record.tokens.input)
                   : walk.fail(name);
      case key_start("cacheRea"):
        return reads(name + 8, "dInputTokenCount\":") && is_first(cache_read, members)
                   ? walk.read_count(name + 26, record.tokens.cache_read)
                   : walk.fail(name);
      case key_start("cacheWri"):
        return reads(name + 8, "teInputTokenCount\":") && is_first(cache_write, members)
                   ? walk.read_count(name + 27, record.tokens.cache_write)
                   : walk.fail(name);
      case key_start("inputBod"):
        if (reads(name + 8, "yJson\":{") && is_first(body, members)) {
          return options.request_parameters ? read_request(walk, name + 15)
                                            : walk.pass_brackets(name + 15);
        }
        return reads(name + 8, "yS3Path\":") && is_first(body_path, members)
                   ? pass_path(walk, name + 17, record.input_in_s3)
                   : walk.fail(name);
      case key_start("inputCon"):
        return reads(name + 8, "tentType\":\"application/json\"")
                   ? name + 36
                   : pass_other(walk, name, input_keys);
      default:
        return pass_other(walk, name, input_keys);
    }
  });
}

const char* FastRecordReader::State::read_request(TextWalk& walk, const char* at) {
  const char* const behind = walk.pass_brackets(at);
  if (behind == nullptr || behind > walk.end()) {
    return walk.fail(at);
  }
  const std::string_view text(at, static_cast<std::size_t>(behind - at));
  if (index.build(text) != IndexStatus::ok) {
    return walk.fail(at);
  }
  JsonView view(text, index.positions());
  read_request_body(view, arena, request);
  return view.fault() == RecordFault::none ? behind : walk.fail(at);
}

const char* FastRecordReader::State::read_output(TextWalk& walk, const char* at,
                                                 RecordView& record) {
  std::uint64_t members = 0;
  return each_member(walk, at, [&](const char* name) {
    switch (eight_letters(name)) {
      case key_start("outputTo"):
        return reads(name + 8, "kenCount\":") && is_first(tokens, members)
                   ? walk.read_count(name + 18, record.tokens.output)
                   : walk.fail(name);
      case key_start("outputBo"):
        if (reads(name + 8, "dyJson\":") && is_first(body, members)) {
          return name[16] == '{' || name[16] == '['
                     ? FastBodyReader(walk, index, body_facts).read(name + 16)
                     : walk.fail(name);
        }
        return reads(name + 8, "dyS3Path\":") && is_first(body_path, members)
                   ? pass_path(walk, name + 18, record.output_in_s3)
                   : walk.fail(name);
      case key_start("outputCo"):
        return reads(name + 8, "ntentType\":\"application/json\"")
                   ? name + 37
                   : pass_other(walk, name, output_keys);
      default:
        return pass_other(walk, name, output_keys);
    }
  });
}

/// See DraftView::settle(), with nothing at top level and no count of images beside the body.
bool FastRecordReader::State::settle(RecordView& record) {
  const bool has_part = !record.operation.empty() || (seen & (1U << input | 1U << output)) != 0;
  if (record.model_id.empty() || (!has_schema_type && !has_part)) {
    return false;
  }
  const std::optional<UnixMillis> at = parse_timestamp(timestamp);
  if (!at) {
    return false;
  }
  record.at = *at;
  const auto complete = [&](std::optional<std::uint64_t> TokenCounts::* field) {
    std::optional<std::uint64_t>& slot = record.tokens.*field;
    slot = slot                               ? slot
           : body_facts.metrics.tokens.*field ? body_facts.metrics.tokens.*field
                                              : body_facts.usage.*field;
  };
  complete(&TokenCounts::input);
  complete(&TokenCounts::output);
  complete(&TokenCounts::cache_read);
  complete(&TokenCounts::cache_write);
  if (record.tokens.cache_write && body_facts.usage.cache_write_1h) {
    record.tokens.cache_write_1h =
        std::min(*record.tokens.cache_write, *body_facts.usage.cache_write_1h);
  }
  record.latency_ms =
      body_facts.metrics.latency_ms ? body_facts.metrics.latency_ms : body_facts.latency_ms;
  record.first_byte_ms = body_facts.metrics.first_byte_ms;
  record.images = body_facts.images;
  record.stop_reason = body_facts.stop_reason;
  record.service_tier = body_facts.service_tier;
  record.latency_optimized = body_facts.latency_optimized;
  record.guardrail_intervened = body_facts.guardrail_intervened;
  record.max_tokens = request.max_tokens;
  record.temperature_milli = request.temperature_milli;
  record.metadata = metadata;
  record.layout = Layout::raw_lines;
  return true;
}

FastRecordReader::Outcome FastRecordReader::read(std::string_view text, RecordView& record,
                                                 std::size_t& size_bytes) {
  State& state = *state_;
  if (!state.is_supported || text.size() < text_block_bytes) {
    return state.is_supported ? Outcome::incomplete : Outcome::unusual;
  }
  state.arena.clear();
  state.metadata.clear();
  state.body_facts = {};
  state.request = {};
  state.timestamp = {};
  state.seen = 0;
  state.has_schema_type = false;
  record = {};
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  TextWalk walk(end, state.arena);
  const char* const behind = state.read_record(walk, begin, record);
  if (behind == nullptr) {
    return walk.is_cut() ? Outcome::incomplete : Outcome::unusual;
  }
  const std::string_view rest(behind, static_cast<std::size_t>(end - behind));
  if (rest == "\r") {
    return Outcome::incomplete;
  }
  if (!rest.empty() && rest.front() != '\n' && !rest.starts_with("\r\n")) {
    return Outcome::unusual;
  }
  const std::string_view json(begin, static_cast<std::size_t>(behind - begin));
  bool is_ascii = false;
  if (json.size() < text_block_bytes || !has_no_control(json, is_ascii) ||
      (!is_ascii && !simdjson::validate_utf8(json.data(), json.size())) || !state.settle(record)) {
    return Outcome::unusual;
  }
  record.json = json;
  size_bytes = json.size();
  return Outcome::record;
}

#else

struct FastRecordReader::State {
  ParseOptions options;
};

FastRecordReader::Outcome FastRecordReader::read(std::string_view /*text*/, RecordView& /*record*/,
                                                 std::size_t& /*size_bytes*/) {
  return Outcome::unusual;
}

#endif

FastRecordReader::FastRecordReader(ParseOptions options) : state_(std::make_unique<State>()) {
  state_->options = options;
}
FastRecordReader::~FastRecordReader() = default;
FastRecordReader::FastRecordReader(FastRecordReader&&) noexcept = default;
FastRecordReader& FastRecordReader::operator=(FastRecordReader&&) noexcept = default;

}  // namespace bedrocklog::ingest
