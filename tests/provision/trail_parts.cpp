// The parts of a trail, as profile observability puts them together.
#include "tests/provision/trail_parts.h"

namespace bedrocklog::provision {
namespace {

Json condition(const char* field, const char* value) {
  return {{"Field", field}, {"Equals", Json::array({value})}};
}

RoleDraft delivery_role() {
  return {
      "TrailToLogs",
      "Lets CloudTrail write to CloudWatch Logs",
      {{"Version", policy_version},
       {"Statement", Json::array({{{"Effect", "Allow"},
                                   {"Principal", {{"Service", "cloudtrail.amazonaws.com"}}},
                                   {"Action", "sts:AssumeRole"}}})}},
      "BedrocklogTrailToLogs",
      {{"Version", policy_version},
       {"Statement", Json::array({{{"Effect", "Allow"},
                                   {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
                                   {"Resource",
                                    "arn:aws:logs:eu-west-1:123456789012:log-group:/trail/events:"
                                    "log-stream:123456789012_CloudTrail_*"}}})}}};
}

}  // namespace

Address trail_address() {
  return {ResourceKind::trail, trail_region, "bedrock-trail"};
}

Json data_selector(const std::string& type) {
  const std::string full = "AWS::Bedrock::" + type;
  return {{"Name", "Data events of " + type},
          {"FieldSelectors", Json::array({condition("eventCategory", "Data"),
                                          condition("resources.type", full.c_str())})}};
}

std::vector<Json> trail_delivery_statements() {
  const std::string bucket = std::string("arn:aws:s3:::") + trail_bucket;
  return {{{"Sid", "BedrocklogTrailAclCheck"},
           {"Effect", "Allow"},
           {"Principal", {{"Service", "cloudtrail.amazonaws.com"}}},
           {"Action", "s3:GetBucketAcl"},
           {"Resource", bucket},
           {"Condition", {{"StringEquals", {{"aws:SourceArn", trail_arn}}}}}},
          {{"Sid", "BedrocklogTrailWrite"},
           {"Effect", "Allow"},
           {"Principal", {{"Service", "cloudtrail.amazonaws.com"}}},
           {"Action", "s3:PutObject"},
           {"Resource", bucket + "/AWSLogs/123456789012/*"},
           {"Condition",
            {{"StringEquals",
              {{"aws:SourceArn", trail_arn}, {"s3:x-amz-acl", "bucket-owner-full-control"}}}}}}};
}

Json trail_properties() {
  return {{"TrailName", "bedrock-trail"},
          {"S3BucketName", trail_bucket},
          {"IsLogging", true},
          {"IsMultiRegionTrail", true},
          {"EnableLogFileValidation", true},
          {"IncludeGlobalServiceEvents", true},
          {"CloudWatchLogsLogGroupArn",
           "arn:aws:logs:eu-west-1:123456789012:log-group:/trail/events:*"},
          {"CloudWatchLogsRoleArn", "arn:aws:iam::123456789012:role/TrailToLogs"},
          {"AdvancedEventSelectors",
           Json::array(
               {{{"Name", "Management events"},
                 {"FieldSelectors", Json::array({condition("eventCategory", "Management")})}},
                data_selector("Model"),
                data_selector("AgentAlias"),
                {{"Name", "Refused at a VPC endpoint"},
                 {"FieldSelectors", Json::array({condition("eventCategory", "NetworkActivity"),
                                                 condition("eventSource", "bedrock.amazonaws.com"),
                                                 condition("errorCode", "VpceAccessDenied")})}}})},
          {"InsightSelectors",
           {{{"InsightType", "ApiCallRateInsight"}}, {{"InsightType", "ApiErrorRateInsight"}}}}};
}

Parts without_trail() {
  return [](Assembly& assembly) {
    add_bucket(assembly, {ResourceKind::bucket, trail_region, trail_bucket}, "AWSLogs/", 90,
               trail_delivery_statements());
    add_log_group(assembly, {ResourceKind::log_group, trail_region, "/trail/events"});
    add_role(assembly, delivery_role());
  };
}

Parts with_trail(const Json& changes) {
  return [changes](Assembly& assembly) {
    without_trail()(assembly);
    Json properties = trail_properties();
    properties.merge_patch(changes);
    assembly.add_tagged(Component::trail, trail_address(), properties,
                        {{ResourceKind::bucket, trail_region, trail_bucket},
                         {ResourceKind::bucket_policy, trail_region, trail_bucket},
                         {ResourceKind::role, "", "TrailToLogs"},
                         {ResourceKind::log_group, trail_region, "/trail/events"}});
  };
}

}  // namespace bedrocklog::provision
