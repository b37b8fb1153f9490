// Downloads through every kind of trouble: order, budget, repair, and who is told what.
#include "ingest/aws/object_downloads.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/loopback_bucket.h"

namespace bedrocklog::aws {
namespace {

using testing::HasSubstr;

const std::atomic<bool> never{false};

std::map<std::string, std::string> noisy_objects(unsigned count, std::size_t size_bytes) {
  std::map<std::string, std::string> objects;
  for (unsigned i = 0; i < count; ++i) {
    objects["o" + std::to_string(1'000 + i)] = noise(size_bytes + i, i);
  }
  return objects;
}

DownloadLimits small_limits() {
  DownloadLimits limits;
  limits.in_flight_max = 8;
  limits.memory_bytes_max = 400'000;
  limits.held_bytes_max = 100'000;
  limits.window_bytes = 40'000;
  return limits;
}

/// Whether the request goes on behind the front of an object.
bool is_continued(const SeenRequest& request) {
  return !request.header("Range").empty();
}

/// How many requests of each key have come, this one included.
class Counter {
 public:
  unsigned next(const std::string& key) { return ++counts_[key]; }

 private:
  std::map<std::string, unsigned> counts_;
};

/// Each object's bytes by key; failures as "failed: ...".
std::map<std::string, std::string> fetch_all(ObjectDownloads& downloads,
                                             const std::vector<ObjectVersion>& versions) {
  std::map<std::string, std::string> bodies;
  while (std::optional<ReadyDownload> ready = downloads.next(never)) {
    std::string& body = bodies[versions.at(ready->position).key];
    EXPECT_EQ(body, "") << "given twice";
    if (!ready->download) {
      body = "failed: " + ready->failure.message;
      continue;
    }
    const Result<std::string> all = read_all(*ready->download);
    body = all ? *all : "broke: " + all.error().message;
  }
  return bodies;
}

class ObjectDownloadsTest : public testing::Test {
 protected:
  void serve(std::map<std::string, std::string> objects,
             LoopbackBucket::Disturb disturb = nullptr) {
    bucket_ = std::make_unique<LoopbackBucket>(std::move(objects), std::move(disturb));
    settings_ = loopback_settings(bucket_->url());
  }

  ObjectDownloads& start(const DownloadLimits& limits) {
    return start(limits, bucket_->versions());
  }

  ObjectDownloads& start(const DownloadLimits& limits, std::vector<ObjectVersion> versions) {
    session_ = std::make_unique<AwsSession>(settings_, system_time, 1);
    client_ = std::make_unique<S3Client>(*session_);
    downloads_ = std::make_unique<ObjectDownloads>(*client_, std::move(versions), limits);
    return *downloads_;
  }

  /// One object, however it is served.
  std::string fetch_one(const DownloadLimits& limits) {
    return fetch_all(start(limits), bucket_->versions()).begin()->second;
  }

  std::unique_ptr<LoopbackBucket> bucket_;
  AwsSettings settings_;
  std::unique_ptr<AwsSession> session_;
  std::unique_ptr<S3Client> client_;
  std::unique_ptr<ObjectDownloads> downloads_;
};

TEST_F(ObjectDownloadsTest, GivesEveryObjectExactlyOnce) {
  serve(noisy_objects(60, 30'000));
  ObjectDownloads& downloads = start(small_limits());
  EXPECT_EQ(fetch_all(downloads, bucket_->versions()), bucket_->objects());
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
  EXPECT_EQ(fetch_all(start(small_limits()), bucket_->versions()), bucket_->objects());
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
  EXPECT_EQ(fetch_all(downloads, bucket_->versions()), bucket_->objects());
  EXPECT_LE(downloads.memory_bytes_peak(), limits.memory_bytes_max);
  EXPECT_GE(downloads.memory_bytes_peak(), limits.memory_bytes_max / 2);
}

TEST_F(ObjectDownloadsTest, LoadsAnObjectLargerThanTheBudget) {
  serve({{"a", noise(1'000, 1)}, {"b", noise(90'000, 2)}, {"c", noise(1'000, 3)}});
  DownloadLimits limits = small_limits();
  limits.memory_bytes_max = 10'000;
  ObjectDownloads& downloads = start(limits);
  EXPECT_EQ(fetch_all(downloads, bucket_->versions()), bucket_->objects());
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

TEST_F(ObjectDownloadsTest, GoesOnWithARangeAfterABrokenConnection) {
  Counter counter;
  for (const std::size_t size_bytes : {90'000U, 300'000U}) {  // Held; streamed.
    serve({{"a", noise(size_bytes, 7)}},
          [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
            answer.cut_after_bytes = counter.next(key) % 3 == 0 ? SIZE_MAX : 30'000;
          });
    EXPECT_EQ(fetch_one(small_limits()), bucket_->objects().at("a"));
    const std::vector<SeenRequest> seen = bucket_->seen();
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_FALSE(is_continued(seen[0]));
    EXPECT_TRUE(is_continued(seen[1]));
    EXPECT_TRUE(is_continued(seen[2]));
    EXPECT_FALSE(seen[2].header("If-Match").empty());
  }
}

TEST_F(ObjectDownloadsTest, StartsOverWhereRangesAreIgnored) {
  Counter counter;
  for (const std::size_t size_bytes : {90'000U, 300'000U}) {
    serve({}, [&, body = noise(size_bytes, 8)](const SeenRequest&, const std::string& key,
                                               CannedAnswer& answer) {
      answer = {};
      answer.headers = {{"ETag", '"' + md5_etag(body) + '"'}};
      answer.body = body;
      answer.cut_after_bytes = counter.next(key) % 2 == 0 ? SIZE_MAX : 50'000;
    });
    const std::string body = noise(size_bytes, 8);
    const std::vector<ObjectVersion> versions = {{"bucket", "a", md5_etag(body), size_bytes}};
    EXPECT_EQ(fetch_all(start(small_limits(), versions), versions).at("a"), body);
    EXPECT_EQ(bucket_->seen().size(), 2U);
  }
}

TEST_F(ObjectDownloadsTest, TakesNoPartThatWasNotAskedFor) {
  Counter counter;
  serve({{"a", noise(50'000, 9)}},
        [&](const SeenRequest& request, const std::string& key, CannedAnswer& answer) {
          if (counter.next(key) == 1) {
            answer.cut_after_bytes = 20'000;
          } else if (is_continued(request)) {
            answer.headers.back().value = "bytes 0-49999/50000";
          }
        });
  EXPECT_EQ(fetch_one(small_limits()), bucket_->objects().at("a"));
  EXPECT_FALSE(is_continued(bucket_->seen().back()));
}

TEST_F(ObjectDownloadsTest, RepeatsAStalledTransfer) {
  Counter counter;
  serve({{"a", noise(90'000, 10)}},
        [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          answer.stall_after_bytes = counter.next(key) == 1 ? 40'000 : SIZE_MAX;
        });
  settings_.http.stall_timeout_ms = 300;
  EXPECT_EQ(fetch_one(small_limits()), bucket_->objects().at("a"));
  EXPECT_EQ(bucket_->seen().size(), 2U);
}

TEST_F(ObjectDownloadsTest, FetchesADamagedObjectAgainFromTheStart) {
  Counter counter;
  serve({{"a", noise(90'000, 11)}},
        [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          if (counter.next(key) == 1) {
            answer.body[70'000] ^= 1;
          }
        });
  EXPECT_EQ(fetch_one(small_limits()), bucket_->objects().at("a"));
  ASSERT_EQ(bucket_->seen().size(), 2U);
  EXPECT_FALSE(is_continued(bucket_->seen()[1]));
}

TEST_F(ObjectDownloadsTest, FailsTheLastReadOfADamagedStream) {
  serve({{"a", noise(300'000, 12)}}, [](const SeenRequest&, const std::string&,
                                        CannedAnswer& answer) { answer.body[299'000] ^= 1; });
  EXPECT_THAT(fetch_one(small_limits()), HasSubstr("broke: arrived damaged"));
  EXPECT_EQ(bucket_->seen().size(), 1U);
}

TEST_F(ObjectDownloadsTest, RepeatsAnAnswerOfTheRightVersionAndTheWrongLength) {
  Counter counter;
  serve({{"a", noise(50'000, 13)}},
        [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          if (counter.next(key) == 1) {
            answer.body.resize(49'000);
          }
        });
  EXPECT_EQ(fetch_one(small_limits()), bucket_->objects().at("a"));
}

TEST_F(ObjectDownloadsTest, SaysThatAnObjectChangedSinceItWasListed) {
  serve({{"length", "0123456789"}, {"version", "0123456789"}, {"x-none", "0123456789"}});
  std::vector<ObjectVersion> versions = bucket_->versions();
  versions[0].size_bytes = 9;
  versions[1].etag = md5_etag("another");
  versions[2].etag = "";
  versions[2].size_bytes = 11;
  const auto bodies = fetch_all(start(small_limits(), versions), versions);
  for (const auto& [key, body] : bodies) {
    EXPECT_THAT(body, HasSubstr("failed: changed since it was listed")) << key;
  }
  EXPECT_EQ(bodies.size(), 3U);
}

TEST_F(ObjectDownloadsTest, NamesWhatVanishedOrIsArchivedAndGoesOn) {
  std::map<std::string, std::string> objects = noisy_objects(6, 1'000);
  serve(objects, [](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
    if (key == "o1002") {
      answer = refusal(403, "InvalidObjectState");
    }
  });
  std::vector<ObjectVersion> versions = bucket_->versions();
  versions.push_back({"bucket", "gone", md5_etag("x"), 1});
  ObjectDownloads& downloads = start(small_limits(), versions);
  std::map<std::string, Fault> failures;
  unsigned whole = 0;
  while (const std::optional<ReadyDownload> ready = downloads.next(never)) {
    if (ready->download) {
      ++whole;
    } else {
      failures[versions[ready->position].key] = ready->failure;
    }
  }
  EXPECT_EQ(whole, 5U);
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures["gone"].subject, "s3://bucket/gone");
  EXPECT_EQ(failures["gone"].message, "vanished since it was listed");
  EXPECT_EQ(failures["gone"].cause, FaultCause::not_found);
  EXPECT_EQ(failures["o1002"].subject, "s3://bucket/o1002");
  EXPECT_EQ(bucket_->seen().size(), 7U);  // None of them was tried again.
}

TEST_F(ObjectDownloadsTest, FollowsTheBucketToItsRegion) {
  serve(noisy_objects(5, 1'000),
        [first = true](const SeenRequest&, const std::string&, CannedAnswer& answer) mutable {
          if (std::exchange(first, false)) {
            answer = refusal(301, "PermanentRedirect");
            answer.headers = {{"x-amz-bucket-region", "eu-south-2"}};
          }
        });
  EXPECT_EQ(fetch_all(start(small_limits()), bucket_->versions()), bucket_->objects());
  EXPECT_EQ(client_->region_of("bucket"), "eu-south-2");
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
  EXPECT_EQ(*body, bucket_->objects().at("a"));
  EXPECT_EQ(bucket_->seen().size(), 1U);
  EXPECT_EQ(downloads.memory_bytes_peak(), limits.window_bytes);
}

TEST_F(ObjectDownloadsTest, StreamsThroughAWindowSmallerThanWhatArrivesAtOnce) {
  serve({{"a", noise(200'000, 15)}});
  DownloadLimits limits = small_limits();
  limits.window_bytes = 1'000;
  EXPECT_EQ(fetch_one(limits), bucket_->objects().at("a"));
}

TEST_F(ObjectDownloadsTest, GivesOutStreamsThatFillEverySlotInBothOrders) {
  for (const bool in_order : {false, true}) {
    serve(noisy_objects(6, 200'000));
    DownloadLimits limits = small_limits();
    limits.in_flight_max = 2;
    limits.in_order = in_order;
    EXPECT_EQ(fetch_all(start(limits), bucket_->versions()), bucket_->objects());
  }
}

TEST_F(ObjectDownloadsTest, GivesUpAStreamThatIsThrownAwayHalfRead) {
  std::map<std::string, std::string> objects = noisy_objects(8, 5'000'000);
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
    EXPECT_EQ(bodies, bucket_->objects());
    downloads_.reset();
  }
}

/// Spoils an answer in one of every way that repetition can mend.
void spoil(CannedAnswer& answer, std::mt19937_64& random) {
  const std::size_t at = answer.body.empty() ? 0 : random() % answer.body.size();
  switch (random() % 7) {
    case 0:
      answer = refusal(503, "SlowDown");
      break;
    case 1:
      answer = refusal(500, "InternalError");
      break;
    case 2:
      answer.closes_without_answer = true;
      break;
    case 3:
      answer.cut_after_bytes = at;
      break;
    case 4:
      answer.stall_after_bytes = at;
      break;
    case 5:
      answer.piece_bytes = answer.body.size() / 3 + 1;
      answer.piece_delay_ms = 5;
      break;
    default:
      if (answer.body.size() <= 20'000) {  // A stream can only report it.
        answer.body[at] ^= 4;
      }
      break;
  }
}

TEST_F(ObjectDownloadsTest, GetsEveryByteRightWhileThreeInTenRequestsFail) {
  std::map<std::string, std::string> objects = noisy_objects(200, 0);
  std::mt19937_64 random(20'260'304);
  for (auto& [key, body] : objects) {
    body =
        noise(random() % 10 == 0 ? 20'001 + random() % 200'000 : 1 + random() % 20'000, random());
  }
  serve(std::move(objects),
        [&](const SeenRequest& request, const std::string&, CannedAnswer& answer) {
          // The tail of a stream is damaged like the whole: do not mistake it for a small object.
          if (random() % 10 < 3 && (!is_continued(request) || random() % 2 == 0)) {
            const std::string before = answer.body;
            spoil(answer, random);
            if (is_continued(request) && answer.status == 206) {
              answer.body = before;
            }
          }
        });
  settings_.http.stall_timeout_ms = 300;
  DownloadLimits limits = small_limits();
  limits.held_bytes_max = 20'000;
  ObjectDownloads& downloads = start(limits);
  const auto bodies = fetch_all(downloads, bucket_->versions());
  ASSERT_EQ(bodies.size(), 200U);
  for (const auto& [key, body] : bucket_->objects()) {
    EXPECT_TRUE(bodies.at(key) == body) << key << ": " << bodies.at(key).substr(0, 100);
  }
  EXPECT_LE(downloads.memory_bytes_peak(), limits.memory_bytes_max);
  EXPECT_GT(session_->services().retries(), 30U);
}

}  // namespace
}  // namespace bedrocklog::aws
