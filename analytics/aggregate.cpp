// Adding up groups. Everything here commutes, so any order of merging gives the same.
#include "analytics/aggregate.h"

namespace bedrocklog::analytics {

void GroupTotals::merge(const GroupTotals& other) {
  merge_without_billed(other);
  billed.merge(other.billed);
}

void GroupTotals::merge_without_billed(const GroupTotals& other) {
  invocations += other.invocations;
  errors += other.errors;
  throttles += other.throttles;
  guardrail += other.guardrail;
  images += other.images;
  bytes += other.bytes;
  output_timed += other.output_timed;
  latency_timed_ms += other.latency_timed_ms;
  cache_write_unsplit += other.cache_write_unsplit;
  latency.merge(other.latency);
  first_byte.merge(other.first_byte);
  error_codes.merge(other.error_codes);
}

}  // namespace bedrocklog::analytics
