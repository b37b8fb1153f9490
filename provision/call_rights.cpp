// The table.
#include "provision/call_rights.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

constexpr std::array right_rows = {
    CallRight{"sts", "GetCallerIdentity", RightScope::nothing, right_reads},
    CallRight{"s3", "HeadBucket", RightScope::bucket, right_reads, "ListBucket"},
    CallRight{"s3", "ListObjectsV2", RightScope::bucket, right_reads, "ListBucket"},
    CallRight{"s3", "GetObject", RightScope::objects, 0},  // Of readers only.
    CallRight{"s3", "GetPublicAccessBlock", RightScope::bucket, right_reads,
              "GetBucketPublicAccessBlock"},
    CallRight{"s3", "GetBucketOwnershipControls", RightScope::bucket, right_reads},
    CallRight{"s3", "GetBucketEncryption", RightScope::bucket, right_reads,
              "GetEncryptionConfiguration"},
    CallRight{"s3", "GetBucketVersioning", RightScope::bucket, right_reads},
    CallRight{"s3", "GetBucketLifecycleConfiguration", RightScope::bucket, right_reads,
              "GetLifecycleConfiguration"},
    CallRight{"s3", "GetBucketTagging", RightScope::bucket, right_reads},
    CallRight{"s3", "GetBucketPolicy", RightScope::bucket, right_reads},
    CallRight{"s3", "CreateBucket", RightScope::bucket, right_writes, "CreateBucket TagResource"},
    CallRight{"s3", "PutPublicAccessBlock", RightScope::bucket, right_writes,
              "PutBucketPublicAccessBlock"},
    CallRight{"s3", "PutBucketOwnershipControls", RightScope::bucket, right_writes},
    CallRight{"s3", "PutBucketEncryption", RightScope::bucket, right_writes,
              "PutEncryptionConfiguration"},
    CallRight{"s3", "PutBucketVersioning", RightScope::bucket, right_writes},
    CallRight{"s3", "PutBucketLifecycleConfiguration", RightScope::bucket,
              right_writes | right_removes, "PutLifecycleConfiguration"},
    CallRight{"s3", "DeleteBucketLifecycle", RightScope::bucket, right_writes | right_removes,
              "PutLifecycleConfiguration"},
    CallRight{"s3", "PutBucketTagging", RightScope::bucket, right_writes | right_removes},
    CallRight{"s3", "DeleteBucketTagging", RightScope::bucket, right_removes, "PutBucketTagging"},
    CallRight{"s3", "PutBucketPolicy", RightScope::bucket, right_writes | right_removes},
    CallRight{"s3", "DeleteBucketPolicy", RightScope::bucket, right_removes},
    CallRight{"s3", "ListObjectVersions", RightScope::bucket, right_removes, "ListBucketVersions"},
    CallRight{"s3", "ListMultipartUploads", RightScope::bucket, right_removes,
              "ListBucketMultipartUploads"},
    CallRight{"s3", "DeleteObjects", RightScope::objects, right_removes,
              "DeleteObject DeleteObjectVersion"},
    CallRight{"s3", "AbortMultipartUpload", RightScope::objects, right_removes},
    CallRight{"s3", "DeleteBucket", RightScope::bucket, right_removes},
    CallRight{"logs", "DescribeLogGroups", RightScope::log_groups, right_reads},
    CallRight{"logs", "DescribeLogStreams", RightScope::log_group, right_reads},
    CallRight{"logs", "FilterLogEvents", RightScope::log_group, right_searches},
    CallRight{"logs", "ListTagsForResource", RightScope::log_group, right_reads},
    CallRight{"logs", "CreateLogGroup", RightScope::log_group, right_writes,
              "CreateLogGroup TagResource"},
    CallRight{"logs", "PutRetentionPolicy", RightScope::log_group, right_writes},
    CallRight{"logs", "AssociateKmsKey", RightScope::log_group, right_writes},
    CallRight{"logs", "TagResource", RightScope::log_group, right_writes},
    CallRight{"logs", "UntagResource", RightScope::log_group, right_removes},
    CallRight{"logs", "DeleteLogGroup", RightScope::log_group, right_removes},
    CallRight{"iam", "GetRole", RightScope::role, right_reads},
    CallRight{"iam", "ListRolePolicies", RightScope::role, right_reads},
    CallRight{"iam", "GetRolePolicy", RightScope::role, right_reads},
    CallRight{"iam", "ListAttachedRolePolicies", RightScope::role, right_removes},
    CallRight{"iam", "CreateRole", RightScope::role, right_writes, "CreateRole TagRole"},
    CallRight{"iam", "PutRolePolicy", RightScope::role, right_writes},
    CallRight{"iam", "UpdateAssumeRolePolicy", RightScope::role, right_writes},
    CallRight{"iam", "UpdateRole", RightScope::role, right_writes},
    CallRight{"iam", "TagRole", RightScope::role, right_writes},
    // apply takes away inline policies of ours that are no longer wanted.
    CallRight{"iam", "DeleteRolePolicy", RightScope::role, right_writes | right_removes},
    CallRight{"iam", "DetachRolePolicy", RightScope::role, right_removes},
    CallRight{"iam", "UntagRole", RightScope::role, right_removes},
    CallRight{"iam", "DeleteRole", RightScope::role, right_removes},
    CallRight{"bedrock", "GetModelInvocationLoggingConfiguration", RightScope::unlimited_logging,
              right_reads},
    // destroy right_writes what is left of a configuration that others share.
    CallRight{"bedrock", "PutModelInvocationLoggingConfiguration", RightScope::unlimited_logging,
              right_writes | right_removes},
    CallRight{"bedrock", "DeleteModelInvocationLoggingConfiguration", RightScope::unlimited_logging,
              right_removes},
    CallRight{"sns", "GetTopicAttributes", RightScope::topic, right_reads},
    CallRight{"sns", "ListTagsForResource", RightScope::topic, right_reads},
    CallRight{"sns", "ListSubscriptionsByTopic", RightScope::topic, right_reads},
    CallRight{"sns", "GetSubscriptionAttributes", RightScope::unlimited_subscription, right_reads},
    CallRight{"sns", "CreateTopic", RightScope::topic, right_writes, "CreateTopic TagResource"},
    CallRight{"sns", "SetTopicAttributes", RightScope::topic, right_writes | right_removes},
    CallRight{"sns", "TagResource", RightScope::topic, right_writes},
    CallRight{"sns", "Subscribe", RightScope::subscribed, right_writes},
    CallRight{"sns", "SetSubscriptionAttributes", RightScope::unlimited_subscription, right_writes},
    CallRight{"sns", "Unsubscribe", RightScope::unlimited_subscription, right_removes},
    CallRight{"sns", "UntagResource", RightScope::topic, right_removes},
    CallRight{"sns", "DeleteTopic", RightScope::topic, right_removes},
    CallRight{"cloudwatch", "DescribeAlarms", RightScope::alarms, right_reads},
    CallRight{"cloudwatch", "ListTagsForResource", RightScope::alarm, right_reads},
    CallRight{"cloudwatch", "ListMetrics", RightScope::unlimited_metrics, right_reads},
    CallRight{"cloudwatch", "GetDashboard", RightScope::dashboard, right_reads},
    CallRight{"cloudwatch", "PutMetricAlarm", RightScope::alarm, right_writes,
              "PutMetricAlarm TagResource"},
    CallRight{"cloudwatch", "SetAlarmState", RightScope::alarm, right_writes},
    CallRight{"cloudwatch", "TagResource", RightScope::alarm, right_writes},
    CallRight{"cloudwatch", "PutDashboard", RightScope::dashboard, right_writes},
    CallRight{"cloudwatch", "UntagResource", RightScope::alarm, right_removes},
    CallRight{"cloudwatch", "DeleteAlarms", RightScope::alarm, right_removes},
    CallRight{"cloudwatch", "DeleteDashboards", RightScope::dashboard, right_removes},
    // Of profiles beside core.
    CallRight{"iam", "PutRolePermissionsBoundary", RightScope::role, right_writes},
    CallRight{"iam", "DeleteRolePermissionsBoundary", RightScope::role,
              right_writes | right_removes},
    CallRight{"logs", "DisassociateKmsKey", RightScope::log_group, right_writes},
    CallRight{"logs", "DescribeMetricFilters", RightScope::filtered_group, right_reads},
    CallRight{"logs", "PutMetricFilter", RightScope::filtered_group, right_writes},
    CallRight{"logs", "DeleteMetricFilter", RightScope::filtered_group, right_removes},
    CallRight{"logs", "DescribeQueryDefinitions", RightScope::unlimited_query, right_reads},
    CallRight{"logs", "PutQueryDefinition", RightScope::unlimited_query, right_writes},
    CallRight{"logs", "DeleteQueryDefinition", RightScope::unlimited_query, right_removes},
    // Of composite alarms CloudWatch wants all or nothing.
    CallRight{"cloudwatch", "DescribeAlarms", RightScope::unlimited_composite, right_reads},
    CallRight{"cloudwatch", "PutCompositeAlarm", RightScope::unlimited_composite, right_writes},
    CallRight{"cloudwatch", "PutCompositeAlarm", RightScope::composite, right_writes,
              "TagResource"},
    CallRight{"cloudwatch", "ListTagsForResource", RightScope::composite, right_reads},
    CallRight{"cloudwatch", "TagResource", RightScope::composite, right_writes},
    CallRight{"cloudwatch", "UntagResource", RightScope::composite, right_removes},
    CallRight{"cloudwatch", "DeleteAlarms", RightScope::composite, right_removes},
    CallRight{"cloudwatch", "DescribeAnomalyDetectors", RightScope::unlimited_detector,
              right_reads},
    CallRight{"cloudwatch", "PutAnomalyDetector", RightScope::unlimited_detector, right_writes},
    CallRight{"cloudwatch", "DeleteAnomalyDetector", RightScope::unlimited_detector, right_removes},
    CallRight{"kms", "ListKeys", RightScope::unlimited_key, right_reads},
    CallRight{"kms", "DescribeKey", RightScope::keys, right_reads},
    CallRight{"kms", "GetKeyPolicy", RightScope::keys, right_reads},
    CallRight{"kms", "GetKeyRotationStatus", RightScope::keys, right_reads},
    CallRight{"kms", "ListResourceTags", RightScope::keys, right_reads},
    CallRight{"kms", "CreateKey", RightScope::unlimited_key, right_writes},
    CallRight{"kms", "CreateKey", RightScope::new_key, right_writes, "TagResource"},
    // KMS learns of a new key's tags only after minutes: what follows its creation at once does not
    // ask for them.
    CallRight{"kms", "EnableKeyRotation", RightScope::keys, right_writes},
    CallRight{"kms", "EnableKey", RightScope::own_key, right_writes},
    CallRight{"kms", "CreateAlias", RightScope::alias, right_writes},
    CallRight{"kms", "CreateAlias", RightScope::keys, right_writes},
    CallRight{"kms", "UpdateAlias", RightScope::alias, right_writes},
    CallRight{"kms", "UpdateAlias", RightScope::keys, right_writes},
    CallRight{"kms", "PutKeyPolicy", RightScope::own_key, right_writes},
    CallRight{"kms", "UpdateKeyDescription", RightScope::own_key, right_writes},
    CallRight{"kms", "TagResource", RightScope::new_key, right_writes},
    CallRight{"kms", "TagResource", RightScope::own_key, right_writes},
    CallRight{"kms", "UntagResource", RightScope::own_key, right_writes | right_removes},
    CallRight{"kms", "DeleteAlias", RightScope::alias, right_removes},
    CallRight{"kms", "DeleteAlias", RightScope::keys, right_removes},
    // apply ends copies of a key whose first creation was not answered.
    CallRight{"kms", "ScheduleKeyDeletion", RightScope::own_key, right_writes | right_removes},
    CallRight{"cloudtrail", "DescribeTrails", RightScope::unlimited_trail, right_reads},
    CallRight{"cloudtrail", "GetTrail", RightScope::trail, right_reads},
    CallRight{"cloudtrail", "GetTrailStatus", RightScope::trail, right_reads},
    CallRight{"cloudtrail", "GetEventSelectors", RightScope::trail, right_reads},
    CallRight{"cloudtrail", "GetInsightSelectors", RightScope::trail, right_reads},
    CallRight{"cloudtrail", "ListTags", RightScope::trail, right_reads},
    CallRight{"cloudtrail", "CreateTrail", RightScope::trail, right_writes, "CreateTrail AddTags"},
    CallRight{"cloudtrail", "UpdateTrail", RightScope::trail, right_writes},
    CallRight{"cloudtrail", "PutEventSelectors", RightScope::trail, right_writes},
    CallRight{"cloudtrail", "PutInsightSelectors", RightScope::trail, right_writes},
    CallRight{"cloudtrail", "StartLogging", RightScope::trail, right_writes},
    CallRight{"cloudtrail", "AddTags", RightScope::trail, right_writes},
    CallRight{"cloudtrail", "RemoveTags", RightScope::trail, right_removes},
    CallRight{"cloudtrail", "StopLogging", RightScope::trail, right_writes | right_removes},
    CallRight{"cloudtrail", "DeleteTrail", RightScope::trail, right_removes},
    CallRight{"events", "DescribeRule", RightScope::rule, right_reads},
    CallRight{"events", "ListTargetsByRule", RightScope::rule, right_reads},
    CallRight{"events", "ListTagsForResource", RightScope::rule, right_reads},
    CallRight{"events", "PutRule", RightScope::rule, right_writes, "PutRule TagResource"},
    CallRight{"events", "PutTargets", RightScope::rule, right_writes},
    CallRight{"events", "TagResource", RightScope::rule, right_writes},
    CallRight{"events", "UntagResource", RightScope::rule, right_removes},
    CallRight{"events", "RemoveTargets", RightScope::rule, right_writes | right_removes},
    CallRight{"events", "DeleteRule", RightScope::rule, right_removes},
    CallRight{"budgets", "DescribeBudget", RightScope::budget, right_reads, "ViewBudget"},
    CallRight{"budgets", "DescribeNotificationsForBudget", RightScope::budget, right_reads,
              "ViewBudget"},
    CallRight{"budgets", "DescribeSubscribersForNotification", RightScope::budget, right_reads,
              "ViewBudget"},
    CallRight{"budgets", "ListTagsForResource", RightScope::budget, right_reads},
    CallRight{"budgets", "CreateBudget", RightScope::budget, right_writes, "ModifyBudget"},
    CallRight{"budgets", "UpdateBudget", RightScope::budget, right_writes, "ModifyBudget"},
    CallRight{"budgets", "CreateNotification", RightScope::budget, right_writes, "ModifyBudget"},
    CallRight{"budgets", "DeleteNotification", RightScope::budget, right_writes, "ModifyBudget"},
    CallRight{"budgets", "CreateSubscriber", RightScope::budget, right_writes, "ModifyBudget"},
    CallRight{"budgets", "DeleteSubscriber", RightScope::budget, right_writes, "ModifyBudget"},
    CallRight{"budgets", "TagResource", RightScope::budget, right_writes},
    CallRight{"budgets", "DeleteBudget", RightScope::budget, right_removes, "ModifyBudget"},
    CallRight{"ec2", "DescribeVpcAttribute", RightScope::unlimited_network, right_reads},
    CallRight{"ec2", "DescribeSubnets", RightScope::unlimited_network, right_reads},
    CallRight{"ec2", "DescribeVpcEndpoints", RightScope::unlimited_network, right_reads},
    CallRight{"ec2", "DescribeVpcEndpointServices", RightScope::unlimited_network, right_reads},
    CallRight{"ec2", "DescribeSecurityGroups", RightScope::unlimited_network, right_reads},
    CallRight{"ec2", "DescribeSecurityGroupRules", RightScope::unlimited_network, right_reads},
    CallRight{"ec2", "CreateSecurityGroup", RightScope::new_group, right_writes},
    CallRight{"ec2", "CreateSecurityGroup", RightScope::vpc, right_writes},
    CallRight{"ec2", "CreateSecurityGroup", RightScope::new_network_tags, right_writes,
              "CreateTags"},
    CallRight{"ec2", "AuthorizeSecurityGroupIngress", RightScope::own_group, right_writes},
    CallRight{"ec2", "RevokeSecurityGroupIngress", RightScope::own_group, right_writes},
    CallRight{"ec2", "AuthorizeSecurityGroupEgress", RightScope::own_group, right_writes},
    CallRight{"ec2", "RevokeSecurityGroupEgress", RightScope::own_group, right_writes},
    CallRight{"ec2", "DeleteSecurityGroup", RightScope::own_group, right_removes},
    CallRight{"ec2", "CreateVpcEndpoint", RightScope::new_endpoint, right_writes},
    CallRight{"ec2", "CreateVpcEndpoint", RightScope::endpoint_parts, right_writes},
    CallRight{"ec2", "CreateVpcEndpoint", RightScope::new_network_tags, right_writes, "CreateTags"},
    // What private DNS asks for.
    CallRight{"ec2", "CreateVpcEndpoint", RightScope::vpc, right_writes,
              "route53:AssociateVPCWithHostedZone"},
    CallRight{"ec2", "ModifyVpcEndpoint", RightScope::own_endpoint, right_writes},
    CallRight{"ec2", "ModifyVpcEndpoint", RightScope::endpoint_parts, right_writes},
    // apply replaces an endpoint that failed.
    CallRight{"ec2", "DeleteVpcEndpoints", RightScope::own_endpoint, right_writes | right_removes},
    CallRight{"ec2", "CreateTags", RightScope::own_group, right_writes},
    CallRight{"ec2", "CreateTags", RightScope::own_endpoint, right_writes},
    CallRight{"ec2", "DeleteTags", RightScope::own_group, right_writes | right_removes},
    CallRight{"ec2", "DeleteTags", RightScope::own_endpoint, right_writes | right_removes},
    CallRight{"bedrock", "ListGuardrails", RightScope::unlimited_guardrail, right_reads},
    CallRight{"bedrock", "GetGuardrail", RightScope::guardrails, right_reads},
    CallRight{"bedrock", "ListTagsForResource", RightScope::guardrails, right_reads},
    CallRight{"bedrock", "CreateGuardrail", RightScope::unlimited_guardrail, right_writes},
    CallRight{"bedrock", "CreateGuardrail", RightScope::new_guardrail, right_writes, "TagResource"},
    CallRight{"bedrock", "CreateGuardrail", RightScope::guardrail_key, right_writes,
              "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKey"},
    CallRight{"bedrock", "UpdateGuardrail", RightScope::own_guardrail, right_writes},
    CallRight{"bedrock", "UpdateGuardrail", RightScope::guardrail_key, right_writes,
              "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKey"},
    CallRight{"bedrock", "CreateGuardrailVersion", RightScope::own_guardrail, right_writes},
    CallRight{"bedrock", "CreateGuardrailVersion", RightScope::guardrail_key, right_writes,
              "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKey"},
    CallRight{"bedrock", "TagResource", RightScope::new_guardrail, right_writes},
    CallRight{"bedrock", "TagResource", RightScope::own_guardrail, right_writes},
    CallRight{"bedrock", "UntagResource", RightScope::own_guardrail, right_writes | right_removes},
    CallRight{"bedrock", "DeleteGuardrail", RightScope::own_guardrail, right_removes},
};

}  // namespace

std::span<const CallRight> call_rights() {
  return right_rows;
}

void add_actions(const CallRight& right, std::set<std::string>& into) {
  if (right.scope == RightScope::nothing) {
    return;
  }
  std::string_view rest = right.actions.empty() ? right.operation : right.actions;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view action = rest.substr(0, end);
    into.insert(action.find(':') == std::string_view::npos
                    ? fmt::format("{}:{}", right.service, action)
                    : std::string(action));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

bool is_about_data(RightScope scope) {
  switch (scope) {
    case RightScope::bucket:
    case RightScope::objects:
    case RightScope::log_group:
    case RightScope::keys:
    case RightScope::own_key:
    case RightScope::alias:
      return true;
    default:
      return false;
  }
}

}  // namespace bedrocklog::provision
