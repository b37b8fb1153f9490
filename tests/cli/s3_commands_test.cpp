// The program against a bucket on loopback: listings, reports, mirrors, and how it ends.
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/case_file.h"
#include "tests/cli/fake_bucket.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Objects = FakeBucket::Objects;

constexpr const char* tree = "logs/AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/";
constexpr const char* secret = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYEXAMPLEKEY";

std::string calls() {
  return read_whole_file(SOURCE_ROOT "/tests/cases/inputs/three_calls.jsonl");
}

std::string key_of(const std::string& hour) {
  return tree + hour + "/calls.json";
}

class S3Commands : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bedrocklog-s3-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  [[nodiscard]] CaseOutcome run(const FakeBucket& bucket, const std::string& command) const {
    CaseFile file;
    file.command = command;
    file.environment = {"AWS_ENDPOINT_URL=" + bucket.url(), "AWS_REGION=us-east-1",
                        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
                        std::string("AWS_SECRET_ACCESS_KEY=") + secret, "NO_PROXY=127.0.0.1"};
    return run_case(file, folder, BEDROCKLOG_BINARY);
  }

  std::string folder;
};

TEST_F(S3Commands, LsShowsHoursAndGaps) {
  const FakeBucket bucket(
      {{key_of("2026/03/01/00"), "x"}, {key_of("2026/03/01/03"), "xy"}, {"logs/notes.txt", "z"}});
  const CaseOutcome outcome = run(bucket, "bedrocklog ls s3://bucket/logs/ --format json");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.standard_error;
  const json document = json::parse(outcome.standard_output);
  EXPECT_EQ(document["schema"], "bedrocklog.inventory/1");
  ASSERT_EQ(document["rows"].size(), 2U);
  EXPECT_EQ(document["rows"][0]["objects"], 2);
  EXPECT_EQ(document["rows"][0]["hours_missing"], 2);
  EXPECT_TRUE(document["rows"][1]["account"].is_null());
  EXPECT_EQ(document["gaps"][0]["from"], "2026-03-01T01:00:00Z");
  EXPECT_EQ(bucket.reads(), 0U);
}

TEST_F(S3Commands, LsOfHoursWithoutObjectsIsEmptyAndNoError) {
  const FakeBucket bucket(Objects{{key_of("2026/03/01/00"), "x"}});
  const CaseOutcome outcome = run(bucket, "bedrocklog ls s3://bucket/logs/ --day 2026-04-01");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.standard_error;
  EXPECT_EQ(outcome.standard_output.find("123456789012"), std::string::npos);
}

TEST_F(S3Commands, LsListsObjectsWithTheirTags) {
  const FakeBucket bucket(Objects{{"logs/a b+c.txt", "z"}});
  const CaseOutcome outcome = run(bucket, "bedrocklog ls s3://bucket/logs/ --objects --format csv");
  EXPECT_EQ(outcome.standard_output,
            "name,bytes,hour,etag,modified\r\n"
            "a b+c.txt,1,,fbade9e36a3f36d3d676c1b808451dd7,2026-03-02T08:00:00Z\r\n");
}

TEST_F(S3Commands, ReportOfABucketIsTheReportOfItsMirror) {
  const FakeBucket bucket(Objects{{key_of("2026/03/04/10"), calls()}});
  const std::string report = "bedrocklog report {} --format json --by model";
  const CaseOutcome remote = run(bucket, fmt::format(fmt::runtime(report), "s3://bucket/logs/"));
  EXPECT_EQ(remote.exit_code, 0) << remote.standard_error;
  const CaseOutcome fetched = run(bucket, "bedrocklog fetch s3://bucket/logs/ mirror");
  EXPECT_EQ(fetched.exit_code, 0) << fetched.standard_error;
  EXPECT_NE(fetched.standard_error.find("fetched 1 objects"), std::string::npos);
  const CaseOutcome local = run(bucket, fmt::format(fmt::runtime(report), "mirror"));
  EXPECT_EQ(remote.standard_output, local.standard_output);
  EXPECT_EQ(json::parse(local.standard_output)["coverage"]["records"]["counted"], 3);
}

TEST_F(S3Commands, HoursPassedOverAreSaid) {
  const FakeBucket bucket(
      Objects{{key_of("2026/03/04/10"), calls()}, {key_of("2026/05/04/10"), calls()}});
  const CaseOutcome outcome =
      run(bucket,
          "bedrocklog report s3://bucket/logs/ --month 2026-04 --delivery-slack 2 --format json");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.standard_error;
  const json coverage = json::parse(outcome.standard_output)["coverage"];
  EXPECT_EQ(coverage["hours_listed"]["until"], "2026-05-01T02:00:00Z");
  EXPECT_EQ(coverage["objects"]["listed"], 0);
  EXPECT_EQ(bucket.reads(), 0U);
  const CaseOutcome table =
      run(bucket, "bedrocklog report s3://bucket/logs/ --month 2026-04 --delivery-slack 2");
  EXPECT_NE(table.standard_output.find("hours read by path: 2026-03-31T23:00:00Z"),
            std::string::npos);
}

