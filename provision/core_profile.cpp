// Everything the core profile wants, in the order of dependence.
#include "provision/core_profile.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ingest/ensure.h"
#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/usage_alarms.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* policy_version = "2012-10-17";
constexpr const char* bedrock_service = "bedrock.amazonaws.com";
constexpr const char* log_stream = "aws/bedrock/modelinvocations";

/// Whatever Bedrock does for this account in that region.
std::string bedrock_source(const StackSpec& spec, std::string_view region) {
  return fmt::format("arn:{}:bedrock:{}:{}:*", spec.partition, region, spec.account);
}

Json statement_of_source(const StackSpec& spec, const Json& sources) {
  return {{"StringEquals", {{"aws:SourceAccount", spec.account}}},
          {"ArnLike", {{"aws:SourceArn", sources}}}};
}

Json destination(const StackSpec& spec, std::string_view region) {
  Json result = {{"bucketName", bucket_of(spec, region)}};
  if (!spec.key_prefix.empty()) {
    result["keyPrefix"] = spec.key_prefix;
  }
  return result;
}

Json lifecycle(const StackSpec& spec) {
  Json expire = {
      {"Id", "bedrocklog-expire"},
      {"Status", "Enabled"},
      {"Prefix", archive_prefix(spec)},
      {"ExpirationInDays", spec.archive_days},
      // Without it a versioned bucket deletes nothing: an expiration only hides.
      {"NoncurrentVersionExpiration", {{"NoncurrentDays", spec.noncurrent_days}}},
      {"AbortIncompleteMultipartUpload", {{"DaysAfterInitiation", spec.abort_upload_days}}}};
  for (const Transition& transition : spec.transitions) {
    expire["Transitions"].push_back(
        {{"StorageClass", transition.storage_class}, {"TransitionInDays", transition.after_days}});
  }
  // A rule of its own: S3 takes it not beside days.
  const Json markers = {{"Id", "bedrocklog-markers"},
                        {"Status", "Enabled"},
                        {"Prefix", archive_prefix(spec)},
                        {"ExpiredObjectDeleteMarker", true}};
  return {{"Rules", {expire, markers}}};
}

