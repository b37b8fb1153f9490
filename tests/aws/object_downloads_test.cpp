// Which objects come when: order, memory, slow and vanishing readers.
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/loopback_downloads.h"

namespace bedrocklog::aws {
namespace {

using testing::IsEmpty;

using ObjectDownloadsTest = LoopbackDownloads;

TEST_F(ObjectDownloadsTest, GivesEveryObjectExactlyOnce) {
  serve(noisy_objects(60, 30'000));
  ObjectDownloads& downloads = start(small_limits());
  EXPECT_THAT(wrong_in(downloads), IsEmpty());
  EXPECT_EQ(bucket_->seen().size(), 60U);
  EXPECT_FALSE(downloads.next(never));
  EXPECT_FALSE(downloads.next_if_ready());
}

TEST_F(ObjectDownloadsTest, GivesNothingForAnEmptyList) {
  serve({});
  EXPECT_FALSE(start(small_limits()).next(never));
}

TEST_F(ObjectDownloadsTest, GivesEmptyObjectsToo) {
  serve({{"a", ""}, {"b", "x"}});
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
}

TEST_F(ObjectDownloadsTest, KeepsTheOrderOfTheListWhenAsked) {
  serve(noisy_objects(40, 20'000),
        [](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          answer.delay_ms = key.back() == '0' ? 60 : 0;
        });
  DownloadLimits limits = small_limits();
  limits.in_order = true;
  ObjectDownloads& downloads = start(limits);
  for (std::size_t i = 0; i < 40; ++i) {
    const std::optional<ReadyDownload> ready = downloads.next(never);
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->position, i);
  }
  EXPECT_FALSE(downloads.next(never));
}

TEST_F(ObjectDownloadsTest, DoesNotWaitForASlowObjectWhileOthersAreThere) {
  serve(noisy_objects(10, 1'000),
        [](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          answer.delay_ms = key == "o1000" ? 400 : 0;
        });
  ObjectDownloads& downloads = start(small_limits());
  std::vector<std::size_t> positions;
  while (const std::optional<ReadyDownload> ready = downloads.next(never)) {
    positions.push_back(ready->position);
  }
  ASSERT_EQ(positions.size(), 10U);
  EXPECT_EQ(positions.back(), 0U);
}

TEST_F(ObjectDownloadsTest, StaysWithinItsMemory) {
  serve(noisy_objects(50, 50'000));
  DownloadLimits limits = small_limits();
  ObjectDownloads& downloads = start(limits);
  // Nobody reads for a while: it must not go on loading.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LE(bucket_->seen().size(), limits.memory_bytes_max / 50'000);
  EXPECT_THAT(wrong_in(downloads), IsEmpty());
  EXPECT_LE(downloads.memory_bytes_peak(), limits.memory_bytes_max);
  EXPECT_GE(downloads.memory_bytes_peak(), limits.memory_bytes_max / 2);
}

TEST_F(ObjectDownloadsTest, LoadsAnObjectLargerThanTheBudget) {
  serve({{"a", noise(1'000, 1)}, {"b", noise(90'000, 2)}, {"c", noise(1'000, 3)}});
  DownloadLimits limits = small_limits();
  limits.memory_bytes_max = 10'000;
  ObjectDownloads& downloads = start(limits);
  EXPECT_THAT(wrong_in(downloads), IsEmpty());
  EXPECT_LE(downloads.memory_bytes_peak(), 100'000U);
}

TEST_F(ObjectDownloadsTest, FreesTheMemoryOfWhatIsThrownAwayUnread) {
  serve(noisy_objects(30, 90'000));
  ObjectDownloads& downloads = start(small_limits());
  unsigned count = 0;
  while (const std::optional<ReadyDownload> ready = downloads.next(never)) {
    ++count;
  }
  EXPECT_EQ(count, 30U);
}

TEST_F(ObjectDownloadsTest, KeepsAStreamWithinItsWindowWhileTheReaderIsSlow) {
  serve({{"a", noise(3'000'000, 14)}});
  settings_.http.stall_timeout_ms = 200;  // A pause is not a stall.
  DownloadLimits limits = small_limits();
  ObjectDownloads& downloads = start(limits);
  std::optional<ReadyDownload> ready = downloads.next(never);
  ASSERT_TRUE(ready && ready->download);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  const Result<std::string> body = read_all(*ready->download);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_TRUE(*body == bucket_->objects().at("a"));
  EXPECT_EQ(bucket_->seen().size(), 1U);
  EXPECT_EQ(downloads.memory_bytes_peak(), limits.window_bytes);
}

TEST_F(ObjectDownloadsTest, StreamsThroughAWindowSmallerThanWhatArrivesAtOnce) {
  serve({{"a", noise(200'000, 15)}});
  DownloadLimits limits = small_limits();
  limits.window_bytes = 1'000;
  EXPECT_THAT(wrong_in(start(limits)), IsEmpty());
}

TEST_F(ObjectDownloadsTest, GivesOutStreamsThatFillEverySlotInBothOrders) {
  for (const bool in_order : {false, true}) {
    serve(noisy_objects(6, 200'000));
    DownloadLimits limits = small_limits();
    limits.in_flight_max = 2;
    limits.in_order = in_order;
    EXPECT_THAT(wrong_in(start(limits)), IsEmpty());
  }
}

// The first one has to queue for a connection again while the others have come to a halt.
TEST_F(ObjectDownloadsTest, BringsABrokenStreamBackBesidePausedOnesInOrder) {
  serve(noisy_objects(6, 3'000'000),
        [first = true](const SeenRequest&, const std::string& key, CannedAnswer& answer) mutable {
          if (key == "o1000" && std::exchange(first, false)) {
            answer.closes_without_answer = true;
            answer.delay_ms = 100;
          }
        });
  settings_.connections = 2;
  DownloadLimits limits = small_limits();
  limits.in_order = true;
  EXPECT_THAT(wrong_in(start(limits)), IsEmpty());
}

TEST_F(ObjectDownloadsTest, GivesUpAStreamThatIsThrownAwayHalfRead) {
  std::map<std::string, std::string> objects = noisy_objects(8, 1'000'000);
  objects["z"] = noise(10, 1);
  serve(std::move(objects));
  DownloadLimits limits = small_limits();
  limits.in_flight_max = 1;
  ObjectDownloads& downloads = start(limits);
  std::size_t last = 0;
  while (std::optional<ReadyDownload> ready = downloads.next(never)) {
    ASSERT_TRUE(ready->download) << ready->failure.message;
    char bytes[100];
    ASSERT_TRUE(ready->download->read(bytes));
    last = ready->position;
  }
  EXPECT_EQ(last, 8U);
  EXPECT_LE(downloads.memory_bytes_peak(), limits.memory_bytes_max);
}

TEST_F(ObjectDownloadsTest, EndsWaitsWhenCancelledAndGoesWithRequestsUnderWay) {
  serve(noisy_objects(20, 1'000), [](const SeenRequest&, const std::string&, CannedAnswer& answer) {
    answer.stall_after_bytes = 500;
  });
  settings_.http.stall_timeout_ms = 60'000;
  ObjectDownloads& downloads = start(small_limits());
  std::atomic<bool> cancelled{false};
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancelled = true;
  });
  EXPECT_FALSE(downloads.next(cancelled));
  canceller.join();
  const auto begin = std::chrono::steady_clock::now();
  downloads_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(ObjectDownloadsTest, ServesSeveralReaders) {
  serve(noisy_objects(80, 90'000));
  const std::vector<ObjectVersion> versions = bucket_->versions();
  for (const bool in_order : {false, true}) {
    DownloadLimits limits = small_limits();
    limits.held_bytes_max = 90'040;  // Half of them stream.
    limits.in_order = in_order;
    ObjectDownloads& downloads = start(limits, versions);
    std::mutex guard;  // Guards bodies.
    std::map<std::string, std::string> bodies;
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        while (std::optional<ReadyDownload> ready = downloads.next(never)) {
          const Result<std::string> body = read_all(*ready->download);
          const std::scoped_lock lock(guard);
          bodies[versions[ready->position].key] += body ? *body : body.error().message;
        }
      });
    }
    for (std::thread& reader : readers) {
      reader.join();
    }
    EXPECT_THAT(differences(bodies, bucket_->objects()), IsEmpty());
    downloads_.reset();
  }
}

}  // namespace
}  // namespace bedrocklog::aws
