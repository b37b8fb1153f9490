// ARNs and pages of the console.
#include "provision/outputs.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "provision/check_outcome.h"

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

std::string last_part(const std::string& text, char separator) {
  return text.substr(text.rfind(separator) + 1);
}

/// By what AWS told, where the id is of its making.
std::string told_arn(const StackSpec& spec, const Address& address, const Json& details) {
  if (const std::string arn = text_at(details, "/Arn"); !arn.empty()) {
    return arn;
  }
  const auto of_ec2 = [&](const char* kind, const std::string& id) {
    return id.empty() ? std::string()
                      : fmt::format("arn:{}:ec2:{}:{}:{}/{}", spec.partition, address.region,
                                    spec.account, kind, id);
  };
  switch (address.kind) {
    case ResourceKind::guardrail:
    case ResourceKind::guardrail_version:
      return text_at(details, "/GuardrailArn");
    case ResourceKind::security_group:
      return of_ec2("security-group", text_at(details, "/GroupId"));
    case ResourceKind::vpc_endpoint:
      return of_ec2("vpc-endpoint", text_at(details, "/Id"));
    default:
      return {};
  }
}

/// "there", or what AWS says about a thing that is not ready.
std::string state_of(const Json& details) {
  if (details.value("PendingConfirmation", Json()) == Json(true)) {
    return "pending confirmation";
  }
  for (const char* const member : {"/State", "/Status"}) {
    std::string state = text_at(details, member);
    std::transform(state.begin(), state.end(), state.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (!state.empty() && state != "available" && state != "ready" && state != "enabled") {
      return state;
    }
  }
  return "there";
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
  // Of subscriptions the topic is the first part of the name.
  const std::string topic = fmt::format("arn:{}:sns:{}:{}:{}", spec.partition, region, spec.account,
                                        address.name.substr(0, address.name.find('/')));
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
    case ResourceKind::composite_alarm:
      return fmt::format("{}#alarmsV2:alarm/{}", home("cloudwatch"), escaped(address.name, "%"));
    case ResourceKind::dashboard:
      return fmt::format("{}#dashboards/dashboard/{}", home("cloudwatch"), address.name);
    case ResourceKind::metric_filter:
      return fmt::format("{}#logsV2:log-groups/log-group/{}", home("cloudwatch"),
                         escaped(address.name.substr(0, address.name.find(':')), "$25"));
    case ResourceKind::query_definition:
      return fmt::format("{}#logsV2:logs-insights", home("cloudwatch"));
    case ResourceKind::anomaly_detector:
      return fmt::format("{}#metricsV2:", home("cloudwatch"));
    case ResourceKind::key:
    case ResourceKind::key_alias:
      return fmt::format("{}#/kms/keys/{}", home("kms"), last_part(arn, '/'));
    case ResourceKind::trail:
      return fmt::format("{}#/trails/{}", home("cloudtrailv2"), arn);
    case ResourceKind::event_rule:
      return fmt::format("{}#/eventbus/default/rules/{}", home("events"),
                         escaped(address.name, "%"));
    case ResourceKind::budget:
      return fmt::format("https://{}/billing/home#/budgets/overview", host);
    case ResourceKind::security_group:
      return fmt::format("{}#SecurityGroup:groupId={}", home("vpcconsole"), last_part(arn, '/'));
    case ResourceKind::vpc_endpoint:
      return fmt::format("{}#EndpointDetails:vpcEndpointId={}", home("vpcconsole"),
                         last_part(arn, '/'));
    case ResourceKind::guardrail:
    case ResourceKind::guardrail_version:
      return fmt::format("{}#/guardrails/{}", home("bedrock"), last_part(arn, '/'));
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
      if (std::string told = told_arn(spec, resource.address, found->details); !told.empty()) {
        output.arn = std::move(told);
      }
      output.state = state_of(found->details);
    }
    output.console = console_page(spec, resource.address, output.arn);
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace bedrocklog::provision
