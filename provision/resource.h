// What a stack consists of: things in AWS, each with a kind, a name and the properties we manage.
//
// `properties` have the names and shapes of the CloudFormation type of the kind (the table is in
// resource.cpp), so that there is one public schema for plans, exports and tests. The logging
// configuration, which CloudFormation has no type for, has the shape of the Bedrock API.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace bedrocklog::provision {

/// Keys sorted and numbers normalised: equal documents are equal bytes.
using Json = nlohmann::json;

enum class ResourceKind : std::uint8_t {
  bucket,                 // AWS::S3::Bucket, with its settings.
  bucket_policy,          // AWS::S3::BucketPolicy: our statements of it, by Sid.
  log_group,              // AWS::Logs::LogGroup.
  role,                   // AWS::IAM::Role with its inline policies. Global.
  logging_configuration,  // The one of account and region.
  topic,                  // AWS::SNS::Topic.
  topic_policy,           // AWS::SNS::TopicInlinePolicy: our statements of it, by Sid.
  subscription,           // AWS::SNS::Subscription.
  alarm,                  // AWS::CloudWatch::Alarm.
  dashboard,              // AWS::CloudWatch::Dashboard, its body as an object. Global.
  key,                    // AWS::KMS::Key. Known by its alias "alias/NAME", else by its tags.
  key_alias,              // AWS::KMS::Alias.
  trail,                  // AWS::CloudTrail::Trail with its selectors, logging or not.
  metric_filter,          // AWS::Logs::MetricFilter.
  query_definition,       // AWS::Logs::QueryDefinition.
  anomaly_detector,       // AWS::CloudWatch::AnomalyDetector of one metric.
  composite_alarm,        // AWS::CloudWatch::CompositeAlarm.
  event_rule,             // AWS::Events::Rule with its targets.
  budget,                 // AWS::Budgets::Budget with its notifications. Global.
  security_group,         // AWS::EC2::SecurityGroup with its rules.
  vpc_endpoint,           // AWS::EC2::VPCEndpoint, interface. Known by stack, service and VPC.
  guardrail,              // AWS::Bedrock::Guardrail: its draft.
  guardrail_version,      // AWS::Bedrock::GuardrailVersion: the newest one that we made.
};
inline constexpr std::size_t resource_kind_count = 23;

/// "bucket", "log-group", "logging-configuration": as in addresses and --adopt KIND:NAME.
[[nodiscard]] std::string_view name_of(ResourceKind kind);
[[nodiscard]] std::optional<ResourceKind> kind_named(std::string_view name);
/// "AWS::S3::Bucket"; empty for the logging configuration.
[[nodiscard]] std::string_view cloudformation_type_of(ResourceKind kind);
/// One for the account, whatever the region.
[[nodiscard]] bool is_global(ResourceKind kind);
/// Holds logs: kept by destroy unless --delete-data.
[[nodiscard]] bool holds_data(ResourceKind kind);

/// Parts of a stack that can be set up one by one (--only).
enum class Component : std::uint8_t {
  iam,
  storage,
  logging,
  dashboard,  // Dashboards and saved queries.
  alerting,   // Topics, subscriptions, filters, alarms, rules, budgets.
  encryption,
  trail,
  network,
  guardrail,
};
[[nodiscard]] std::string_view name_of(Component component);
[[nodiscard]] std::optional<Component> component_named(std::string_view name);

struct Address {
  ResourceKind kind = ResourceKind::bucket;
  std::string region;  // Empty for global kinds.
  /// Bucket name, role name, ... Of parts that have no name of their own:
  /// - subscription "TOPIC/PROTOCOL/ENDPOINT",
  /// - key_alias "alias/NAME"; its key "NAME",
  /// - metric_filter "LOG_GROUP:FILTER",
  /// - anomaly_detector "NAMESPACE/METRIC/STAT" and "/DIMENSION=VALUE" for each, sorted,
  /// - vpc_endpoint the service without "com.amazonaws.REGION.": "bedrock-runtime",
  /// - guardrail_version the name of its guardrail.
  std::string name;

  auto operator<=>(const Address&) const = default;
};

/// "role/BedrockCloudWatchLoggingRole", "eu-west-1/alarm/bedrock-high-latency".
[[nodiscard]] std::string to_text(const Address& address);
[[nodiscard]] std::optional<Address> read_address(std::string_view text);

struct Resource {
  Address address;
  Component component = Component::iam;
  Json properties;
  std::vector<Address> depends_on;  // Of the same state.
  /// False for what --use-bucket and the like name: it must be there and is never changed.
  bool is_managed = true;
};

/// Things whose number follows from settings: "bedrock-warning-p99-prod-" has an alarm per model.
/// Those with the prefix that are ours and not wanted are retired.
struct Family {
  ResourceKind kind = ResourceKind::alarm;
  std::string region;
  std::string prefix;

  bool operator==(const Family&) const = default;
};

/// What AWS does not offer, or not here, and what takes its place; told by every plan.
struct Unsupported {
  Address address;
  std::string reason;
};

/// What the stack should be. Pure function of a StackSpec.
struct DesiredState {
  /// A resource stands behind all that it depends on; else by address.
  std::vector<Resource> resources;
  /// What the stack has under other settings, and not under these: removed when it is ours, in
  /// this order.
  std::vector<Address> retired;
  std::vector<Family> families;
  std::vector<Unsupported> unsupported;

  [[nodiscard]] const Resource* find(const Address& address) const;
};

}  // namespace bedrocklog::provision
