// Calls over all of their attempts, against a server that fails as it is told.
#include "ingest/aws/service_client.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/loopback_server.h"
#include "tests/aws/recorded_service.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

TEST(ServiceClient, SignsAndReturnsTheAnswer) {
  Service service([](const SeenRequest&) { return answer_of(200, "hello"); });
  ServiceRequest request = service.request("/a%20b");
  request.query = {{"list-type", "2"}};
  const auto answer = service.client.call(request);
  ASSERT_TRUE(answer) << answer.error().fault.message;
  EXPECT_EQ(answer->body, "hello");
  const SeenRequest seen = service.server.seen().at(0);
  EXPECT_EQ(seen.target, "/bucket/a%20b?list-type=2");
  EXPECT_EQ(seen.header("X-Amz-Date"), "20260304T100000Z");
  EXPECT_THAT(seen.header("Authorization"),
              HasSubstr("Credential=KEY1/20260304/eu-west-1/s3/aws4_request"));
  EXPECT_EQ(service.client.requests_sent(), 1U);
  EXPECT_EQ(service.client.retries(), 0U);
}

TEST(ServiceClient, RetriesWhatPassesAndCountsIt) {
  std::atomic<int> requests{0};
  Service service([&](const SeenRequest&) {
    switch (++requests) {
      case 1:
        return refusal(500, "InternalError");
      case 2: {
        CannedAnswer answer = answer_of(200, "hello");
        answer.cut_after_bytes = 2;
        return answer;
      }
      default:
        return answer_of(200, "hello");
    }
  });
  const auto answer = service.client.call(service.request());
  ASSERT_TRUE(answer) << answer.error().fault.message;
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(service.client.requests_sent(), 3U);
  EXPECT_EQ(service.client.retries(), 2U);
}

TEST(ServiceClient, GivesUpAfterTheLastAttemptAndSaysHowMany) {
  Service service([](const SeenRequest&) { return refusal(503, "ServiceUnavailable"); });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.code, "ServiceUnavailable");
  EXPECT_EQ(answer.error().fault.subject, "s3://bucket/key");
  EXPECT_EQ(answer.error().fault.cause, FaultCause::try_again);
  EXPECT_THAT(answer.error().fault.message, HasSubstr("after 4 attempts"));
  EXPECT_EQ(service.server.seen().size(), 4U);
}

