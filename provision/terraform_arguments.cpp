// Properties of the CloudFormation types as arguments of Terraform's resources.
#include "provision/terraform_arguments.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "provision/check_outcome.h"
#include "provision/outputs.h"
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

using Names = std::initializer_list<std::pair<const char*, const char*>>;

/// Takes members that are there under Terraform's names.
Json renamed_members(const Json& from, Names names) {
  Json result = Json::object();
  for (const auto& [member, argument] : names) {
    if (const auto found = from.find(member); found != from.end()) {
      result[argument] = *found;
    }
  }
  return result;
}

Json lifecycle_rule(const Json& rule) {
  Json result = renamed_members(rule, {{"Id", "id"}, {"Status", "status"}});
  result["filter"] = {{"prefix", rule.value("Prefix", "")}};
  Json expiration =
      renamed_members(rule, {{"ExpirationInDays", "days"},
                             {"ExpiredObjectDeleteMarker", "expired_object_delete_marker"}});
  if (!expiration.empty()) {
    result["expiration"] = std::move(expiration);
  }
  if (rule.contains("NoncurrentVersionExpiration")) {
    result["noncurrent_version_expiration"] =
        renamed_members(rule["NoncurrentVersionExpiration"],
                        {{"NoncurrentDays", "noncurrent_days"},
                         {"NewerNoncurrentVersions", "newer_noncurrent_versions"}});
  }
  if (rule.contains("AbortIncompleteMultipartUpload")) {
    result["abort_incomplete_multipart_upload"] = renamed_members(
        rule["AbortIncompleteMultipartUpload"], {{"DaysAfterInitiation", "days_after_initiation"}});
  }
  for (const Json& transition : rule.value("Transitions", Json::array())) {
    result["transition"].push_back(renamed_members(
        transition, {{"TransitionInDays", "days"}, {"StorageClass", "storage_class"}}));
  }
  return result;
}

Json encryption_rule(const Json& rule) {
  Json result = renamed_members(rule, {{"BucketKeyEnabled", "bucket_key_enabled"}});
  result["apply_server_side_encryption_by_default"] =
      renamed_members(rule["ServerSideEncryptionByDefault"],
                      {{"SSEAlgorithm", "sse_algorithm"}, {"KMSMasterKeyID", "kms_master_key_id"}});
  return result;
}

Json destination(const Json& config) {
  return renamed_members(config, {{"bucketName", "bucket_name"}, {"keyPrefix", "key_prefix"}});
}

Json logging_config(const Json& properties) {
  // The provider has no argument for audio.
  Json result = renamed_members(
      properties, {{"textDataDeliveryEnabled", "text_data_delivery_enabled"},
                   {"imageDataDeliveryEnabled", "image_data_delivery_enabled"},
                   {"embeddingDataDeliveryEnabled", "embedding_data_delivery_enabled"},
                   {"videoDataDeliveryEnabled", "video_data_delivery_enabled"}});
  if (properties.contains("s3Config")) {
    result["s3_config"] = destination(properties["s3Config"]);
  }
  if (properties.contains("cloudWatchConfig")) {
    const Json& config = properties["cloudWatchConfig"];
    Json inner =
        renamed_members(config, {{"logGroupName", "log_group_name"}, {"roleArn", "role_arn"}});
    if (config.contains("largeDataDeliveryS3Config")) {
      inner["large_data_delivery_s3_config"] = destination(config["largeDataDeliveryS3Config"]);
    }
    result["cloudwatch_config"] = std::move(inner);
  }
  return result;
}

Json dimension_map(const Json& dimensions) {
  Json map = Json::object();
  for (const Json& one : dimensions) {
    map[one["Name"].get<std::string>()] = one["Value"];
  }
  return map;
}

