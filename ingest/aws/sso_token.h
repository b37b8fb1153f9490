// The access token of an SSO login, in the cache that all AWS tools share.
#pragma once

#include <string>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/secret_text.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct SsoLogin {
  std::string profile;       // For messages: whom to log in.
  std::string session_name;  // Empty: the profile has its own start URL (the older form).
  std::string start_url;
  std::string region;
};

/// `~/.aws/sso/cache/<SHA-1 of the session's name, else of the start URL>.json`; empty without
/// HOME.
[[nodiscard]] std::string sso_cache_path(const Variables& variables, const SsoLogin& login);

/// A token that still holds. That of a session is renewed (oidc CreateToken) from five minutes
/// before its end; while the old one holds, a renewal may fail. Fails naming `aws sso login`.
[[nodiscard]] Result<SecretText> sso_token(const CredentialContext& context, const SsoLogin& login);

/// What to tell when the token is missing, has expired or is refused.
[[nodiscard]] Fault sso_login_needed(const SsoLogin& login, const std::string& why);

}  // namespace bedrocklog::aws
