// The dimensions of reports and filters, one list for `--by`, `--where` and the saved reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::analytics {

enum class KeyKind : std::uint8_t {
  model,
  family,
  provider,
  region,
  inference_region,
  account,
  operation,
  user,
  role,
  session,
  profile,
  model_id,  // As logged.
  tag,
  group,
  team,
  status,
  error,
  stop_reason,
  tier,
  object,
  hour,
  day,
  week,
  month,
  quarter,
  hour_of_day,
  weekday,
};
inline constexpr std::size_t key_kind_count = 27;

struct Key {
  KeyKind kind = KeyKind::model;
  std::string tag;  // Metadata key of `tag:KEY`; empty otherwise.
  friend auto operator<=>(const Key&, const Key&) = default;
};

/// "model", "tag:team". An unknown name is a Fault with the nearest known one.
[[nodiscard]] Result<Key> parse_key(std::string_view name);

/// "model,day,tag:team". Refuses an empty list item and a key named twice.
[[nodiscard]] Result<std::vector<Key>> parse_keys(std::string_view list);

[[nodiscard]] std::string name_of(const Key& key);

/// All plain key names, for help and completion; `tag:KEY` stands as "tag:".
[[nodiscard]] std::vector<std::string> key_names();

/// The known name closest to `name` by edit distance, if it is close enough to suggest.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      const std::vector<std::string>& known);

}  // namespace bedrocklog::analytics
