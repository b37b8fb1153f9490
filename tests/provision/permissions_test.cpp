// The rights that are asked for: all that is called, and no more.
#include "provision/permissions.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace bedrocklog::provision {
namespace {

StackSpec spec_of_two_regions() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1", "us-east-1"};
  spec.subscribers = {{"email", "ops@example.com"}};
  return spec;
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The service a source of provision/ talks to.
std::string service_of(const std::string& file) {
  for (const auto& [part, service] :
       std::vector<std::pair<std::string, std::string>>{{"bucket", "s3"},
                                                        {"role", "iam"},
                                                        {"log_group", "logs"},
                                                        {"logging", "bedrock"},
                                                        {"topic", "sns"},
                                                        {"subscription", "sns"},
                                                        {"alarm_provider", "cloudwatch"},
                                                        {"dashboard_provider", "cloudwatch"}}) {
    if (file.starts_with(part)) {
      return service;
    }
  }
  return "";
}

/// Operations by name, as the sources that send them have them.
std::set<std::pair<std::string, std::string>> operations_of_sources() {
  const std::regex operation(
      "\"((?:Get|Put|List|Create|Delete|Head|Describe|Update|Set|Tag|Untag|Detach|Attach|Associate|"
      "Disassociate|Subscribe|Unsubscribe|Abort)[A-Za-z]*)\"");
  // Members and elements of requests that look like operations.
  const std::set<std::string> others = {"Tags",
                                        "TagKeys",
                                        "TagSet",
                                        "Tag",
                                        "Tagging",
                                        "Delete",
                                        "DeleteMarker",
                                        "Deleted",
                                        "CreateBucketConfiguration",
                                        "AbortIncompleteMultipartUpload",
                                        "AttachedPolicies"};
  std::set<std::pair<std::string, std::string>> found;
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_ROOT "/provision")) {
    const std::string service = service_of(entry.path().filename().string());
    if (entry.path().extension() != ".cpp" || service.empty()) {
      continue;
    }
    const std::string text = text_of(entry.path());
    for (auto at = std::sregex_iterator(text.begin(), text.end(), operation);
         at != std::sregex_iterator(); ++at) {
      if (!others.contains((*at)[1])) {
        found.emplace(service, (*at)[1]);
      }
    }
  }
  return found;
}

TEST(Permissions, TheTableKnowsEveryCallOfTheProviders) {
  const auto operations = operations_of_sources();
  EXPECT_GT(operations.size(), 50U);
  for (const auto& [service, operation] : operations) {
    EXPECT_TRUE(actions_of(service, operation)) << service << ' ' << operation;
  }
}

TEST(Permissions, ActionsAreIamsNamesAndNotTheCalls) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(actions_of("s3", "PutBucketLifecycleConfiguration"),
            Names{"s3:PutLifecycleConfiguration"});
  EXPECT_EQ(actions_of("s3", "HeadBucket"), Names{"s3:ListBucket"});
  EXPECT_EQ(actions_of("s3", "CreateBucket"), (Names{"s3:CreateBucket", "s3:TagResource"}));
  EXPECT_EQ(actions_of("iam", "GetRole"), Names{"iam:GetRole"});
  EXPECT_EQ(actions_of("sts", "GetCallerIdentity"), Names{});
  EXPECT_EQ(actions_of("sts", "AssumeRoleWithPigeon"), std::nullopt);
}

TEST(Permissions, OnlyCallsThatKnowNoResourceHaveThemAll) {
  const std::set<std::string> without_resource = {
      "bedrock:GetModelInvocationLoggingConfiguration",
      "bedrock:PutModelInvocationLoggingConfiguration",
      "bedrock:DeleteModelInvocationLoggingConfiguration",
      "sns:GetSubscriptionAttributes",
      "sns:SetSubscriptionAttributes",
      "sns:Unsubscribe",
      "cloudwatch:ListMetrics"};
  for (const std::string_view name : permission_mode_names()) {
    const Json policy = permission_policy(spec_of_two_regions(), *permission_mode_named(name));
    std::set<std::string> sids;
    for (const Json& one : policy["Statement"]) {
      EXPECT_TRUE(sids.insert(one["Sid"].get<std::string>()).second) << one["Sid"];
      for (const Json& resource : one["Resource"]) {
        if (resource != "*") {
          EXPECT_TRUE(resource.get<std::string>().starts_with("arn:aws:")) << resource;
          continue;
        }
        EXPECT_TRUE(one["Sid"].get<std::string>().ends_with("WithoutResource"));
        for (const Json& action : one["Action"]) {
          EXPECT_TRUE(without_resource.contains(action.get<std::string>())) << action;
        }
      }
      for (const Json& action : one["Action"]) {
        EXPECT_EQ(action.get<std::string>().find('*'), std::string::npos) << action;
      }
    }
  }
}

