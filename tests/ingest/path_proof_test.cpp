// What a path proves, and above all what it does not.
#include "ingest/path_proof.h"

#include <gtest/gtest.h>

namespace bedrocklog::ingest {
namespace {

constexpr std::string_view hour_folder =
    "p/AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/04/10/";

std::optional<SkipKind> below_hour(std::string_view rest) {
  return skip_kind_of_path(std::string(hour_folder) + std::string(rest));
}

TEST(SkipKindOfPath, KnowsSidecarsBelowAnHourFolderOnly) {
  EXPECT_EQ(below_hour("data/0a1b_input.json.gz"), SkipKind::sidecar);
  EXPECT_EQ(below_hour("data/deeper/0a1b_input_media_00.png"), SkipKind::sidecar);
  EXPECT_EQ(skip_kind_of_path("2026/03/04/10/data/x"), SkipKind::sidecar);
  EXPECT_EQ(below_hour("20260304T101507000Z_0123456789abcdef.json.gz"), std::nullopt);
  EXPECT_EQ(below_hour("data"), std::nullopt);
  EXPECT_EQ(below_hour("database/x.json"), std::nullopt);
  EXPECT_EQ(below_hour("x/data/y.json"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("data/2026/03/04/10/x.json.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("2026/03/04/data/x.json.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("data/x.json.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("26/03/04/10/data/x.json.gz"), std::nullopt);
}

TEST(SkipKindOfPath, KnowsPermissionChecksByName) {
  EXPECT_EQ(skip_kind_of_path("amazon-bedrock-logs-permission-check"), SkipKind::permission_check);
  EXPECT_EQ(skip_kind_of_path("a/amazon-bedrock-logs-permission-check.json"),
            SkipKind::permission_check);
  EXPECT_EQ(skip_kind_of_path("permission-check/a.json"), std::nullopt);
}

TEST(SkipKindOfPath, KnowsTheWriteTestByName) {
  EXPECT_EQ(skip_kind_of_path("exported/aws-logs-write-test"), SkipKind::write_test);
  EXPECT_EQ(skip_kind_of_path("exported/aws-logs-write-test/0.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("exported/my-aws-logs-write-test"), std::nullopt);
}

TEST(SkipKindOfPath, KnowsCloudTrailTrees) {
  EXPECT_EQ(skip_kind_of_path("AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/01/a.json.gz"),
            SkipKind::cloudtrail);
  EXPECT_EQ(skip_kind_of_path("p/AWSLogs/123456789012/CloudTrail-Digest/a.json.gz"),
            SkipKind::cloudtrail);
  EXPECT_EQ(skip_kind_of_path("AWSLogs/o-abc123/123456789012/CloudTrail-Insight/a.json.gz"),
            SkipKind::cloudtrail);
  EXPECT_EQ(skip_kind_of_path("AWSLogs/CloudTrail/a.json.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("123456789012/CloudTrail/a.json.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("AWSLogs/x/CloudTrail/a.json.gz"), std::nullopt);
  EXPECT_EQ(skip_kind_of_path("AWSLogs/123456789012/CloudTrail"), std::nullopt);
}

}  // namespace
}  // namespace bedrocklog::ingest
