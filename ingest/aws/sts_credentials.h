// Credentials of a role, from STS: AssumeRole and AssumeRoleWithWebIdentity.
#pragma once

#include <optional>
#include <string>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// The seconds a role session may last.
inline constexpr unsigned role_duration_min_s = 900;
inline constexpr unsigned role_duration_max_s = 43'200;

struct RoleRequest {
  std::string role_arn;
  std::string session_name;  // Empty: one of ours, with the time.
  std::string external_id;   // Empty: none.
  std::optional<unsigned> duration_s;
  std::string source;  // Of the credentials it gives: "profile reports (role assumed)".
};

/// Assumes the role with the rights of `with`; the request is signed. In the region of the
/// settings, else us-east-1.
[[nodiscard]] Result<Credentials> assume_role(const CredentialContext& context,
                                              const RoleRequest& role, const Credentials& with);

/// Assumes the role with the token in `token_file`, which is read anew each time; not signed.
[[nodiscard]] Result<Credentials> assume_role_with_web_identity(const CredentialContext& context,
                                                                const RoleRequest& role,
                                                                const std::string& token_file);

}  // namespace bedrocklog::aws
