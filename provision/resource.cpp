// The table of kinds.
#include "provision/resource.h"

#include <algorithm>
#include <array>

#include "ingest/ensure.h"

namespace bedrocklog::provision {
namespace {

struct KindRow {
  ResourceKind kind;
  std::string_view name;
  std::string_view cloudformation_type;
  bool is_global;
  bool holds_data;
};

constexpr std::array kind_rows = {
    KindRow{ResourceKind::bucket, "bucket", "AWS::S3::Bucket", false, true},
    // Goes with its bucket: what protects kept data is kept.
    KindRow{ResourceKind::bucket_policy, "bucket-policy", "AWS::S3::BucketPolicy", false, true},
    KindRow{ResourceKind::log_group, "log-group", "AWS::Logs::LogGroup", false, true},
    KindRow{ResourceKind::role, "role", "AWS::IAM::Role", true, false},
    KindRow{ResourceKind::logging_configuration, "logging-configuration", "", false, false},
    KindRow{ResourceKind::topic, "topic", "AWS::SNS::Topic", false, false},
    KindRow{ResourceKind::topic_policy, "topic-policy", "AWS::SNS::TopicInlinePolicy", false,
            false},
    KindRow{ResourceKind::subscription, "subscription", "AWS::SNS::Subscription", false, false},
    KindRow{ResourceKind::alarm, "alarm", "AWS::CloudWatch::Alarm", false, false},
    KindRow{ResourceKind::dashboard, "dashboard", "AWS::CloudWatch::Dashboard", true, false},
    // Without its key the data that destroy leaves could not be read any more.
    KindRow{ResourceKind::key, "key", "AWS::KMS::Key", false, true},
    KindRow{ResourceKind::key_alias, "key-alias", "AWS::KMS::Alias", false, true},
    KindRow{ResourceKind::trail, "trail", "AWS::CloudTrail::Trail", false, false},
    KindRow{ResourceKind::metric_filter, "metric-filter", "AWS::Logs::MetricFilter", false, false},
    KindRow{ResourceKind::query_definition, "query", "AWS::Logs::QueryDefinition", false, false},
    KindRow{ResourceKind::anomaly_detector, "anomaly-detector", "AWS::CloudWatch::AnomalyDetector",
            false, false},
    KindRow{ResourceKind::composite_alarm, "composite-alarm", "AWS::CloudWatch::CompositeAlarm",
            false, false},
    KindRow{ResourceKind::event_rule, "event-rule", "AWS::Events::Rule", false, false},
    KindRow{ResourceKind::budget, "budget", "AWS::Budgets::Budget", true, false},
    KindRow{ResourceKind::security_group, "security-group", "AWS::EC2::SecurityGroup", false,
            false},
    KindRow{ResourceKind::vpc_endpoint, "vpc-endpoint", "AWS::EC2::VPCEndpoint", false, false},
    KindRow{ResourceKind::guardrail, "guardrail", "AWS::Bedrock::Guardrail", false, false},
    KindRow{ResourceKind::guardrail_version, "guardrail-version", "AWS::Bedrock::GuardrailVersion",
            false, false},
};
static_assert(kind_rows.size() == resource_kind_count);

constexpr std::array<std::string_view, 9> component_names = {"iam",       "storage",  "logging",
                                                             "dashboard", "alerting", "encryption",
                                                             "trail",     "network",  "guardrail"};

const KindRow& row_of(ResourceKind kind) {
  const auto* const row =
      std::find_if(kind_rows.begin(), kind_rows.end(),
                   [kind](const KindRow& candidate) { return candidate.kind == kind; });
  ensure(row != kind_rows.end());
  return *row;
}

}  // namespace

std::string_view name_of(ResourceKind kind) {
  return row_of(kind).name;
}

std::optional<ResourceKind> kind_named(std::string_view name) {
  for (const KindRow& row : kind_rows) {
    if (row.name == name) {
      return row.kind;
    }
  }
  return std::nullopt;
}

std::string_view cloudformation_type_of(ResourceKind kind) {
  return row_of(kind).cloudformation_type;
}

bool is_global(ResourceKind kind) {
  return row_of(kind).is_global;
}

bool holds_data(ResourceKind kind) {
  return row_of(kind).holds_data;
}

std::string_view name_of(Component component) {
  return component_names.at(static_cast<std::size_t>(component));
}

std::optional<Component> component_named(std::string_view name) {
  const auto* const found = std::find(component_names.begin(), component_names.end(), name);
  if (found == component_names.end()) {
    return std::nullopt;
  }
  return static_cast<Component>(found - component_names.begin());
}

std::string to_text(const Address& address) {
  std::string text = address.region.empty() ? "" : address.region + '/';
  text += name_of(address.kind);
  // The logging configuration has no name: there is one.
  return address.name.empty() ? text : text + '/' + address.name;
}

std::optional<Address> read_address(std::string_view text) {
  Address address;
  std::size_t end = text.find('/');
  std::optional<ResourceKind> kind = kind_named(text.substr(0, end));
  if (!kind && end != std::string_view::npos) {
    address.region = text.substr(0, end);
    text.remove_prefix(end + 1);
    end = text.find('/');
    kind = kind_named(text.substr(0, end));
  }
  if (!kind || is_global(*kind) != address.region.empty()) {
    return std::nullopt;
  }
  address.kind = *kind;
  address.name = end == std::string_view::npos ? "" : text.substr(end + 1);
  return address;
}

const Resource* DesiredState::find(const Address& address) const {
  const auto found =
      std::find_if(resources.begin(), resources.end(),
                   [&](const Resource& resource) { return resource.address == address; });
  return found == resources.end() ? nullptr : &*found;
}

}  // namespace bedrocklog::provision
