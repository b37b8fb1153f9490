// Stacks of every combination of profiles, with settings that use all of each.
#pragma once

#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "tests/provision/stack_run.h"

namespace bedrocklog::provision {

using Profiles = std::set<std::string>;

inline const std::vector<Profiles>& all_combinations() {
  static const std::vector<Profiles> all = {{"core"},
                                            {"observability"},
                                            {"secure"},
                                            {"core", "observability"},
                                            {"core", "secure"},
                                            {"observability", "secure"},
                                            {"core", "observability", "secure"}};
  return all;
}

/// Whether the environment asks for every cut and every way between profiles: many minutes under a
/// sanitizer (BEDROCKLOG_LONG_RUN=1).
inline bool is_long_run() {
  return std::getenv("BEDROCKLOG_LONG_RUN") != nullptr;
}

inline std::string name_of(const Profiles& profiles) {
  std::string name;
  for (const std::string& profile : profiles) {
    name += name.empty() ? profile : "_" + profile;
  }
  return name;
}

/// For names of parameterised tests.
inline std::string profiles_name(const testing::TestParamInfo<Profiles>& info) {
  return name_of(info.param);
}

inline StackSpec profile_spec(const Profiles& profiles) {
  StackSpec spec = test_spec();
  spec.profiles = profiles;
  // Secure keeps logs 90 days, the others 30.
  spec.allows_shorter_retention = true;
  spec.observability.models = {
      {"anthropic.claude-sonnet-4-20250514-v1:0", 200'000, 0, "3", "15", "0.3", "3.75"},
      {"amazon.nova-lite-v1:0", 0, 4'000, "0.06", "0.24", "", ""}};
  spec.observability.has_report_bucket = true;
  spec.observability.budget.monthly_usd = "1000";
  spec.observability.budget.services = {"Amazon Bedrock"};
  spec.observability.budget.emails = {"finance@example.com"};
  spec.secure.network.vpc_id = fake_aws::default_vpc;
  spec.secure.network.subnet_ids = {fake_aws::default_subnet_a, fake_aws::default_subnet_b};
  spec.secure.network.management_cidrs = {"10.20.0.0/16"};
  spec.secure.network.general_services = {"logs", "sts"};
  spec.secure.access.trusted_principals = {"arn:aws:iam::123456789012:role/application"};
  spec.secure.access.foundation_models = {
      "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0"};
  spec.secure.critical_subscribers = {{"email", "oncall@example.com"}};
  spec.secure.cost_subscribers = {{"email", "finance@example.com"}};
  return spec;
}

inline DestroyChoices with_all_data() {
  DestroyChoices everything;
  everything.delete_data = true;
  return everything;
}

}  // namespace bedrocklog::provision
