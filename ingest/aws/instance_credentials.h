// Credentials of an EC2 instance: instance metadata, version 2 only.
#pragma once

#include <optional>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// False after AWS_EC2_METADATA_DISABLED=true.
[[nodiscard]] bool is_instance_metadata_on(const Variables& variables);

/// Nothing when switched off, when nothing answers within a second, when the metadata service gives
/// no session token, or when the instance has no role; a Fault when it has one and its credentials
/// cannot be got. Address and patience: AWS_EC2_METADATA_SERVICE_ENDPOINT(_MODE),
/// AWS_METADATA_SERVICE_TIMEOUT (seconds), AWS_METADATA_SERVICE_NUM_ATTEMPTS, or the profile's keys
/// of the same names without AWS_.
[[nodiscard]] Result<std::optional<Credentials>> instance_credentials(
    const CredentialContext& context);

}  // namespace bedrocklog::aws
