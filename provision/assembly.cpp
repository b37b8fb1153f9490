// Adding resources, and the shapes that several profiles make theirs of.
#include "provision/assembly.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "provision/mark.h"
#include "provision/normal_form.h"
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

Json lifecycle(const StackSpec& spec, const std::string& prefix, unsigned days) {
  Json expire = {
      {"Id", "bedrocklog-expire"},
      {"Status", "Enabled"},
      {"Prefix", prefix},
      // Without it a versioned bucket deletes nothing: an expiration only hides.
      {"NoncurrentVersionExpiration", {{"NoncurrentDays", spec.noncurrent_days}}},
      {"AbortIncompleteMultipartUpload", {{"DaysAfterInitiation", spec.abort_upload_days}}}};
  if (days > 0) {
    expire["ExpirationInDays"] = days;
  }
  for (const Transition& transition : spec.transitions) {
    if (days == 0 || transition.after_days < days) {
      expire["Transitions"].push_back({{"StorageClass", transition.storage_class},
                                       {"TransitionInDays", transition.after_days}});
    }
  }
  // A rule of its own: S3 takes it not beside days.
  const Json markers = {{"Id", "bedrocklog-markers"},
                        {"Status", "Enabled"},
                        {"Prefix", prefix},
                        {"ExpiredObjectDeleteMarker", true}};
  return {{"Rules", {expire, markers}}};
}

