// When a failed request is sent again, and after how long: the "standard" retry mode of the AWS
// SDKs (AWS SDKs and Tools Reference Guide, "Retry behavior").
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "ingest/aws/http_message.h"
#include "ingest/aws/service_error.h"

namespace bedrocklog::aws {

/// SDKs try three times. Reading months of logs is one run of 10^5 requests, in which three in a
/// row do fail; ten keep the run whole and the quota keeps an outage from being hammered.
inline constexpr unsigned attempts_default_max = 10;
inline constexpr std::chrono::milliseconds backoff_max{20'000};

/// How often a request is sent at the most, and how long is waited between two at the most.
struct RetryLimits {
  unsigned attempts_max = attempts_default_max;
  std::chrono::milliseconds wait_max = backoff_max;
};

enum class RetryKind : std::uint8_t {
  never,
  transient,  // Reset, 500, 502, 503, 504, RequestTimeout, short or damaged body.
  stalled,    // As transient; costs the quota double.
  throttled,  // SlowDown, Throttling*, 429: as transient, waits from 500 ms on.
  refresh,    // Expired credentials: renew them, then once more.
  skew,       // Clock off: take the server's, then once more.
};

/// What kind of failure an answer or a broken transfer is.
[[nodiscard]] RetryKind retry_kind_of(TransportFault fault);
[[nodiscard]] RetryKind retry_kind_of(const ServiceError& error);

/// Tokens that retries cost and successes give back: when much fails, retries stop first.
/// Thread-safe; one per client.
class RetryQuota {
 public:
  static constexpr unsigned capacity_min = 500;  // The SDKs' capacity, for a few connections.
  static constexpr unsigned capacity_per_connection = 20;
  static constexpr unsigned retry_cost = 5;
  static constexpr unsigned stalled_cost = 10;
  static constexpr unsigned success_refund = 1;  // Of a first attempt.

  /// Each call under way may owe several retries when much fails for a while, so the capacity
  /// grows with `connections`, the calls there can be at once.
  explicit RetryQuota(unsigned connections = 1)
      : capacity_(std::max(capacity_min, capacity_per_connection * connections)) {}

  [[nodiscard]] unsigned capacity() const { return capacity_; }
  /// False when there is not enough left; then do not retry.
  [[nodiscard]] bool take(RetryKind kind);
  /// After a success: for every retry it took, the kind of that retry; `never` for a success at the
  /// first attempt. So what is passing costs nothing in the end, and what is lasting runs out.
  void refund(RetryKind taken);

 private:
  std::mutex guard_;  // Guards left_.
  unsigned capacity_;
  unsigned left_ = capacity_;
};

/// Full jitter: uniform in [0, min(backoff_max, base * 2^retry)], base 100 ms (500 ms throttled);
/// never shorter than `retry_after`, which is itself cut to backoff_max. `retry` counts from 0,
/// `random` is uniform over all 64-bit values.
[[nodiscard]] std::chrono::milliseconds backoff(RetryKind kind, unsigned retry,
                                                std::uint64_t random,
                                                std::chrono::milliseconds retry_after);

/// Retry-After: seconds or a date, seen from `now`; zero when absent or unreadable. Also
/// x-amz-retry-after (milliseconds).
[[nodiscard]] std::chrono::milliseconds retry_after_of(const HttpHead& head, std::int64_t now);

}  // namespace bedrocklog::aws
