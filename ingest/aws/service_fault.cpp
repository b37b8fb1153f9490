// What a user is told about a refusal, and what to do about it.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "ingest/aws/service_error.h"

namespace bedrocklog::aws {
namespace {

struct Advice {
  std::string text;
  FaultCause cause = FaultCause::unspecified;
  bool has_service_words = true;  // Whether the service's message adds to ours.
};

struct KnownCode {
  std::string_view code;
  std::string_view text;
  FaultCause cause;
};

constexpr std::string_view which_credentials =
    "; \"bedrocklog doctor --aws\" shows which credentials are used";

constexpr std::array<KnownCode, 13> known_codes = {{
    {"NoSuchBucket", "the bucket does not exist; check its name", FaultCause::not_found},
    {"NoSuchKey", "the object is not there; it may have been deleted since it was listed",
     FaultCause::not_found},
    {"NoSuchVersion", "this version of the object is not there", FaultCause::not_found},
    {"NoSuchEntity", "does not exist", FaultCause::not_found},
    {"ResourceNotFoundException", "does not exist", FaultCause::not_found},
    {"NotFoundException", "does not exist", FaultCause::not_found},
    {"NotFound", "not found; it may have been deleted since it was listed", FaultCause::not_found},
    {"InvalidBucketName", "this is no bucket name; check its spelling", FaultCause::not_found},
    {"InvalidObjectState", "is archived (Glacier); restore it first", FaultCause::unspecified},
    {"PreconditionFailed", "was replaced by another version since it was listed; run again",
     FaultCause::unspecified},
    {"InvalidRange", "is shorter than it was when it was listed; run again",
     FaultCause::unspecified},
    {"KMS.DisabledException", "is encrypted with a KMS key that is disabled; enable the key",
     FaultCause::access_denied},
    {"KMS.NotFoundException", "is encrypted with a KMS key that does not exist",
     FaultCause::access_denied},
}};

std::optional<Advice> known_code_advice(const ServiceError& error) {
  const auto* const known =
      std::find_if(known_codes.begin(), known_codes.end(),
                   [&](const KnownCode& entry) { return entry.code == error.code; });
  if (known == known_codes.end()) {
    return std::nullopt;
  }
  return Advice{std::string(known->text), known->cause};
}

Advice clock_advice(const ServiceError& error) {
  if (!error.clock_ahead_seconds || *error.clock_ahead_seconds == 0) {
    return {"the clock of this machine differs too much from the service's; set it right"};
  }
  const std::int64_t seconds = std::llabs(*error.clock_ahead_seconds);
  const std::string amount = seconds < 120 ? std::to_string(seconds) + " seconds"
                                           : std::to_string(seconds / 60) + " minutes";
  return {"the clock of this machine is " + amount +
              (*error.clock_ahead_seconds > 0 ? " ahead of" : " behind") +
              " the service's; set it right",
          FaultCause::unspecified, false};
}

Advice refusal_advice(const ServiceError& error) {
  std::string text = "the credentials are refused";
  if (error.code == "SignatureDoesNotMatch" || error.code == "InvalidSignatureException") {
    text = "the secret access key does not match the access key id";
  } else if (error.code == "InvalidAccessKeyId" || error.code == "InvalidClientTokenId" ||
             error.code == "UnrecognizedClientException") {
    text =
        "the service does not know the access key id or its session token; it may be deleted, "
        "mistyped, or of another partition";
  } else if (error.code == "InvalidToken" || error.code == "InvalidTokenId") {
    text = "the session token is not valid, or not in this region; get fresh credentials";
  } else if (error.code.starts_with("MissingAuthenticationToken")) {
    text = "the service does not accept unsigned requests";
  }
  // Without the service's words: here they may quote what was signed.
  return {text + std::string(which_credentials), FaultCause::credentials_missing, false};
}

/// The action of "... is not authorized to perform: s3:GetObject on resource ...", where it looks
/// like one.
std::string denied_action(std::string_view message) {
  constexpr std::string_view before = "not authorized to perform: ";
  const std::size_t start = message.find(before);
  if (start == std::string_view::npos) {
    return "";
  }
  const std::string_view action = message.substr(
      start + before.size(), message.find(' ', start + before.size()) - (start + before.size()));
  const std::size_t colon = action.find(':');
  const bool is_action = colon != std::string_view::npos && colon > 0 &&
                         colon + 1 < action.size() &&
                         action.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:*") == std::string_view::npos;
  return is_action ? std::string(action) : "";
}

Advice denial_advice(const ServiceError& error) {
  const std::string action = denied_action(error.message);
  return {action.empty() ? "access denied; check what the credentials in use may do" +
                               std::string(which_credentials)
                         : "access denied; the credentials in use need the permission " + action,
          FaultCause::access_denied};
}

bool is_wrong_region(const ServiceError& error) {
  constexpr std::array<std::string_view, 5> codes = {"PermanentRedirect", "TemporaryRedirect",
                                                     "Redirect", "AuthorizationHeaderMalformed",
                                                     "IllegalLocationConstraintException"};
  return std::find(codes.begin(), codes.end(), error.code) != codes.end() &&
         (error.code != "AuthorizationHeaderMalformed" || !error.region.empty());
}

Advice region_advice(const ServiceError& error) {
  if (!error.region.empty()) {
    return {"is in another region; use --region " + error.region, FaultCause::unspecified, false};
  }
  return {error.endpoint.empty()
              ? "is in another region, which the service does not name; use --region"
              : "must be asked for at another endpoint: " + error.endpoint};
}

bool is_throttling(const ServiceError& error) {
  constexpr std::array<std::string_view, 7> codes = {"SlowDown",
                                                     "BandwidthLimitExceeded",
                                                     "PriorRequestNotComplete",
                                                     "ProvisionedThroughputExceededException",
                                                     "RequestLimitExceeded",
                                                     "ThrottledException",
                                                     "EC2ThrottledException"};
  return error.status == 429 || error.code.starts_with("Throttling") ||
         error.code.starts_with("TooManyRequests") || error.code.starts_with("RequestThrottled") ||
         std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

Advice other_advice(const ServiceError& error) {
  if (error.status >= 500 || error.code == "RequestTimeout" || error.code == "InternalError") {
    return {"the service fails for now; try again later", FaultCause::try_again};
  }
  if (error.status == 404) {
    return {"not found", FaultCause::not_found};
  }
  if (error.status == 403) {
    return denial_advice(error);
  }
  return {"the service refuses the request"};
}

Advice advice_on(const ServiceError& error) {
  if (is_clock_skew(error)) {
    return clock_advice(error);
  }
  if (is_expired(error)) {
    return {"the credentials have expired; get fresh ones" + std::string(which_credentials),
            FaultCause::credentials_missing, false};
  }
  if (is_credential_refusal(error)) {
    return refusal_advice(error);
  }
  if (is_throttling(error)) {
    return {"throttled by the service; try again later or lower --connections",
            FaultCause::try_again};
  }
  if (is_wrong_region(error)) {
    return region_advice(error);
  }
  if (auto advice = known_code_advice(error)) {
    return *advice;
  }
  return is_access_denied(error) ? denial_advice(error) : other_advice(error);
}

}  // namespace

Fault to_fault(const std::string& subject, const ServiceError& error) {
  Advice advice = advice_on(error);
  std::string_view words = advice.has_service_words ? std::string_view(error.message) : "";
  words = words.substr(0, words.find_last_not_of(". ") + 1);
  return {subject,
          advice.text + " (" + error.code + (words.empty() ? "" : ": ") + std::string(words) + ')',
          advice.cause};
}

}  // namespace bedrocklog::aws
