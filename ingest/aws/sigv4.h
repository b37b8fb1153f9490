// AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"), header form.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/aws/credentials.h"
#include "ingest/aws/http_message.h"
#include "ingest/aws/utc_time.h"

namespace bedrocklog::aws {

/// Names and values before encoding.
using QueryItems = std::vector<std::pair<std::string, std::string>>;

struct SigningScope {
  std::string region;
  std::string service;  // Signing name.
};

/// A request before signing.
struct UnsignedRequest {
  std::string method = "GET";
  std::string scheme = "https";
  std::string authority;   // Host header.
  std::string path = "/";  // As it goes on the wire: percent-encoded once.
  QueryItems query;
  std::vector<HttpHeader> headers;  // Without Host, X-Amz-Date, Authorization.
  std::string body;
};

struct SigningRules {
  /// S3 signs the path as it is; every other service removes dot segments and encodes once more.
  bool is_s3 = false;
};

/// The request with Host, X-Amz-Date, X-Amz-Security-Token, x-amz-content-sha256 (S3) and
/// Authorization added, and its URL written with the very bytes that were signed. Credentials
/// without access key id leave it unsigned.
[[nodiscard]] HttpRequest signed_request(const UnsignedRequest& request, const SigningScope& scope,
                                         const SigningRules& rules, const Credentials& credentials,
                                         UtcTime at);

/// The steps in between, for the published test vectors.
[[nodiscard]] std::string canonical_query(const QueryItems& query);
[[nodiscard]] std::string canonical_path(std::string_view path, const SigningRules& rules);

}  // namespace bedrocklog::aws