Json encryption(const Json& key) {
  Json rule = {{"ServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}}};
  if (!key.is_null()) {
    rule = {
        {"ServerSideEncryptionByDefault", {{"SSEAlgorithm", "aws:kms"}, {"KMSMasterKeyID", key}}},
        {"BucketKeyEnabled", true}};
  }
  return {{"ServerSideEncryptionConfiguration", Json::array({rule})}};
}

Json publish_statement(const StackSpec& spec, const Address& topic) {
  const std::string alarms =
      fmt::format("arn:{}:cloudwatch:{}:{}:alarm:*", spec.partition, topic.region, spec.account);
  return {{"Sid", "BedrocklogAlarmsPublish"},
          {"Effect", "Allow"},
          {"Principal", {{"Service", "cloudwatch.amazonaws.com"}}},
          {"Action", "sns:Publish"},
          {"Resource", arn_of_topic(spec, topic)},
          {"Condition", source_condition(spec, alarms)}};
}

/// "BedrocklogEventsPublish" of "events.amazonaws.com". EventBridge's requests carry no source
/// account, AWS Budgets' do.
Json service_statement(const StackSpec& spec, const Address& topic, const std::string& service) {
  std::string name = service.substr(0, service.find('.'));
  name.front() = static_cast<char>(name.front() - 'a' + 'A');
  Json statement = {{"Sid", fmt::format("Bedrocklog{}Publish", name)},
                    {"Effect", "Allow"},
                    {"Principal", {{"Service", service}}},
                    {"Action", "sns:Publish"},
                    {"Resource", arn_of_topic(spec, topic)}};
  if (service != "events.amazonaws.com") {
    statement["Condition"] = {{"StringEquals", {{"aws:SourceAccount", spec.account}}}};
  }
  return statement;
}

/// On bucket and objects, for everybody.
Json denial_on(const StackSpec& spec, const std::string& bucket_name, const char* name,
               const Json& condition) {
  const std::string bucket = fmt::format("arn:{}:s3:::{}", spec.partition, bucket_name);
  return {{"Sid", fmt::format("{}{}", sid_prefix, name)},
          {"Effect", "Deny"},
          {"Principal", "*"},
          {"Action", "s3:*"},
          {"Resource", {bucket, bucket + "/*"}},
          {"Condition", condition}};
}

}  // namespace

void Assembly::add(Component component, Address address, const Json& properties,
                   std::vector<Address> needs) {
  if (state_.find(address) != nullptr) {
    return;
  }
  for (Reference& reference : references_in(properties)) {
    if (std::find(needs.begin(), needs.end(), reference.address) == needs.end()) {
      needs.push_back(std::move(reference.address));
    }
  }
  const ResourceKind kind = address.kind;
  state_.resources.push_back(
      {std::move(address), component, normal_form(kind, properties), std::move(needs), true});
}

void Assembly::add_tagged(Component component, Address address, Json properties,
                          std::vector<Address> needs) {
  Tags tags(spec_->tags.begin(), spec_->tags.end());
  tags[std::string(stack_tag)] = spec_->stack;
  tags[std::string(profile_tag)] = profile_;
  tags[std::string(managed_tag)] = "true";
  properties["Tags"] = to_json(tags);
  add(component, std::move(address), properties, std::move(needs));
}

void Assembly::add_reused(Component component, Address address) {
  if (state_.find(address) != nullptr) {
    return;
  }
  state_.resources.push_back({std::move(address), component, Json::object(), {}, false});
}

void Assembly::add_unsupported(Address address, std::string reason) {
  state_.unsupported.push_back({std::move(address), std::move(reason)});
}

Json Assembly::key_of(std::string_view region, const std::string& given) const {
  if (!given.empty()) {
    return given;
  }
  if (!has_profile(*spec_, secure_profile)) {
    return {};
  }
  return spec_->secure.use_key.empty() ? reference_to(stack_key(*spec_, region), "Arn")
                                       : Json(spec_->secure.use_key);
}

Address stack_key(const StackSpec& spec, std::string_view region) {
  return {ResourceKind::key, std::string(region), "bedrocklog-" + spec.stack};
}

Address monitoring_topic(const StackSpec& spec, std::string_view region) {
  return {ResourceKind::topic, std::string(region), "bedrock-monitoring-alerts-" + spec.env};
}

Address class_topic(std::string_view region, std::string_view alert_class) {
  return {ResourceKind::topic, std::string(region), fmt::format("bedrock-{}-alerts", alert_class)};
}

std::string arn_of_topic(const StackSpec& spec, const Address& topic) {
  return fmt::format("arn:{}:sns:{}:{}:{}", spec.partition, topic.region, spec.account, topic.name);
}

Json source_condition(const StackSpec& spec, const Json& sources) {
  return {{"StringEquals", {{"aws:SourceAccount", spec.account}}},
          {"ArnLike", {{"aws:SourceArn", sources}}}};
}

void add_subscriptions(Assembly& assembly, const Address& topic, const std::string& topic_arn,
                       const std::vector<Subscriber>& subscribers) {
  for (const Subscriber& subscriber : subscribers) {
    Json properties = {{"TopicArn", topic_arn},
                       {"Protocol", subscriber.protocol},
                       {"Endpoint", subscriber.endpoint}};
    if (!assembly.spec().dlq_arn.empty()) {
      properties["RedrivePolicy"] = {{"deadLetterTargetArn", assembly.spec().dlq_arn}};
    }
    assembly.add(Component::alerting,
                 {ResourceKind::subscription, topic.region,
                  fmt::format("{}/{}/{}", topic.name, subscriber.protocol, subscriber.endpoint)},
                 properties, {topic});
  }
}

std::vector<Address> add_topic(Assembly& assembly, const Address& topic,
                               const std::vector<std::string>& services,
                               const std::vector<Subscriber>& subscribers) {
  const StackSpec& spec = assembly.spec();
  Json properties = {{"TopicName", topic.name}};
  if (const Json key = assembly.key_of(topic.region); !key.is_null()) {
    properties["KmsMasterKeyId"] = key;
  }
  assembly.add_tagged(Component::alerting, topic, properties);
  const Address policy{ResourceKind::topic_policy, topic.region, topic.name};
  Json statements = Json::array({publish_statement(spec, topic)});
  for (const std::string& service : services) {
    statements.push_back(service_statement(spec, topic, service));
  }
  const std::string arn = arn_of_topic(spec, topic);
  assembly.add(Component::alerting, policy,
               {{"TopicArn", arn},
                {"PolicyDocument", {{"Version", policy_version}, {"Statement", statements}}}},
               {topic});
  add_subscriptions(assembly, topic, arn, subscribers);
  return {topic, policy};
}

void add_bucket(Assembly& assembly, const Address& bucket, const std::string& prefix, unsigned days,
                const std::vector<Json>& statements) {
  const StackSpec& spec = assembly.spec();
  assembly.add_tagged(
      Component::storage, bucket,
      {{"BucketName", bucket.name},
       {"BucketEncryption", encryption(assembly.key_of(bucket.region, spec.bucket_kms_key))},
       {"LifecycleConfiguration", lifecycle(spec, prefix, days)},
       {"OwnershipControls",
        {{"Rules", Json::array({{{"ObjectOwnership", "BucketOwnerEnforced"}}})}}},
       {"PublicAccessBlockConfiguration",
        {{"BlockPublicAcls", true},
         {"BlockPublicPolicy", true},
         {"IgnorePublicAcls", true},
         {"RestrictPublicBuckets", true}}},
       {"VersioningConfiguration", {{"Status", "Enabled"}}}});
  assembly.add(
      Component::storage, {ResourceKind::bucket_policy, bucket.region, bucket.name},
      {{"Bucket", bucket.name}, {"PolicyDocument", bucket_policy(spec, bucket.name, statements)}},
      {bucket});
}

void add_log_group(Assembly& assembly, const Address& log_group) {
  const StackSpec& spec = assembly.spec();
  Json properties = {{"LogGroupName", log_group.name},
                     {"RetentionInDays", log_retention_days_of(spec)}};
  if (const Json key = assembly.key_of(log_group.region, spec.log_group_kms_key); !key.is_null()) {
    properties["KmsKeyId"] = key;
  }
  assembly.add_tagged(Component::storage, log_group, properties);
}

void add_role(Assembly& assembly, const RoleDraft& role) {
  Json properties = {
      {"RoleName", role.name},
      {"Description", role.description},
      {"AssumeRolePolicyDocument", role.trust},
      {"Policies",
       Json::array({{{"PolicyName", role.policy_name}, {"PolicyDocument", role.permissions}}})}};
  const std::string& boundary = assembly.spec().secure.access.permissions_boundary_arn;
  if (!boundary.empty()) {
    properties["PermissionsBoundary"] = boundary;
  }
  assembly.add_tagged(Component::iam, {ResourceKind::role, "", role.name}, properties);
}

Json bucket_policy(const StackSpec& spec, const std::string& bucket,
                   const std::vector<Json>& statements) {
  Json all = Json(statements);
  all.push_back(
      denial_on(spec, bucket, "DenyInsecure", {{"Bool", {{"aws:SecureTransport", "false"}}}}));
  if (has_profile(spec, secure_profile)) {
    all.push_back(
        denial_on(spec, bucket, "DenyOldTls", {{"NumericLessThan", {{"s3:TlsVersion", "1.2"}}}}));
  }
  return {{"Version", policy_version}, {"Statement", std::move(all)}};
}

}  // namespace bedrocklog::provision
