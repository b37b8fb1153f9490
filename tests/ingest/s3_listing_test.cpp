// Listings of a bucket: what is found, what is passed over, and what is not even asked for.
#include "ingest/s3_listing.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "ingest/manifest.h"
#include "tests/ingest/bucket_reader.h"
#include "tests/ingest/temp_folder.h"

namespace bedrocklog::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string region_folder = "logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/";

std::int64_t hour_at(unsigned month, unsigned day, int hour) {
  return days_from_civil({2026, month, day}) * 24 + hour;
}

aws::LoopbackBucket::Objects bucket_of(const std::vector<std::string>& keys) {
  aws::LoopbackBucket::Objects objects;
  for (const std::string& key : keys) {
    objects[key] = key.ends_with('/') ? "" : key;
  }
  return objects;
}

S3Listing list(BucketReader& reader, const std::string& key, const HourWindow& window = {}) {
  auto listing = list_s3(reader.client(), location_of(key), window);
  EXPECT_TRUE(listing) << listing.error().subject << ": " << listing.error().message;
  return listing ? std::move(*listing) : S3Listing();
}

std::vector<std::string> names(const S3Listing& listing) {
  std::vector<std::string> result;
  result.reserve(listing.found.size());
  for (const S3Found& found : listing.found) {
    result.push_back(found.name);
  }
  return result;
}

Fault fault_of(BucketReader& reader, const std::string& key) {
  const auto listing = list_s3(reader.client(), location_of(key), {});
  EXPECT_FALSE(listing) << key;
  return listing ? Fault() : listing.error();
}

TEST(ListS3, NamesAFoldersObjectsFromBehindIt) {
  BucketReader reader(bucket_of({"a/b/x.gz", "a/y.gz", "ab/z.gz", "c d+e%/\u00fc.gz"}));
  EXPECT_THAT(names(list(reader, "")),
              ElementsAre("a/b/x.gz", "a/y.gz", "ab/z.gz", "c d+e%/\u00fc.gz"));
  EXPECT_THAT(names(list(reader, "a")), ElementsAre("b/x.gz", "y.gz"));
  EXPECT_THAT(names(list(reader, "a/")), ElementsAre("b/x.gz", "y.gz"));
  EXPECT_THAT(names(list(reader, "c d+e%")), ElementsAre("\u00fc.gz"));
  const S3Listing listing = list(reader, "a/b/");
  EXPECT_EQ(listing.bucket, aws::LoopbackBucket::name);
  ASSERT_EQ(listing.found.size(), 1U);
  EXPECT_EQ(listing.found[0].object.key, "a/b/x.gz");
  EXPECT_EQ(listing.found[0].object.size_bytes, 8U);
  EXPECT_EQ(listing.found[0].object.etag, aws::md5_etag("a/b/x.gz"));
  EXPECT_GT(listing.found[0].object.last_modified.seconds, 0);
}

TEST(ListS3, TakesAKeyForTheObjectAndForTheFolderOfThatName) {
  BucketReader reader(bucket_of({"a/x", "a/x/y", "a/x.gz"}));
  EXPECT_THAT(names(list(reader, "a/x.gz")), ElementsAre("x.gz"));
  EXPECT_THAT(names(list(reader, "a/x")), ElementsAre("x", "y"));
  EXPECT_THAT(names(list(reader, "a/x/")), ElementsAre("y"));
}

TEST(ListS3, MatchesPatternsAsOnDisk) {
  BucketReader reader(bucket_of({"logs/2026/01/a.json", "logs/2026/01/a.txt", "logs/2026/02/b.json",
                                 "logs/2025/02/c.json", "log"}));
  EXPECT_THAT(names(list(reader, "logs/2026/*/*.json")), ElementsAre("01/a.json", "02/b.json"));
  EXPECT_THAT(names(list(reader, "logs/**/*.json")),
              ElementsAre("2025/02/c.json", "2026/01/a.json", "2026/02/b.json"));
  EXPECT_THAT(names(list(reader, "logs/202[6-9]/0?/a*")),
              ElementsAre("2026/01/a.json", "2026/01/a.txt"));
  EXPECT_THAT(names(list(reader, "lo*/*5")), ElementsAre("logs/2025/02/c.json"));
  EXPECT_EQ(names(list(reader, "*")).size(), 5U);
  EXPECT_EQ(fault_of(reader, "logs/*.gz").message,
            "matches no objects; * stays in one folder, ** crosses folders");
  std::string many = "*";
  for (int i = 0; i < 100; ++i) {
    many += "/*";
  }
  EXPECT_EQ(fault_of(reader, many).message, "has more parts than a pattern may have: 62");
}

