// Expected report of a generated archive, summed up from what was decided, never from what was
// written: it shares no code with the engine it judges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/call_facts.h"
#include "bench/metric_cell.h"
#include "bench/price_oracle.h"

namespace bedrocklog::bench {

/// What an archive holds besides the records that count.
struct ArchiveCounts {
  std::uint64_t duplicates = 0;         // Second copies and all-zero twins.
  std::uint64_t sidecars = 0;           // Objects below a data/ folder.
  std::uint64_t permission_checks = 0;  // Objects and lines.
  std::uint64_t control_messages = 0;
};

/// Not shared between threads: each fills its own, merge() joins them.
class Oracle {
 public:
  explicit Oracle(const PriceOracle& prices) : prices_(&prices) {}

  /// Counts a call that a correct reader counts.
  void add(const CallFacts& call);

  [[nodiscard]] ArchiveCounts& counts() { return counts_; }

  void merge(const Oracle& other);

  /// The whole document: one line per row, rows sorted by key, absent keys first.
  [[nodiscard]] std::string to_json_text();

 private:
  using Grouping = std::unordered_map<std::string, MetricCell>;

  const PriceOracle* prices_;  // Outlives the oracle.
  std::uint64_t counted_ = 0;
  ArchiveCounts counts_;
  MetricCell totals_;
  std::map<std::string_view, Grouping> groupings_;  // By the list of keys, as --by takes it.
};

}  // namespace bedrocklog::bench