Json encryption(const StackSpec& spec) {
  Json rule = {{"ServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}}};
  if (!spec.bucket_kms_key.empty()) {
    rule = {{"ServerSideEncryptionByDefault",
             {{"SSEAlgorithm", "aws:kms"}, {"KMSMasterKeyID", spec.bucket_kms_key}}},
            {"BucketKeyEnabled", true}};
  }
  return {{"ServerSideEncryptionConfiguration", Json::array({rule})}};
}

Json bucket_properties(const StackSpec& spec, std::string_view region) {
  return {{"BucketName", bucket_of(spec, region)},
          {"BucketEncryption", encryption(spec)},
          {"LifecycleConfiguration", lifecycle(spec)},
          {"OwnershipControls",
           {{"Rules", Json::array({{{"ObjectOwnership", "BucketOwnerEnforced"}}})}}},
          {"PublicAccessBlockConfiguration",
           {{"BlockPublicAcls", true},
            {"BlockPublicPolicy", true},
            {"IgnorePublicAcls", true},
            {"RestrictPublicBuckets", true}}},
          {"VersioningConfiguration", {{"Status", "Enabled"}}}};
}

Json logging_properties(const StackSpec& spec, std::string_view region) {
  Json result = {{"cloudWatchConfig",
                  {{"logGroupName", log_group_of(spec)},
                   {"roleArn", role_arn_of(spec)},
                   {"largeDataDeliveryS3Config", destination(spec, region)}}},
                 {"s3Config", destination(spec, region)},
                 {"textDataDeliveryEnabled", spec.deliver_text},
                 {"imageDataDeliveryEnabled", spec.deliver_images},
                 {"embeddingDataDeliveryEnabled", spec.deliver_embeddings}};
  if (spec.deliver_video) {
    result["videoDataDeliveryEnabled"] = *spec.deliver_video;
  }
  if (spec.deliver_audio) {
    result["audioDataDeliveryEnabled"] = *spec.deliver_audio;
  }
  return result;
}

/// Adds resources one by one, each behind what it needs.
class Assembly {
 public:
  explicit Assembly(const StackSpec& spec) : spec_(&spec) {
    tags_.insert(spec.tags.begin(), spec.tags.end());
    tags_[std::string(stack_tag)] = spec.stack;
    tags_[std::string(profile_tag)] = fmt::format("{}", *spec.profiles.begin());
    tags_[std::string(managed_tag)] = "true";
  }

  DesiredState run() {
    add(Component::iam, role(), tagged(role_properties()), {});
    for (const std::string& region : spec_->regions) {
      add_storage(region);
      add(Component::logging, at(ResourceKind::logging_configuration, region, ""),
          logging_properties(*spec_, region), logging_needs(region));
      add_alerting(region);
    }
    add(Component::dashboard, {ResourceKind::dashboard, "", spec_->names.dashboard},
        {{"DashboardName", spec_->names.dashboard}, {"DashboardBody", usage_dashboard(*spec_)}},
        {});
    keep_selected();
    return std::move(state_);
  }

 private:
  static Address at(ResourceKind kind, const std::string& region, std::string name) {
    return {kind, region, std::move(name)};
  }
  [[nodiscard]] Address role() const { return {ResourceKind::role, "", spec_->names.role}; }
  [[nodiscard]] Address bucket(const std::string& region) const {
    return at(ResourceKind::bucket, region, bucket_of(*spec_, region));
  }
  [[nodiscard]] Address log_group(const std::string& region) const {
    return at(ResourceKind::log_group, region, log_group_of(*spec_));
  }
  [[nodiscard]] Address topic(const std::string& region) const {
    const std::string arn = topic_arn_of(*spec_, region);
    return at(ResourceKind::topic, region, arn.substr(arn.rfind(':') + 1));
  }

  [[nodiscard]] std::vector<Address> logging_needs(const std::string& region) const {
    std::vector<Address> needs = {role(), bucket(region), log_group(region)};
    if (spec_->reused.bucket.empty()) {
      needs.push_back(at(ResourceKind::bucket_policy, region, bucket_of(*spec_, region)));
    }
    return needs;
  }

  [[nodiscard]] Json tagged(Json properties) const {
    properties["Tags"] = to_json(tags_);
    return properties;
  }

  void add(Component component, Address address, const Json& properties,
           std::vector<Address> needs) {
    const ResourceKind kind = address.kind;
    state_.resources.push_back(
        {std::move(address), component, normal_form(kind, properties), std::move(needs), true});
  }

  void add_reused(Component component, Address address) {
    state_.resources.push_back({std::move(address), component, Json::object(), {}, false});
  }

  [[nodiscard]] Json role_properties() const {
    return {{"RoleName", spec_->names.role},
            {"Description", "Lets Amazon Bedrock write model invocation logs to CloudWatch Logs"},
            {"AssumeRolePolicyDocument", logging_trust_policy(*spec_)},
            {"Policies", Json::array({{{"PolicyName", "BedrocklogDelivery"},
                                       {"PolicyDocument", logging_permissions(*spec_)}}})}};
  }

  void add_storage(const std::string& region) {
    if (spec_->reused.bucket.empty()) {
      add(Component::storage, bucket(region), tagged(bucket_properties(*spec_, region)), {});
      add(Component::storage, at(ResourceKind::bucket_policy, region, bucket_of(*spec_, region)),
          {{"Bucket", bucket_of(*spec_, region)},
           {"PolicyDocument", archive_bucket_policy(*spec_, region)}},
          {bucket(region)});
    } else {
      add_reused(Component::storage, bucket(region));
      StackSpec own = *spec_;
      own.reused.bucket.clear();
      state_.retired.push_back(at(ResourceKind::bucket, region, bucket_of(own, region)));
    }
    if (!spec_->reused.log_group.empty()) {
      add_reused(Component::storage, log_group(region));
      state_.retired.push_back(at(ResourceKind::log_group, region, spec_->names.log_group));
      return;
    }
    Json properties = {{"LogGroupName", spec_->names.log_group},
                       {"RetentionInDays", spec_->log_retention_days}};
    if (!spec_->log_group_kms_key.empty()) {
      properties["KmsKeyId"] = spec_->log_group_kms_key;
    }
    add(Component::storage, log_group(region), tagged(properties), {});
  }

  void add_alerting(const std::string& region) {
    const std::string arn = topic_arn_of(*spec_, region);
    std::vector<Address> alarm_needs = {topic(region)};
    if (spec_->reused.topic_arn.empty()) {
      add(Component::alerting, topic(region), tagged({{"TopicName", spec_->names.topic}}), {});
      const Address policy = at(ResourceKind::topic_policy, region, spec_->names.topic);
      add(Component::alerting, policy,
          {{"TopicArn", arn}, {"PolicyDocument", alert_topic_policy(*spec_, region)}},
          {topic(region)});
      alarm_needs.push_back(policy);
    } else {
      add_reused(Component::alerting, topic(region));
      state_.retired.push_back(at(ResourceKind::topic, region, spec_->names.topic));
    }
    for (const Subscriber& subscriber : spec_->subscribers) {
      Json properties = {
          {"TopicArn", arn}, {"Protocol", subscriber.protocol}, {"Endpoint", subscriber.endpoint}};
      if (!spec_->dlq_arn.empty()) {
        properties["RedrivePolicy"] = {{"deadLetterTargetArn", spec_->dlq_arn}};
      }
      add(Component::alerting,
          at(ResourceKind::subscription, region,
             fmt::format("{}/{}/{}", topic(region).name, subscriber.protocol, subscriber.endpoint)),
          properties, {topic(region)});
    }
    for (const Json& alarm : usage_alarms(*spec_, region)) {
      add(Component::alerting,
          at(ResourceKind::alarm, region, alarm["AlarmName"].get<std::string>()), tagged(alarm),
          alarm_needs);
    }
  }

  /// With --only: the components named, and what they need of the others, which must be there.
  void keep_selected() {
    if (spec_->only.empty()) {
      return;
    }
    const auto is_selected = [&](const Resource& one) {
      return spec_->only.contains(one.component);
    };
    std::vector<Address> needed;
    for (const Resource& resource : state_.resources) {
      if (is_selected(resource)) {
        needed.insert(needed.end(), resource.depends_on.begin(), resource.depends_on.end());
      }
    }
    std::erase_if(state_.resources, [&](const Resource& one) {
      return !is_selected(one) &&
             std::find(needed.begin(), needed.end(), one.address) == needed.end();
    });
    for (Resource& resource : state_.resources) {
      if (!is_selected(resource)) {
        resource.is_managed = false;
        resource.depends_on.clear();
      }
    }
    state_.retired.clear();
  }

  const StackSpec* spec_;
  Tags tags_;
  DesiredState state_;
};

}  // namespace

DesiredState desired_state(const StackSpec& spec) {
  ensure(!spec.regions.empty() && !spec.profiles.empty());
  return Assembly(spec).run();
}

std::string archive_prefix(const StackSpec& spec) {
  const std::string below = fmt::format("AWSLogs/{}/BedrockModelInvocationLogs/", spec.account);
  return spec.key_prefix.empty() ? below : spec.key_prefix + '/' + below;
}

Json logging_trust_policy(const StackSpec& spec) {
  Json sources = Json::array();
  for (const std::string& region : spec.regions) {
    sources.push_back(bedrock_source(spec, region));
  }
  return {{"Version", policy_version},
          {"Statement", Json::array({{{"Sid", "BedrocklogBedrockAssumes"},
                                      {"Effect", "Allow"},
                                      {"Principal", {{"Service", bedrock_service}}},
                                      {"Action", "sts:AssumeRole"},
                                      {"Condition", statement_of_source(spec, sources)}}})}};
}

Json logging_permissions(const StackSpec& spec) {
  Json streams = Json::array();
  for (const std::string& region : spec.regions) {
    streams.push_back(fmt::format("arn:{}:logs:{}:{}:log-group:{}:log-stream:{}", spec.partition,
                                  region, spec.account, log_group_of(spec), log_stream));
  }
  return {{"Version", policy_version},
          {"Statement", Json::array({{{"Sid", "BedrocklogWriteLogs"},
                                      {"Effect", "Allow"},
                                      {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
                                      {"Resource", std::move(streams)}}})}};
}

Json archive_bucket_policy(const StackSpec& spec, std::string_view region) {
  const std::string bucket = fmt::format("arn:{}:s3:::{}", spec.partition, bucket_of(spec, region));
  // The Sid that Bedrock itself gives this statement when it may write it: one, not two.
  const Json delivery = {{"Sid", delivery_sid},
                         {"Effect", "Allow"},
                         {"Principal", {{"Service", bedrock_service}}},
                         {"Action", "s3:PutObject"},
                         {"Resource", fmt::format("{}/{}*", bucket, archive_prefix(spec))},
                         {"Condition", statement_of_source(spec, bedrock_source(spec, region))}};
  const Json secure = {{"Sid", "BedrocklogDenyInsecure"},
                       {"Effect", "Deny"},
                       {"Principal", "*"},
                       {"Action", "s3:*"},
                       {"Resource", {bucket, bucket + "/*"}},
                       {"Condition", {{"Bool", {{"aws:SecureTransport", "false"}}}}}};
  return {{"Version", policy_version}, {"Statement", {delivery, secure}}};
}

Json alert_topic_policy(const StackSpec& spec, std::string_view region) {
  const std::string alarms =
      fmt::format("arn:{}:cloudwatch:{}:{}:alarm:*", spec.partition, region, spec.account);
  return {{"Version", policy_version},
          {"Statement", Json::array({{{"Sid", "BedrocklogAlarmsPublish"},
                                      {"Effect", "Allow"},
                                      {"Principal", {{"Service", "cloudwatch.amazonaws.com"}}},
                                      {"Action", "sns:Publish"},
                                      {"Resource", topic_arn_of(spec, region)},
                                      {"Condition", statement_of_source(spec, alarms)}}})}};
}

}  // namespace bedrocklog::provision
