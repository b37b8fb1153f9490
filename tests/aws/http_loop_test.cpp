// Many transfers at once against a server on loopback.
#include "ingest/aws/http_loop.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds patience{30};

/// Keeps the answer; a test may look at every piece first.
class Recorder : public HttpReceiver {
 public:
  using BodyRule = std::function<BodyAction(std::span<const char>)>;
  explicit Recorder(BodyRule rule = nullptr) : rule_(std::move(rule)) {}

  void on_head(const HttpHead& head) override {
    ++heads;
    status = head.status;
  }
  BodyAction on_body(std::span<const char> bytes) override {
    const BodyAction action = rule_ ? rule_(bytes) : BodyAction::taken;
    if (action == BodyAction::taken) {
      body.append(bytes.data(), bytes.size());
    }
    return action;
  }
  void on_end(TransportFault end_fault, const std::string& end_reason) override {
    fault = end_fault;
    reason = end_reason;
    const std::scoped_lock lock(guard_);
    ++ends_;
    changed_.notify_all();
  }

  /// False when it does not come.
  bool wait() {
    std::unique_lock lock(guard_);
    return changed_.wait_for(lock, patience, [this] { return ends_ > 0; });
  }
  int ends() {
    const std::scoped_lock lock(guard_);
    return ends_;
  }

  // Read after wait().
  int heads = 0;
  int status = 0;
  std::string body;
  TransportFault fault = TransportFault::none;
  std::string reason;

 private:
  BodyRule rule_;
  std::mutex guard_;  // Guards ends_.
  std::condition_variable changed_;
  int ends_ = 0;
};

CannedAnswer answer_of(std::string body) {
  CannedAnswer answer;
  answer.body = std::move(body);
  return answer;
}

std::string counted_bytes(std::size_t size_bytes) {
  std::string bytes;
  bytes.reserve(size_bytes + 16);
  for (std::size_t number = 0; bytes.size() < size_bytes; ++number) {
    bytes += std::to_string(number) + ' ';
  }
  bytes.resize(size_bytes);
  return bytes;
}

HttpRequest get(const LoopbackServer& server, const std::string& path) {
  HttpRequest request;
  request.url = server.url() + path;
  return request;
}

TEST(HttpLoop, EveryTransferGetsItsOwnAnswerOverFewConnections) {
  const LoopbackServer server(
      [](const SeenRequest& request) { return answer_of("answer to " + request.target); });
  HttpLoop loop({}, 4);
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (int number = 0; number < 200; ++number) {
    recorders.push_back(std::make_shared<Recorder>());
    loop.start(get(server, "/" + std::to_string(number)), recorders.back());
  }
  for (std::size_t number = 0; number < recorders.size(); ++number) {
    ASSERT_TRUE(recorders[number]->wait());
    EXPECT_EQ(recorders[number]->fault, TransportFault::none) << recorders[number]->reason;
    EXPECT_EQ(recorders[number]->heads, 1);
    EXPECT_EQ(recorders[number]->body, "answer to /" + std::to_string(number));
  }
  EXPECT_LE(server.connections(), 4U);
}

