// Adding up tokens and groups. Everything here commutes, so any order of merging gives the same.
#include "analytics/aggregate.h"

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

void subtract(std::uint64_t& from, std::uint64_t amount) {
  ensure(from >= amount);
  from -= amount;
}

}  // namespace

std::uint64_t BilledTokens::of(Meter meter) const {
  switch (meter) {
    case Meter::input:
      return input;
    case Meter::output:
      return output;
    case Meter::cache_read:
      return cache_read;
    case Meter::cache_write_5m:
      return cache_write_5m;
    case Meter::cache_write_1h:
      return cache_write_1h;
  }
  ensure(false);
  return 0;
}

std::uint64_t BilledTokens::total() const {
  return input + output + cache_read + cache_write_5m + cache_write_1h;
}

void BilledTokens::add(const BilledTokens& other) {
  invocations += other.invocations;
  input += other.input;
  output += other.output;
  cache_read += other.cache_read;
  cache_write_5m += other.cache_write_5m;
  cache_write_1h += other.cache_write_1h;
}

void BilledTokens::take_back(const BilledTokens& other) {
  subtract(invocations, other.invocations);
  subtract(input, other.input);
  subtract(output, other.output);
  subtract(cache_read, other.cache_read);
  subtract(cache_write_5m, other.cache_write_5m);
  subtract(cache_write_1h, other.cache_write_1h);
}

void GroupTotals::merge(const GroupTotals& other) {
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
  for (const auto& [code, count] : other.error_codes) {
    error_codes[code] += count;
  }
  for (const auto& [key, tokens] : other.billed) {
    billed[key].add(tokens);
  }
}

}  // namespace bedrocklog::analytics