TEST(ListS3, AsksOnlyForWhatAPatternCanMatch) {
  BucketReader reader(bucket_of({"x/a/1", "x/b/1", "y/a/1"}));
  EXPECT_THAT(names(list(reader, "x/a*/1")), ElementsAre("a/1"));
  EXPECT_EQ(reader.requests_with("prefix=x%2Fb"), 0U);
  EXPECT_EQ(reader.requests_with("prefix=&"), 0U);
}

TEST(ListS3, TakesAnExistingNameBeforeAPattern) {
  BucketReader reader(bucket_of({"a[1].gz", "a1.gz", "b[1]!", "b[1]/x", "b1/y"}));
  EXPECT_THAT(names(list(reader, "a[1].gz")), ElementsAre("a[1].gz"));
  EXPECT_THAT(names(list(reader, "b[1]")), ElementsAre("x"));
  EXPECT_THAT(names(list(reader, "b[0-9]")), ElementsAre("b1/y"));
}

TEST(ListS3, LeavesFolderMarksOut) {
  BucketReader reader(bucket_of({"a/", "a/b/", "a/b/x", "c/"}));
  EXPECT_THAT(names(list(reader, "a/")), ElementsAre("b/x"));
  EXPECT_EQ(fault_of(reader, "c").cause, FaultCause::not_found);
}

TEST(ListS3, FailsWhereNothingIs) {
  BucketReader reader(bucket_of({"a/x"}));
  const Fault nothing = fault_of(reader, "b/");
  EXPECT_EQ(nothing.subject, location_of("b/"));
  EXPECT_EQ(nothing.message, "holds no objects; check the bucket and the prefix");
  EXPECT_EQ(nothing.cause, FaultCause::not_found);
  const auto no_bucket = list_s3(reader.client(), "s3://other/a", {});
  ASSERT_FALSE(no_bucket);
  EXPECT_EQ(no_bucket.error().subject, "s3://other/a");
}

// A total over what happened to be listable would look like a total over everything.
TEST(ListS3, FailsAsAWholeWhenAPartIsRefused) {
  const auto refuse_july = [](const aws::SeenRequest& request, const std::string&,
                              aws::CannedAnswer& answer) {
    if (request.target.find("2026%2F07") != std::string::npos) {
      answer = aws::refusal(403, "AccessDenied");
    }
  };
  BucketReader reader(
      bucket_of({region_folder + "2026/06/01/00/a", region_folder + "2026/07/01/00/b"}), 1'000,
      refuse_july);
  const Fault refused = fault_of(reader, "logs/");
  EXPECT_EQ(refused.subject, location_of("logs/"));
  EXPECT_EQ(refused.cause, FaultCause::access_denied);
}

