// Handing out files and S3 objects: each once, in which order, and with their bytes.
#include "ingest/object_feed.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "tests/ingest/bucket_reader.h"
#include "tests/ingest/temp_folder.h"

namespace bedrocklog::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::atomic<bool> never{false};

std::string content_of(ByteSource& source) {
  std::string content;
  std::string bytes(1'000, '\0');
  for (;;) {
    const Result<std::size_t> got = source.read(bytes);
    if (!got) {
      return "failed: " + got.error().message;
    }
    if (*got == 0) {
      return content;
    }
    content.append(bytes, 0, *got);
  }
}

/// Names in the order they came, and what was in them.
struct Fed {
  std::vector<std::string> names;
  std::map<std::string, std::string> contents;
};

Fed feed_all(const Manifest& manifest, aws::S3Client* s3, FeedOrder order,
             const aws::DownloadLimits& limits = {}) {
  ObjectFeed feed(manifest, s3, limits, order);
  Fed fed;
  while (std::optional<OpenedObject> opened = feed.next(never)) {
    const std::string& name = manifest.objects.at(opened->index).name;
    fed.names.push_back(name);
    fed.contents[name] =
        opened->source ? content_of(**opened->source)
                       : opened->source.error().subject + ": " + opened->source.error().message;
  }
  return fed;
}

Manifest list(const std::vector<std::string>& locations, aws::S3Client* s3) {
  auto manifest = list_objects({locations, {}, s3});
  EXPECT_TRUE(manifest) << manifest.error().message;
  return manifest ? std::move(*manifest) : Manifest();
}

TEST(ObjectFeed, GivesAnotherAheadOnlyWhileEnoughAreLeftForOthers) {
  const TempFolder folder;
  for (const char* name : {"a", "b", "c", "d"}) {
    folder.write(name, name);
  }
  const Manifest manifest = list({folder.path()}, nullptr);
  ObjectFeed feed(manifest, nullptr, {}, FeedOrder::any);
  EXPECT_FALSE(feed.next_ahead(4));
  EXPECT_TRUE(feed.next_ahead(2));
  EXPECT_TRUE(feed.next_ahead(2));
  EXPECT_FALSE(feed.next_ahead(2)) << "two are left";
  EXPECT_TRUE(feed.next(never));
  EXPECT_TRUE(feed.next(never));
  EXPECT_FALSE(feed.next(never));
  EXPECT_FALSE(feed.next_ahead(0));
}

TEST(ObjectFeed, GivesLargeFilesLargestFirstOrAllAsListed) {
  const TempFolder folder;
  folder.write("a", "1");
  folder.write("b", std::string(large_object_bytes_min + 1, '3'));
  folder.write("c", std::string(large_object_bytes_min, '2'));
  folder.write("d", std::string(large_object_bytes_min + 1, '3'));
  folder.write("e", std::string(large_object_bytes_min - 1, '4'));
  Manifest manifest = list({folder.path().string()}, nullptr);
  EXPECT_THAT(feed_all(manifest, nullptr, FeedOrder::any).names,
              ElementsAre("b", "d", "c", "a", "e"));
  EXPECT_THAT(feed_all(manifest, nullptr, FeedOrder::manifest).names,
              ElementsAre("a", "b", "c", "d", "e"));
  manifest.objects[1].uri = folder.at("gone");
  EXPECT_THAT(feed_all(manifest, nullptr, FeedOrder::any).contents["b"], HasSubstr("gone: "));
}

TEST(ObjectFeed, GivesNothingOfAnEmptyManifestOrOnceCancelled) {
  EXPECT_THAT(feed_all({}, nullptr, FeedOrder::any).names, ElementsAre());
  const TempFolder folder;
  folder.write("a", "1");
  const Manifest manifest = list({folder.path().string()}, nullptr);
  ObjectFeed feed(manifest, nullptr, {}, FeedOrder::any);
  const std::atomic<bool> cancelled{true};
  EXPECT_FALSE(feed.next(cancelled));
  EXPECT_TRUE(feed.next(never));
}

TEST(ObjectFeed, MixesFilesAndDownloadsExactlyAsListed) {
  BucketReader reader({{"p/b", "of the bucket"}, {"p/d", aws::noise(300'000, 1)}, {"p/e", "e"}});
  const TempFolder folder;
  folder.write("a", "of the folder");
  folder.write("c", "c");
  const Manifest manifest = list({location_of("p"), folder.path().string()}, &reader.client());
  aws::DownloadLimits limits;
  limits.held_bytes_max = 100'000;
  limits.window_bytes = 50'000;
  for (const FeedOrder order : {FeedOrder::manifest, FeedOrder::any}) {
    Fed fed = feed_all(manifest, &reader.client(), order, limits);
    if (order == FeedOrder::any) {
      std::sort(fed.names.begin(), fed.names.end());
    }
    EXPECT_THAT(fed.names, ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_EQ(fed.contents["a"], "of the folder");
    EXPECT_EQ(fed.contents["b"], "of the bucket");
    EXPECT_TRUE(fed.contents["d"] == reader.bucket().objects().at("p/d"));
  }
}

TEST(ObjectFeed, NamesAnObjectThatCannotBeReadAndGoesOn) {
  const auto refuse = [](const aws::SeenRequest&, const std::string& key,
                         aws::CannedAnswer& answer) {
    if (key == "p/b") {
      answer = aws::refusal(403, "AccessDenied");
    }
  };
  BucketReader reader({{"p/a", "a"}, {"p/b", "b"}, {"p/c", "c"}}, 1'000, refuse);
  const Manifest manifest = list({location_of("p")}, &reader.client());
  Fed fed = feed_all(manifest, &reader.client(), FeedOrder::manifest);
  EXPECT_THAT(fed.names, ElementsAre("a", "b", "c"));
  EXPECT_THAT(fed.contents["b"], HasSubstr(location_of("p/b") + ": "));
  EXPECT_EQ(fed.contents["c"], "c");
}

TEST(ObjectFeed, GivesEachObjectToOneOfManyTakers) {
  aws::LoopbackBucket::Objects objects;
  for (unsigned i = 0; i < 200; ++i) {
    objects["p/" + std::to_string(i)] = aws::noise(10 + i, i);
  }
  BucketReader reader(objects);
  const TempFolder folder;
  for (int i = 0; i < 50; ++i) {
    folder.write("f" + std::to_string(i), "x");
  }
  const Manifest manifest = list({location_of("p"), folder.path().string()}, &reader.client());
  for (const FeedOrder order : {FeedOrder::any, FeedOrder::manifest}) {
    ObjectFeed feed(manifest, &reader.client(), {}, order);
    std::mutex guard;  // Guards taken.
    std::vector<std::size_t> taken;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        while (std::optional<OpenedObject> opened = feed.next(never)) {
          const bool is_whole = opened->source && content_of(**opened->source).size() ==
                                                      manifest.objects[opened->index].size_bytes;
          const std::scoped_lock lock(guard);
          taken.push_back(is_whole ? opened->index : SIZE_MAX);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    std::sort(taken.begin(), taken.end());
    ASSERT_EQ(taken.size(), 250U);
    for (std::size_t i = 0; i < taken.size(); ++i) {
      EXPECT_EQ(taken[i], i);
    }
  }
}

TEST(ObjectFeed, MayBeLeftBeforeItsEnd) {
  BucketReader reader({{"p/a", aws::noise(500'000, 1)}, {"p/b", aws::noise(500'000, 2)}});
  const Manifest manifest = list({location_of("p")}, &reader.client());
  aws::DownloadLimits limits;
  limits.held_bytes_max = 100'000;
  limits.window_bytes = 50'000;
  ObjectFeed feed(manifest, &reader.client(), limits, FeedOrder::manifest);
  const std::optional<OpenedObject> opened = feed.next(never);
  ASSERT_TRUE(opened && opened->source);
  std::string bytes(10, '\0');
  EXPECT_TRUE((*opened->source)->read(bytes));
}

TEST(ObjectVersionOf, TakesTheUriApart) {
  const aws::ObjectVersion version =
      object_version_of({"s3://bucket/a b/c+d%20/e", "e", 7, "etag", 0});
  EXPECT_EQ(version.bucket, "bucket");
  EXPECT_EQ(version.key, "a b/c+d%20/e");
  EXPECT_EQ(version.etag, "etag");
  EXPECT_EQ(version.size_bytes, 7U);
}

}  // namespace
}  // namespace bedrocklog::ingest
