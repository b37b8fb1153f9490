// The table of members, and their values. Names are those of --by and --where.
#include "cli/record_json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analytics/money.h"
#include "analytics/report_key.h"
#include "cli/json_text.h"

namespace bedrocklog::cli {
namespace {

using Json = nlohmann::ordered_json;
using analytics::KeyKind;
using analytics::RecordFactsView;

Json text_value(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

template <class Number>
Json number_value(const std::optional<Number>& number) {
  return number ? Json(*number) : Json();
}

template <KeyKind kind>
Json key_value(const RecordFactsView& facts) {
  const std::optional<std::string_view> text = analytics::text_of({kind, ""}, facts);
  return text ? Json(*text) : Json();
}

Json tags_value(const RecordFactsView& facts) {
  Json tags = Json::object();
  for (const auto& [key, value] : facts.record->metadata) {
    tags[std::string(key)] = value;
  }
  return tags;
}

// A decimal string, like every figure with a fraction.
Json temperature_value(const RecordFactsView& facts) {
  const std::optional<std::int32_t> milli = facts.record->temperature_milli;
  return milli ? Json(analytics::to_decimal(*milli, 3, 1)) : Json();
}

struct Member {
  std::string_view name;
  Json (*value)(const RecordFactsView& facts);
};

constexpr auto members = std::to_array<Member>({
    {"time", [](const RecordFactsView& f) { return Json(to_rfc3339(f.record->at)); }},
    {"request_id", [](const RecordFactsView& f) { return text_value(f.record->request_id); }},
    {"account", key_value<KeyKind::account>},
    {"region", key_value<KeyKind::region>},
    {"inference_region", key_value<KeyKind::inference_region>},
    {"operation", key_value<KeyKind::operation>},
    {"model", key_value<KeyKind::model>},
    {"model_logged", [](const RecordFactsView& f) { return text_value(f.record->model_id); }},
    {"family", key_value<KeyKind::family>},
    {"provider", key_value<KeyKind::provider>},
    {"profile", key_value<KeyKind::profile>},
    {"tier", key_value<KeyKind::tier>},
    {"user", key_value<KeyKind::user>},
    {"role", key_value<KeyKind::role>},
    {"session", key_value<KeyKind::session>},
    {"group", key_value<KeyKind::group>},
    {"status", key_value<KeyKind::status>},
    {"error", key_value<KeyKind::error>},
    {"stop_reason", key_value<KeyKind::stop_reason>},
    {"guardrail", [](const RecordFactsView& f) { return Json(f.record->guardrail_intervened); }},
    {"input", [](const RecordFactsView& f) { return number_value(f.record->tokens.input); }},
    {"output", [](const RecordFactsView& f) { return number_value(f.record->tokens.output); }},
    {"cache_read",
     [](const RecordFactsView& f) { return number_value(f.record->tokens.cache_read); }},
    {"cache_write",
     [](const RecordFactsView& f) { return number_value(f.record->tokens.cache_write); }},
    {"cache_write_1h",
     [](const RecordFactsView& f) { return number_value(f.record->tokens.cache_write_1h); }},
    {"total", [](const RecordFactsView& f) { return Json(f.record->tokens.total()); }},
    {"latency", [](const RecordFactsView& f) { return number_value(f.record->latency_ms); }},
    {"ttft", [](const RecordFactsView& f) { return number_value(f.record->first_byte_ms); }},
    {"images", [](const RecordFactsView& f) { return number_value(f.record->images); }},
    {"max_tokens", [](const RecordFactsView& f) { return number_value(f.record->max_tokens); }},
    {"temperature", temperature_value},
    {"bytes", [](const RecordFactsView& f) { return Json(f.size_bytes); }},
    {"tags", tags_value},
    {"object", key_value<KeyKind::object>},
});

/// The logged record as JSON; null where the export had none or it does not parse on its own.
Json record_value(const RecordFactsView& facts) {
  Json record = Json::parse(facts.record->json, nullptr, false);
  return record.is_discarded() ? Json() : record;
}

}  // namespace

Result<RecordMembers> RecordMembers::chosen(const std::vector<std::string>& names) {
  RecordMembers result;
  std::vector<std::string> known;
  known.reserve(members.size());
  for (const Member& member : members) {
    known.emplace_back(member.name);
  }
  for (const std::string& name : names.empty() ? known : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      const auto nearest = analytics::nearest_name(name, known);
      return fault(
          "--fields",
          nearest ? fmt::format("no such member: {}; did you mean {}?", name, *nearest)
                  : fmt::format("no such member: {}; there are {}", name, fmt::join(known, ", ")));
    }
    const auto position = static_cast<std::size_t>(found - known.begin());
    if (std::find(result.positions_.begin(), result.positions_.end(), position) !=
        result.positions_.end()) {
      return fault("--fields", fmt::format("names a member twice: {}", name));
    }
    result.positions_.push_back(position);
  }
  return result;
}

std::string RecordMembers::line_of(const RecordFactsView& facts) const {
  Json line = Json::object();
  for (const std::size_t position : positions_) {
    line[std::string(members[position].name)] = members[position].value(facts);
  }
  if (has_record_) {
    line["record"] = record_value(facts);
  }
  return inert_json(line.dump(-1, ' ', true, Json::error_handler_t::replace)) + '\n';
}

}  // namespace bedrocklog::cli
