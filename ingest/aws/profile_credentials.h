// Credentials of one profile of the shared files, through whatever it points at.
#pragma once

#include <optional>
#include <string>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// In this order: role_arn with source_profile (chains too) or credential_source, role_arn with
/// web_identity_token_file, SSO, keys of the credentials file, credential_process, keys of the
/// config file. Nothing when the profile is not there or says nothing of credentials; a Fault when
/// what it says is not enough, leads in a circle, or fails.
[[nodiscard]] Result<std::optional<Credentials>> profile_credentials(
    const CredentialContext& context, const std::string& name);

}  // namespace bedrocklog::aws