TEST(HttpLoop, RunsAsManyAtOnceAsAllowedAndTheRestInOrder) {
  const LoopbackServer server([](const SeenRequest&) {
    CannedAnswer answer = answer_of("x");
    answer.delay_ms = 10;
    return answer;
  });
  HttpLoop loop({}, 1);
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (int number = 0; number < 20; ++number) {
    recorders.push_back(std::make_shared<Recorder>());
    loop.start(get(server, "/" + std::to_string(number)), recorders.back());
  }
  ASSERT_TRUE(recorders.back()->wait());
  const std::vector<SeenRequest> seen = server.seen();
  ASSERT_EQ(seen.size(), 20U);
  for (std::size_t number = 0; number < seen.size(); ++number) {
    EXPECT_EQ(seen[number].target, "/" + std::to_string(number));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpLoop, OffersAPausedBodyAgainWithoutLossOrRepetition) {
  const std::string body = counted_bytes(8U << 20U);
  const LoopbackServer server([&](const SeenRequest&) { return answer_of(body); });
  HttpLoop loop({}, 8);
  std::vector<std::shared_ptr<Recorder>> recorders;
  std::vector<TransferId> ids(6);
  std::vector<unsigned> offers(ids.size());
  std::atomic<bool> is_started{false};
  std::vector<std::jthread> resumers;
  std::mutex resumers_guard;  // Guards resumers.
  for (std::size_t number = 0; number < ids.size(); ++number) {
    recorders.push_back(std::make_shared<Recorder>([&, number](std::span<const char>) {
      if (++offers[number] % 50 != 0) {
        return BodyAction::taken;
      }
      // Now before the pause has taken effect, now after it, from another thread.
      const bool is_early = offers[number] % 100 == 0;
      is_started.wait(false);
      std::promise<void> has_asked;
      std::future<void> asked = has_asked.get_future();
      {
        const std::scoped_lock lock(resumers_guard);
        resumers.emplace_back([&, number, is_early, has = std::move(has_asked)]() mutable {
          if (!is_early) {
            std::this_thread::sleep_for(milliseconds(2));
          }
          loop.resume(ids[number]);
          has.set_value();
        });
      }
      if (is_early) {
        asked.wait();
      }
      return BodyAction::pause;
    }));
    ids[number] = loop.start(get(server, "/"), recorders.back());
  }
  is_started = true;
  is_started.notify_all();
  for (const auto& recorder : recorders) {
    ASSERT_TRUE(recorder->wait());
    EXPECT_EQ(recorder->fault, TransportFault::none) << recorder->reason;
    EXPECT_TRUE(recorder->body == body) << recorder->body.size();
  }
}

TEST(HttpLoop, APausedTransferDoesNotStall) {
  const LoopbackServer server(
      [](const SeenRequest&) { return answer_of(counted_bytes(1U << 20U)); });
  HttpOptions options;
  options.stall_timeout_ms = 200;
  HttpLoop loop(options, 2);
  std::atomic<bool> is_open{false};
  const auto recorder = std::make_shared<Recorder>(
      [&](std::span<const char>) { return is_open ? BodyAction::taken : BodyAction::pause; });
  const TransferId id = loop.start(get(server, "/"), recorder);
  std::this_thread::sleep_for(milliseconds(900));
  EXPECT_EQ(recorder->ends(), 0);
  is_open = true;
  loop.resume(id);
  ASSERT_TRUE(recorder->wait());
  EXPECT_EQ(recorder->fault, TransportFault::none) << recorder->reason;
  EXPECT_EQ(recorder->body.size(), 1U << 20U);
}

TEST(HttpLoop, AStalledTransferEndsAndTheOthersGoOn) {
  const LoopbackServer server([](const SeenRequest& request) {
    CannedAnswer answer = answer_of("0123456789");
    if (request.target == "/stall") {
      answer.stall_after_bytes = 3;
    } else {
      answer.piece_bytes = 1;
      answer.piece_delay_ms = 100;
    }
    return answer;
  });
  HttpOptions options;
  options.stall_timeout_ms = 500;
  HttpLoop loop(options, 2);
  const auto stalled = std::make_shared<Recorder>();
  const auto slow = std::make_shared<Recorder>();
  loop.start(get(server, "/stall"), stalled);
  loop.start(get(server, "/slow"), slow);
  ASSERT_TRUE(stalled->wait());
  EXPECT_EQ(stalled->fault, TransportFault::stalled);
  EXPECT_EQ(stalled->body, "012");
  ASSERT_TRUE(slow->wait());
  EXPECT_EQ(slow->fault, TransportFault::none) << slow->reason;
}

TEST(HttpLoop, ASilentServerStallsToo) {
  const LoopbackServer server([](const SeenRequest&) {
    CannedAnswer answer = answer_of("late");
    answer.delay_ms = 1'500;
    return answer;
  });
  HttpOptions options;
  options.stall_timeout_ms = 200;
  HttpLoop loop(options, 2);
  const auto recorder = std::make_shared<Recorder>();
  loop.start(get(server, "/"), recorder);
  ASSERT_TRUE(recorder->wait());
  EXPECT_EQ(recorder->fault, TransportFault::stalled);
  EXPECT_EQ(recorder->heads, 0);
}

TEST(HttpLoop, AShortBodyAndAResetAreBroken) {
  const LoopbackServer server([](const SeenRequest& request) {
    CannedAnswer answer = answer_of("0123456789");
    if (request.target == "/cut") {
      answer.cut_after_bytes = 4;
    } else {
      answer.closes_without_answer = true;
    }
    return answer;
  });
  HttpLoop loop({}, 4);
  for (const char* const path : {"/cut", "/reset"}) {
    const auto recorder = std::make_shared<Recorder>();
    loop.start(get(server, path), recorder);
    ASSERT_TRUE(recorder->wait());
    EXPECT_EQ(recorder->fault, TransportFault::broken) << path;
  }
}

TEST(HttpLoop, CancelsWhatRunsWaitsOrIsPaused) {
  const LoopbackServer server(
      [](const SeenRequest&) { return answer_of(counted_bytes(1U << 20U)); });
  HttpLoop loop({}, 1);
  std::promise<void> has_paused;
  bool is_told = false;
  const auto paused = std::make_shared<Recorder>([&](std::span<const char>) {
    if (!std::exchange(is_told, true)) {
      has_paused.set_value();
    }
    return BodyAction::pause;
  });
  const auto waiting = std::make_shared<Recorder>();
  const auto last = std::make_shared<Recorder>();
  const TransferId first_id = loop.start(get(server, "/"), paused);
  const TransferId waiting_id = loop.start(get(server, "/"), waiting);
  loop.start(get(server, "/"), last);
  has_paused.get_future().wait();
  loop.cancel(waiting_id);
  ASSERT_TRUE(waiting->wait());
  EXPECT_EQ(waiting->fault, TransportFault::cancelled);
  EXPECT_EQ(waiting->heads, 0);
  loop.cancel(first_id);
  loop.cancel(first_id);
  ASSERT_TRUE(paused->wait());
  EXPECT_EQ(paused->fault, TransportFault::cancelled);
  ASSERT_TRUE(last->wait());
  EXPECT_EQ(last->fault, TransportFault::none) << last->reason;
  EXPECT_EQ(paused->ends(), 1);
}

TEST(HttpLoop, AReceiverCancelsByItsAnswer) {
  const LoopbackServer server(
      [](const SeenRequest&) { return answer_of(counted_bytes(1U << 20U)); });
  HttpLoop loop({}, 1);
  int offers = 0;
  TransferId id = 0;
  const auto recorder = std::make_shared<Recorder>([&](std::span<const char>) {
    // The first time in perform(), the second time inside the call that resumes.
    return ++offers < 2 ? BodyAction::pause : BodyAction::cancel;
  });
  std::promise<void> is_known;
  loop.after(milliseconds(0), [&] {
    id = loop.start(get(server, "/"), recorder);
    is_known.set_value();
  });
  is_known.get_future().wait();
  while (recorder->ends() == 0) {
    loop.resume(id);
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(recorder->fault, TransportFault::cancelled);
  EXPECT_EQ(offers, 2);
  const auto next = std::make_shared<Recorder>();
  loop.start(get(server, "/"), next);
  ASSERT_TRUE(next->wait());
  EXPECT_EQ(next->body.size(), 1U << 20U);
}

TEST(HttpLoop, RunsTimersInOrderAndNotEarly) {
  HttpLoop loop({}, 1);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<int> order;
  std::promise<void> done;
  loop.after(milliseconds(120), [&] {
    order.push_back(3);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(120));
    done.set_value();
  });
  loop.after(milliseconds(60), [&] {
    order.push_back(2);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(60));
  });
  loop.after(milliseconds(0), [&] { order.push_back(1); });
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

/// Starts the next transfer from inside the end of the last.
class Chain : public HttpReceiver {
 public:
  Chain(HttpLoop& loop, HttpRequest request, int left, std::promise<void>& done)
      : loop_(loop), request_(std::move(request)), left_(left), done_(done) {}
  void on_head(const HttpHead& /*head*/) override {}
  BodyAction on_body(std::span<const char> /*bytes*/) override { return BodyAction::taken; }
  void on_end(TransportFault fault, const std::string& reason) override {
    EXPECT_EQ(fault, TransportFault::none) << reason;
    if (left_ == 0) {
      done_.set_value();
      return;
    }
    loop_.start(request_, std::make_shared<Chain>(loop_, request_, left_ - 1, done_));
  }

 private:
  HttpLoop& loop_;
  HttpRequest request_;
  int left_;
  std::promise<void>& done_;
};

TEST(HttpLoop, TransfersMayBeStartedFromReceivers) {
  const LoopbackServer server([](const SeenRequest&) { return answer_of("x"); });
  HttpLoop loop({}, 2);
  std::promise<void> done;
  loop.start(get(server, "/"), std::make_shared<Chain>(loop, get(server, "/"), 100, done));
  done.get_future().wait();
  EXPECT_EQ(server.seen().size(), 101U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpLoop, GoingCancelsWhatIsUnderWayAndDropsTimers) {
  const LoopbackServer server([](const SeenRequest&) {
    CannedAnswer answer = answer_of("0123456789");
    answer.stall_after_bytes = 1;
    return answer;
  });
  std::vector<std::shared_ptr<Recorder>> recorders;
  std::atomic<bool> has_fired{false};
  {
    HttpLoop loop({}, 2);
    for (int number = 0; number < 5; ++number) {
      recorders.push_back(std::make_shared<Recorder>());
      loop.start(get(server, "/"), recorders.back());
    }
    loop.after(std::chrono::hours(1), [&] { has_fired = true; });
    std::this_thread::sleep_for(milliseconds(50));
  }
  for (const auto& recorder : recorders) {
    EXPECT_EQ(recorder->ends(), 1);
    EXPECT_EQ(recorder->fault, TransportFault::cancelled);
    EXPECT_EQ(recorder.use_count(), 1);
  }
  EXPECT_FALSE(has_fired);
}

}  // namespace
}  // namespace bedrocklog::aws
