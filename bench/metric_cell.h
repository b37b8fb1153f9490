// The exact metrics of one group of calls, summed naively: every latency is kept.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/call_facts.h"
#include "bench/price_oracle.h"

namespace bedrocklog::bench {

class MetricCell {
 public:
  void add(const CallFacts& call, const CallCost& cost);
  void merge(const MetricCell& other);

  /// Object of all metrics in the value forms of the report's JSON. Sorts the latencies.
  [[nodiscard]] nlohmann::json to_json();

 private:
  std::uint64_t invocations_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t throttles_ = 0;
  std::uint64_t guardrail_ = 0;
  std::uint64_t input_ = 0;
  std::uint64_t output_ = 0;
  std::uint64_t cache_read_ = 0;
  std::uint64_t cache_write_ = 0;
  std::uint64_t cache_write_1h_ = 0;
  std::uint64_t timed_output_ = 0;  // Output tokens of calls with both output and latency ...
  std::uint64_t timed_ms_ = 0;      // ... and the sum of their latencies.
  std::vector<std::uint32_t> latency_ms_;
  std::vector<std::uint32_t> first_byte_ms_;
  CallCost cost_{};
};

}  // namespace bedrocklog::bench
