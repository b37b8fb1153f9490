// Credentials of a container: the endpoint that ECS tasks and EKS pods are given.
#pragma once

#include <optional>
#include <string>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/aws/profile_files.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI below the address of ECS, else
/// AWS_CONTAINER_CREDENTIALS_FULL_URI; nothing when neither is set. Fails for a full one that is
/// neither https nor on this machine or the container host's own addresses: the authorization token
/// would go to whoever listens there.
[[nodiscard]] Result<std::optional<std::string>> container_url(const Variables& variables);

/// Asks it, with AWS_CONTAINER_AUTHORIZATION_TOKEN(_FILE); the file is read anew each time.
[[nodiscard]] Result<std::optional<Credentials>> container_credentials(
    const CredentialContext& context);

}  // namespace bedrocklog::aws
