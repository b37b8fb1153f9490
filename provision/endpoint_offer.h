// Where interface endpoints can be made: services differ in the zones that offer them.
#pragma once

#include <string>
#include <vector>

#include "ingest/aws/service_calls.h"
#include "ingest/fault.h"
#include "provision/probe.h"

namespace bedrocklog::provision {

/// Services that get an endpoint: those of Bedrock, then the general ones.
[[nodiscard]] std::vector<std::string> endpoint_services(const NetworkSettings& network);
/// The subnets that the endpoint of a service is put into; none: it is not made.
[[nodiscard]] std::vector<std::string> subnets_of(const NetworkSettings& network,
                                                  const std::string& service);

/// Asks EC2 about VPC, subnets and endpoint services of the home region. Puts into
/// secure.network.unoffered what cannot be made, with a notice for each, and tells when the VPC's
/// DNS does not let private names work. Subnets that are not there, or of another VPC, are a Fault.
/// Requires a VPC.
[[nodiscard]] Result<void> leave_out_unoffered(ProbedSpec& probed, aws::ServiceCalls& calls);

}  // namespace bedrocklog::provision