TEST_F(S3Commands, DryRunReadsNothingAndCountsRequests) {
  const FakeBucket bucket(Objects{{"logs/a", "12345"}, {"logs/b", "123"}});
  for (const char* command : {"report", "check", "extract", "models"}) {
    const CaseOutcome outcome =
        run(bucket, fmt::format("bedrocklog {} s3://bucket/logs/ --dry-run --s3-prices "
                                "list=1000,get=2000,gb=0",
                                command));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.standard_error;
    EXPECT_NE(outcome.standard_output.find("GET 4.00"), std::string::npos)
        << command << outcome.standard_output;
  }
  const CaseOutcome fetched =
      run(bucket, "bedrocklog fetch s3://bucket/logs/ mirror --dry-run --format json");
  EXPECT_EQ(json::parse(fetched.standard_output)["total"]["get_requests"], 2);
  EXPECT_FALSE(fs::exists(folder + "/work/mirror"));
  EXPECT_EQ(bucket.reads(), 0U);
}

TEST_F(S3Commands, ARefusedObjectIsNamedAndTheRestIsRight) {
  const FakeBucket bucket(Objects{{"logs/a.jsonl", calls()}, {"logs/b.jsonl", calls()}},
                          {"logs/b.jsonl"});
  const CaseOutcome outcome = run(bucket, "bedrocklog report s3://bucket/logs/ --format json");
  EXPECT_EQ(outcome.exit_code, 3);
  const json coverage = json::parse(outcome.standard_output)["coverage"];
  EXPECT_EQ(coverage["records"]["counted"], 3);
  EXPECT_EQ(coverage["unreadable"][0]["object"], "b.jsonl");
  EXPECT_EQ(run(bucket, "bedrocklog fetch s3://bucket/logs/ mirror").exit_code, 3);
}

TEST_F(S3Commands, EndsByTheCauseOfTheFault) {
  const FakeBucket bucket(Objects{{"logs/a", "1"}});
  EXPECT_EQ(run(bucket, "bedrocklog report s3://elsewhere/").exit_code, 66);
  EXPECT_EQ(run(bucket, "bedrocklog report s3://bucket/nothing/").exit_code, 66);
  EXPECT_EQ(run(bucket,
                "bedrocklog report s3://bucket/ --endpoint-url http://127.0.0.1:1 "
                "--max-attempts 1")
                .exit_code,
            69);
  EXPECT_EQ(run(bucket, "bedrocklog report s3://bucket/ --profile nobody").exit_code, 78);
}

TEST_F(S3Commands, DoctorSaysWhoseCredentialsTheseAre) {
  const FakeBucket bucket(Objects{});
  const CaseOutcome outcome = run(bucket, "bedrocklog doctor --aws");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.standard_output;
  for (const char* text : {"user/reader", "account 123456789012", "...MPLE", "by AWS_REGION"}) {
    EXPECT_NE(outcome.standard_output.find(text), std::string::npos) << outcome.standard_output;
  }
  EXPECT_EQ(outcome.standard_output.find("AKIA"), std::string::npos);
  const std::size_t asked = bucket.server().seen().size();
  EXPECT_EQ(run(bucket, "bedrocklog doctor").exit_code, 0);
  EXPECT_EQ(bucket.server().seen().size(), asked);  // No connection without --aws.
}

TEST_F(S3Commands, NoOutputHoldsASecretOrASignature) {
  const FakeBucket bucket(Objects{{"logs/a.jsonl", calls()}}, {"logs/a.jsonl"});
  for (const char* command :
       {"report s3://bucket/logs/ -v", "ls s3://bucket/logs/ -v", "check s3://bucket/logs/ -v",
        "fetch s3://bucket/logs/ mirror -v", "report s3://elsewhere/ -v", "doctor --aws",
        "config show --origin"}) {
    const CaseOutcome outcome = run(bucket, fmt::format("bedrocklog {}", command));
    const std::string all = outcome.standard_output + outcome.standard_error;
    EXPECT_EQ(all.find(secret), std::string::npos) << command;
    EXPECT_EQ(all.find("Signature="), std::string::npos) << command;
    EXPECT_EQ(all.find("AKIAIOSFODNN7EXAMPLE"), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
