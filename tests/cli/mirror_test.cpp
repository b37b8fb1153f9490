// Names that may become files, and a mirror that is whole or goes on.
#include "cli/mirror.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ingest/aws/aws_session.h"
#include "tests/cli/case_file.h"
#include "tests/cli/fake_bucket.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t modified_s = 1'772'438'400;  // As FakeBucket says: 2026-03-02T08:00:00Z.

ingest::ObjectRef named(const std::string& name) {
  return {"s3://bucket/p/" + name, name, 1, "", modified_s};
}

TEST(MirrorNames, KeepOrdinaryNames) {
  for (const char* name : {"a", "a/b c/ü+%2F", "..a", "a..", "...", ".hidden/x", "a\\b"}) {
    EXPECT_EQ(*mirror_name_of(named(name)), name);
  }
  EXPECT_EQ(*mirror_name_of({"s3://one/k/a", "s3://one/k/a", 1, "", 0}), "one/k/a");
}

TEST(MirrorNames, RefuseWhatLeavesTheFolderOrIsNoFileName) {
  const std::vector<std::string> names = {"",
                                          "/etc/passwd",
                                          "a//b",
                                          "../a",
                                          "a/../../b",
                                          "a/..",
                                          "./a",
                                          "a/.",
                                          "a/",
                                          std::string("a\0b", 3),
                                          std::string(256, 'x'),
                                          "d/" + std::string(256, 'x') + "/f",
                                          ".bedrocklog-fetch-1-2.part"};
  for (const std::string& name : names) {
    const Result<std::string> path = mirror_name_of(named(name));
    ASSERT_FALSE(path) << name;
    EXPECT_EQ(path.error().subject, "s3://bucket/p/" + name);
  }
  EXPECT_TRUE(mirror_name_of(named(std::string(255, 'x'))));
}

RC_GTEST_PROP(MirrorNames, AnyNameStaysBelowTheFolderOrIsRefused, ()) {
  const std::string name = *rc::gen::container<std::string>(rc::gen::element('.', '/', 'a', '\\'));
  const Result<std::string> kept = mirror_name_of(named(name));
  if (kept) {
    const fs::path path = (fs::path("/mirror") / *kept).lexically_normal();
    RC_ASSERT(path.string() == "/mirror/" + name);
  }
}

class Mirror : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bedrocklog-mirror-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  static ingest::Manifest manifest_of(const std::map<std::string, std::string>& objects) {
    ingest::Manifest manifest;
    for (const auto& [key, content] : objects) {
      manifest.objects.push_back({"s3://bucket/" + key, key, content.size(), "", modified_s});
    }
    return manifest;
  }

  [[nodiscard]] MirrorOutcome fetch(const FakeBucket& bucket, const ingest::Manifest& manifest) {
    aws::AwsFlags flags;
    flags.endpoint_url = bucket.url();
    flags.no_sign_request = true;
    flags.region = "us-east-1";
    aws::AwsSession session(*aws::resolve_aws_settings(flags, {{"HOME", folder.string()}}));
    aws::S3Client client(session);
    return run_mirror(plan_mirror(manifest, folder), manifest, client, {}, control);
  }

  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) {
        names.push_back(fs::relative(entry.path(), folder));
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path folder;
  analytics::ScanControl control;
};

TEST_F(Mirror, FetchesOnceAndGivesFilesTheTimeOfTheirObjects) {
  const std::map<std::string, std::string> objects = {{"a b/c+d.gz", "first"}, {"e", "second"}};
  const FakeBucket bucket(objects);
  const ingest::Manifest manifest = manifest_of(objects);
  const MirrorOutcome outcome = fetch(bucket, manifest);
  EXPECT_EQ(outcome.fetched, 2U);
  EXPECT_EQ(outcome.fetched_bytes, 11U);
  EXPECT_TRUE(outcome.failures.empty());
  EXPECT_EQ(read_whole_file(folder / "a b/c+d.gz"), "first");
  struct stat status{};
  ASSERT_EQ(::stat((folder / "e").c_str(), &status), 0);
  EXPECT_EQ(status.st_mtim.tv_sec, modified_s);
  const MirrorPlan again = plan_mirror(manifest, folder);
  EXPECT_EQ(again.present, 2U);
  EXPECT_TRUE(again.files.empty());
}

TEST_F(Mirror, ReplacesWhatDiffersInSizeOrTime) {
  const std::map<std::string, std::string> objects = {{"a", "right"}};
  const FakeBucket bucket(objects);
  const ingest::Manifest manifest = manifest_of(objects);
  std::ofstream(folder / "a") << "wrong";  // Same size, another time.
  EXPECT_EQ(fetch(bucket, manifest).fetched, 1U);
  EXPECT_EQ(read_whole_file(folder / "a"), "right");
  fs::resize_file(folder / "a", 2);
  EXPECT_EQ(plan_mirror(manifest, folder).files.size(), 1U);
}

TEST_F(Mirror, ARefusedObjectFailsAloneAndLeavesNoFile) {
  const std::map<std::string, std::string> objects = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  const FakeBucket bucket(objects, {"b"});
  const MirrorOutcome outcome = fetch(bucket, manifest_of(objects));
  EXPECT_EQ(outcome.fetched, 2U);
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_EQ(outcome.failures[0].subject, "s3://bucket/b");
  EXPECT_EQ(outcome.failures[0].cause, FaultCause::access_denied);
  EXPECT_EQ(files(), (std::vector<std::string>{"a", "c"}));
}

TEST_F(Mirror, AFileInTheWayOfAFolderFailsThatObjectOnly) {
  const std::map<std::string, std::string> objects = {{"a/b", "1"}, {"c", "2"}};
  const FakeBucket bucket(objects);
  std::ofstream(folder / "a") << "in the way";
  const MirrorOutcome outcome = fetch(bucket, manifest_of(objects));
  EXPECT_EQ(outcome.fetched, 1U);
  EXPECT_EQ(outcome.failures.size(), 1U);
  EXPECT_FALSE(outcome.stopped);
}

TEST_F(Mirror, RemovesWhatAnInterruptedRunLeft) {
  const std::map<std::string, std::string> objects = {{"d/a", "1"}};
  const FakeBucket bucket(objects);
  fs::create_directories(folder / "d");
  std::ofstream(folder / "d/.bedrocklog-fetch-2147483646-0.part") << "half";
  std::ofstream(folder / "d/.bedrocklog-fetch-mine.part") << "somebody else's";
  EXPECT_EQ(fetch(bucket, manifest_of(objects)).fetched, 1U);
  EXPECT_EQ(files(), (std::vector<std::string>{"d/.bedrocklog-fetch-mine.part", "d/a"}));
}

TEST_F(Mirror, WritesNothingOnceCancelled) {
  const std::map<std::string, std::string> objects = {{"a", "1"}, {"b", "2"}};
  const FakeBucket bucket(objects);
  control.cancelled = true;
  EXPECT_EQ(fetch(bucket, manifest_of(objects)).fetched, 0U);
  EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace bedrocklog::cli
