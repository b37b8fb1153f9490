// Groupings of the oracle and its JSON document.
#include "bench/oracle.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/civil_time.h"

namespace bedrocklog::bench {

namespace {

using Json = nlohmann::json;

// A group's key parts in one string: '=' and the value, or '-' for a missing one, each ended by
// a byte that no value holds.
constexpr char part_end = '\x01';

void append_part(std::string_view value, std::string& key) {
  if (value.empty()) {
    key += '-';
  } else {
    key += '=';
    key += value;
  }
  key += part_end;
}

std::vector<Json> parts_of(std::string_view key) {
  std::vector<Json> parts;
  while (!key.empty()) {
    const std::size_t end = key.find(part_end);
    parts.push_back(key.front() == '-' ? Json() : Json(key.substr(1, end - 1)));
    key.remove_prefix(end + 1);
  }
  return parts;
}

std::vector<std::string> names_of(std::string_view by) {
  std::vector<std::string> names;
  while (!by.empty()) {
    const std::size_t end = std::min(by.find(','), by.size());
    names.emplace_back(by.substr(0, end));
    by.remove_prefix(std::min(end + 1, by.size()));
  }
  return names;
}

std::string_view provider_of(std::string_view model) {
  return model.starts_with("arn:") ? std::string_view{} : model.substr(0, model.find('.'));
}

std::string_view tag_of(const CallFacts& call, std::string_view name) {
  for (const auto& [key, value] : call.metadata) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

std::string value_of(std::string_view key, const CallFacts& call) {
  if (key == "model") {
    return call.model_canonical;
  }
  if (key == "day") {
    return day_text(call.at_s);
  }
  if (key == "hour") {
    return instant_text(call.at_s).substr(0, 13) + "Z";
  }
  if (key == "user") {
    return call.user;
  }
  if (key == "provider") {
    return std::string(provider_of(call.model_canonical));
  }
  if (key == "region") {
    return call.region;
  }
  if (key == "account") {
    return call.account;
  }
  if (key == "operation") {
    return std::string(name_of(call.operation));
  }
  if (key == "error") {
    return std::string(call.error_code);
  }
  return std::string(tag_of(call, key.substr(key.find(':') + 1)));
}

constexpr std::array<std::string_view, 9> single_keys = {
    "model", "provider", "region", "operation", "account", "error", "hour", "user", "tag:team"};
constexpr std::string_view joint_keys = "day,model,user,tag:team";

std::string grouping_text(std::string_view by, std::unordered_map<std::string, MetricCell>& cells) {
  std::vector<std::pair<std::vector<Json>, MetricCell*>> rows;
  rows.reserve(cells.size());
  for (auto& [key, cell] : cells) {
    rows.emplace_back(parts_of(key), &cell);
  }
  // nlohmann orders null before strings, and strings by bytes.
  std::sort(rows.begin(), rows.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  const std::vector<std::string> names = names_of(by);
  std::string text = fmt::format("{}: [", Json(by).dump());
  std::string_view separator = "\n";
  for (const auto& [parts, cell] : rows) {
    Json keys = Json::object();
    for (std::size_t part = 0; part < names.size(); ++part) {
      keys[names[part]] = parts[part];
    }
    text += separator;
    text += Json{{"keys", keys}, {"metrics", cell->to_json()}}.dump();
    separator = ",\n";
  }
  return text + "\n]";
}

}  // namespace

void Oracle::add(const CallFacts& call) {
  ++counted_;
  const CallCost cost = prices_->cost_of(call);
  totals_.add(call, cost);
  std::string key;
  for (const std::string_view name : single_keys) {
    key.clear();
    append_part(value_of(name, call), key);
    groupings_[name][key].add(call, cost);
  }
  key.clear();
  for (const std::string_view name : {"day", "model", "user", "tag:team"}) {
    append_part(value_of(name, call), key);
  }
  groupings_[joint_keys][key].add(call, cost);
}

void Oracle::merge(const Oracle& other) {
  counted_ += other.counted_;
  counts_.duplicates += other.counts_.duplicates;
  counts_.sidecars += other.counts_.sidecars;
  counts_.permission_checks += other.counts_.permission_checks;
  counts_.control_messages += other.counts_.control_messages;
  totals_.merge(other.totals_);
  for (const auto& [by, cells] : other.groupings_) {
    for (const auto& [key, cell] : cells) {
      groupings_[by][key].merge(cell);
    }
  }
}

std::string Oracle::to_json_text() {
  const Json records = {{"seen", counted_ + counts_.duplicates},
                        {"duplicate", counts_.duplicates},
                        {"counted", counted_}};
  const Json skipped = {{"sidecar", counts_.sidecars},
                        {"permission_check", counts_.permission_checks},
                        {"control_message", counts_.control_messages}};
  std::string text = fmt::format(
      "{{\n\"records\": {},\n\"skipped\": {},\n\"totals\": {},\n"
      "\"by\": {{\n",
      records.dump(), skipped.dump(), totals_.to_json().dump());
  std::string_view separator;
  for (auto& [by, cells] : groupings_) {
    text += separator;
    text += grouping_text(by, cells);
    separator = ",\n";
  }
  return text + "\n}\n}\n";
}

}  // namespace bedrocklog::bench
