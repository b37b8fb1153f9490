// The stack as Terraform in its JSON syntax: one object per resource and setting, with the argument
// names of the provider hashicorp/aws (its resource pages).
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "provision/outputs.h"
#include "provision/policy_statements.h"
#include "provision/stack_export.h"

namespace bedrocklog::provision {
namespace {

constexpr int indent = 2;

/// Terraform reads texts as templates.
Json without_templates(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool is_mark =
          (text[at] == '$' || text[at] == '%') && at + 1 < text.size() && text[at + 1] == '{';
      result.append(is_mark ? 2 : 1, text[at]);
    }
    return result;
  }
  if (!value.is_structured()) {
    return value;
  }
  Json result = value.is_array() ? Json::array() : Json::object();
  for (const auto& [name, inner] : value.items()) {
    if (value.is_array()) {
      result.push_back(without_templates(inner));
    } else {
      result[name] = without_templates(inner);
    }
  }
  return result;
}

/// Letters, digits and _.
std::string identifier(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    result += is_plain ? c : '_';
  }
  return result;
}

/// Takes members that are there under Terraform's names.
Json renamed(const Json& from, std::initializer_list<std::pair<const char*, const char*>> names) {
  Json result = Json::object();
  for (const auto& [member, argument] : names) {
    if (const auto found = from.find(member); found != from.end()) {
      result[argument] = *found;
    }
  }
  return result;
}

Json tag_map(const Json& properties) {
  Json tags = Json::object();
  for (const Json& tag : properties.value("Tags", Json::array())) {
    tags[tag["Key"].get<std::string>()] = tag["Value"];
  }
  return tags;
}

Json lifecycle_rule(const Json& rule) {
  Json result = renamed(rule, {{"Id", "id"}, {"Status", "status"}});
  result["filter"] = {{"prefix", rule.value("Prefix", "")}};
  Json expiration = renamed(rule, {{"ExpirationInDays", "days"},
                                   {"ExpiredObjectDeleteMarker", "expired_object_delete_marker"}});
  if (!expiration.empty()) {
    result["expiration"] = std::move(expiration);
  }
  if (rule.contains("NoncurrentVersionExpiration")) {
    result["noncurrent_version_expiration"] =
        renamed(rule["NoncurrentVersionExpiration"],
                {{"NoncurrentDays", "noncurrent_days"},
                 {"NewerNoncurrentVersions", "newer_noncurrent_versions"}});
  }
  if (rule.contains("AbortIncompleteMultipartUpload")) {
    result["abort_incomplete_multipart_upload"] = renamed(
        rule["AbortIncompleteMultipartUpload"], {{"DaysAfterInitiation", "days_after_initiation"}});
  }
  for (const Json& transition : rule.value("Transitions", Json::array())) {
    result["transition"].push_back(
        renamed(transition, {{"TransitionInDays", "days"}, {"StorageClass", "storage_class"}}));
  }
  return result;
}

Json encryption_rule(const Json& rule) {
  Json result = renamed(rule, {{"BucketKeyEnabled", "bucket_key_enabled"}});
  result["apply_server_side_encryption_by_default"] =
      renamed(rule["ServerSideEncryptionByDefault"],
              {{"SSEAlgorithm", "sse_algorithm"}, {"KMSMasterKeyID", "kms_master_key_id"}});
  return result;
}

Json destination(const Json& config) {
  return renamed(config, {{"bucketName", "bucket_name"}, {"keyPrefix", "key_prefix"}});
}

Json logging_config(const Json& properties) {
  // The provider has no argument for audio.
  Json result =
      renamed(properties, {{"textDataDeliveryEnabled", "text_data_delivery_enabled"},
                           {"imageDataDeliveryEnabled", "image_data_delivery_enabled"},
                           {"embeddingDataDeliveryEnabled", "embedding_data_delivery_enabled"},
                           {"videoDataDeliveryEnabled", "video_data_delivery_enabled"}});
  if (properties.contains("s3Config")) {
    result["s3_config"] = destination(properties["s3Config"]);
  }
  if (properties.contains("cloudWatchConfig")) {
    const Json& config = properties["cloudWatchConfig"];
    Json inner = renamed(config, {{"logGroupName", "log_group_name"}, {"roleArn", "role_arn"}});
    if (config.contains("largeDataDeliveryS3Config")) {
      inner["large_data_delivery_s3_config"] = destination(config["largeDataDeliveryS3Config"]);
    }
    result["cloudwatch_config"] = std::move(inner);
  }
  return result;
}

Json metric_query(const Json& entry) {
  Json result = renamed(entry, {{"Id", "id"},
                                {"Expression", "expression"},
                                {"Label", "label"},
                                {"Period", "period"},
                                {"ReturnData", "return_data"}});
  if (entry.contains("MetricStat")) {
    const Json& stat = entry["MetricStat"];
    Json metric = renamed(stat, {{"Period", "period"}, {"Stat", "stat"}});
    metric.update(
        renamed(stat["Metric"], {{"Namespace", "namespace"}, {"MetricName", "metric_name"}}));
    result["metric"] = std::move(metric);
  }
  return result;
}

