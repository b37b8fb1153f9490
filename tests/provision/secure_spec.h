// A spec of profile secure with everything on, and looking things up in what it comes to.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "provision/desired_state.h"

namespace bedrocklog::provision {

inline constexpr const char* test_account = "123456789012";
inline constexpr const char* test_region = "eu-west-1";

inline StackSpec secure_spec() {
  StackSpec spec;
  spec.account = test_account;
  spec.regions = {test_region};
  spec.profiles = {"secure"};
  spec.alarm_source = AlarmSource::all_models_series;
  NetworkSettings& network = spec.secure.network;
  network.vpc_id = "vpc-0123456789abcdef0";
  network.subnet_ids = {"subnet-0123456789abcdef0", "subnet-01234567"};
  network.management_cidrs = {"10.20.0.0/16"};
  network.general_services = {"logs", "monitoring", "sns", "sts", "kms"};
  AccessSettings& access = spec.secure.access;
  access.trusted_principals = {"arn:aws:iam::123456789012:role/app"};
  access.permissions_boundary_arn = "arn:aws:iam::123456789012:policy/Boundary";
  return spec;
}

inline StackSpec secure_spec_with(const std::set<std::string>& more_profiles) {
  StackSpec spec = secure_spec();
  spec.profiles.insert(more_profiles.begin(), more_profiles.end());
  return spec;
}

inline Address in_region(ResourceKind kind, const std::string& name) {
  return {kind, test_region, name};
}

/// Null, and a failure, where it is not there.
inline Json properties_of(const DesiredState& state, const Address& address) {
  const Resource* const found = state.find(address);
  EXPECT_NE(found, nullptr) << to_text(address) << " is not wanted";
  return found == nullptr ? Json() : found->properties;
}

inline std::map<Address, Json> everything(const DesiredState& state) {
  std::map<Address, Json> all;
  for (const Resource& resource : state.resources) {
    all.emplace(resource.address, resource.properties);
  }
  return all;
}

inline Json statement_of(const Json& policy, std::string_view sid) {
  for (const Json& statement : policy.value("Statement", Json::array())) {
    if (statement.value("Sid", "") == sid) {
      return statement;
    }
  }
  return {};
}

inline std::vector<std::string> texts(const std::vector<Fault>& faults) {
  std::vector<std::string> all;
  for (const Fault& fault : faults) {
    all.push_back(fault.subject + ": " + fault.message);
  }
  return all;
}

/// Empty where nothing is said.
inline std::string reason_of(const DesiredState& state, const Address& address) {
  for (const Unsupported& one : state.unsupported) {
    if (one.address == address) {
      return one.reason;
    }
  }
  return {};
}

inline std::string topic_arn(const std::string& alert_class) {
  return "arn:aws:sns:eu-west-1:123456789012:bedrock-" + alert_class + "-alerts";
}

}  // namespace bedrocklog::provision
