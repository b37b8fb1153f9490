// Credentials of the environment: AWS_ACCESS_KEY_ID and its companions.
#pragma once

#include <optional>

#include "ingest/aws/credentials.h"
#include "ingest/aws/profile_files.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION. Nothing
/// when neither of the keys is set; a Fault when only one of them is.
[[nodiscard]] Result<std::optional<Credentials>> environment_credentials(
    const Variables& variables);

}  // namespace bedrocklog::aws