// Policies that allow "prefix/*" refuse a listing of "prefix".
TEST(ListS3, NeedsNoRightToListAboveTheFolder) {
  const auto refuse_above = [](const aws::SeenRequest& request, const std::string&,
                               aws::CannedAnswer& answer) {
    if (request.target.find("prefix=logs%2F") == std::string::npos) {
      answer = aws::refusal(403, "AccessDenied");
    }
  };
  BucketReader reader(bucket_of({"logs/a", "other/b"}), 1'000, refuse_above);
  EXPECT_THAT(names(list(reader, "logs")), ElementsAre("a"));
  EXPECT_EQ(fault_of(reader, "other").cause, FaultCause::access_denied);
}

TEST(ListS3, ListsOnlyTheHoursAskedFor) {
  std::vector<std::string> keys;
  for (unsigned month = 1; month <= 12; ++month) {
    for (unsigned day = 1; day <= 28; ++day) {
      keys.push_back(fmt::format("{}2026/{:02}/{:02}/{:02}/a.gz", region_folder, month, day, 7));
      keys.push_back(fmt::format("{}2026/{:02}/{:02}/{:02}/a.gz", region_folder, month, day, 18));
    }
  }
  BucketReader reader(bucket_of(keys), 50);
  const S3Listing listing = list(reader, "logs", {hour_at(3, 4, 10), hour_at(3, 6, 10)});
  EXPECT_THAT(names(listing), ElementsAre(region_folder.substr(5) + "2026/03/04/18/a.gz",
                                          region_folder.substr(5) + "2026/03/05/07/a.gz",
                                          region_folder.substr(5) + "2026/03/05/18/a.gz",
                                          region_folder.substr(5) + "2026/03/06/07/a.gz"));
  EXPECT_TRUE(listing.is_pruned);
  EXPECT_EQ(reader.requests_with("2026%2F02"), 0U);
  EXPECT_EQ(reader.requests_with("2026%2F03%2F03"), 0U);
  EXPECT_EQ(reader.requests_with("2026%2F03%2F04%2F07"), 0U);
  EXPECT_EQ(reader.requests_with("2026%2F03%2F05%2F18"), 0U) << "a whole day needs no hours";
  EXPECT_LT(reader.bucket().seen().size(), 20U);
}

TEST(ListS3, AsksForTheDaysOfBusyMonthsAlone) {
  std::vector<std::string> keys = {region_folder + "2026/02/04/07/a.gz",
                                   region_folder + "2026/02/09/07/a.gz"};
  for (unsigned day = 1; day <= 28; ++day) {
    keys.push_back(fmt::format("{}2026/03/{:02}/07/a.gz", region_folder, day));
  }
  BucketReader reader(bucket_of(keys), 10);
  EXPECT_EQ(list(reader, "logs").found.size(), keys.size());
  EXPECT_EQ(reader.requests_with("2026%2F02"), 1U);
  EXPECT_EQ(reader.requests_with("2026%2F03%2F09"), 1U);
}

TEST(ListS3, KnowsPrunedHoursToBeSomething) {
  BucketReader reader(bucket_of({region_folder + "2026/03/04/10/a.gz"}));
  const HourWindow april{hour_at(4, 1, 0), hour_at(5, 1, 0)};
  for (const char* below : {"", "2026", "2026/03/", "2026/03/04/10", "2026/03/*/10", "**/*.gz"}) {
    const S3Listing listing = list(reader, region_folder + below, april);
    EXPECT_THAT(listing.found, IsEmpty()) << below;
    EXPECT_TRUE(listing.is_pruned) << below;
  }
  const auto nothing = list_s3(reader.client(), location_of(region_folder + "2026/02/"), april);
  EXPECT_FALSE(nothing);
  // What is named itself is meant.
  EXPECT_THAT(names(list(reader, region_folder + "2026/03/04/10/a.gz", april)),
              ElementsAre("a.gz"));
}

TEST(ListS3, ListsTreesWiderThanItSearches) {
  std::vector<std::string> keys;
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    keys.push_back(
        fmt::format("team-{:03}/AWSLogs/1/BedrockModelInvocationLogs/r/2026/03/04/10/x", i));
    expected.push_back(keys.back());
    keys.push_back(
        fmt::format("team-{:03}/AWSLogs/1/BedrockModelInvocationLogs/r/2025/03/04/10/x", i));
  }
  BucketReader reader(bucket_of(keys), 50);
  const S3Listing listing = list(reader, "", {hour_at(1, 1, 0), hour_at(12, 1, 0)});
  EXPECT_EQ(names(listing), expected);
  EXPECT_TRUE(listing.is_pruned);
  EXPECT_LT(reader.bucket().seen().size(), 20U);
}

