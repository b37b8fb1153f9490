// Do private names work in the VPC? Asked of EC2.
#pragma once

#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// "dns-attributes": the VPC answers names, and gives some to its machines. Without both, endpoints
/// with private names cannot be. None without a VPC, or where private names are not wanted.
[[nodiscard]] std::vector<Check> dns_checks(const StackSpec& spec, aws::ServiceCalls& calls);

}  // namespace bedrocklog::provision
