// Provisioned throughput as it was bought: model units by the hour, whatever they are used for.
//
// Logs tell the calls on it, not what it costs; the user states that in a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/money.h"
#include "ingest/fault.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::finance {

inline constexpr std::size_t capacities_max = 10'000;
inline constexpr std::uint64_t model_units_max = 1'000'000;

struct Capacity {
  std::string model;       // As reports name it: the ARN of the provisioned model.
  std::string base_model;  // Priced on demand in its place; empty: no comparison.
  std::string commitment;  // Of the user's own words; may be empty.
  std::string account, region;
  std::uint64_t units = 0;
  analytics::UnitPrice usd_per_unit_hour;  // Per 1.
  std::int64_t from_hour = 0;              // Hours since 1970 UTC; inclusive.
  std::optional<std::int64_t> to_hour;     // Exclusive; nothing: still.
  std::string place;                       // "capacity.toml:3".
};

/// TOML or CSV, by the ending of `file`: `[[provisioned]]` tables with `model`, `units`,
/// `usd_per_unit_hour` (in quotes), `from` and optionally `to` (dates or full hours,
/// 2026-03-01T05:00:00Z; `to` is not inside), `base_model`, `commitment`, `account`, `region`.
/// Faults name `file`:line, two entries of one model whose times overlap among them.
[[nodiscard]] Result<std::vector<Capacity>> parse_provisioned(std::string_view text,
                                                              const std::string& file);

/// Whole hours of `capacity` inside the half-open hours [begin, end).
[[nodiscard]] std::uint64_t hours_inside(const Capacity& capacity, std::int64_t begin,
                                         std::int64_t end);

}  // namespace bedrocklog::finance
