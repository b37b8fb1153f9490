// The rights that are asked for: all that is called, and no more.
#include "provision/permissions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "provision/assembly.h"
#include "provision/call_rights.h"
#include "provision/desired_state.h"

namespace bedrocklog::provision {
namespace {

/// With everything that the profiles can have.
StackSpec spec_of_all_profiles() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  spec.profiles = {"core", "observability", "secure"};
  spec.subscribers = {{"email", "ops@example.com"}};
  spec.observability.has_report_bucket = true;
  spec.observability.budget.monthly_usd = "100";
  spec.secure.network.vpc_id = "vpc-12345678";
  spec.secure.network.subnet_ids = {"subnet-12345678"};
  spec.secure.network.management_cidrs = {"10.20.0.0/16"};
  spec.secure.access.trusted_principals = {"arn:aws:iam::123456789012:role/app"};
  return spec;
}

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
                                                        {"dashboard_provider", "cloudwatch"},
                                                        {"composite_alarm", "cloudwatch"},
                                                        {"anomaly_detector", "cloudwatch"},
                                                        {"metric_filter", "logs"},
                                                        {"query_definition", "logs"},
                                                        {"key_", "kms"},
                                                        {"trail_", "cloudtrail"},
                                                        {"event_rule_", "events"},
                                                        {"budget_", "budgets"},
                                                        {"guardrail_", "bedrock"},
                                                        {"security_group", "ec2"},
                                                        {"vpc_endpoint", "ec2"},
                                                        {"endpoint_offer", "ec2"}}) {
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
                                        "TagKey",
                                        "TagValue",
                                        "TagSpecification",
                                        "TagSet",
                                        "Tag",
                                        "Tagging",
                                        "Delete",
                                        "DeleteMarker",
                                        "Deleted",
                                        "CreateBucketConfiguration",
                                        "AbortIncompleteMultipartUpload",
                                        "AttachedPolicies",
                                        "Subscriber",
                                        "Subscribers",
                                        "TagsList"};
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
      "cloudwatch:ListMetrics",
      "cloudwatch:DescribeAlarms",  // Of composites.
      "cloudwatch:PutCompositeAlarm",
      "cloudwatch:DescribeAnomalyDetectors",
      "cloudwatch:PutAnomalyDetector",
      "cloudwatch:DeleteAnomalyDetector",
      "logs:DescribeQueryDefinitions",
      "logs:PutQueryDefinition",
      "logs:DeleteQueryDefinition",
      "kms:ListAliases",
      "kms:ListKeys",
      "kms:CreateKey",
      "cloudtrail:DescribeTrails",
      "ec2:DescribeVpcs",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcEndpointServices",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeNetworkInterfaces",
      "bedrock:ListGuardrails",
      "bedrock:CreateGuardrail",
      "ce:GetCostAndUsage",
      "ce:GetCostForecast",
      "ce:GetDimensionValues",
      "ce:GetTags",
      "ce:ListCostAllocationTags"};
  for (const StackSpec& spec : {spec_of_two_regions(), spec_of_all_profiles()})
    for (const std::string_view name : permission_mode_names()) {
      const Json policy = permission_policy(spec, *permission_mode_named(name));
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
                  verb.starts_with("Describe") || verb == "ViewBudget")
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
  // Other settings retire a role, and a failed run takes it away.
  EXPECT_TRUE(allows(apply, "iam:DeleteRole", role));
  EXPECT_FALSE(allows(apply, "iam:DeleteRole", "arn:aws:iam::123456789012:role/Admin"));
  EXPECT_FALSE(allows(apply, "logs:DeleteLogGroup",
                      "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/bedrock/"
                      "modelinvocations"));
  EXPECT_FALSE(allows(apply, "s3:DeleteObject", "arn:aws:s3:::bedrock-logs-123456789012/x"));
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

TEST(Permissions, ThingsWithMadeUpIdsAreHeldToTheTagOfTheStack) {
  StackSpec spec = spec_of_all_profiles();
  const auto tagged = [](const Json& policy, const std::string& action) {
    std::set<std::string> conditions;
    for (const Json& one : policy["Statement"]) {
      if (std::find(one["Action"].begin(), one["Action"].end(), action) != one["Action"].end()) {
        conditions.insert(one.value("Condition", Json()).dump());
      }
    }
    return conditions;
  };
  const Json destroy = permission_policy(spec, PermissionMode::destroy);
  if (desired_state(spec).find(stack_key(spec, "eu-west-1")) != nullptr) {
    EXPECT_EQ(tagged(destroy, "kms:ScheduleKeyDeletion"),
              (std::set<std::string>{
                  R"({"StringEquals":{"aws:ResourceTag/bedrocklog:stack":"bedrocklog"}})"}));
    spec.adopts = {"key:bedrocklog-bedrocklog"};
    EXPECT_EQ(tagged(permission_policy(spec, PermissionMode::destroy), "kms:ScheduleKeyDeletion"),
              (std::set<std::string>{"null"}));
  }
}

