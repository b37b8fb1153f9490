// The one list of key names.
#include "analytics/report_key.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "analytics/in_quotes.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::string_view tag_prefix = "tag:";
constexpr std::size_t keys_max = 16;             // Of one list; more make no readable table.
constexpr std::size_t tag_size_bytes_max = 256;  // AWS's own limit of a metadata key.
constexpr std::size_t name_size_bytes_max = 64;  // Longer names resemble nothing we know.

// In the order of KeyKind.
constexpr std::array<std::string_view, key_kind_count> names = {
    "model",       "family",    "provider",    "region", "inference_region",
    "account",     "operation", "user",        "role",   "session",
    "profile",     "model_id",  "tag:",        "group",  "team",
    "status",      "error",     "stop_reason", "tier",   "object",
    "hour",        "day",       "week",        "month",  "quarter",
    "hour_of_day", "weekday"};

// Letters to add, drop, replace, or swap with their neighbour, to make one text of the other
// (optimal string alignment), three rows of the table at a time.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0U : 1U);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row.back();
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return lower;
}

}  // namespace

Result<Key> parse_key(std::string_view name) {
  if (name.starts_with(tag_prefix)) {
    const std::string_view tag = name.substr(tag_prefix.size());
    if (tag.empty() || tag.size() > tag_size_bytes_max) {
      return fault("--by", in_quotes(name) + " names no tag; write tag:KEY, KEY of 1 to 256 bytes");
    }
    return Key{KeyKind::tag, std::string(tag)};
  }
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) {
    return Key{static_cast<KeyKind>(found - names.begin()), {}};
  }
  const std::vector<std::string> known = key_names();
  std::string message = in_quotes(name) + " is not a key; ";
  if (const std::optional<std::string> nearest = nearest_name(name, known)) {
    return fault("--by",
                 message + "did you mean " + *nearest + (*nearest == "tag:" ? "KEY?" : "?"));
  }
  message += "there are";
  for (const std::string& one : known) {
    message += ' ' + one + (one == tag_prefix ? "KEY" : "");
  }
  return fault("--by", message);
}

Result<std::vector<Key>> parse_keys(std::string_view list) {
  std::vector<Key> keys;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view name = list.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) {
      return fault("--by", "has an empty item: " + in_quotes(list) +
                               "; write keys with one comma between, such as model,day");
    }
    Result<Key> key = parse_key(name);
    if (!key) {
      return pass_on(key);
    }
    if (std::find(keys.begin(), keys.end(), *key) != keys.end()) {
      return fault("--by", "names " + in_quotes(name) + " twice");
    }
    if (keys.size() == keys_max) {
      return fault("--by", "names more than 16 keys");
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

std::string name_of(const Key& key) {
  return std::string(names.at(static_cast<std::size_t>(key.kind))) + key.tag;
}

std::vector<std::string> key_names() {
  return {names.begin(), names.end()};
}

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& known) {
  if (name.empty() || name.size() > name_size_bytes_max) {
    return std::nullopt;
  }
  const std::string lower = lower_case(name);
  // A third of the letters may be wrong; a short name may have one wrong, but not be all wrong.
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::optional<std::string> nearest;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(lower, lower_case(candidate));
    if (distance < best && distance < candidate.size()) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace bedrocklog::analytics
