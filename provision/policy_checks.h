// What policy documents mean for delivery: who may assume the role, who may write the archive.
#pragma once

#include <string>
#include <string_view>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

// Each gives what is wrong with the document and what to do; empty: nothing. Documents may be in
// any form AWS has for them.

/// The role's trust: Bedrock and nobody else, for this account, and only from its regions.
[[nodiscard]] std::string trust_flaw(const StackSpec& spec, const Json& trust_policy);
/// Whether Bedrock of the region can put its objects below the archive's prefix.
[[nodiscard]] std::string delivery_flaw(const StackSpec& spec, std::string_view region,
                                        const Json& bucket_policy);
/// Whether requests without TLS are refused, on the bucket of that name and its objects.
[[nodiscard]] std::string transport_flaw(const StackSpec& spec, const std::string& bucket,
                                         const Json& bucket_policy);
/// Whether those with TLS below 1.2 are, too.
[[nodiscard]] std::string old_transport_flaw(const StackSpec& spec, const std::string& bucket,
                                             const Json& bucket_policy);
/// Whether services assume a role, or write a bucket, only for this account: every Allow that names
/// a service asks for aws:SourceAccount or aws:SourceArn of it. A trail's role for CloudWatch Logs
/// is left out: CloudTrail sends neither.
[[nodiscard]] std::string deputy_flaw(const StackSpec& spec, const Json& policy);
/// Whether the service may do the action by this policy, whatever its conditions.
[[nodiscard]] bool lets_service(const Json& policy, std::string_view service,
                                std::string_view action);

}  // namespace bedrocklog::provision