TEST(ServiceClient, DoesNotRetryWhatIsRefused) {
  Service service([](const SeenRequest& request) {
    return request.target == "/bucket/denied" ? refusal(403, "AccessDenied")
                                              : refusal(404, "NoSuchKey");
  });
  const auto denied = service.client.call(service.request("/denied"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().fault.cause, FaultCause::access_denied);
  const auto missing = service.client.call(service.request("/missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error.code, "NoSuchKey");
  EXPECT_EQ(service.server.seen().size(), 2U);
}

TEST(ServiceClient, HonoursRetryAfter) {
  std::atomic<int> requests{0};
  Service service([&](const SeenRequest&) {
    return ++requests == 1 ? refusal(503, "SlowDown", {{"Retry-After", "1"}}) : answer_of(200, "");
  });
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(service.client.call(service.request()));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST(ServiceClient, AStormOfFailuresEndsWithTheQuota) {
  std::atomic<std::uint64_t> requests{0};
  // No waits: the storm is over soon.
  Service service([&](const SeenRequest&) {
    ++requests;
    return refusal(500, "InternalError");
  });
  constexpr unsigned calls = 150;
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (unsigned number = 0; number < calls; ++number) {
    recorders.push_back(std::make_shared<Recorder>());
    service.client.start(service.request(), recorders.back());
  }
  bool has_told = false;
  for (const auto& recorder : recorders) {
    ASSERT_TRUE(recorder->wait());
    ASSERT_TRUE(recorder->failure);
    has_told =
        has_told || recorder->failure->fault.message.find("too many requests") != std::string::npos;
  }
  EXPECT_EQ(requests, calls + RetryQuota().capacity() / RetryQuota::retry_cost);
  EXPECT_TRUE(has_told);
}

TEST(ServiceClient, ManyPassingFaultsDoNotSpendTheQuota) {
  std::mutex guard;  // Guards seen.
  std::set<std::string> seen;
  Service service([&](const SeenRequest& request) {
    const std::scoped_lock lock(guard);
    return seen.insert(request.target).second ? refusal(500, "InternalError")
                                              : answer_of(200, request.target);
  });
  // Every one fails once; three times what the quota holds without refunds.
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (unsigned batch = 0; batch < 10; ++batch) {
    for (unsigned number = 0; number < 30; ++number) {
      recorders.push_back(std::make_shared<Recorder>());
      service.client.start(service.request("/" + std::to_string(recorders.size())),
                           recorders.back());
    }
    for (const auto& recorder : recorders) {
      ASSERT_TRUE(recorder->wait());
      ASSERT_FALSE(recorder->failure) << recorder->failure->fault.message;
    }
  }
}

TEST(ServiceClient, RenewsExpiredCredentialsOnceForManyCalls) {
  Service service([](const SeenRequest& request) {
    return request.header("Authorization").find("KEY1/") != std::string::npos
               ? refusal(400, "ExpiredToken")
               : answer_of(200, "fresh");
  });
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (unsigned number = 0; number < 60; ++number) {
    recorders.push_back(std::make_shared<Recorder>());
    service.client.start(service.request(), recorders.back());
  }
  for (const auto& recorder : recorders) {
    ASSERT_TRUE(recorder->wait());
    EXPECT_FALSE(recorder->failure) << recorder->failure->fault.message;
    EXPECT_EQ(recorder->body, "fresh");
  }
  EXPECT_EQ(service.loads, 2);
}

TEST(ServiceClient, CredentialsThatStayExpiredAreRefusedSoon) {
  Service service([](const SeenRequest&) { return refusal(400, "ExpiredToken"); });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault.cause, FaultCause::credentials_missing);
  EXPECT_EQ(service.server.seen().size(), 2U);
}

TEST(ServiceClient, TakesTheServicesClockWhenItsOwnIsOff) {
  for (const char* const code : {"RequestTimeTooSkewed", "SignatureDoesNotMatch"}) {
    Service service([&](const SeenRequest& request) {
      return request.header("X-Amz-Date") == "20260304T103000Z"
                 ? answer_of(200, "")
                 : refusal(403, code, {{"Date", "Wed, 04 Mar 2026 10:30:00 GMT"}});
    });
    EXPECT_TRUE(service.client.call(service.request())) << code;
    EXPECT_TRUE(service.client.call(service.request())) << code;
    EXPECT_EQ(service.server.seen().size(), 3U) << "the correction is kept; " << code;
  }
}

TEST(ServiceClient, AWrongSecretIsNotTakenForAWrongClock) {
  Service service([](const SeenRequest&) {
    return refusal(403, "SignatureDoesNotMatch", {{"Date", "Wed, 04 Mar 2026 10:04:00 GMT"}});
  });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault.cause, FaultCause::credentials_missing);
  EXPECT_EQ(service.server.seen().size(), 1U);
}

TEST(ServiceClient, NamesTheHostThatCannotBeReached) {
  Service service([](const SeenRequest&) { return answer_of(200, ""); }, 10);
  ServiceRequest request = service.request();
  request.endpoint.authority = "127.0.0.1:1";
  const auto answer = service.client.call(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().transport, TransportFault::connect);
  EXPECT_EQ(answer.error().fault.cause, FaultCause::unavailable);
  EXPECT_THAT(answer.error().fault.message, HasSubstr("no connection to 127.0.0.1:1"));
  EXPECT_THAT(answer.error().fault.message, HasSubstr("--endpoint-url"));
  EXPECT_EQ(service.client.requests_sent(), 3U) << "a typo is told soon";
}

TEST(ServiceClient, RetriesAHostThatIsNotFoundAndNamesIt) {
  Service service([](const SeenRequest&) { return answer_of(200, ""); });
  ServiceRequest request = service.request();
  request.endpoint.authority = "nowhere.invalid";
  const auto answer = service.client.call(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().transport, TransportFault::resolve);
  EXPECT_EQ(answer.error().fault.cause, FaultCause::unavailable);
  EXPECT_THAT(answer.error().fault.message, HasSubstr("nowhere.invalid"));
  EXPECT_EQ(service.client.requests_sent(), 3U);
}

TEST(ServiceClient, WithoutCredentialsNothingIsSent) {
  LoopbackServer server([](const SeenRequest&) { return answer_of(200, ""); });
  CredentialCache credentials({}, fixed_time);
  HttpLoop loop({}, 1);
  ServiceClient client(loop, credentials, {attempts}, fixed_time, seed);
  ServiceRequest request;
  request.endpoint.scheme = "http";
  request.endpoint.authority = "127.0.0.1:" + std::to_string(server.port());
  const auto answer = client.call(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault.cause, FaultCause::credentials_missing);
  EXPECT_TRUE(server.seen().empty());
}

TEST(ServiceClient, GoesOnWhereABrokenDownloadStopped) {
  const std::string whole = "0123456789abcdefghij";
  Service service([&](const SeenRequest& request) {
    const std::string range = request.header("Range");
    const std::size_t begin = range.empty() ? 0 : std::stoul(range.substr(6));
    CannedAnswer answer = answer_of(range.empty() ? 200 : 206, whole.substr(begin));
    answer.cut_after_bytes = 7;
    return answer;
  });
  const auto recorder = std::make_shared<Recorder>();
  recorder->on_prepare = [&recorder = *recorder](ServiceRequest& request) {
    if (!recorder.body.empty()) {
      request.headers.push_back({"Range", "bytes=" + std::to_string(recorder.body.size()) + "-"});
    }
  };
  service.client.start(service.request(), recorder);
  ASSERT_TRUE(recorder->wait());
  EXPECT_FALSE(recorder->failure) << recorder->failure->fault.message;
  EXPECT_EQ(recorder->body, whole);
  EXPECT_EQ(recorder->prepared, (std::vector<unsigned>{0, 1, 2}));
  EXPECT_EQ(service.server.seen().at(2).header("Range"), "bytes=14-");
  EXPECT_THAT(service.server.seen().at(2).header("Authorization"), HasSubstr("SignedHeaders="));
}

TEST(ServiceClient, ARefusedHeadOrBodyIsFetchedAgain) {
  Service service([](const SeenRequest&) { return answer_of(200, "body"); });
  int heads = 0;
  int completes = 0;
  const auto recorder = std::make_shared<Recorder>();
  recorder->head_rule = [&](const HttpHead&) {
    return ++heads == 1 ? std::optional<std::string>("wrong length") : std::nullopt;
  };
  recorder->complete_rule = [&] {
    return ++completes == 1 ? std::optional<std::string>("wrong checksum") : std::nullopt;
  };
  service.client.start(service.request(), recorder);
  ASSERT_TRUE(recorder->wait());
  EXPECT_FALSE(recorder->failure);
  EXPECT_EQ(heads, 3);
  EXPECT_EQ(recorder->body, "bodybody") << "nothing of the attempt whose head was refused";
}

TEST(ServiceClient, WhatStaysDamagedIsNamed) {
  Service service([](const SeenRequest&) { return answer_of(200, "body"); });
  const auto recorder = std::make_shared<Recorder>();
  recorder->complete_rule = [] { return std::optional<std::string>("checksum differs"); };
  service.client.start(service.request(), recorder);
  ASSERT_TRUE(recorder->wait());
  ASSERT_TRUE(recorder->failure);
  EXPECT_EQ(recorder->failure->fault.message, "arrived damaged 4 times: checksum differs");
  EXPECT_EQ(recorder->failure->fault.cause, FaultCause::try_again);
}

}  // namespace
}  // namespace bedrocklog::aws
