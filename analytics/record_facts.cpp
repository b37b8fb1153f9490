// Deriving facts from model ids and identities, and answering field names with them.
#include "analytics/record_facts.h"

#include <algorithm>
#include <array>

#include "analytics/zone.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

/// Fields that are no report keys. Ids follow those of KeyKind.
enum class Extra : std::uint8_t {
  request_id,
  guardrail,
  input,
  output,
  cache_read,
  cache_write,
  cache_write_1h,
  total,
  latency,
  ttft,
  bytes,
  images,
  max_tokens,
  temperature,
};

struct ExtraName {
  std::string_view name;
  Extra extra;
  FieldType type;
};

constexpr std::array<ExtraName, 14> extra_names{{
    {"request_id", Extra::request_id, FieldType::text},
    {"guardrail", Extra::guardrail, FieldType::text},
    {"input", Extra::input, FieldType::number},
    {"output", Extra::output, FieldType::number},
    {"cache_read", Extra::cache_read, FieldType::number},
    {"cache_write", Extra::cache_write, FieldType::number},
    {"cache_write_1h", Extra::cache_write_1h, FieldType::number},
    {"total", Extra::total, FieldType::number},
    {"latency", Extra::latency, FieldType::number},
    {"ttft", Extra::ttft, FieldType::number},
    {"bytes", Extra::bytes, FieldType::number},
    {"images", Extra::images, FieldType::number},
    {"max_tokens", Extra::max_tokens, FieldType::number},
    {"temperature", Extra::temperature, FieldType::number},
}};

constexpr std::string_view flag_name = "--where";

int id_of(KeyKind kind) {
  return static_cast<int>(kind);
}
int id_of(Extra extra) {
  return static_cast<int>(key_kind_count) + static_cast<int>(extra);
}

bool is_calendar_bucket(KeyKind kind) {
  return is_time_key(kind) && kind != KeyKind::hour_of_day && kind != KeyKind::weekday;
}

std::optional<std::string_view> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

template <class Number>
std::optional<Int128> widened(const std::optional<Number>& number) {
  return number ? std::optional<Int128>(*number) : std::nullopt;
}

std::string_view after_last(std::string_view text, char separator) {
  return text.substr(text.rfind(separator) + 1);
}

std::optional<std::string_view> tag_of(const ingest::RecordView& record, std::string_view tag) {
  for (const auto& [name, value] : record.metadata) {
    if (name == tag) {
      return value;  // Empty stays present: the caller sent it.
    }
  }
  return std::nullopt;
}

