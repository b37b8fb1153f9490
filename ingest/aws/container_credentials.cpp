// The container endpoint, and which hosts may be asked.
#include "ingest/aws/container_credentials.h"

#include <algorithm>
#include <arpa/inet.h>

#include "ingest/aws/credential_request.h"
#include "ingest/aws/small_file.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {
namespace {

constexpr unsigned timeout_ms = 2'000;  // It is on this machine.

bool is_loopback(const std::string& host) {
  in_addr address{};
  const bool is_ipv4 = inet_pton(AF_INET, host.c_str(), &address) == 1;
  return host == "localhost" || host == "[::1]" ||
         (is_ipv4 && (ntohl(address.s_addr) >> 24U) == 127U);
}

bool is_trusted_host(const UrlParts& url) {
  return url.scheme == "https" || is_loopback(url.host) || url.host == "169.254.170.2" ||
         url.host == "169.254.170.23" || url.host == "[fd00:ec2::23]";
}

/// Nothing: send none. The file counts before the variable, as it can change.
Result<std::optional<std::string>> authorization_token(const Variables& variables) {
  std::optional<std::string> token = variable(variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (const auto path = variable(variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    Result<std::string> read = read_token_file(*path);
    if (!read) {
      return pass_on(read);
    }
    token = *read;
  }
  const bool has_control = token && std::any_of(token->begin(), token->end(), [](char c) {
                             return static_cast<unsigned char>(c) < 0x20;
                           });
  if (has_control) {
    return fault("container endpoint", "the authorization token holds control characters",
                 FaultCause::credentials_missing);
  }
  return token;
}

}  // namespace

Result<std::optional<std::string>> container_url(const Variables& variables) {
  if (const auto relative = variable(variables, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    if (!relative->starts_with('/')) {
      return fault("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "does not begin with /",
                   FaultCause::credentials_missing);
    }
    return "http://169.254.170.2" + *relative;
  }
  auto full = variable(variables, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!full) {
    return std::nullopt;
  }
  const std::optional<UrlParts> url = parse_url(full->substr(0, full->find('?')));
  if (!url) {
    return fault("AWS_CONTAINER_CREDENTIALS_FULL_URI", "is no http or https URL",
                 FaultCause::credentials_missing);
  }
  if (!is_trusted_host(*url)) {
    return fault("AWS_CONTAINER_CREDENTIALS_FULL_URI",
                 "only https, this machine, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] may "
                 "be asked for credentials: " +
                     url->host,
                 FaultCause::credentials_missing);
  }
  return full;
}

Result<std::optional<Credentials>> container_credentials(const CredentialContext& context) {
  const std::string source = "container endpoint";
  const Result<std::optional<std::string>> configured = container_url(context.settings.variables);
  if (!configured) {
    return pass_on(configured);
  }
  const std::optional<std::string>& url = *configured;
  if (!url) {
    return std::nullopt;
  }
  const auto read = authorization_token(context.settings.variables);
  if (!read) {
    return pass_on(read);
  }
  HttpRequest request;
  request.url = *url;
  request.headers.push_back({"Accept", "application/json"});
  if (const std::optional<std::string>& token = *read; token) {
    request.headers.push_back({"Authorization", *token});
  }
  HttpOptions options = context.settings.http;
  options.connect_timeout_ms = timeout_ms;
  options.stall_timeout_ms = timeout_ms;
  options.is_direct = request.url.starts_with("http:");
  const Result<HttpResponse> answer = ask_for_credentials(source, request, options);
  if (!answer) {
    return pass_on(answer);
  }
  if (!answer->head.is_success()) {
    const FaultCause cause =
        answer->head.status >= 500 ? FaultCause::try_again : FaultCause::credentials_missing;
    return fault(source,
                 "refused to give credentials: status " + std::to_string(answer->head.status),
                 cause);
  }
  Result<Credentials> credentials = read_credential_json(source, answer->body, "Token");
  if (!credentials) {
    return pass_on(credentials);
  }
  return std::move(*credentials);
}

}  // namespace bedrocklog::aws