Json metric_query(const Json& entry) {
  Json result = renamed_members(entry, {{"Id", "id"},
                                        {"Expression", "expression"},
                                        {"Label", "label"},
                                        {"Period", "period"},
                                        {"ReturnData", "return_data"}});
  if (entry.contains("MetricStat")) {
    const Json& stat = entry["MetricStat"];
    Json metric = renamed_members(stat, {{"Period", "period"}, {"Stat", "stat"}});
    metric.update(renamed_members(stat["Metric"],
                                  {{"Namespace", "namespace"}, {"MetricName", "metric_name"}}));
    if (stat["Metric"].contains("Dimensions")) {
      metric["dimensions"] = dimension_map(stat["Metric"]["Dimensions"]);
    }
    result["metric"] = std::move(metric);
  }
  return result;
}

Json metric_alarm_arguments(const Json& properties) {
  Json result =
      renamed_members(properties, {{"AlarmName", "alarm_name"},
                                   {"AlarmDescription", "alarm_description"},
                                   {"ActionsEnabled", "actions_enabled"},
                                   {"AlarmActions", "alarm_actions"},
                                   {"ComparisonOperator", "comparison_operator"},
                                   {"EvaluationPeriods", "evaluation_periods"},
                                   {"DatapointsToAlarm", "datapoints_to_alarm"},
                                   {"Threshold", "threshold"},
                                   {"TreatMissingData", "treat_missing_data"},
                                   {"Namespace", "namespace"},
                                   {"MetricName", "metric_name"},
                                   {"Statistic", "statistic"},
                                   {"ExtendedStatistic", "extended_statistic"},
                                   {"ThresholdMetricId", "threshold_metric_id"},
                                   {"Unit", "unit"},
                                   {"OKActions", "ok_actions"},
                                   {"InsufficientDataActions", "insufficient_data_actions"},
                                   {"Period", "period"}});
  if (properties.contains("Dimensions")) {
    result["dimensions"] = dimension_map(properties["Dimensions"]);
  }
  for (const Json& entry : properties.value("Metrics", Json::array())) {
    result["metric_query"].push_back(metric_query(entry));
  }
  return result;
}

/// The list of a block's members, each renamed.
Json renamed_list(const Json& list, Names names) {
  Json result = Json::array();
  for (const Json& one : list) {
    result.push_back(renamed_members(one, names));
  }
  return result;
}

Json tagged(Json arguments, const Json& properties) {
  arguments["tags"] = terraform_tags(properties);
  return arguments;
}

Json trail_arguments(const Json& own) {
  Json result =
      renamed_members(own, {{"TrailName", "name"},
                            {"S3BucketName", "s3_bucket_name"},
                            {"S3KeyPrefix", "s3_key_prefix"},
                            {"IsLogging", "enable_logging"},
                            {"IsMultiRegionTrail", "is_multi_region_trail"},
                            {"EnableLogFileValidation", "enable_log_file_validation"},
                            {"IncludeGlobalServiceEvents", "include_global_service_events"},
                            {"CloudWatchLogsLogGroupArn", "cloud_watch_logs_group_arn"},
                            {"CloudWatchLogsRoleArn", "cloud_watch_logs_role_arn"},
                            {"KMSKeyId", "kms_key_id"}});
  for (const Json& selector : own.value("AdvancedEventSelectors", Json::array())) {
    Json block = renamed_members(selector, {{"Name", "name"}});
    block["field_selector"] = renamed_list(selector.value("FieldSelectors", Json::array()),
                                           {{"Field", "field"},
                                            {"Equals", "equals"},
                                            {"StartsWith", "starts_with"},
                                            {"NotEquals", "not_equals"}});
    result["advanced_event_selector"].push_back(std::move(block));
  }
  if (own.contains("InsightSelectors")) {
    result["insight_selector"] =
        renamed_list(own["InsightSelectors"], {{"InsightType", "insight_type"}});
  }
  return tagged(std::move(result), own);
}

/// Terraform wants the numbers of a filter as texts.
Json as_text(const Json& value) {
  return value.is_string() ? value : Json(value.dump());
}