/// Absent when no counter is there, so that `total = 0` finds zero usage and not errors.
std::optional<Int128> total_of(const ingest::TokenCounts& tokens) {
  const bool has_any = tokens.input || tokens.output || tokens.cache_read || tokens.cache_write;
  return has_any ? std::optional<Int128>(tokens.total()) : std::nullopt;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

ModelFacts facts_of_model(std::string_view logged, const ModelMap& map) {
  const ingest::ModelId id = ingest::canonical_model(logged);
  const auto mapped = map.find(logged);
  const bool has_model = mapped != map.end() && !mapped->second.model.empty();
  const ingest::ModelId priced = has_model ? ingest::canonical_model(mapped->second.model) : id;
  ModelFacts facts;
  facts.canonical = priced.canonical;
  facts.family = ingest::family_of(priced.canonical);
  facts.provider = ingest::provider_of(priced.canonical);
  facts.scope = priced.scope == "global" ? Scope::global : Scope::regional;
  facts.covered = id.kind == ingest::ModelKind::provisioned_model;
  if (mapped != map.end() && !mapped->second.label.empty()) {
    facts.profile = mapped->second.label;
  } else if (!id.scope.empty()) {
    facts.profile = id.scope;
  } else if (id.kind != ingest::ModelKind::foundation) {
    facts.profile = ingest::name_of(id.kind);
  }
  return facts;
}

IdentityFacts facts_of_identity(std::string_view arn) {
  constexpr std::string_view assumed_role = ":assumed-role/";
  IdentityFacts facts;
  if (const std::size_t at = arn.find(assumed_role); at != std::string_view::npos) {
    const std::string_view who = arn.substr(at + assumed_role.size());
    const std::size_t slash = std::min(who.find('/'), who.size());
    facts.user = who;
    facts.role = who.substr(0, slash);
    facts.session = who.substr(std::min(slash + 1, who.size()));
    return facts;
  }
  // "user/division/NAME" and "root" alike: what stands behind the last separator.
  const std::string_view segment = after_last(arn, '/');
  facts.user = segment.size() == arn.size() ? after_last(arn, ':') : segment;
  return facts;
}

Tier tier_of(const ingest::RecordView& record) {
  if (record.service_tier == "priority") {
    return Tier::priority;
  }
  if (record.service_tier == "flex") {
    return Tier::flex;
  }
  if (record.service_tier == "reserved") {
    return Tier::reserved;
  }
  return record.latency_optimized ? Tier::latency_optimized : Tier::standard;
}

std::optional<std::string_view> text_of(const Key& key, const RecordFactsView& facts) {
  const ingest::RecordView& record = *facts.record;
  const auto identity = [&facts]() -> const IdentityFacts& {
    ensure(facts.identity != nullptr);
    return *facts.identity;
  };
  switch (key.kind) {
    case KeyKind::model:
      return unless_empty(facts.model->canonical);
    case KeyKind::family:
      return unless_empty(facts.model->family);
    case KeyKind::provider:
      return unless_empty(facts.model->provider);
    case KeyKind::profile:
      return unless_empty(facts.model->profile);
    case KeyKind::model_id:
      return unless_empty(record.model_id);
    case KeyKind::region:
      return unless_empty(record.region);
    case KeyKind::inference_region:
      return unless_empty(record.inference_region);
    case KeyKind::account:
      return unless_empty(record.account_id);
    case KeyKind::operation:
      return unless_empty(record.operation);
    case KeyKind::user:
      return unless_empty(identity().user);
    case KeyKind::role:
      return unless_empty(identity().role);
    case KeyKind::session:
      return unless_empty(identity().session);
    case KeyKind::tag:
      return tag_of(record, key.tag);
    case KeyKind::group:
      return unless_empty(facts.group);
    case KeyKind::team:
      return unless_empty(facts.team);
    case KeyKind::status:
      return record.error_code.empty() ? "ok" : "error";
    case KeyKind::error:
      return unless_empty(record.error_code);
    case KeyKind::stop_reason:
      return unless_empty(record.stop_reason);
    case KeyKind::tier:
      return name_of(tier_of(record));
    case KeyKind::object:
      return unless_empty(facts.object);
    case KeyKind::hour:
    case KeyKind::day:
    case KeyKind::week:
    case KeyKind::month:
    case KeyKind::quarter:
    case KeyKind::hour_of_day:
    case KeyKind::weekday:
      break;
  }
  ensure(false);
  return std::nullopt;
}

Result<Field> resolve_record_field(std::string_view name) {
  for (const ExtraName& extra : extra_names) {
    if (extra.name == name) {
      const unsigned scale = extra.extra == Extra::temperature ? 3 : 0;  // Held x 1000.
      return Field{id_of(extra.extra), extra.type, scale, {}};
    }
  }
  if (const Result<Key> key = parse_key(name); key) {
    if (is_calendar_bucket(key->kind)) {
      return fault(std::string(flag_name),
                   "calendar periods are chosen by --since, --until and the like, not here: " +
                       std::string(name));
    }
    const FieldType type = is_time_key(key->kind) ? FieldType::number : FieldType::text;
    return Field{id_of(key->kind), type, 0, key->tag};
  }
  std::vector<std::string> known = key_names();
  for (const ExtraName& extra : extra_names) {
    known.emplace_back(extra.name);
  }
  std::erase_if(known, [](const std::string& candidate) {
    const Result<Key> key = parse_key(candidate);
    return key && is_calendar_bucket(key->kind);
  });
  const std::optional<std::string> nearest = nearest_name(std::string(name), known);
  return fault(std::string(flag_name), "unknown field '" + std::string(name) + "'" +
                                           (nearest ? ", did you mean " + *nearest + "?" : ""));
}

std::optional<std::string_view> RecordFieldValues::text(const Field& field) const {
  if (field.id == id_of(Extra::request_id)) {
    return unless_empty(facts_->record->request_id);
  }
  if (field.id == id_of(Extra::guardrail)) {
    return facts_->record->guardrail_intervened ? "yes" : "no";
  }
  if (field.id == id_of(KeyKind::tag)) {
    return tag_of(*facts_->record, field.tag);
  }
  ensure(field.id >= 0 && field.id < id_of(Extra::request_id));
  return text_of(Key{static_cast<KeyKind>(field.id), {}}, *facts_);
}

std::optional<Int128> RecordFieldValues::number(const Field& field) const {
  const ingest::RecordView& record = *facts_->record;
  if (field.id == id_of(KeyKind::hour_of_day)) {
    return floor_divide(record.at.value, hour_ms) -
           24 * floor_divide(floor_divide(record.at.value, hour_ms), 24);
  }
  if (field.id == id_of(KeyKind::weekday)) {
    const std::int64_t days = floor_divide(record.at.value, day_ms) + 3;  // Monday 1969-12-29.
    return days - 7 * floor_divide(days, 7) + 1;
  }
  ensure(field.id >= id_of(Extra::input));
  switch (static_cast<Extra>(field.id - id_of(Extra::request_id))) {
    case Extra::input:
      return widened(record.tokens.input);
    case Extra::output:
      return widened(record.tokens.output);
    case Extra::cache_read:
      return widened(record.tokens.cache_read);
    case Extra::cache_write:
      return widened(record.tokens.cache_write);
    case Extra::cache_write_1h:
      return widened(record.tokens.cache_write_1h);
    case Extra::total:
      return total_of(record.tokens);
    case Extra::latency:
      return widened(record.latency_ms);
    case Extra::ttft:
      return widened(record.first_byte_ms);
    case Extra::bytes:
      return Int128{facts_->size_bytes};
    case Extra::images:
      return widened(record.images);
    case Extra::max_tokens:
      return widened(record.max_tokens);
    case Extra::temperature:
      return widened(record.temperature_milli);
    case Extra::request_id:
    case Extra::guardrail:
      break;
  }
  ensure(false);
  return std::nullopt;
}

}  // namespace bedrocklog::analytics