rc::Gen<std::string> any_key() {
  const auto part = [](std::vector<std::string> texts) {
    return rc::gen::elementOf(std::move(texts));
  };
  return rc::gen::map(
      rc::gen::tuple(
          part({"", "p/", "p/q/", "p/q/r/s/t/"}),
          part({"", "AWSLogs/", "AWSLogs/1/", "AWSLogs/o-1/1/", "AWSLogs/1/CloudTrail/"}),
          part({"", "BedrockModelInvocationLogs/", "BedrockModelInvocationLogs/r/",
                "BedrockModelInvocationLogs/r/2026/", "BedrockModelInvocationLogs/r/2025/",
                "BedrockModelInvocationLogs/r/2026/", "2026/"}),
          part({"", "03/", "04/", "03/", "03/x/", "13/"}), part({"", "04/", "05/", "04/", "30/"}),
          part({"", "09/", "10/", "11/", "10/data/", "24/"}), part({"a", "b", "c.gz"})),
      [](const auto& parts) {
        return std::apply([](const auto&... texts) { return (texts + ...); }, parts);
      });
}

/// By the rule alone: no folder above it lies outside.
bool is_kept(const std::string& key, const HourWindow& window) {
  for (std::size_t at = key.find('/'); at != std::string::npos; at = key.find('/', at + 1)) {
    if (is_outside(key.substr(0, at), window)) {
      return false;
    }
  }
  return true;
}

bool is_below_a_key(const std::string& key, const std::set<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const std::string& other) { return other.starts_with(key + '/'); });
}

RC_GTEST_PROP(ListS3, FindsTheSameAsADiskWalkWhateverTheLayout, ()) {
  const auto drawn = *rc::gen::scale(0.3, rc::gen::container<std::set<std::string>>(any_key()));
  aws::LoopbackBucket::Objects objects;
  for (const std::string& key : drawn) {
    if (!is_below_a_key(key, drawn)) {  // On disk a file is no folder.
      objects[key] = "x";
    }
  }
  RC_PRE(!objects.empty());
  const auto begin = hour_at(3, 3, 22) + *rc::gen::inRange(0, 60);
  const auto hours = *rc::gen::elementOf(std::vector<int>{0, 1, 12, 24, 48, 800});
  const HourWindow window =
      *rc::gen::arbitrary<bool>() ? HourWindow{begin, begin + hours} : HourWindow();
  const std::string location = *rc::gen::elementOf(
      std::vector<std::string>{"", "", "p", "p/q/", "**/*.gz", "p/**/0[34]/**", "AWSLogs/*/"});

  const TempFolder folder;
  for (const auto& [key, body] : objects) {
    folder.write(key, body);
  }
  BucketReader reader(objects, 3);
  const auto of_disk = list_objects({{folder.at(location)}, window, nullptr});
  const auto of_bucket = list_objects({{location_of(location)}, window, &reader.client()});
  RC_ASSERT(of_disk.has_value() == of_bucket.has_value());
  if (!of_disk) {
    return;
  }
  RC_ASSERT(of_disk->is_pruned == of_bucket->is_pruned);
  const auto names_of = [](const Manifest& manifest) {
    std::vector<std::string> names;
    for (const ObjectRef& object : manifest.objects) {
      names.push_back(object.name);
    }
    for (const SkippedObject& object : manifest.skipped) {
      names.push_back(object.name + ' ' + std::string(name_of(object.kind)));
    }
    return names;
  };
  RC_ASSERT(names_of(*of_disk) == names_of(*of_bucket));
  if (location.empty()) {
    const auto kept = std::count_if(objects.begin(), objects.end(), [&](const auto& object) {
      return is_kept(object.first, window);
    });
    RC_ASSERT(of_bucket->objects.size() + of_bucket->skipped.size() ==
              static_cast<std::size_t>(kept));
    RC_ASSERT(of_bucket->is_pruned == (static_cast<std::size_t>(kept) < objects.size()));
  }
}

}  // namespace
}  // namespace bedrocklog::ingest
