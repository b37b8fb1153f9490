// The parts every profile has, and profile `core`: topic, four alarms and a dashboard.
#pragma once

#include <string>
#include <string_view>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// "PREFIX/AWSLogs/ACCOUNT/BedrockModelInvocationLogs/": where Bedrock writes below a bucket.
[[nodiscard]] std::string archive_prefix(const StackSpec& spec);
/// Trust policy of the logging role: the Bedrock service, for this account and these regions.
[[nodiscard]] Json logging_trust_policy(const StackSpec& spec);
/// What the role may do: create and write the one log stream of each region.
[[nodiscard]] Json logging_permissions(const StackSpec& spec);
/// Lets Bedrock write the archive of this account and region, and refuses requests without TLS.
[[nodiscard]] Json archive_bucket_policy(const StackSpec& spec, std::string_view region);
/// Dashboard body with the widgets of every region.
[[nodiscard]] Json usage_dashboard(const StackSpec& spec);

}  // namespace bedrocklog::provision
