// Specs of profile observability, and what tests ask of their states.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provision/desired_state.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

inline StackSpec monitoring_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  spec.profiles = {"observability"};
  return spec;
}

/// Two models with prices, quota and p99 of their own, and all options.
inline StackSpec full_monitoring_spec() {
  StackSpec spec = monitoring_spec();
  spec.observability.models = {{"anthropic.claude-v2:1", 1'005, 0, "3", "15.00", "0.30", "3.75"},
                               {"amazon.nova-pro-v1:0", 0, 7'000, "0.8", "3.2", "", ""}};
  spec.observability.has_report_bucket = true;
  spec.observability.budget.monthly_usd = "1500.50";
  return spec;
}

/// Properties; null when there is no such thing.
inline Json properties_of(const DesiredState& state, ResourceKind kind, const std::string& region,
                          const std::string& name) {
  const Resource* const found = state.find({kind, region, name});
  return found == nullptr ? Json() : found->properties;
}

inline Json home_alarm(const DesiredState& state, const std::string& name) {
  return properties_of(state, ResourceKind::alarm, "eu-west-1", name);
}

inline std::set<std::string> names_of(const DesiredState& state, ResourceKind kind) {
  std::set<std::string> names;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == kind) {
      names.insert(resource.address.name);
    }
  }
  return names;
}

inline std::set<std::string> addresses_of(const DesiredState& state) {
  std::set<std::string> addresses;
  for (const Resource& resource : state.resources) {
    addresses.insert(to_text(resource.address));
  }
  return addresses;
}

/// What the second state has and the first has not.
inline std::set<std::string> added(const DesiredState& before, const DesiredState& after) {
  std::set<std::string> result = addresses_of(after);
  for (const std::string& address : addresses_of(before)) {
    result.erase(address);
  }
  return result;
}

/// Addresses of both whose properties differ.
inline std::set<std::string> changed(const DesiredState& before, const DesiredState& after) {
  std::set<std::string> result;
  for (const Resource& resource : before.resources) {
    const Resource* const other = after.find(resource.address);
    if (other != nullptr && other->properties != resource.properties) {
      result.insert(to_text(resource.address));
    }
  }
  return result;
}

}  // namespace bedrocklog::provision