TEST(Permissions, EveryActionOfApplyIsOneOfACallOrOfARoleThatIsPassed) {
  std::set<std::string> known = {"iam:PassRole"};
  for (const CallRight& right : call_rights()) {
    add_actions(right, known);
  }
  for (const PermissionMode mode :
       {PermissionMode::plan, PermissionMode::apply, PermissionMode::destroy}) {
    const Json policy = permission_policy(spec_of_all_profiles(), mode);
    for (const Json& one : policy["Statement"]) {
      for (const Json& action : one["Action"]) {
        EXPECT_TRUE(known.contains(action.get<std::string>())) << action;
      }
    }
  }
}

TEST(Permissions, FinanceReadsReportsAndCostsAndChangesNothing) {
  const StackSpec spec = spec_of_all_profiles();
  const Json policy = permission_policy(spec, PermissionMode::finance_reader);
  EXPECT_TRUE(allows(policy, "s3:GetObject",
                     "arn:aws:s3:::bedrock-monitoring-reports-prod-123456789012/2026.md"));
  EXPECT_TRUE(allows(policy, "s3:ListBucket", "arn:aws:s3:::bedrock-logs-123456789012"));
  EXPECT_TRUE(allows(policy, "budgets:ViewBudget",
                     "arn:aws:budgets::123456789012:budget/bedrocklog-bedrocklog-monthly"));
  EXPECT_TRUE(allows(policy, "ce:GetCostAndUsage", "any"));
  for (const char* const action :
       {"budgets:ModifyBudget", "s3:PutObject", "iam:GetRole", "bedrock:InvokeModel"}) {
    EXPECT_FALSE(allows(policy, action, "arn:aws:s3:::bedrock-logs-123456789012/x")) << action;
  }
}

TEST(Permissions, AdminMayAllThatTheOthersMay) {
  const StackSpec spec = spec_of_all_profiles();
  const Json admin = permission_policy(spec, PermissionMode::admin);
  for (const std::string_view name : permission_mode_names()) {
    const Json policy = permission_policy(spec, *permission_mode_named(name));
    for (const Json& one : policy["Statement"]) {
      for (const Json& action : one["Action"]) {
        for (const Json& resource : one["Resource"]) {
          EXPECT_TRUE(allows(admin, action.get<std::string>(), resource.get<std::string>()))
              << name << ' ' << action << ' ' << resource;
        }
      }
    }
  }
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

TEST(Permissions, OnlyTheCanarySearchesTheLogGroup) {
  const StackSpec spec = spec_of_two_regions();
  const std::string group =
      "arn:aws:logs:us-east-1:123456789012:log-group:/aws/bedrock/modelinvocations:*";
  const Json canary = permission_policy(spec, PermissionMode::canary);
  EXPECT_TRUE(allows(canary, "logs:FilterLogEvents", group));
  EXPECT_FALSE(allows(canary, "logs:FilterLogEvents",
                      "arn:aws:logs:us-east-1:123456789012:log-group:/payroll:*"));
  EXPECT_TRUE(allows(canary, "s3:GetObject",
                     "arn:aws:s3:::bedrock-logs-123456789012/AWSLogs/123456789012/"
                     "BedrockModelInvocationLogs/eu-west-1/2026/01/01/00/a.json.gz"));
  EXPECT_FALSE(allows(canary, "logs:PutRetentionPolicy", group));
  for (const PermissionMode other : {PermissionMode::plan, PermissionMode::apply,
                                     PermissionMode::destroy, PermissionMode::finance_reader}) {
    EXPECT_FALSE(allows(permission_policy(spec, other), "logs:FilterLogEvents", group));
  }
}

/// Every pair of an action and a resource, under its condition.
std::set<std::string> rights_in(const std::vector<Json>& documents) {
  std::set<std::string> rights;
  for (const Json& document : documents) {
    for (const Json& one : document["Statement"]) {
      for (const Json& action : one["Action"]) {
        for (const Json& resource : one["Resource"]) {
          rights.insert(one.value("Condition", Json()).dump() + action.dump() + resource.dump());
        }
      }
    }
  }
  return rights;
}

TEST(Permissions, AreInPoliciesThatIamTakes) {
  StackSpec spec = spec_of_all_profiles();
  spec.regions = {"eu-west-1", "us-east-1", "ap-southeast-2"};
  for (const std::string_view name : permission_mode_names()) {
    const Json policy = permission_policy(spec, *permission_mode_named(name));
    for (const std::size_t limit : {managed_policy_characters_max, std::size_t{2'048}}) {
      const std::vector<Json> parts = policy_parts(policy, limit);
      EXPECT_EQ(rights_in(parts), rights_in({policy})) << name;
      for (const Json& part : parts) {
        EXPECT_LE(part.dump().size(), limit) << name;
        EXPECT_EQ(part["Version"], policy["Version"]);
        std::set<std::string> sids;
        for (const Json& one : part["Statement"]) {
          EXPECT_TRUE(sids.insert(one["Sid"].get<std::string>()).second) << one["Sid"];
        }
      }
    }
  }
  EXPECT_EQ(policy_parts(permission_policy(spec_of_two_regions(), PermissionMode::plan)).size(),
            1U);
}

}  // namespace
}  // namespace bedrocklog::provision
