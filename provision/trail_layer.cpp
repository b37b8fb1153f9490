// CloudTrail: what was called, by whom and from where, as files in a bucket and as events in a log
// group. The trail is of all regions and is made in the home region.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "provision/observability_profile.h"
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* cloudtrail_service = "cloudtrail.amazonaws.com";
constexpr const char* role_name = "BedrocklogCloudTrailToLogs";

Address trail_bucket(const StackSpec& spec) {
  return {ResourceKind::bucket, spec.regions.front(),
          fmt::format("bedrock-monitoring-cloudtrail-{}-{}", spec.env, spec.account)};
}

std::string trail_arn(const StackSpec& spec) {
  return fmt::format("arn:{}:cloudtrail:{}:{}:trail/{}", spec.partition, spec.regions.front(),
                     spec.account, spec.observability.trail);
}

/// CloudTrail asks for the bucket's ACL before it writes.
std::vector<Json> delivery_statements(const StackSpec& spec, const std::string& bucket) {
  const std::string bucket_arn = fmt::format("arn:{}:s3:::{}", spec.partition, bucket);
  const Json by_trail = {{"aws:SourceArn", trail_arn(spec)}};
  Json written = by_trail;
  written["s3:x-amz-acl"] = "bucket-owner-full-control";
  return {{{"Sid", "BedrocklogTrailAclCheck"},
           {"Effect", "Allow"},
           {"Principal", {{"Service", cloudtrail_service}}},
           {"Action", "s3:GetBucketAcl"},
           {"Resource", bucket_arn},
           {"Condition", {{"StringEquals", by_trail}}}},
          {{"Sid", "BedrocklogTrailWrite"},
           {"Effect", "Allow"},
           {"Principal", {{"Service", cloudtrail_service}}},
           {"Action", "s3:PutObject"},
           {"Resource", fmt::format("{}/AWSLogs/{}/*", bucket_arn, spec.account)},
           {"Condition", {{"StringEquals", written}}}}};
}

/// No condition in the trust: CloudTrail does not send aws:SourceArn and aws:SourceAccount when it
/// takes a role for CloudWatch Logs (CloudTrail User Guide, "Role policy document for CloudTrail to
/// use CloudWatch Logs for monitoring", read 2026-11). Streams of every region are written, hence
/// the star.
RoleDraft to_logs_role(const StackSpec& spec) {
  const Address group = trail_log_group(spec);
  const std::string streams =
      fmt::format("arn:{}:logs:{}:{}:log-group:{}:log-stream:{}_CloudTrail_*", spec.partition,
                  group.region, spec.account, group.name, spec.account);
  return {role_name,
          "Lets CloudTrail write events of Bedrock monitoring to CloudWatch Logs",
          {{"Version", policy_version},
           {"Statement", Json::array({{{"Sid", "BedrocklogCloudTrailAssumes"},
                                       {"Effect", "Allow"},
                                       {"Principal", {{"Service", cloudtrail_service}}},
                                       {"Action", "sts:AssumeRole"}}})}},
          "BedrocklogTrailToLogs",
          {{"Version", policy_version},
           {"Statement", Json::array({{{"Sid", "BedrocklogWriteEvents"},
                                       {"Effect", "Allow"},
                                       {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
                                       {"Resource", streams}}})}}};
}

Json field(const char* name, const std::string& value) {
  return {{"Field", name}, {"Equals", Json::array({value})}};
}

/// Basic selectors know no Bedrock types, and advanced ones log management events only when told
/// to. One selector for each type: wildcards are refused.
Json selectors(const StackSpec& spec) {
  Json list =
      Json::array({{{"Name", "Management events"},
                    {"FieldSelectors", Json::array({field("eventCategory", "Management")})}}});
  for (const std::string& type : spec.observability.data_event_types) {
    list.push_back(
        {{"Name", fmt::format("Data events of Bedrock {}", type)},
         {"FieldSelectors", Json::array({field("eventCategory", "Data"),
                                         field("resources.type", "AWS::Bedrock::" + type)})}});
  }
  if (has_profile(spec, secure_profile)) {
    list.push_back({{"Name", "Calls of Bedrock that a VPC endpoint refused"},
                    {"FieldSelectors", Json::array({field("eventCategory", "NetworkActivity"),
                                                    field("eventSource", "bedrock.amazonaws.com"),
                                                    field("errorCode", "VpceAccessDenied")})}});
  }
  return list;
}

Json trail_properties(const Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  const Address group = trail_log_group(spec);
  Json properties = {
      {"TrailName", spec.observability.trail},
      {"S3BucketName", trail_bucket(spec).name},
      {"IsLogging", true},
      {"IsMultiRegionTrail", true},
      {"EnableLogFileValidation", true},
      {"IncludeGlobalServiceEvents", true},
      {"CloudWatchLogsLogGroupArn", fmt::format("arn:{}:logs:{}:{}:log-group:{}:*", spec.partition,
                                                group.region, spec.account, group.name)},
      {"CloudWatchLogsRoleArn",
       fmt::format("arn:{}:iam::{}:role/{}", spec.partition, spec.account, role_name)},
      {"AdvancedEventSelectors", selectors(spec)}};
  if (spec.observability.has_insights) {
    properties["InsightSelectors"] = {{{"InsightType", "ApiCallRateInsight"}},
                                      {{"InsightType", "ApiErrorRateInsight"}}};
  }
  // With a key, files are encrypted by the trail and not by the bucket's default: the key knows
  // CloudTrail, not S3 on behalf of CloudTrail.
  const Json key = assembly.key_of(spec.regions.front(), spec.bucket_kms_key);
  if (!key.is_null()) {
    properties["KMSKeyId"] = key;
  }
  return properties;
}

}  // namespace

void add_trail_layer(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  const Address trail{ResourceKind::trail, spec.regions.front(), spec.observability.trail};
  if (!has_trail(spec)) {
    assembly.add_unsupported(
        trail, fmt::format("{} is used in its place, and no log group of this stack has its "
                           "events: filters, alarms, queries and widgets over them are left out",
                           spec.observability.use_trail));
    return;
  }
  const Address bucket = trail_bucket(spec);
  add_bucket(assembly, bucket, fmt::format("AWSLogs/{}/", spec.account),
             spec.observability.trail_days, delivery_statements(spec, bucket.name));
  add_role(assembly, to_logs_role(spec));
  assembly.add_tagged(Component::trail, trail, trail_properties(assembly),
                      {bucket,
                       {ResourceKind::bucket_policy, bucket.region, bucket.name},
                       {ResourceKind::role, "", role_name},
                       trail_log_group(spec)});
}

}  // namespace bedrocklog::provision
