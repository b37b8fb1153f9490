// What a refused call means to the user: which thing it was about, and which right is missing.
#pragma once

#include "ingest/aws/service_calls.h"
#include "ingest/fault.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

/// `return refused(address, answer.error());` Subject: the address; the message begins with
/// service and operation, which is the right that is missing when access was denied.
[[nodiscard]] tl::unexpected<Fault> refused(const Address& address,
                                            const aws::CallFailure& failure);

/// `return came_meanwhile(address);` Of a create that finds a thing of others.
[[nodiscard]] tl::unexpected<Fault> came_meanwhile(const Address& address);

}  // namespace bedrocklog::provision
