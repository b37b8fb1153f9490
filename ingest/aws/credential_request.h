// One question to a service that gives out credentials, asked again when it fails for a moment.
#pragma once

#include <string>
#include <string_view>

#include "ingest/aws/credentials.h"
#include "ingest/aws/http_message.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

inline constexpr unsigned credential_attempts_max = 3;

/// The answer, of whatever status. Transport failures, 429, 500, 502, 503 and 504 are tried again,
/// `attempts_max` times in all, with short waits; blocks. A Fault (of cause unavailable, without
/// anything of the request) when no answer came at all.
[[nodiscard]] Result<HttpResponse> ask_for_credentials(
    const std::string& subject, const HttpRequest& request, const HttpOptions& options,
    unsigned attempts_max = credential_attempts_max);

/// Reads `{"AccessKeyId", "SecretAccessKey", token_name, "Expiration"}`, the last two optional.
/// A Fault says what is missing, never what is there. `source` becomes Credentials::source.
[[nodiscard]] Result<Credentials> read_credential_json(const std::string& source,
                                                       std::string_view json,
                                                       std::string_view token_name);

}  // namespace bedrocklog::aws
