// Reads, renews and replaces the cached token.
#include "ingest/aws/sso_token.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "ingest/aws/credential_request.h"
#include "ingest/aws/digest.h"
#include "ingest/aws/endpoint.h"
#include "ingest/aws/small_file.h"

namespace bedrocklog::aws {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t renew_before_s = 300;
constexpr std::int64_t token_lifetime_max_s = 90LL * 86'400;

std::string text_of(const Json& document, const char* name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Seconds until the time under `name`; none left when it is missing or no time.
std::int64_t seconds_left(const Json& document, const char* name, UtcTime now) {
  const std::optional<UtcTime> at = parse_iso_time(text_of(document, name));
  return at ? at->seconds - now.seconds : 0;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return true;
}

/// Readers see the old file or the new one. A failure is borne: the token in hand works, only the
/// next run has to renew or to ask for a login.
void replace_file(const std::string& path, const std::string& text) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // Made with mode 0600.
  if (file < 0) {
    return;
  }
  const bool is_written = write_all(file, text) && ::fsync(file) == 0;
  ::close(file);
  if (!is_written || std::rename(temporary.c_str(), path.c_str()) != 0) {
    ::unlink(temporary.c_str());
  }
}

/// The new document for the cache; nothing when it cannot be renewed.
std::optional<Json> renewed(const CredentialContext& context, const SsoLogin& login,
                            const Json& old) {
  const bool has_registration = !text_of(old, "refreshToken").empty() &&
                                !text_of(old, "clientId").empty() &&
                                !text_of(old, "clientSecret").empty() &&
                                seconds_left(old, "registrationExpiresAt", context.clock()) > 0;
  const Result<Endpoint> endpoint = endpoint_of(context.settings, "sso-oidc", login.region);
  if (!has_registration || !endpoint) {
    return std::nullopt;
  }
  HttpRequest request;
  request.method = "POST";
  request.url = endpoint->scheme + "://" + endpoint->authority + endpoint->base_path + "/token";
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = Json{{"grantType", "refresh_token"},
                      {"clientId", text_of(old, "clientId")},
                      {"clientSecret", text_of(old, "clientSecret")},
                      {"refreshToken", text_of(old, "refreshToken")}}
                     .dump(-1, ' ', false, Json::error_handler_t::replace);
  const Result<HttpResponse> answer =
      ask_for_credentials("sso-oidc CreateToken", request, context.settings.http);
  if (!answer || !answer->head.is_success()) {
    return std::nullopt;
  }
  const Json document = Json::parse(answer->body, nullptr, false);
  const bool has_token = document.is_object() && !text_of(document, "accessToken").empty() &&
                         document.contains("expiresIn") &&
                         document["expiresIn"].is_number_integer();
  if (!has_token) {
    return std::nullopt;
  }
  const auto lifetime_s = document["expiresIn"].get<std::int64_t>();
  if (lifetime_s <= 0 || lifetime_s > token_lifetime_max_s) {
    return std::nullopt;
  }
  Json fresh = old;
  fresh["accessToken"] = document["accessToken"];
  fresh["expiresAt"] = to_iso_time({context.clock().seconds + lifetime_s});
  if (!text_of(document, "refreshToken").empty()) {
    fresh["refreshToken"] = document["refreshToken"];
  }
  return fresh;
}

}  // namespace

std::string sso_cache_path(const Variables& variables, const SsoLogin& login) {
  const auto home = variable(variables, "HOME");
  if (!home) {
    return {};
  }
  const std::string& name = login.session_name.empty() ? login.start_url : login.session_name;
  return *home + "/.aws/sso/cache/" + sha1_hex(name) + ".json";
}

Fault sso_login_needed(const SsoLogin& login, const std::string& why) {
  return {"profile " + login.profile, why + "; run `aws sso login --profile " + login.profile + "`",
          FaultCause::credentials_missing};
}

Result<SecretText> sso_token(const CredentialContext& context, const SsoLogin& login) {
  const std::string path = sso_cache_path(context.settings.variables, login);
  const Result<std::optional<std::string>> bytes =
      path.empty() ? std::optional<std::string>() : read_small_file(path);
  if (!bytes) {
    return pass_on(bytes);
  }
  const std::optional<std::string>& cached = *bytes;
  if (!cached) {
    return tl::unexpected(sso_login_needed(login, "not logged in by SSO: no cached token"));
  }
  Json document = Json::parse(*cached, nullptr, false);
  if (!document.is_object() || text_of(document, "accessToken").empty()) {
    return tl::unexpected(sso_login_needed(login, "the cached SSO token cannot be read"));
  }
  std::int64_t left_s = seconds_left(document, "expiresAt", context.clock());
  if (left_s < renew_before_s && !login.session_name.empty()) {
    if (std::optional<Json> fresh = renewed(context, login, document)) {
      document = std::move(*fresh);
      left_s = seconds_left(document, "expiresAt", context.clock());
      replace_file(path, document.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
  }
  if (left_s <= 0) {
    return tl::unexpected(sso_login_needed(login, "the SSO login has expired"));
  }
  return SecretText(text_of(document, "accessToken"));
}

}  // namespace bedrocklog::aws
