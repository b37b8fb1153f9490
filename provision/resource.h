// What a stack consists of: things in AWS, each with a kind, a name and the properties we manage.
//
// `properties` have the names and shapes of the CloudFormation type of the kind (the table is in
// resource.cpp), so that there is one public schema for plans, exports and tests. The logging
// configuration, which CloudFormation has no type for, has the shape of the Bedrock API.
#pragma once

#include <compare>
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
};

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
enum class Component : std::uint8_t { iam, storage, logging, dashboard, alerting };
[[nodiscard]] std::string_view name_of(Component component);
[[nodiscard]] std::optional<Component> component_named(std::string_view name);

struct Address {
  ResourceKind kind = ResourceKind::bucket;
  std::string region;  // Empty for global kinds.
  std::string name;    // Bucket name, role name, ...; of a subscription "TOPIC/PROTOCOL/ENDPOINT".

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

/// What the stack should be. Pure function of a StackSpec.
struct DesiredState {
  /// A resource stands behind all that it depends on; else by address.
  std::vector<Resource> resources;
  /// What the stack has under other settings, and not under these: removed when it is ours.
  std::vector<Address> retired;

  [[nodiscard]] const Resource* find(const Address& address) const;
};

}  // namespace bedrocklog::provision
