// What an admin wants to have at hand once the stack is there.
#pragma once

#include <string>
#include <vector>

#include "provision/observed_state.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

struct Output {
  std::string address;
  std::string arn;      // Empty where the thing has none.
  std::string console;  // URL of its page; empty where the partition's console is not known.
  std::string state;    // "there", "missing", "pending confirmation", or AWS' word: "creating".
};

/// Of what has one that follows from its name; empty for subscriptions, policies, the logging
/// configuration, filters, queries and detectors, and where AWS makes the id up.
[[nodiscard]] std::string arn_of(const StackSpec& spec, const Address& address);

/// One for each resource of `desired`, in its order.
[[nodiscard]] std::vector<Output> outputs_of(const StackSpec& spec, const DesiredState& desired,
                                             const ObservedState& observed);

/// Values by name, for programs. What is not there is null. Members:
/// - "regions": by region "kms_key_arn", "kms_key_alias", "archive_bucket_name",
///   "archive_bucket_arn", "log_group_name", "log_group_arn", "trail_arn", "buckets", "log_groups",
///   "topics" (ARNs by name), "vpc_endpoints" ({"id","dns_entries","state"} by service),
///   "security_groups" (ids by name), "guardrail" ({"name","id","arn","version"}),
/// - "roles": {"arn","policies"} by name,
/// - "network": VPC, subnets, ranges, number of endpoints; null without a VPC,
/// - "encryption": whether each kind of thing that holds data has a key of yours,
/// - "compliance": the promises of posture.h, with _ for -, as booleans.
[[nodiscard]] Json values_of(const StackSpec& spec, const DesiredState& desired,
                             const ObservedState& observed);

}  // namespace bedrocklog::provision