TEST(Permissions, PlanReadsAndChangesNothing) {
  const Json policy = permission_policy(spec_of_two_regions(), PermissionMode::plan);
  for (const Json& one : policy["Statement"]) {
    for (const Json& action : one["Action"]) {
      const std::string name = action.get<std::string>();
      const std::string verb = name.substr(name.find(':') + 1);
      EXPECT_TRUE(verb.starts_with("Get") || verb.starts_with("List") ||
                  verb.starts_with("Describe"))
          << name;
    }
  }
  EXPECT_TRUE(allows(policy, "s3:GetBucketPolicy", "arn:aws:s3:::bedrock-logs-123456789012"));
  EXPECT_FALSE(allows(policy, "s3:GetObject", "arn:aws:s3:::bedrock-logs-123456789012/x"));
}

TEST(Permissions, ApplyAndDestroyReachTheStackAndNothingElse) {
  const Json apply = permission_policy(spec_of_two_regions(), PermissionMode::apply);
  const Json destroy = permission_policy(spec_of_two_regions(), PermissionMode::destroy);
  const char* const role = "arn:aws:iam::123456789012:role/BedrockCloudWatchLoggingRole";
  EXPECT_TRUE(allows(apply, "iam:CreateRole", role));
  EXPECT_FALSE(allows(apply, "iam:DeleteRole", role));
  EXPECT_TRUE(allows(destroy, "iam:DeleteRole", role));
  EXPECT_FALSE(allows(destroy, "iam:DeleteRole", "arn:aws:iam::123456789012:role/Admin"));
  EXPECT_FALSE(allows(apply, "s3:DeleteBucket", "arn:aws:s3:::bedrock-logs-123456789012"));
  EXPECT_TRUE(allows(apply, "cloudwatch:PutMetricAlarm",
                     "arn:aws:cloudwatch:us-east-1:123456789012:alarm:bedrock-high-latency"));
  EXPECT_FALSE(allows(apply, "cloudwatch:PutMetricAlarm",
                      "arn:aws:cloudwatch:us-east-1:123456789012:alarm:payroll"));
}

TEST(Permissions, TheRoleIsPassedToBedrockOnly) {
  const Json policy = permission_policy(spec_of_two_regions(), PermissionMode::apply);
  bool is_found = false;
  for (const Json& one : policy["Statement"]) {
    if (one["Action"] == Json::array({"iam:PassRole"})) {
      is_found = true;
      EXPECT_EQ(one["Condition"]["StringEquals"]["iam:PassedToService"], "bedrock.amazonaws.com");
      EXPECT_EQ(one["Resource"].size(), 1U);
    }
  }
  EXPECT_TRUE(is_found);
}

TEST(Permissions, AReusedBucketIsReadAndNeverWritten) {
  StackSpec spec = spec_of_two_regions();
  spec.regions = {"eu-west-1"};
  spec.reused.bucket = "somebodys-logs";
  const Json policy = permission_policy(spec, PermissionMode::apply);
  EXPECT_TRUE(allows(policy, "s3:GetBucketPolicy", "arn:aws:s3:::somebodys-logs"));
  EXPECT_FALSE(allows(policy, "s3:PutBucketPolicy", "arn:aws:s3:::somebodys-logs"));
}

TEST(Permissions, AnAnalystReadsTheLogsAndNothingBesides) {
  StackSpec spec = spec_of_two_regions();
  spec.key_prefix = "team/logs";
  spec.bucket_kms_key = "arn:aws:kms:eu-west-1:123456789012:key/k";
  const Json policy = permission_policy(spec, PermissionMode::read_archive);
  const std::string bucket = "arn:aws:s3:::bedrock-logs-123456789012";
  const std::string below = "/team/logs/AWSLogs/123456789012/BedrockModelInvocationLogs/";
  EXPECT_TRUE(allows(policy, "s3:GetObject", bucket + below + "eu-west-1/2026/01/01/00/a.json.gz"));
  EXPECT_FALSE(allows(policy, "s3:GetObject", bucket + "/other"));
  EXPECT_TRUE(allows(policy, "s3:ListBucket", bucket));
  EXPECT_TRUE(allows(policy, "kms:Decrypt", spec.bucket_kms_key));
  EXPECT_FALSE(allows(policy, "s3:PutObject", bucket + below + "x"));
  EXPECT_EQ(policy["Statement"][0]["Condition"]["StringLike"]["s3:prefix"][1],
            below.substr(1) + "*");
}

TEST(Permissions, WildcardsMatchAsIamMatchesThem) {
  const auto policy = [](const char* action, const char* resource) {
    return Json{{"Statement",
                 Json::array({{{"Effect", "Allow"}, {"Action", action}, {"Resource", resource}}})}};
  };
  EXPECT_TRUE(allows(policy("S3:get*", "arn:a*b*"), "s3:GetObject", "arn:aXbYab"));
  EXPECT_FALSE(allows(policy("s3:Get*", "arn:a*b"), "s3:GetObject", "arn:aXbY"));
  EXPECT_TRUE(allows(policy("s3:Ge?", "*"), "s3:Get", ""));
  EXPECT_FALSE(allows(policy("s3:Get", "*"), "s3:GetObject", "x"));
  EXPECT_FALSE(allows(policy("s3:Get", "ARN"), "s3:Get", "arn"));
}

}  // namespace
}  // namespace bedrocklog::provision
