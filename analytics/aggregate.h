// The sums of a scan: one entry per group, mergeable in any order, priced later.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analytics/billed_usage.h"
#include "analytics/error_counts.h"
#include "analytics/group_names.h"
#include "analytics/input_account.h"
#include "analytics/latency_histogram.h"
#include "analytics/report_key.h"

namespace bedrocklog::analytics {

struct GroupTotals {
  // What every record changes comes first: it shares lines of memory.
  std::uint64_t invocations = 0;
  std::uint64_t bytes = 0;                // Plain size of the records.
  std::uint64_t output_timed = 0;         // Output tokens of calls with latency and output count.
  std::uint64_t latency_timed_ms = 0;     // Latency of exactly those calls.
  std::uint64_t cache_write_unsplit = 0;  // Cache-write tokens whose TTL the record does not tell.
  LatencyHistogram latency;
  LatencyHistogram first_byte;
  std::uint64_t errors = 0;
  std::uint64_t throttles = 0;
  std::uint64_t guardrail = 0;  // Calls a guardrail intervened in.
  std::uint64_t images = 0;
  ErrorCounts error_codes;
  BilledUsage billed;  // Errors and zero-token calls included.

  void merge(const GroupTotals& other);
  /// For sums over so many groups that `billed` is better added up elsewhere.
  void merge_without_billed(const GroupTotals& other);
};

struct Group {
  GroupKeys keys;  // One per Aggregate::by; nothing: absent.
  GroupTotals totals;
};

struct Aggregate {
  std::vector<Key> by;
  std::shared_ptr<const GroupNames> names;  // What groups refer to; null without any.
  std::vector<Group> groups;                // Sorted by keys (absent first); no empty group.
  InputAccount account;
};

}  // namespace bedrocklog::analytics
