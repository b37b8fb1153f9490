// The guardrail: content filters and PII, with a version that callers can name. It exists to no
// effect unless they do.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "ingest/aws/digest.h"
#include "provision/normal_form.h"
#include "provision/reference.h"
#include "provision/secure_parts.h"

namespace bedrocklog::provision {
namespace {

constexpr std::string_view no_strength = "NONE";

/// What a filter does on one side is said in full: left out, tools have taken it for off.
Json content_filter(std::string_view type, const ContentFilter& filter) {
  const auto action = [](std::string_view strength) {
    return strength == no_strength ? "NONE" : "BLOCK";
  };
  return {{"Type", type},
          {"InputStrength", filter.input},
          {"OutputStrength", filter.output},
          {"InputAction", action(filter.input)},
          {"OutputAction", action(filter.output)},
          {"InputEnabled", filter.input != no_strength},
          {"OutputEnabled", filter.output != no_strength}};
}

Json content_policy(const GuardrailSettings& settings) {
  Json filters = Json::array();
  for (const char* const type : content_filter_types) {
    const auto found = settings.filters.find(type);
    if (found != settings.filters.end() &&
        (found->second.input != no_strength || found->second.output != no_strength)) {
      filters.push_back(content_filter(type, found->second));
    }
  }
  if (filters.empty()) {
    return {};
  }
  Json policy = {{"FiltersConfig", std::move(filters)}};
  if (!settings.tier.empty()) {
    policy["ContentFiltersTierConfig"] = {{"TierName", settings.tier}};
  }
  return policy;
}

Json pii_policy(const GuardrailSettings& settings) {
  std::vector<std::string> entities = settings.pii_entities;
  std::sort(entities.begin(), entities.end());
  Json list = Json::array();
  for (const std::string& entity : entities) {
    list.push_back({{"Type", entity},
                    {"Action", settings.pii_action},
                    {"InputAction", settings.pii_action},
                    {"OutputAction", settings.pii_action},
                    {"InputEnabled", true},
                    {"OutputEnabled", true}});
  }
  return list.empty() ? Json() : Json{{"PiiEntitiesConfig", std::move(list)}};
}

Json guardrail_properties(const StackSpec& spec, const std::string& region) {
  const GuardrailSettings& settings = spec.secure.guardrail;
  Json properties = {
      {"Name", guardrail_name_of(spec)},
      {"Description", fmt::format("Content filters and PII of bedrocklog's stack {}", spec.stack)},
      {"BlockedInputMessaging", settings.blocked_input_message},
      {"BlockedOutputsMessaging", settings.blocked_output_message}};
  if (Json policy = content_policy(settings); !policy.is_null()) {
    properties["ContentPolicyConfig"] = std::move(policy);
  }
  if (Json policy = pii_policy(settings); !policy.is_null()) {
    properties["SensitiveInformationPolicyConfig"] = std::move(policy);
  }
  if (settings.tier == "STANDARD") {
    if (const std::optional<std::string> profile = guardrail_profile_arn(spec, region)) {
      properties["CrossRegionConfig"] = {{"GuardrailProfileArn", *profile}};
    }
  }
  return properties;
}

}  // namespace

std::string guardrail_name_of(const StackSpec& spec) {
  const std::string& name = spec.secure.guardrail.name;
  return name.empty() ? "bedrocklog-" + spec.stack : name;
}

std::optional<std::string> guardrail_profile_arn(const StackSpec& spec, std::string_view region) {
  struct Geography {
    std::string_view regions;
    std::string_view profile;
  };
  // Amazon Bedrock user guide, "Supported AWS Regions for cross-Region guardrail inference"; the
  // longer prefix first.
  constexpr std::array geographies = {Geography{"us-gov-", "us-gov"}, Geography{"us-", "us"},
                                      Geography{"eu-", "eu"}, Geography{"ap-", "apac"}};
  for (const Geography& geography : geographies) {
    if (region.starts_with(geography.regions)) {
      return fmt::format("arn:{}:bedrock:{}:{}:guardrail-profile/{}.guardrail.v1:0", spec.partition,
                         region, spec.account, geography.profile);
    }
  }
  return std::nullopt;
}

void add_content_guardrail(Assembly& assembly, const std::string& region) {
  const StackSpec& spec = assembly.spec();
  const Address guardrail{ResourceKind::guardrail, region, guardrail_name_of(spec)};
  Json properties = guardrail_properties(spec, region);
  // A version is a picture of these; the key and the tags are not in it.
  const std::string digest =
      aws::sha256_hex(normal_form(ResourceKind::guardrail, properties).dump()).substr(0, 16);
  properties["KmsKeyArn"] = assembly.key_of(region);
  assembly.add_tagged(Component::guardrail, guardrail, std::move(properties));
  assembly.add(Component::guardrail, {ResourceKind::guardrail_version, region, guardrail.name},
               {{"GuardrailIdentifier", reference_to(guardrail, "GuardrailId")},
                {"Description", fmt::format("bedrocklog {} {}", spec.stack, digest)}});
}

}  // namespace bedrocklog::provision
