// Calls over all of their attempts, against a server that fails as it is told.
#include "ingest/aws/service_client.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr std::chrono::seconds patience{30};
constexpr std::int64_t today = 1'772'618'400;  // 2026-03-04T10:00:00Z
constexpr unsigned attempts = 4;
constexpr std::uint64_t seed = 7;

UtcTime fixed_time() {
  return {today};
}

/// Hands out a new key id at every load: KEY1, KEY2 ...
class NumberedKeys : public CredentialProvider {
 public:
  explicit NumberedKeys(std::atomic<int>& loads) : loads_(loads) {}
  Result<std::optional<Credentials>> load() override {
    Credentials credentials;
    credentials.access_key_id = "KEY" + std::to_string(++loads_);
    credentials.secret_access_key = SecretText("the-secret");
    credentials.source = "test";
    return std::optional(std::move(credentials));
  }
  std::string name() const override { return "numbered keys"; }

 private:
  std::atomic<int>& loads_;
};

std::vector<std::unique_ptr<CredentialProvider>> one(std::unique_ptr<CredentialProvider> provider) {
  std::vector<std::unique_ptr<CredentialProvider>> providers;
  providers.push_back(std::move(provider));
  return providers;
}

CannedAnswer answer_of(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  CannedAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

CannedAnswer refusal(int status, const std::string& code, std::vector<HttpHeader> headers = {}) {
  return answer_of(status, "<Error><Code>" + code + "</Code><Message>m</Message></Error>",
                   std::move(headers));
}

/// A server, and a client of it.
struct Service {
  explicit Service(LoopbackServer::Handler handler, unsigned attempts_max = attempts,
                   HttpOptions options = {})
      : server(std::move(handler)),
        credentials(one(std::make_unique<NumberedKeys>(loads)), fixed_time),
        loop(std::move(options), 8),
        client(loop, credentials, attempts_max, fixed_time, seed) {}

  [[nodiscard]] ServiceRequest request(const std::string& path = "/key") const {
    ServiceRequest request;
    request.endpoint.scheme = "http";
    request.endpoint.authority = "127.0.0.1:" + std::to_string(server.port());
    request.endpoint.base_path = "/bucket";
    request.endpoint.signing_region = "eu-west-1";
    request.endpoint.signing_name = "s3";
    request.path = path;
    request.subject = "s3://bucket" + path;
    return request;
  }

  std::atomic<int> loads{0};
  LoopbackServer server;
  CredentialCache credentials;
  HttpLoop loop;
  ServiceClient client;
};

/// Counts what it is told and keeps the body; rules may refuse or change the request.
class Recorder : public CallReceiver {
 public:
  void prepare(ServiceRequest& request, unsigned attempt) override {
    prepared.push_back(attempt);
    if (on_prepare) {
      on_prepare(request);
    }
  }
  std::optional<std::string> on_head(const HttpHead& head) override {
    return head_rule ? head_rule(head) : std::nullopt;
  }
  BodyAction on_body(std::span<const char> bytes) override {
    const BodyAction action = body_rule ? body_rule() : BodyAction::taken;
    if (action == BodyAction::taken) {
      body.append(bytes.data(), bytes.size());
    }
    return action;
  }
  std::optional<std::string> on_complete() override {
    return complete_rule ? complete_rule() : std::nullopt;
  }
  void on_done(const CallFailure* call_failure) override {
    if (call_failure != nullptr) {
      failure = *call_failure;
    }
    const std::scoped_lock lock(guard_);
    ++dones_;
    changed_.notify_all();
  }

  bool wait() {
    std::unique_lock lock(guard_);
    return changed_.wait_for(lock, patience, [this] { return dones_ > 0; });
  }
  int dones() {
    const std::scoped_lock lock(guard_);
    return dones_;
  }

  std::function<void(ServiceRequest&)> on_prepare;
  std::function<std::optional<std::string>(const HttpHead&)> head_rule;
  std::function<BodyAction()> body_rule;
  std::function<std::optional<std::string>()> complete_rule;
  std::vector<unsigned> prepared;
  std::string body;
  std::optional<CallFailure> failure;

 private:
  std::mutex guard_;  // Guards dones_.
  std::condition_variable changed_;
  int dones_ = 0;
};

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
  EXPECT_EQ(requests, calls + RetryQuota::capacity / RetryQuota::retry_cost);
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

TEST(ServiceClient, WithoutCredentialsNothingIsSent) {
  LoopbackServer server([](const SeenRequest&) { return answer_of(200, ""); });
  CredentialCache credentials({}, fixed_time);
  HttpLoop loop({}, 1);
  ServiceClient client(loop, credentials, attempts, fixed_time, seed);
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

TEST(ServiceClient, PausesAndResumes) {
  Service service([](const SeenRequest&) { return answer_of(200, std::string(1U << 20U, 'x')); });
  const auto recorder = std::make_shared<Recorder>();
  std::atomic<int> pauses{0};
  int offers = 0;
  recorder->body_rule = [&] {
    if (++offers % 20 == 0) {
      ++pauses;
      return BodyAction::pause;
    }
    return BodyAction::taken;
  };
  const CallId id = service.client.start(service.request(), recorder);
  while (recorder->dones() == 0) {
    service.client.resume(id);
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(recorder->body.size(), 1U << 20U);
  EXPECT_GT(pauses, 1);
}

TEST(ServiceClient, CancelsDuringATransferAndDuringAWait) {
  Service service([](const SeenRequest& request) {
    if (request.target == "/bucket/waits") {
      return refusal(503, "SlowDown", {{"Retry-After", "20"}});
    }
    CannedAnswer answer = answer_of(200, "0123456789");
    answer.stall_after_bytes = 5;
    return answer;
  });
  const auto begin = std::chrono::steady_clock::now();
  for (const char* const path : {"/waits", "/stalls"}) {
    const auto recorder = std::make_shared<Recorder>();
    const CallId id = service.client.start(service.request(path), recorder);
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_EQ(recorder->dones(), 0);
    service.client.cancel(id);
    service.client.cancel(id);
    ASSERT_TRUE(recorder->wait());
    ASSERT_TRUE(recorder->failure);
    EXPECT_EQ(recorder->failure->transport, TransportFault::cancelled);
    EXPECT_EQ(recorder->dones(), 1);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(ServiceClient, AReceiverThatCancelsIsNotRetried) {
  Service service([](const SeenRequest&) { return answer_of(200, "body"); });
  const auto recorder = std::make_shared<Recorder>();
  recorder->body_rule = [] { return BodyAction::cancel; };
  service.client.start(service.request(), recorder);
  ASSERT_TRUE(recorder->wait());
  ASSERT_TRUE(recorder->failure);
  EXPECT_EQ(recorder->failure->transport, TransportFault::cancelled);
  EXPECT_EQ(service.client.requests_sent(), 1U);
}

TEST(ServiceClient, GoingEndsEveryCallOnce) {
  std::vector<std::shared_ptr<Recorder>> recorders;
  {
    Service service([](const SeenRequest& request) {
      if (request.target == "/bucket/waits") {
        return refusal(503, "SlowDown", {{"Retry-After", "20"}});
      }
      CannedAnswer answer = answer_of(200, "0123456789");
      answer.stall_after_bytes = 5;
      return answer;
    });
    for (unsigned number = 0; number < 20; ++number) {
      recorders.push_back(std::make_shared<Recorder>());
      service.client.start(service.request(number % 3 == 0 ? "/waits" : "/stalls"),
                           recorders.back());
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
  for (const auto& recorder : recorders) {
    EXPECT_EQ(recorder->dones(), 1);
    ASSERT_TRUE(recorder->failure);
    EXPECT_EQ(recorder->failure->transport, TransportFault::cancelled);
    EXPECT_EQ(recorder.use_count(), 1) << "nothing keeps it";
  }
}

TEST(ServiceClient, AnAnswerOverTheLimitIsRefused) {
  Service service([](const SeenRequest&) {
    return answer_of(200, std::string(answer_size_bytes_max + 1, 'x'));
  });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().transport, TransportFault::too_large);
  EXPECT_EQ(service.client.requests_sent(), 1U);
}

TEST(ServiceClient, AnErrorBodyWithoutEndIsReadToItsLimit) {
  Service service([](const SeenRequest&) {
    return answer_of(403, "<Error><Code>AccessDenied</Code></Error>" + std::string(4U << 20U, ' '));
  });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.code, "AccessDenied");
}

TEST(ServiceClient, NoFailureTellsASecret) {
  Service service([](const SeenRequest& request) {
    return answer_of(403,
                     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature "
                     "we calculated " +
                         request.header("Authorization") + "</Message></Error>");
  });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  const std::string authorization = service.server.seen().at(0).header("Authorization");
  const std::string signature = authorization.substr(authorization.find("Signature=") + 10);
  EXPECT_EQ(answer.error().fault.message.find(signature), std::string::npos);
  EXPECT_EQ(answer.error().fault.message.find("the-secret"), std::string::npos);
}

}  // namespace
}  // namespace bedrocklog::aws
