// What an AWS service says when it refuses: one shape for its XML, JSON and header forms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/aws/http_message.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct ServiceError {
  int status = 0;
  std::string code;     // "NoSuchKey", "ExpiredToken"; for an empty body derived from the status.
  std::string message;  // The service's words, control characters removed, at most 500 bytes.
  std::string request_id;
  std::string region;    // Where the bucket really is (x-amz-bucket-region, <Region>); else empty.
  std::string endpoint;  // <Endpoint> of a redirect, else empty.
  /// Time of the request less time of the service, where a refusal for clock skew tells both.
  std::optional<std::int64_t> clock_ahead_seconds;
};

/// Longest message kept, and how much of a body is looked at for it.
inline constexpr std::size_t error_message_bytes_max = 500;
inline constexpr std::size_t error_body_bytes_max = 64U << 10U;

/// Reads an answer that is no success: XML of S3, query and ec2, JSON `__type`, the
/// x-amzn-ErrorType header. Defensive: any body, of any service, gives a code. What a service
/// quotes of the signed request (canonical request, Authorization header) is cut off the message.
[[nodiscard]] ServiceError read_error(const HttpHead& head, std::string_view body);

/// Wrong or missing rights (AccessDenied*, 403 of a HEAD ...), not a wrong secret.
[[nodiscard]] bool is_access_denied(const ServiceError& error);
/// The credentials themselves are refused: unknown key, wrong secret, invalid token.
[[nodiscard]] bool is_credential_refusal(const ServiceError& error);
[[nodiscard]] bool is_expired(const ServiceError& error);
[[nodiscard]] bool is_clock_skew(const ServiceError& error);

/// One line for the user, with what to do where that is known, and the cause that decides the exit
/// code. Never a secret, a token or a signature: a SignatureDoesNotMatch answer carries the
/// canonical request, which is left out.
[[nodiscard]] Fault to_fault(const std::string& subject, const ServiceError& error);

}  // namespace bedrocklog::aws
