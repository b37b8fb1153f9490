// Failure classes, the quota, and how long to wait.
#include "ingest/aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds base{100};
constexpr milliseconds throttled_base{500};

constexpr std::array<std::string_view, 13> throttling_codes = {
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequests",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
};

// Other than the statuses below: answers of 4xx that do pass.
constexpr std::array<std::string_view, 8> transient_codes = {
    "RequestTimeout",         "RequestTimeoutException",
    "InternalError",          "InternalFailure",
    "ServiceUnavailable",     "OperationAborted",
    "ConcurrentModification", "ConcurrentModificationException",
};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size() && number >= 0;
  return is_whole ? std::optional(number) : std::nullopt;
}

/// Cut before it is scaled: a service may say anything.
milliseconds at_most_backoff_max(std::int64_t count, std::int64_t unit_ms) {
  return milliseconds(std::clamp<std::int64_t>(count, 0, backoff_max.count() / unit_ms) * unit_ms);
}

unsigned cost_of(RetryKind kind) {
  return kind == RetryKind::stalled ? RetryQuota::stalled_cost : RetryQuota::retry_cost;
}

}  // namespace

RetryKind retry_kind_of(TransportFault fault) {
  switch (fault) {
    case TransportFault::resolve:
    case TransportFault::connect:
    case TransportFault::broken:
      return RetryKind::transient;
    case TransportFault::stalled:
      return RetryKind::stalled;
    case TransportFault::none:
    case TransportFault::tls:
    case TransportFault::too_large:
    case TransportFault::cancelled:
    case TransportFault::other:
      break;
  }
  return RetryKind::never;
}

RetryKind retry_kind_of(const ServiceError& error) {
  if (is_expired(error)) {
    return RetryKind::refresh;
  }
  if (is_clock_skew(error)) {
    return RetryKind::skew;
  }
  if (error.status == 429 || has(throttling_codes, error.code)) {
    return RetryKind::throttled;
  }
  const bool is_passing_status = error.status == 500 || error.status == 502 ||
                                 error.status == 503 || error.status == 504 || error.status == 408;
  return is_passing_status || has(transient_codes, error.code) ? RetryKind::transient
                                                               : RetryKind::never;
}

bool RetryQuota::take(RetryKind kind) {
  const unsigned cost = cost_of(kind);
  const std::scoped_lock lock(guard_);
  if (left_ < cost) {
    return false;
  }
  left_ -= cost;
  return true;
}

void RetryQuota::refund(RetryKind taken) {
  const unsigned back = taken == RetryKind::never ? success_refund : cost_of(taken);
  const std::scoped_lock lock(guard_);
  left_ = std::min(left_ + back, capacity_);
}

milliseconds backoff(RetryKind kind, unsigned retry, std::uint64_t random,
                     milliseconds retry_after) {
  const milliseconds first = kind == RetryKind::throttled ? throttled_base : base;
  constexpr unsigned doublings_max = 20;  // Far over backoff_max, far from overflow.
  const milliseconds longest =
      std::min(backoff_max, first * (std::int64_t{1} << std::min(retry, doublings_max)));
  // The bias of the remainder is one part in 10^15.
  const milliseconds jittered(
      static_cast<std::int64_t>(random % (static_cast<std::uint64_t>(longest.count()) + 1)));
  return std::max(jittered, std::min(retry_after, backoff_max));
}

milliseconds retry_after_of(const HttpHead& head, std::int64_t now) {
  if (const auto count = whole_number(head.header("x-amz-retry-after"))) {
    return at_most_backoff_max(*count, 1);
  }
  const std::string_view text = head.header("Retry-After");
  constexpr std::int64_t second_ms = 1'000;
  if (const auto count = whole_number(text)) {
    return at_most_backoff_max(*count, second_ms);
  }
  const std::optional<UtcTime> at = parse_http_date(text);
  return at ? at_most_backoff_max(at->seconds - now, second_ms) : milliseconds(0);
}

}  // namespace bedrocklog::aws
