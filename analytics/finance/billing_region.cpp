// Billing codes of Regions, as usage types begin. They follow no rule: "EU" is Ireland.
//
// General knowledge, used only where a bill names no Region.
#include <algorithm>
#include <array>

#include "analytics/finance/bill.h"

namespace bedrocklog::finance {

std::string_view region_of_billing_code(std::string_view code) {
  struct Named {
    std::string_view code, region;
  };
  constexpr auto codes = std::to_array<Named>({
      {"AFS1", "af-south-1"},     {"APE1", "ap-east-1"},      {"APN1", "ap-northeast-1"},
      {"APN2", "ap-northeast-2"}, {"APN3", "ap-northeast-3"}, {"APS1", "ap-southeast-1"},
      {"APS2", "ap-southeast-2"}, {"APS3", "ap-south-1"},     {"APS4", "ap-southeast-3"},
      {"APS5", "ap-south-2"},     {"APS6", "ap-southeast-4"}, {"APS7", "ap-southeast-5"},
      {"CAN1", "ca-central-1"},   {"CAN2", "ca-west-1"},      {"EU", "eu-west-1"},
      {"EUC1", "eu-central-1"},   {"EUC2", "eu-central-2"},   {"EUN1", "eu-north-1"},
      {"EUS1", "eu-south-1"},     {"EUS2", "eu-south-2"},     {"EUW1", "eu-west-1"},
      {"EUW2", "eu-west-2"},      {"EUW3", "eu-west-3"},      {"ILC1", "il-central-1"},
      {"MEC1", "me-central-1"},   {"MES1", "me-south-1"},     {"MXC1", "mx-central-1"},
      {"SAE1", "sa-east-1"},      {"UGE1", "us-gov-east-1"},  {"UGW1", "us-gov-west-1"},
      {"USE1", "us-east-1"},      {"USE2", "us-east-2"},      {"USW1", "us-west-1"},
      {"USW2", "us-west-2"},
  });
  const auto* found =
      std::find_if(codes.begin(), codes.end(), [&](const Named& one) { return one.code == code; });
  return found == codes.end() ? std::string_view() : found->region;
}

}  // namespace bedrocklog::finance