Json alarm_arguments(const Json& properties) {
  Json result = renamed(properties, {{"AlarmName", "alarm_name"},
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
                                     {"Period", "period"}});
  for (const Json& entry : properties.value("Metrics", Json::array())) {
    result["metric_query"].push_back(metric_query(entry));
  }
  return result;
}

/// One Terraform resource of ours.
struct Block {
  std::string type;
  std::string name;
  Json arguments;
  std::string import_id;  // Empty: cannot be imported.
};

class TerraformWriter {
 public:
  TerraformWriter(const StackSpec& spec, const DesiredState& desired, const ObservedState* observed)
      : spec_(&spec), desired_(&desired), observed_(observed) {}

  std::string write() {
    for (const Resource& resource : desired_->resources) {
      if (resource.is_managed) {
        add(resource);
      }
    }
    Json document = {
        {"terraform",
         {{"required_version", ">= 1.5.0"},  // The first with import blocks.
          {"required_providers",
           {{"aws", {{"source", "hashicorp/aws"}, {"version", ">= 5.83.0, < 7.0.0"}}}}}}},
        {"provider", {{"aws", providers()}}},
        {"resource", std::move(resources_)}};
    if (!imports_.empty()) {
      document["import"] = std::move(imports_);
    }
    return document.dump(indent) + '\n';
  }

 private:
  [[nodiscard]] Json providers() const {
    Json list = Json::array();
    for (const std::string& region : spec_->regions) {
      Json provider = {{"region", region}, {"allowed_account_ids", {spec_->account}}};
      if (!list.empty()) {
        provider["alias"] = identifier(region);
      }
      list.push_back(std::move(provider));
    }
    return list;
  }

  static std::string name_for(const Address& address) {
    std::string name = identifier(address.region.empty() ? "global" : address.region);
    if (address.kind == ResourceKind::alarm || address.kind == ResourceKind::subscription) {
      name += '_' + identifier(address.name);
    }
    return name;
  }

  [[nodiscard]] const Observed* found(const Address& address) const {
    return observed_ == nullptr ? nullptr : observed_->find(address);
  }

  void add(const Resource& resource) {
    switch (resource.address.kind) {
      case ResourceKind::bucket:
        add_bucket(resource);
        return;
      case ResourceKind::role:
        add_role(resource);
        return;
      default:
        emit(resource, single(resource));
    }
  }

  /// Kinds that are one resource in Terraform, too.
  [[nodiscard]] Block single(const Resource& resource) const {
    const Json& own = resource.properties;
    const Address& address = resource.address;
    switch (address.kind) {
      case ResourceKind::bucket_policy:
        return {"aws_s3_bucket_policy",
                "",
                {{"bucket", address.name}, {"policy", policy_of(resource)}},
                address.name};
      case ResourceKind::log_group: {
        Json arguments = renamed(own, {{"LogGroupName", "name"},
                                       {"RetentionInDays", "retention_in_days"},
                                       {"KmsKeyId", "kms_key_id"}});
        arguments["tags"] = tag_map(own);
        arguments["skip_destroy"] = true;
        return {"aws_cloudwatch_log_group", "", std::move(arguments), address.name};
      }
      case ResourceKind::logging_configuration:
        return {"aws_bedrock_model_invocation_logging_configuration",
                "",
                {{"logging_config", logging_config(own)}},
                address.region};
      case ResourceKind::topic:
        return {"aws_sns_topic",
                "",
                {{"name", address.name}, {"tags", tag_map(own)}},
                arn_of(*spec_, address)};
      case ResourceKind::topic_policy:
        return {"aws_sns_topic_policy",
                "",
                {{"arn", own["TopicArn"]}, {"policy", policy_of(resource)}},
                own["TopicArn"].get<std::string>()};
      case ResourceKind::subscription:
        return subscription(resource);
      case ResourceKind::alarm: {
        Json arguments = alarm_arguments(own);
        arguments["tags"] = tag_map(own);
        return {"aws_cloudwatch_metric_alarm", "", std::move(arguments), address.name};
      }
      case ResourceKind::dashboard:
        return {"aws_cloudwatch_dashboard",
                "",
                {{"dashboard_name", address.name}, {"dashboard_body", own["DashboardBody"].dump()}},
                address.name};
      default:
        break;
    }
    return {};
  }

  [[nodiscard]] Block subscription(const Resource& resource) const {
    const Json& own = resource.properties;
    Json arguments = renamed(
        own, {{"TopicArn", "topic_arn"}, {"Protocol", "protocol"}, {"Endpoint", "endpoint"}});
    if (own.contains("RedrivePolicy")) {
      arguments["redrive_policy"] = own["RedrivePolicy"].dump();
    }
    // A pending one has no ARN, and so nothing to import it by.
    const Observed* const there = found(resource.address);
    return {"aws_sns_topic_subscription", "", std::move(arguments),
            there == nullptr ? "" : there->details.value("Arn", "")};
  }

  /// Terraform writes a policy whole: what others have in it goes along.
  [[nodiscard]] std::string policy_of(const Resource& resource) const {
    const Json& ours = resource.properties["PolicyDocument"];
    const Observed* const there = found(resource.address);
    return there == nullptr
               ? ours.dump()
               : with_our_statements(there->properties.value("PolicyDocument", Json()), ours)
                     .dump();
  }

