// ARNs and pages of the console.
#include "provision/outputs.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

/// Host of a partition's console; empty: not known.
std::string_view console_host(std::string_view partition) {
  struct Host {
    std::string_view partition;
    std::string_view host;
  };
  constexpr std::array hosts = {
      Host{"aws", "console.aws.amazon.com"},
      Host{"aws-us-gov", "console.amazonaws-us-gov.com"},
      Host{"aws-cn", "console.amazonaws.cn"},
  };
  for (const Host& one : hosts) {
    if (one.partition == partition) {
      return one.host;
    }
  }
  return {};
}

/// Escaped as the part of a URL behind `#` wants it; CloudWatch decodes twice and marks that by $.
std::string escaped(std::string_view text, std::string_view percent) {
  std::string result;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      result += c;
    } else {
      result += fmt::format("{}{:02X}", percent, static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string topic_page(const std::string& home, const std::string& topic_arn) {
  return fmt::format("{}#/topic/{}", home, topic_arn);
}

std::string console_page(const StackSpec& spec, const Address& address, const std::string& arn) {
  const std::string_view host = console_host(spec.partition);
  if (host.empty()) {
    return {};
  }
  const std::string& region = address.region.empty() ? spec.regions.front() : address.region;
  const auto home = [&](std::string_view service) {
    return fmt::format("https://{}/{}/home?region={}", host, service, region);
  };
  const std::string topic = topic_arn_of(spec, region);
  switch (address.kind) {
    case ResourceKind::bucket:
      return fmt::format("https://{}/s3/buckets/{}?region={}", host, address.name, region);
    case ResourceKind::bucket_policy:
      return fmt::format("https://{}/s3/buckets/{}?region={}&tab=permissions", host, address.name,
                         region);
    case ResourceKind::log_group:
      return fmt::format("{}#logsV2:log-groups/log-group/{}", home("cloudwatch"),
                         escaped(address.name, "$25"));
    case ResourceKind::role:
      return fmt::format("https://{}/iam/home#/roles/{}", host, escaped(address.name, "%"));
    case ResourceKind::logging_configuration:
      return fmt::format("{}#/settings", home("bedrock"));
    case ResourceKind::topic:
    case ResourceKind::topic_policy:
      return topic_page(home("sns/v3"), topic);
    case ResourceKind::subscription:
      return arn.empty() ? topic_page(home("sns/v3"), topic)
                         : fmt::format("{}#/subscription/{}", home("sns/v3"), arn);
    case ResourceKind::alarm:
      return fmt::format("{}#alarmsV2:alarm/{}", home("cloudwatch"), escaped(address.name, "%"));
    case ResourceKind::dashboard:
      return fmt::format("{}#dashboards/dashboard/{}", home("cloudwatch"), address.name);
    default:
      break;
  }
  return {};
}

}  // namespace

std::string arn_of(const StackSpec& spec, const Address& address) {
  const auto regional = [&](std::string_view service, std::string_view rest) {
    return fmt::format("arn:{}:{}:{}:{}:{}{}", spec.partition, service, address.region,
                       spec.account, rest, address.name);
  };
  switch (address.kind) {
    case ResourceKind::bucket:
      return fmt::format("arn:{}:s3:::{}", spec.partition, address.name);
    case ResourceKind::log_group:
      return regional("logs", "log-group:");
    case ResourceKind::role:
      return fmt::format("arn:{}:iam::{}:role/{}", spec.partition, spec.account, address.name);
    case ResourceKind::topic:
      return regional("sns", "");
    case ResourceKind::alarm:
    case ResourceKind::composite_alarm:
      return regional("cloudwatch", "alarm:");
    case ResourceKind::dashboard:
      return regional("cloudwatch", "dashboard/");
    case ResourceKind::key_alias:
      return regional("kms", "");
    case ResourceKind::trail:
      return regional("cloudtrail", "trail/");
    case ResourceKind::event_rule:
      return regional("events", "rule/");
    case ResourceKind::budget:
      return fmt::format("arn:{}:budgets::{}:budget/{}", spec.partition, spec.account,
                         address.name);
    default:
      break;
  }
  return {};
}

std::vector<Output> outputs_of(const StackSpec& spec, const DesiredState& desired,
                               const ObservedState& observed) {
  std::vector<Output> outputs;
  for (const Resource& resource : desired.resources) {
    const Observed* const found = observed.find(resource.address);
    Output output{to_text(resource.address), arn_of(spec, resource.address), "", "missing"};
    if (found != nullptr) {
      output.arn = found->details.value("Arn", output.arn);
      output.state =
          found->details.value("PendingConfirmation", false) ? "pending confirmation" : "there";
    }
    output.console = console_page(spec, resource.address, output.arn);
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace bedrocklog::provision
