// The sums of a scan: one entry per group, mergeable in any order, priced later.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analytics/input_account.h"
#include "analytics/latency_histogram.h"
#include "analytics/price_table.h"
#include "analytics/report_key.h"

namespace bedrocklog::analytics {

/// Tokens that one price key bills, with the calls that spent them.
struct BilledTokens {
  std::uint64_t invocations = 0;
  std::uint64_t input = 0;
  std::uint64_t output = 0;
  std::uint64_t cache_read = 0;
  std::uint64_t cache_write_5m = 0;  // All cache writes not known to be 1-hour ones.
  std::uint64_t cache_write_1h = 0;

  [[nodiscard]] std::uint64_t of(Meter meter) const;
  [[nodiscard]] std::uint64_t total() const;
  void add(const BilledTokens& other);
  void take_back(const BilledTokens& other);  // Requires that it was added.
  [[nodiscard]] bool empty() const { return invocations == 0 && total() == 0; }
};

struct GroupTotals {
  std::uint64_t invocations = 0;
  std::uint64_t errors = 0;
  std::uint64_t throttles = 0;
  std::uint64_t guardrail = 0;  // Calls a guardrail intervened in.
  std::uint64_t images = 0;
  std::uint64_t bytes = 0;                // Plain size of the records.
  std::uint64_t output_timed = 0;         // Output tokens of calls with latency and output count.
  std::uint64_t latency_timed_ms = 0;     // Latency of exactly those calls.
  std::uint64_t cache_write_unsplit = 0;  // Cache-write tokens whose TTL the record does not tell.
  LatencyHistogram latency;
  LatencyHistogram first_byte;
  std::map<std::string, std::uint64_t> error_codes;
  std::map<PriceKey, BilledTokens> billed;  // Errors and zero-token calls included.

  void merge(const GroupTotals& other);
};

struct Group {
  std::vector<std::optional<std::string>> keys;  // One per Aggregate::by; nothing: absent.
  GroupTotals totals;
};

struct Aggregate {
  std::vector<Key> by;
  std::vector<Group> groups;  // Sorted by keys (absent first); no empty group.
  InputAccount account;
};

}  // namespace bedrocklog::analytics