Json filter_arguments(const Json& own) {
  Json result = renamed_members(
      own,
      {{"FilterName", "name"}, {"FilterPattern", "pattern"}, {"LogGroupName", "log_group_name"}});
  // There is one transformation.
  const Json& metric = own["MetricTransformations"][0];
  Json block = renamed_members(
      metric, {{"MetricName", "name"}, {"MetricNamespace", "namespace"}, {"Unit", "unit"}});
  block["value"] = as_text(metric.value("MetricValue", Json("1")));
  if (metric.contains("DefaultValue")) {
    block["default_value"] = as_text(metric["DefaultValue"]);
  }
  for (const Json& dimension : metric.value("Dimensions", Json::array())) {
    block["dimensions"][dimension["Key"].get<std::string>()] = dimension["Value"];
  }
  result["metric_transformation"] = std::move(block);
  return result;
}

Json budget_arguments(const Json& own) {
  const Json& budget = own["Budget"];
  Json result = renamed_members(
      budget, {{"BudgetName", "name"}, {"BudgetType", "budget_type"}, {"TimeUnit", "time_unit"}});
  result["limit_amount"] = as_text(budget["BudgetLimit"]["Amount"]);
  result["limit_unit"] = budget["BudgetLimit"]["Unit"];
  const Json filters = budget.value("CostFilters", Json::object());
  for (const auto& [name, values] : filters.items()) {
    result["cost_filter"].push_back({{"name", name}, {"values", values}});
  }
  for (const Json& one : own.value("NotificationsWithSubscribers", Json::array())) {
    Json block =
        renamed_members(one["Notification"], {{"NotificationType", "notification_type"},
                                              {"ComparisonOperator", "comparison_operator"},
                                              {"Threshold", "threshold"},
                                              {"ThresholdType", "threshold_type"}});
    for (const Json& subscriber : one.value("Subscribers", Json::array())) {
      const char* const list = text_at(subscriber, "/SubscriptionType") == "SNS"
                                   ? "subscriber_sns_topic_arns"
                                   : "subscriber_email_addresses";
      block[list].push_back(subscriber["Address"]);
    }
    result["notification"].push_back(std::move(block));
  }
  return result;
}

/// A rule inside of a group has every argument, or Terraform refuses it.
Json group_arguments(const Json& own) {
  Json result = renamed_members(
      own, {{"GroupName", "name"}, {"GroupDescription", "description"}, {"VpcId", "vpc_id"}});
  result["ingress"] = Json::array();
  for (const Json& rule : own.value("SecurityGroupIngress", Json::array())) {
    const std::string range = text_at(rule, "/CidrIp");
    const std::string range_of_6 = text_at(rule, "/CidrIpv6");
    Json block = renamed_members(
        rule, {{"IpProtocol", "protocol"}, {"FromPort", "from_port"}, {"ToPort", "to_port"}});
    block["cidr_blocks"] = range.empty() ? Json::array() : Json::array({range});
    block["ipv6_cidr_blocks"] = range_of_6.empty() ? Json::array() : Json::array({range_of_6});
    block["description"] = text_at(rule, "/Description");
    block["prefix_list_ids"] = Json::array();
    block["security_groups"] = Json::array();
    block["self"] = false;
    result["ingress"].push_back(std::move(block));
  }
  return tagged(std::move(result), own);
}

Json endpoint_arguments(const Json& own) {
  Json result = renamed_members(own, {{"VpcId", "vpc_id"},
                                      {"ServiceName", "service_name"},
                                      {"VpcEndpointType", "vpc_endpoint_type"},
                                      {"SubnetIds", "subnet_ids"},
                                      {"SecurityGroupIds", "security_group_ids"},
                                      {"PrivateDnsEnabled", "private_dns_enabled"}});
  if (own.contains("PolicyDocument")) {
    result["policy"] = own["PolicyDocument"].dump();
  }
  return tagged(std::move(result), own);
}

