// Names as AWS prints them: Regions by the endpoint list of botocore 1.43.11, model
// makers by the pricing page (read 2026-07).
#include "analytics/finance/aws_names.h"

#include <algorithm>
#include <array>
#include <span>

namespace bedrocklog::finance {
namespace {

struct Named {
  std::string_view id, name;
};

// Sorted by id.
constexpr auto regions = std::to_array<Named>({
    {"af-south-1", "Africa (Cape Town)"},
    {"ap-east-1", "Asia Pacific (Hong Kong)"},
    {"ap-east-2", "Asia Pacific (Taipei)"},
    {"ap-northeast-1", "Asia Pacific (Tokyo)"},
    {"ap-northeast-2", "Asia Pacific (Seoul)"},
    {"ap-northeast-3", "Asia Pacific (Osaka)"},
    {"ap-south-1", "Asia Pacific (Mumbai)"},
    {"ap-south-2", "Asia Pacific (Hyderabad)"},
    {"ap-southeast-1", "Asia Pacific (Singapore)"},
    {"ap-southeast-2", "Asia Pacific (Sydney)"},
    {"ap-southeast-3", "Asia Pacific (Jakarta)"},
    {"ap-southeast-4", "Asia Pacific (Melbourne)"},
    {"ap-southeast-5", "Asia Pacific (Malaysia)"},
    {"ap-southeast-6", "Asia Pacific (New Zealand)"},
    {"ap-southeast-7", "Asia Pacific (Thailand)"},
    {"ca-central-1", "Canada (Central)"},
    {"ca-west-1", "Canada West (Calgary)"},
    {"cn-north-1", "China (Beijing)"},
    {"cn-northwest-1", "China (Ningxia)"},
    {"eu-central-1", "Europe (Frankfurt)"},
    {"eu-central-2", "Europe (Zurich)"},
    {"eu-north-1", "Europe (Stockholm)"},
    {"eu-south-1", "Europe (Milan)"},
    {"eu-south-2", "Europe (Spain)"},
    {"eu-west-1", "Europe (Ireland)"},
    {"eu-west-2", "Europe (London)"},
    {"eu-west-3", "Europe (Paris)"},
    {"eusc-de-east-1", "AWS European Sovereign Cloud (Germany)"},
    {"il-central-1", "Israel (Tel Aviv)"},
    {"me-central-1", "Middle East (UAE)"},
    {"me-south-1", "Middle East (Bahrain)"},
    {"mx-central-1", "Mexico (Central)"},
    {"sa-east-1", "South America (Sao Paulo)"},
    {"us-east-1", "US East (N. Virginia)"},
    {"us-east-2", "US East (Ohio)"},
    {"us-gov-east-1", "AWS GovCloud (US-East)"},
    {"us-gov-west-1", "AWS GovCloud (US-West)"},
    {"us-west-1", "US West (N. California)"},
    {"us-west-2", "US West (Oregon)"},
});

constexpr auto publishers = std::to_array<Named>({
    {"ai21", "AI21 Labs"},
    {"amazon", "Amazon"},
    {"anthropic", "Anthropic"},
    {"cohere", "Cohere"},
    {"deepseek", "DeepSeek"},
    {"google", "Google"},
    {"luma", "Luma AI"},
    {"meta", "Meta"},
    {"minimax", "MiniMax"},
    {"mistral", "Mistral AI"},
    {"moonshot", "Moonshot AI"},
    {"moonshotai", "Moonshot AI"},
    {"nvidia", "NVIDIA"},
    {"openai", "OpenAI"},
    {"qwen", "Qwen"},
    {"stability", "Stability AI"},
    {"twelvelabs", "TwelveLabs"},
    {"writer", "Writer"},
    {"xai", "xAI"},
    {"zai", "Z.AI"},
});

std::string_view name_in(std::span<const Named> table, std::string_view id) {
  const auto found = std::lower_bound(
      table.begin(), table.end(), id,
      [](const Named& named, std::string_view wanted) { return named.id < wanted; });
  return found == table.end() || found->id != id ? id : found->name;
}

}  // namespace

std::string_view region_name_of(std::string_view region) {
  return name_in(regions, region);
}

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("us-gov-")) {
    return "aws-us-gov";
  }
  if (region.starts_with("cn-")) {
    return "aws-cn";
  }
  return region.starts_with("eusc-") ? "aws-eusc" : "aws";
}

std::string_view publisher_name_of(std::string_view provider) {
  return name_in(publishers, provider);
}

}  // namespace bedrocklog::finance
