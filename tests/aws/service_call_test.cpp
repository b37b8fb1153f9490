// How calls pause and how they end: cancelled, too large, with the client that made them.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/aws/service_client.h"
#include "tests/aws/loopback_server.h"
#include "tests/aws/recorded_service.h"

namespace bedrocklog::aws {
namespace {

using std::chrono::milliseconds;

TEST(ServiceCall, PausesAndResumes) {
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

TEST(ServiceCall, CancelsDuringATransferAndDuringAWait) {
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

TEST(ServiceCall, AReceiverThatCancelsIsNotRetried) {
  Service service([](const SeenRequest&) { return answer_of(200, "body"); });
  const auto recorder = std::make_shared<Recorder>();
  recorder->body_rule = [] { return BodyAction::cancel; };
  service.client.start(service.request(), recorder);
  ASSERT_TRUE(recorder->wait());
  ASSERT_TRUE(recorder->failure);
  EXPECT_EQ(recorder->failure->transport, TransportFault::cancelled);
  EXPECT_EQ(service.client.requests_sent(), 1U);
}

TEST(ServiceCall, GoingEndsEveryCallOnce) {
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

TEST(ServiceCall, AnAnswerOverTheLimitIsRefused) {
  Service service([](const SeenRequest&) {
    return answer_of(200, std::string(answer_size_bytes_max + 1, 'x'));
  });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().transport, TransportFault::too_large);
  EXPECT_EQ(service.client.requests_sent(), 1U);
}

TEST(ServiceCall, AnErrorBodyWithoutEndIsReadToItsLimit) {
  Service service([](const SeenRequest&) {
    return answer_of(403, "<Error><Code>AccessDenied</Code></Error>" + std::string(4U << 20U, ' '));
  });
  const auto answer = service.client.call(service.request());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.code, "AccessDenied");
}

TEST(ServiceCall, NoFailureTellsASecret) {
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