/// What filters do is said by their strength only: older providers know no more.
Json guardrail_arguments(const Json& own) {
  Json result = renamed_members(own, {{"Name", "name"},
                                      {"Description", "description"},
                                      {"BlockedInputMessaging", "blocked_input_messaging"},
                                      {"BlockedOutputsMessaging", "blocked_outputs_messaging"},
                                      {"KmsKeyArn", "kms_key_arn"}});
  const Json content = own.value("ContentPolicyConfig", Json::object());
  if (content.contains("FiltersConfig")) {
    result["content_policy_config"]["filters_config"] =
        renamed_list(content["FiltersConfig"], {{"Type", "type"},
                                                {"InputStrength", "input_strength"},
                                                {"OutputStrength", "output_strength"}});
  }
  const Json personal = own.value("SensitiveInformationPolicyConfig", Json::object());
  if (personal.contains("PiiEntitiesConfig")) {
    result["sensitive_information_policy_config"]["pii_entities_config"] =
        renamed_list(personal["PiiEntitiesConfig"], {{"Type", "type"}, {"Action", "action"}});
  }
  return tagged(std::move(result), own);
}

std::string policy_text(const Json& own, const char* member) {
  return own.contains(member) ? own[member].dump() : std::string("{}");
}

/// "arn:...:query-definition:ID".
std::string query_arn(const StackSpec& spec, const Address& address, const Json& details) {
  const std::string id = text_at(details, "/QueryDefinitionId");
  return id.empty() ? std::string()
                    : fmt::format("arn:{}:logs:{}:{}:query-definition:{}", spec.partition,
                                  address.region, spec.account, id);
}

TerraformBlock older_kind(const StackSpec& spec, const Resource& resource) {
  const Json& own = resource.properties;
  const Address& address = resource.address;
  switch (address.kind) {
    case ResourceKind::log_group: {
      Json arguments = renamed_members(own, {{"LogGroupName", "name"},
                                             {"RetentionInDays", "retention_in_days"},
                                             {"KmsKeyId", "kms_key_id"}});
      arguments["skip_destroy"] = true;
      return {"aws_cloudwatch_log_group", "", tagged(std::move(arguments), own), address.name};
    }
    case ResourceKind::logging_configuration:
      return {"aws_bedrock_model_invocation_logging_configuration",
              "",
              {{"logging_config", logging_config(own)}},
              address.region};
    case ResourceKind::topic:
      return {"aws_sns_topic", "",
              tagged(renamed_members(
                         own, {{"TopicName", "name"}, {"KmsMasterKeyId", "kms_master_key_id"}}),
                     own),
              arn_of(spec, address)};
    case ResourceKind::alarm:
      return {"aws_cloudwatch_metric_alarm", "", tagged(metric_alarm_arguments(own), own),
              address.name};
    case ResourceKind::dashboard:
      return {"aws_cloudwatch_dashboard",
              "",
              {{"dashboard_name", address.name}, {"dashboard_body", own["DashboardBody"].dump()}},
              address.name};
    default:
      return {};
  }
}

TerraformBlock network_kind(const Resource& resource, const Json& details) {
  const Json& own = resource.properties;
  return resource.address.kind == ResourceKind::security_group
             ? TerraformBlock{"aws_security_group", "", group_arguments(own),
                              text_at(details, "/GroupId")}
             : TerraformBlock{"aws_vpc_endpoint", "", endpoint_arguments(own),
                              text_at(details, "/Id")};
}

TerraformBlock key_kind(const Resource& resource, const Json& details) {
  const Json& own = resource.properties;
  if (resource.address.kind == ResourceKind::key_alias) {
    return {"aws_kms_alias", "",
            renamed_members(own, {{"AliasName", "name"}, {"TargetKeyId", "target_key_id"}}),
            resource.address.name};
  }
  Json arguments = renamed_members(own, {{"Description", "description"},
                                         {"EnableKeyRotation", "enable_key_rotation"},
                                         {"PendingWindowInDays", "deletion_window_in_days"}});
  arguments["policy"] = policy_text(own, "KeyPolicy");
  arguments["lifecycle"] = {{"prevent_destroy", true}};
  return {"aws_kms_key", "", tagged(std::move(arguments), own), text_at(details, "/KeyId")};
}