  void add_bucket(const Resource& resource) {
    const Json& own = resource.properties;
    const std::string& bucket = resource.address.name;
    emit(resource,
         {"aws_s3_bucket",
          "",
          {{"bucket", bucket}, {"tags", tag_map(own)}, {"lifecycle", {{"prevent_destroy", true}}}},
          bucket});
    const std::string self = "aws_s3_bucket." + name_for(resource.address);
    const Observed* const there = found(resource.address);
    // What a bucket has not yet is made, and cannot be imported.
    const auto setting = [&](const char* type, const char* property, Json arguments) {
      arguments["bucket"] = bucket;
      const bool is_there = there != nullptr && there->properties.contains(property);
      emit(resource, {type, "", std::move(arguments), is_there ? bucket : ""}, {self});
    };
    setting("aws_s3_bucket_public_access_block", "PublicAccessBlockConfiguration",
            renamed(own["PublicAccessBlockConfiguration"],
                    {{"BlockPublicAcls", "block_public_acls"},
                     {"BlockPublicPolicy", "block_public_policy"},
                     {"IgnorePublicAcls", "ignore_public_acls"},
                     {"RestrictPublicBuckets", "restrict_public_buckets"}}));
    setting("aws_s3_bucket_ownership_controls", "OwnershipControls",
            {{"rule", renamed(own["OwnershipControls"]["Rules"][0],
                              {{"ObjectOwnership", "object_ownership"}})}});
    setting("aws_s3_bucket_server_side_encryption_configuration", "BucketEncryption",
            {{"rule",
              encryption_rule(own["BucketEncryption"]["ServerSideEncryptionConfiguration"][0])}});
    setting("aws_s3_bucket_versioning", "VersioningConfiguration",
            {{"versioning_configuration",
              renamed(own["VersioningConfiguration"], {{"Status", "status"}})}});
    Json rules = Json::array();
    for (const Json& rule : own["LifecycleConfiguration"]["Rules"]) {
      rules.push_back(lifecycle_rule(rule));
    }
    setting("aws_s3_bucket_lifecycle_configuration", "LifecycleConfiguration",
            {{"rule", std::move(rules)}});
  }

  void add_role(const Resource& resource) {
    const Json& own = resource.properties;
    const std::string& role = resource.address.name;
    Json arguments = renamed(own, {{"RoleName", "name"}, {"Description", "description"}});
    arguments["assume_role_policy"] = own["AssumeRolePolicyDocument"].dump();
    arguments["tags"] = tag_map(own);
    emit(resource, {"aws_iam_role", "", std::move(arguments), role});
    for (const Json& policy : own["Policies"]) {
      const auto name = policy["PolicyName"].get<std::string>();
      emit(resource,
           {"aws_iam_role_policy",
            identifier(name),
            {{"name", name}, {"role", role}, {"policy", policy["PolicyDocument"].dump()}},
            has_inline_policy(resource.address, name) ? fmt::format("{}:{}", role, name) : ""},
           {"aws_iam_role." + name_for(resource.address)});
    }
  }

  [[nodiscard]] bool has_inline_policy(const Address& role, const std::string& name) const {
    const Observed* const there = found(role);
    const Json policies =
        there == nullptr ? Json::array() : there->properties.value("Policies", Json::array());
    return std::any_of(policies.begin(), policies.end(),
                       [&](const Json& policy) { return policy.value("PolicyName", "") == name; });
  }

  void emit(const Resource& resource, Block block, std::set<std::string> needs = {}) {
    std::string name = block.name.empty() ? name_for(resource.address) : block.name;
    Json& of_type = resources_[block.type];
    for (unsigned number = 2; of_type.contains(name); ++number) {
      name = fmt::format("{}_{}", name, number);
    }
    const std::string reference = fmt::format("{}.{}", block.type, name);
    for (const Address& address : resource.depends_on) {
      if (const auto known = references_.find(address); known != references_.end()) {
        needs.insert(known->second.begin(), known->second.end());
      }
    }
    Json arguments = without_templates(block.arguments);
    if (!needs.empty()) {
      arguments["depends_on"] = needs;
    }
    const std::string& region = resource.address.region;
    if (!region.empty() && region != spec_->regions.front()) {
      arguments["provider"] = "aws." + identifier(region);
    }
    of_type[name] = std::move(arguments);
    references_[resource.address].push_back(reference);
    if (found(resource.address) != nullptr && !block.import_id.empty()) {
      imports_.push_back({{"to", reference}, {"id", without_templates(block.import_id)}});
    }
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  const ObservedState* observed_;
  Json resources_ = Json::object();
  Json imports_ = Json::array();
  std::map<Address, std::vector<std::string>> references_;
};

}  // namespace

std::vector<ExportedFile> to_terraform(const StackSpec& spec, const DesiredState& desired,
                                       const ObservedState* observed) {
  return {{"main.tf.json", TerraformWriter(spec, desired, observed).write()}};
}

}  // namespace bedrocklog::provision
