// Scans over a bucket and over the same objects on disk are the same, and go on past what fails.
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analytics/record_stream.h"
#include "analytics/scan.h"
#include "tests/analytics/aggregate_text.h"
#include "tests/analytics/made_record.h"
#include "tests/analytics/small_archive.h"
#include "tests/ingest/bucket_reader.h"

namespace bedrocklog::analytics {
namespace {

using ingest::BucketReader;
using ingest::location_of;
using testing::ElementsAre;

const std::string march = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/03/";

std::string lines_of(const std::string& prefix, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    MadeRecord record;
    record.request_id = fmt::format("{}{}", prefix, i);
    record.account_id = "111122223333";
    record.region = "us-east-1";
    record.operation = "Converse";
    record.model_id = "amazon.nova-lite-v1:0";
    record.identity_arn = fmt::format("arn:aws:iam::111122223333:user/u{}", i % 7);
    record.at_s = 1'772'532'000 + i;
    record.tokens.input = static_cast<std::uint64_t>(i);
    text += to_json(record) + '\n';
  }
  return text;
}

/// Records, copies, damage, sidecars, hours.
std::map<std::string, std::string> mixed_objects() {
  std::map<std::string, std::string> objects;
  for (int i = 0; i < 30; ++i) {
    objects[fmt::format("{}{:02}/{:02}/{}.json.gz", march, 1 + i % 5, i % 24, i)] =
        gzip(lines_of(fmt::format("r{}-", i % 20), 5 + i));
  }
  objects[march + "03/10/data/r_input.json.gz"] = gzip("{}");
  objects[march + "03/10/cut.json.gz"] = gzip(lines_of("cut", 50)).substr(0, 200);
  objects[march + "03/10/bad.json"] =
      "{\"schemaType\":\"ModelInvocationLog\",\n" + lines_of("b", 2);
  objects[march + "03/10/empty.json"] = "";
  objects["amazon-bedrock-logs-permission-check"] = "";
  return objects;
}

ingest::Manifest list(const std::string& location, const ingest::HourWindow& window,
                      aws::S3Client* s3) {
  Result<ingest::Manifest> manifest = ingest::list_objects({{location}, window, s3});
  EXPECT_TRUE(manifest) << manifest.error().message;
  return manifest ? std::move(*manifest) : ingest::Manifest{};
}

std::string text_of(const Aggregate& aggregate) {
  return groups_text(aggregate) + account_text(aggregate.account);
}

TEST(RemoteScan, GivesTheAggregateOfTheSameObjectsOnDisk) {
  const auto objects = mixed_objects();
  SmallArchive archive;
  aws::LoopbackBucket::Objects below;
  for (const auto& [name, bytes] : objects) {
    archive.put(name, bytes);
    below["logs/" + name] = bytes;
  }
  BucketReader reader(below, 7);
  ScanOptions options = plain_options();
  options.by = {{KeyKind::user, ""}};
  options.s3 = &reader.client();
  // Less than all objects together, so that what was read must make room.
  options.downloads.memory_bytes_max = 20'000;
  options.downloads.held_bytes_max = 4'000;
  options.downloads.window_bytes = 2'000;
  const std::int64_t third = 20'515 * 24;  // 2026-03-03T00:00:00Z in hours.
  for (const ingest::HourWindow& window :
       {ingest::HourWindow(), ingest::HourWindow{third, third + 20}}) {
    const ingest::Manifest of_disk = list(archive.folder().string(), window, nullptr);
    const ingest::Manifest of_bucket = list(location_of("logs/"), window, &reader.client());
    for (const unsigned jobs : {1U, 4U}) {
      options.jobs = jobs;
      const ScanOutcome local = scan_of(of_disk, options);
      const ScanOutcome remote = scan_of(of_bucket, options);
      EXPECT_EQ(text_of(remote.aggregate), text_of(local.aggregate));
      EXPECT_EQ(remote.aggregate.account.hours_listed.has_value(), !window.is_everything());
      EXPECT_EQ(local.aggregate.account.hours_listed, remote.aggregate.account.hours_listed);
      EXPECT_GT(remote.aggregate.account.counted, 0U);
    }
  }
}

TEST(RemoteScan, NamesARefusedObjectAndCountsTheRest) {
  const auto refuse = [](const aws::SeenRequest&, const std::string& key,
                         aws::CannedAnswer& answer) {
    if (key == "logs/b") {
      answer = aws::refusal(403, "AccessDenied");
    }
  };
  BucketReader reader({{"logs/a", lines_of("a", 3)}, {"logs/b", lines_of("b", 3)}}, 1'000, refuse);
  ScanOptions options = plain_options();
  options.s3 = &reader.client();
  const InputAccount account =
      scan_of(list(location_of("logs"), {}, &reader.client()), options).aggregate.account;
  EXPECT_EQ(account.counted, 3U);
  EXPECT_EQ(account.objects_listed, 2U);
  ASSERT_EQ(account.unreadable.size(), 1U);
  EXPECT_EQ(account.unreadable[0].name, "b");
  EXPECT_FALSE(account.complete());
}

TEST(RemoteScan, StreamsRecordsInTheOrderOfTheManifest) {
  BucketReader reader(
      {{"logs/a", lines_of("a", 300)}, {"logs/b", lines_of("b", 1)}, {"logs/c", lines_of("c", 2)}});
  ScanOptions options = plain_options();
  options.s3 = &reader.client();
  const ingest::Manifest manifest = list(location_of("logs"), {}, &reader.client());
  std::vector<std::string> seen;
  const Result<InputAccount> account = for_each_record(
      manifest, options, [&](const RecordFactsView& facts, const ingest::RecordOrigin& origin) {
        if (origin.ordinal == 0) {
          seen.emplace_back(facts.object);
        }
        return true;
      });
  ASSERT_TRUE(account);
  EXPECT_EQ(account->counted, 303U);
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace bedrocklog::analytics
