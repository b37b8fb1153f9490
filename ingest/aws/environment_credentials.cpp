// Half a pair of keys is a mistake that should not silently lead to somebody else's credentials.
#include "ingest/aws/environment_credentials.h"

namespace bedrocklog::aws {

Result<std::optional<Credentials>> environment_credentials(const Variables& variables) {
  const auto id = variable(variables, "AWS_ACCESS_KEY_ID");
  const auto secret = variable(variables, "AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) {
    return std::nullopt;
  }
  if (!id || !secret) {
    const char* const set = id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY";
    const char* const unset = id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID";
    return fault("environment variables",
                 std::string(set) + " is set and " + unset + " is not; set both or neither",
                 FaultCause::credentials_missing);
  }
  Credentials credentials;
  credentials.access_key_id = *id;
  credentials.secret_access_key = SecretText(*secret);
  credentials.session_token = SecretText(variable(variables, "AWS_SESSION_TOKEN").value_or(""));
  credentials.source = "environment variables";
  if (const auto expiration = variable(variables, "AWS_CREDENTIAL_EXPIRATION")) {
    credentials.expires_at = parse_iso_time(*expiration);
    if (!credentials.expires_at) {
      return fault("AWS_CREDENTIAL_EXPIRATION", "is no time of the form 2026-03-04T10:15:07Z",
                   FaultCause::credentials_missing);
    }
  }
  return credentials;
}

}  // namespace bedrocklog::aws