TerraformBlock guardrail_kind(const Resource& resource, const Json& details) {
  const std::string arn = text_at(details, "/GuardrailArn");
  if (resource.address.kind == ResourceKind::guardrail) {
    const std::string id = text_at(details, "/GuardrailId");
    return {"aws_bedrock_guardrail", "", guardrail_arguments(resource.properties),
            id.empty() ? "" : id + ",DRAFT"};
  }
  const std::string version = text_at(details, "/Version");
  const Address guardrail{ResourceKind::guardrail, resource.address.region, resource.address.name};
  Json arguments = renamed_members(resource.properties, {{"Description", "description"}});
  arguments["guardrail_arn"] = reference_to(guardrail, "GuardrailArn");
  arguments["skip_destroy"] = true;
  return {"aws_bedrock_guardrail_version", "", std::move(arguments),
          arn.empty() || version.empty() ? "" : arn + ',' + version};
}

}  // namespace

Json terraform_tags(const Json& properties) {
  Json tags = Json::object();
  for (const Json& tag : properties.value("Tags", Json::array())) {
    tags[tag["Key"].get<std::string>()] = tag["Value"];
  }
  return tags;
}

Json terraform_lifecycle(const Json& bucket) {
  Json rules = Json::array();
  for (const Json& rule : bucket["LifecycleConfiguration"]["Rules"]) {
    rules.push_back(lifecycle_rule(rule));
  }
  return rules;
}

Json terraform_encryption(const Json& bucket) {
  return encryption_rule(bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]);
}

std::vector<TerraformBlock> terraform_blocks(const StackSpec& spec, const Resource& resource,
                                             const Json& details) {
  const Json& own = resource.properties;
  const Address& address = resource.address;
  switch (address.kind) {
    case ResourceKind::key:
    case ResourceKind::key_alias:
      return {key_kind(resource, details)};
    case ResourceKind::trail:
      return {{"aws_cloudtrail", "", trail_arguments(own), arn_of(spec, address)}};
    case ResourceKind::metric_filter:
      return {{"aws_cloudwatch_log_metric_filter", "", filter_arguments(own), address.name}};
    case ResourceKind::query_definition:
      return {{"aws_cloudwatch_query_definition", "",
               renamed_members(own, {{"Name", "name"},
                                     {"QueryString", "query_string"},
                                     {"LogGroupNames", "log_group_names"}}),
               query_arn(spec, address, details)}};
    case ResourceKind::composite_alarm:
      return {{"aws_cloudwatch_composite_alarm", "",
               tagged(renamed_members(own, {{"AlarmName", "alarm_name"},
                                            {"AlarmDescription", "alarm_description"},
                                            {"AlarmRule", "alarm_rule"},
                                            {"ActionsEnabled", "actions_enabled"},
                                            {"AlarmActions", "alarm_actions"},
                                            {"OKActions", "ok_actions"}}),
                      own),
               address.name}};
    case ResourceKind::event_rule: {
      Json arguments = renamed_members(
          own, {{"Name", "name"}, {"Description", "description"}, {"State", "state"}});
      arguments["event_pattern"] = policy_text(own, "EventPattern");
      std::vector<TerraformBlock> blocks = {
          {"aws_cloudwatch_event_rule", "", tagged(std::move(arguments), own), address.name}};
      for (const Json& target : own.value("Targets", Json::array())) {
        const std::string id = text_at(target, "/Id");
        blocks.push_back({"aws_cloudwatch_event_target",
                          id,
                          {{"rule", address.name}, {"target_id", id}, {"arn", target["Arn"]}},
                          fmt::format("{}/{}", address.name, id)});
      }
      return blocks;
    }
    case ResourceKind::budget:
      return {{"aws_budgets_budget", "", budget_arguments(own),
               fmt::format("{}:{}", spec.account, address.name)}};
    case ResourceKind::security_group:
    case ResourceKind::vpc_endpoint:
      return {network_kind(resource, details)};
    case ResourceKind::guardrail:
    case ResourceKind::guardrail_version:
      return {guardrail_kind(resource, details)};
    case ResourceKind::anomaly_detector:
      return {};  // The provider has no resource for it.
    default:
      return {older_kind(spec, resource)};
  }
}

}  // namespace bedrocklog::provision
