// Which failures are sent again, how the quota runs, and the bounds of every wait.
#include "ingest/aws/retry.h"

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {
namespace {

using std::chrono::milliseconds;

ServiceError refusal(int status, std::string code) {
  ServiceError error;
  error.status = status;
  error.code = std::move(code);
  return error;
}

TEST(Retry, TellsTheKindsOfRefusalsApart) {
  struct Case {
    int status;
    const char* code;
    RetryKind kind;
  };
  for (const Case& known : {
           Case{503, "SlowDown", RetryKind::throttled},
           Case{400, "ThrottlingException", RetryKind::throttled},
           Case{400, "Throttling", RetryKind::throttled},
           Case{429, "Whatever", RetryKind::throttled},
           Case{503, "RequestLimitExceeded", RetryKind::throttled},
           Case{500, "InternalError", RetryKind::transient},
           Case{502, "BadGateway", RetryKind::transient},
           Case{503, "ServiceUnavailable", RetryKind::transient},
           Case{504, "GatewayTimeout", RetryKind::transient},
           Case{400, "RequestTimeout", RetryKind::transient},
           Case{409, "OperationAborted", RetryKind::transient},
           Case{400, "ExpiredToken", RetryKind::refresh},
           Case{403, "ExpiredTokenException", RetryKind::refresh},
           Case{403, "RequestTimeTooSkewed", RetryKind::skew},
           Case{400, "RequestExpired", RetryKind::skew},
           Case{403, "AccessDenied", RetryKind::never},
           Case{403, "InvalidObjectState", RetryKind::never},
           Case{403, "SignatureDoesNotMatch", RetryKind::never},
           Case{403, "InvalidAccessKeyId", RetryKind::never},
           Case{404, "NoSuchKey", RetryKind::never},
           Case{412, "PreconditionFailed", RetryKind::never},
           Case{416, "InvalidRange", RetryKind::never},
           Case{301, "PermanentRedirect", RetryKind::never},
           Case{501, "NotImplemented", RetryKind::never},
       }) {
    EXPECT_EQ(retry_kind_of(refusal(known.status, known.code)), known.kind) << known.code;
  }
}

TEST(Retry, RetriesWhatBrokeButNotWhatIsRefused) {
  EXPECT_EQ(retry_kind_of(TransportFault::broken), RetryKind::transient);
  EXPECT_EQ(retry_kind_of(TransportFault::connect), RetryKind::transient);
  EXPECT_EQ(retry_kind_of(TransportFault::resolve), RetryKind::transient);
  EXPECT_EQ(retry_kind_of(TransportFault::stalled), RetryKind::stalled);
  EXPECT_EQ(retry_kind_of(TransportFault::tls), RetryKind::never);
  EXPECT_EQ(retry_kind_of(TransportFault::cancelled), RetryKind::never);
  EXPECT_EQ(retry_kind_of(TransportFault::too_large), RetryKind::never);
}

TEST(Retry, AnOutageSpendsTheQuotaAndStops) {
  RetryQuota quota;
  unsigned taken = 0;
  while (quota.take(RetryKind::transient)) {
    ++taken;
  }
  EXPECT_EQ(taken, quota.capacity() / RetryQuota::retry_cost);
  quota.refund(RetryKind::never);
  EXPECT_FALSE(quota.take(RetryKind::transient));
  quota.refund(RetryKind::transient);
  EXPECT_TRUE(quota.take(RetryKind::transient));
}

TEST(Retry, TheQuotaGrowsWithTheCallsAtOnce) {
  EXPECT_EQ(RetryQuota(1).capacity(), RetryQuota::capacity_min);
  EXPECT_EQ(RetryQuota(256).capacity(), 256 * RetryQuota::capacity_per_connection);
}

TEST(Retry, AStallCostsDouble) {
  RetryQuota quota;
  unsigned taken = 0;
  while (quota.take(RetryKind::stalled)) {
    ++taken;
  }
  EXPECT_EQ(taken, quota.capacity() / RetryQuota::stalled_cost);
}

TEST(Retry, TheQuotaNeverGrowsOverItsCapacity) {
  RetryQuota quota;
  for (unsigned successes = 0; successes < 2'000; ++successes) {
    quota.refund(RetryKind::never);
  }
  unsigned taken = 0;
  while (quota.take(RetryKind::throttled)) {
    ++taken;
  }
  EXPECT_EQ(taken, quota.capacity() / RetryQuota::retry_cost);
}

RC_GTEST_PROP(Retry, WaitsWithinItsBounds, (std::uint64_t random, bool is_throttled)) {
  const unsigned retry = *rc::gen::inRange(0U, 200U);
  const milliseconds retry_after(*rc::gen::inRange(0, 100'000));
  const RetryKind kind = is_throttled ? RetryKind::throttled : RetryKind::transient;
  const milliseconds wait = backoff(kind, retry, random, retry_after);
  const std::int64_t base_ms = is_throttled ? 500 : 100;
  const std::int64_t longest_ms =
      retry > 10 ? 20'000 : std::min<std::int64_t>(20'000, base_ms << retry);
  RC_ASSERT(wait >= std::min(retry_after, milliseconds(20'000)));
  RC_ASSERT(wait.count() <= std::max<std::int64_t>(
                                longest_ms, std::min<std::int64_t>(retry_after.count(), 20'000)));
}

TEST(Retry, SpreadsWaitsOverTheWholeRange) {
  // 1,000 ms at most for the first throttled retry but one: every tenth of it is hit.
  std::array<int, 10> tenths{};
  std::uint64_t random = 88'172'645'463'325'252ULL;
  for (int draw = 0; draw < 1'000; ++draw) {
    random ^= random << 13U;
    random ^= random >> 7U;
    random ^= random << 17U;
    const auto wait = backoff(RetryKind::throttled, 1, random, milliseconds(0)).count();
    ++tenths.at(static_cast<std::size_t>(std::min<std::int64_t>(wait / 100, 9)));
  }
  EXPECT_GT(*std::ranges::min_element(tenths), 50);
}

TEST(Retry, ReadsRetryAfterInAllItsForms) {
  const std::int64_t now = parse_http_date("Wed, 04 Mar 2026 10:15:07 GMT")->seconds;
  const auto wait = [&](std::vector<HttpHeader> headers) {
    return retry_after_of(HttpHead{503, std::move(headers)}, now).count();
  };
  EXPECT_EQ(wait({}), 0);
  EXPECT_EQ(wait({{"retry-after", "3"}}), 3'000);
  EXPECT_EQ(wait({{"Retry-After", "Wed, 04 Mar 2026 10:15:12 GMT"}}), 5'000);
  EXPECT_EQ(wait({{"Retry-After", "Wed, 04 Mar 2026 10:15:00 GMT"}}), 0);
  EXPECT_EQ(wait({{"x-amz-retry-after", "250"}, {"Retry-After", "9"}}), 250);
  EXPECT_EQ(wait({{"Retry-After", "soon"}}), 0);
  EXPECT_EQ(wait({{"Retry-After", "-5"}}), 0);
  EXPECT_EQ(wait({{"Retry-After", "9223372036854775807"}}), backoff_max.count());
  EXPECT_EQ(wait({{"Retry-After", "99999999999999999999"}}), 0);
}

}  // namespace
}  // namespace bedrocklog::aws
