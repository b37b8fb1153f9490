// Credentials of IAM Identity Center (SSO), by the token that `aws sso login` left behind.
#pragma once

#include <string>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// Whether the profile says anything of SSO accounts or roles.
[[nodiscard]] bool is_sso_profile(const Section& profile);

/// The role and account of the profile, through its sso_session or its own sso_start_url. An
/// sso-session's token is renewed with its refresh token when it is about to end, and the cache
/// file is replaced at once (0600). Fails when settings are missing, and, naming `aws sso login`,
/// when there is no token that holds.
[[nodiscard]] Result<Credentials> sso_credentials(const CredentialContext& context,
                                                  const std::string& profile_name);

}  // namespace bedrocklog::aws
