// Downloads through every kind of trouble: what is repaired, and what is told.
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/loopback_downloads.h"

namespace bedrocklog::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ObjectRepairTest = LoopbackDownloads;

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

TEST_F(ObjectRepairTest, GoesOnWithARangeAfterABrokenConnection) {
  Counter counter;
  for (const std::size_t size_bytes : {90'000U, 300'000U}) {  // Held; streamed.
    serve({{"a", noise(size_bytes, 7)}},
          [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
            answer.cut_after_bytes = counter.next(key) % 3 == 0 ? SIZE_MAX : 30'000;
          });
    EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
    const std::vector<SeenRequest> seen = bucket_->seen();
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_FALSE(is_continued(seen[0]));
    EXPECT_TRUE(is_continued(seen[1]));
    EXPECT_TRUE(is_continued(seen[2]));
    EXPECT_FALSE(seen[2].header("If-Match").empty());
  }
}

TEST_F(ObjectRepairTest, GoesOnAsLongAsEveryRequestBringsMuch) {
  serve({{"a", noise(4'000'000, 16)}},
        [](const SeenRequest&, const std::string&, CannedAnswer& answer) {
          answer.cut_after_bytes = 1'200'000;
        });
  settings_.attempts_max = 1;
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
  EXPECT_EQ(bucket_->seen().size(), 4U);
}

TEST_F(ObjectRepairTest, GivesUpWhenRequestsBringNothing) {
  serve({{"a", noise(4'000'000, 17)}},
        [](const SeenRequest& request, const std::string&, CannedAnswer& answer) {
          answer.cut_after_bytes = is_continued(request) ? 10'000 : 1'200'000;
        });
  settings_.attempts_max = 2;
  EXPECT_THAT(wrong_in(start(small_limits())), ElementsAre(HasSubstr("a broke: ")));
  // After the first: one that fails for each of two calls at most, and their second attempts.
  EXPECT_LE(bucket_->seen().size(), 4U);
}

TEST_F(ObjectRepairTest, StartsOverWhereRangesAreIgnored) {
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
    EXPECT_TRUE(fetch_all(start(small_limits(), versions), versions).at("a") == body);
    EXPECT_EQ(bucket_->seen().size(), 2U);
  }
}

TEST_F(ObjectRepairTest, TakesNoPartThatWasNotAskedFor) {
  Counter counter;
  serve({{"a", noise(50'000, 9)}},
        [&](const SeenRequest& request, const std::string& key, CannedAnswer& answer) {
          if (counter.next(key) == 1) {
            answer.cut_after_bytes = 20'000;
          } else if (is_continued(request)) {
            answer.headers.back().value = "bytes 0-49999/50000";
          }
        });
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
  EXPECT_FALSE(is_continued(bucket_->seen().back()));
}

TEST_F(ObjectRepairTest, RepeatsAStalledTransfer) {
  Counter counter;
  serve({{"a", noise(90'000, 10)}},
        [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          answer.stall_after_bytes = counter.next(key) == 1 ? 40'000 : SIZE_MAX;
        });
  settings_.http.stall_timeout_ms = 300;
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
  EXPECT_EQ(bucket_->seen().size(), 2U);
}

TEST_F(ObjectRepairTest, FetchesADamagedObjectAgainFromTheStart) {
  Counter counter;
  serve({{"a", noise(90'000, 11)}},
        [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          if (counter.next(key) == 1) {
            answer.body[70'000] ^= 1;
          }
        });
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
  ASSERT_EQ(bucket_->seen().size(), 2U);
  EXPECT_FALSE(is_continued(bucket_->seen()[1]));
}

TEST_F(ObjectRepairTest, FailsTheLastReadOfADamagedStream) {
  serve({{"a", noise(300'000, 12)}}, [](const SeenRequest&, const std::string&,
                                        CannedAnswer& answer) { answer.body[299'000] ^= 1; });
  EXPECT_THAT(fetch_all(start(small_limits()), bucket_->versions()).at("a"),
              HasSubstr("broke: arrived damaged"));
  EXPECT_EQ(bucket_->seen().size(), 1U);
}

TEST_F(ObjectRepairTest, RepeatsAnAnswerOfTheRightVersionAndTheWrongLength) {
  Counter counter;
  serve({{"a", noise(50'000, 13)}},
        [&](const SeenRequest&, const std::string& key, CannedAnswer& answer) {
          if (counter.next(key) == 1) {
            answer.body.resize(49'000);
          }
        });
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
}

TEST_F(ObjectRepairTest, SaysThatAnObjectChangedSinceItWasListed) {
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

TEST_F(ObjectRepairTest, NamesWhatVanishedOrIsArchivedAndGoesOn) {
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

TEST_F(ObjectRepairTest, FollowsTheBucketToItsRegion) {
  serve(noisy_objects(5, 1'000),
        [first = true](const SeenRequest&, const std::string&, CannedAnswer& answer) mutable {
          if (std::exchange(first, false)) {
            answer = refusal(301, "PermanentRedirect");
            answer.headers = {{"x-amz-bucket-region", "eu-south-2"}};
          }
        });
  EXPECT_THAT(wrong_in(start(small_limits())), IsEmpty());
  EXPECT_EQ(client_->region_of("bucket"), "eu-south-2");
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

TEST_F(ObjectRepairTest, GetsEveryByteRightWhileThreeInTenRequestsFail) {
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
  EXPECT_THAT(wrong_in(downloads), IsEmpty());
  EXPECT_LE(downloads.memory_bytes_peak(), limits.memory_bytes_max);
  EXPECT_GT(session_->services().retries(), 30U);
}

}  // namespace
}  // namespace bedrocklog::aws
