// Whether CloudTrail may write into bucket and log group, and use the key.
#include "tests/fake_aws/fake_trail_access.h"

#include <regex>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {
namespace {

using Refusal = std::optional<FakeAnswer>;

constexpr std::size_t prefix_size_max = 200;
constexpr const char* service_name = "cloudtrail.amazonaws.com";

FakeAnswer refused(const std::string& code, const std::string& message) {
  return json_error(400, code, message);
}

Refusal bucket_refusal(const FakeWorld& world, const TrailPlace& trail, const Json& settings) {
  const std::string bucket = text_member(settings, "S3BucketName");
  const std::string prefix = text_member(settings, "S3KeyPrefix");
  if (!std::regex_match(bucket, std::regex("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"))) {
    return refused("InvalidS3BucketNameException", "Bucket name is not valid: " + bucket);
  }
  if (prefix.size() > prefix_size_max) {
    return refused("InvalidS3PrefixException", "The prefix is longer than 200 characters.");
  }
  if (!world.has_bucket(bucket)) {
    return refused("S3BucketDoesNotExistException", "S3 bucket " + bucket + " does not exist!");
  }
  const std::string arn = "arn:" + world.partition + ":s3:::" + bucket;
  PolicyQuestion question;
  question.service = service_name;
  question.conditions = {{"aws:sourcearn", trail.arn},
                         {"aws:sourceaccount", world.account},
                         {"aws:securetransport", "true"},
                         {"s3:tlsversion", "1.3"}};
  question.action = "s3:GetBucketAcl";
  question.resource = arn;
  const bool may_look = world.bucket_allows(bucket, question);
  question.action = "s3:PutObject";
  question.resource = arn + '/' + (prefix.empty() ? "" : prefix + '/') + "AWSLogs/" +
                      world.account + "/CloudTrail/x";
  question.conditions["s3:x-amz-acl"] = "bucket-owner-full-control";
  if (!may_look || !world.bucket_allows(bucket, question)) {
    return refused("InsufficientS3BucketPolicyException",
                   "Incorrect S3 bucket policy is detected for bucket: " + bucket);
  }
  return std::nullopt;
}

Refusal logs_refusal(const FakeWorld& world, const TrailPlace& trail, const Json& settings) {
  const std::string group = text_member(settings, "CloudWatchLogsLogGroupArn");
  const std::string role = text_member(settings, "CloudWatchLogsRoleArn");
  if (group.empty() != role.empty()) {
    return refused("InvalidParameterCombinationException",
                   "You must specify both a log group and a role ARN, or neither.");
  }
  if (group.empty()) {
    return std::nullopt;
  }
  const std::string start =
      "arn:" + world.partition + ":logs:" + trail.home_region + ':' + world.account + ":log-group:";
  if (!group.starts_with(start) || !group.ends_with(":*")) {
    return refused("InvalidCloudWatchLogsLogGroupArnException",
                   "CloudTrail cannot validate the specified log group ARN.");
  }
  const std::string name = group.substr(start.size(), group.size() - start.size() - 2);
  PolicyQuestion question;  // CloudTrail's requests to STS carry no source.
  question.service = service_name;
  question.action = "sts:AssumeRole";
  if (!world.role_trusts(role, question)) {
    return refused("InvalidCloudWatchLogsRoleArnException",
                   "Access denied. Check the trust relationships for your role.");
  }
  const bool is_everywhere = settings.value("IsMultiRegionTrail", false);
  for (const char* const action : {"logs:CreateLogStream", "logs:PutLogEvents"}) {
    for (const std::string& region : {trail.home_region, std::string("xx-other-1")}) {
      question.action = action;
      question.resource =
          start + name + ":log-stream:" + world.account + "_CloudTrail_" + region + "_2";
      const bool is_needed = region == trail.home_region || is_everywhere;
      if (is_needed &&
          (!world.has_log_group(trail.home_region, name) || !world.role_allows(role, question))) {
        return refused("InvalidCloudWatchLogsLogGroupArnException",
                       "Access denied. Verify in IAM that the role has adequate permissions.");
      }
    }
  }
  return std::nullopt;
}

Refusal key_refusal(const FakeWorld& world, const TrailPlace& trail, const Json& settings) {
  const std::string key = text_member(settings, "KmsKeyId");
  if (key.empty()) {
    return std::nullopt;
  }
  if (!key.starts_with("arn:" + world.partition + ":kms:") || key.find(":key/") == key.npos) {
    return refused("InvalidKmsKeyIdException", "The fake takes ARNs of keys only: " + key);
  }
  if (!world.key_refusal) {
    return std::nullopt;
  }
  PolicyQuestion question;
  question.service = service_name;
  question.resource = key;
  question.conditions = {{"aws:sourcearn", trail.arn}, {"aws:sourceaccount", world.account}};
  for (const char* const action : {"kms:GenerateDataKey", "kms:DescribeKey"}) {
    question.action = action;
    if (std::string(action) == "kms:GenerateDataKey") {
      question.conditions["kms:encryptioncontext:aws:cloudtrail:arn"] = trail.arn;
    } else {
      question.conditions.erase("kms:encryptioncontext:aws:cloudtrail:arn");
    }
    const std::string code = world.key_refusal(key, question);
    if (!code.empty()) {
      return refused(code == "NotFoundException"   ? "KmsKeyNotFoundException"
                     : code == "DisabledException" ? "KmsKeyDisabledException"
                                                   : "InsufficientEncryptionPolicyException",
                     "Insufficient permissions to access S3 bucket or KMS key " + key);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<FakeAnswer> trail_settings_refusal(const FakeWorld& world, const TrailPlace& trail,
                                                 const Json& settings) {
  if (settings.value("IsMultiRegionTrail", false) &&
      !settings.value("IncludeGlobalServiceEvents", true)) {
    return refused("InvalidParameterCombinationException",
                   "Multi-Region trail must include global service events.");
  }
  if (settings.value("IsOrganizationTrail", false)) {
    return refused("OrganizationsNotInUseException", "The account is in no organization.");
  }
  if (auto wrong = bucket_refusal(world, trail, settings)) {
    return wrong;
  }
  if (auto wrong = key_refusal(world, trail, settings)) {
    return wrong;
  }
  return logs_refusal(world, trail, settings);
}

}  // namespace bedrocklog::fake_aws
