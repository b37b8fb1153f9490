// A plain loop around exchange(): credentials come before the client that retries properly.
#include "ingest/aws/credential_request.h"

#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

#include "ingest/aws/http_exchange.h"

namespace bedrocklog::aws {
namespace {

constexpr long first_wait_ms = 200;  // Doubles with every attempt.

void wait_ms(long ms) {
  const timespec wait{ms / 1000, (ms % 1000) * 1'000'000};
  nanosleep(&wait, nullptr);  // Cut short by a signal: the next attempt comes earlier.
}

bool is_transient(const HttpExchange& done) {
  if (done.fault != TransportFault::none) {
    return done.fault != TransportFault::tls && done.fault != TransportFault::too_large;
  }
  const int status = done.response.head.status;
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

/// A text of `document`; empty when it is absent, null or of another type.
std::string text_of(const nlohmann::json& document, std::string_view name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Result<HttpResponse> ask_for_credentials(const std::string& subject, const HttpRequest& request,
                                         const HttpOptions& options, unsigned attempts_max) {
  HttpExchange done = exchange(request, options);
  for (unsigned attempt = 1; attempt < attempts_max && is_transient(done); ++attempt) {
    wait_ms(first_wait_ms << (attempt - 1));
    done = exchange(request, options);
  }
  if (done.fault != TransportFault::none) {
    return fault(subject, "no answer: " + done.reason, FaultCause::unavailable);
  }
  return std::move(done.response);
}

Result<Credentials> read_credential_json(const std::string& source, std::string_view json,
                                         std::string_view token_name) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object()) {
    return fault(source, "gave no JSON object", FaultCause::credentials_missing);
  }
  Credentials credentials;
  credentials.access_key_id = text_of(document, "AccessKeyId");
  credentials.secret_access_key = SecretText(text_of(document, "SecretAccessKey"));
  credentials.session_token = SecretText(text_of(document, token_name));
  credentials.source = source;
  for (const auto& [is_missing, name] :
       {std::pair(credentials.access_key_id.empty(), "AccessKeyId"),
        std::pair(credentials.secret_access_key.empty(), "SecretAccessKey")}) {
    if (is_missing) {
      return fault(source, std::string("gave no ") + name, FaultCause::credentials_missing);
    }
  }
  const auto expiration = document.find("Expiration");
  if (expiration != document.end() && !expiration->is_null()) {
    credentials.expires_at = parse_iso_time(text_of(document, "Expiration"));
    if (!credentials.expires_at) {
      return fault(source, "gave an Expiration that is no time of the form 2026-03-04T10:15:07Z",
                   FaultCause::credentials_missing);
    }
  }
  return credentials;
}

}  // namespace bedrocklog::aws
