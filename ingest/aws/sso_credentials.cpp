// From a login to the keys of one role in one account.
#include "ingest/aws/sso_credentials.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "ingest/aws/credential_request.h"
#include "ingest/aws/endpoint.h"
#include "ingest/aws/service_error.h"
#include "ingest/aws/sigv4.h"
#include "ingest/aws/sso_token.h"

namespace bedrocklog::aws {
namespace {

struct SsoRole {
  SsoLogin login;
  std::string role_name;
  std::string account_id;
};

std::string value_of(const Section& section, std::string_view name) {
  const auto found = section.find(name);
  return found == section.end() ? "" : found->second;
}

/// The profile's settings with those of its sso-session.
Result<Section> joined_settings(const CredentialContext& context, const std::string& profile_name) {
  const std::string subject = "profile " + profile_name;
  Section joined = *context.settings.files.profile(profile_name);
  const std::string name = value_of(joined, "sso_session");
  if (name.empty()) {
    return joined;
  }
  const auto session = context.settings.files.sso_sessions.find(name);
  if (session == context.settings.files.sso_sessions.end()) {
    return fault(subject,
                 "there is no [sso-session " + name + "] in " + context.settings.files.config_path,
                 FaultCause::credentials_missing);
  }
  for (const auto& [key, value] : session->second) {
    const auto [place, is_new] = joined.try_emplace(key, value);
    if (!is_new && place->second != value) {
      std::string message = key;
      message.append(" differs from that of [sso-session ").append(name).append("]");
      return fault(subject, std::move(message), FaultCause::credentials_missing);
    }
  }
  return joined;
}

Result<SsoRole> role_of(const CredentialContext& context, const std::string& profile_name) {
  const Result<Section> settings = joined_settings(context, profile_name);
  if (!settings) {
    return pass_on(settings);
  }
  std::string missing;
  for (const char* key : {"sso_account_id", "sso_role_name", "sso_region", "sso_start_url"}) {
    if (value_of(*settings, key).empty()) {
      missing += (missing.empty() ? "" : ", ") + std::string(key);
    }
  }
  if (!missing.empty()) {
    return fault("profile " + profile_name, "is meant for SSO and lacks " + missing,
                 FaultCause::credentials_missing);
  }
  return SsoRole{{profile_name, value_of(*settings, "sso_session"),
                  value_of(*settings, "sso_start_url"), value_of(*settings, "sso_region")},
                 value_of(*settings, "sso_role_name"),
                 value_of(*settings, "sso_account_id")};
}

Result<Credentials> read_answer(const std::string& source, const std::string& body) {
  const nlohmann::json document = nlohmann::json::parse(body, nullptr, false);
  const auto role = document.is_object() ? document.find("roleCredentials") : document.end();
  const bool is_found = document.is_object() && role != document.end() && role->is_object();
  const auto text = [&](const char* name) {
    return is_found && role->contains(name) && (*role)[name].is_string()
               ? (*role)[name].get<std::string>()
               : std::string();
  };
  Credentials credentials;
  credentials.access_key_id = text("accessKeyId");
  credentials.secret_access_key = SecretText(text("secretAccessKey"));
  credentials.session_token = SecretText(text("sessionToken"));
  credentials.source = source;
  const bool has_end =
      is_found && role->contains("expiration") && (*role)["expiration"].is_number_integer();
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() ||
      credentials.session_token.empty() || !has_end) {
    return fault(source, "the SSO portal answered without credentials",
                 FaultCause::credentials_missing);
  }
  credentials.expires_at = UtcTime{(*role)["expiration"].get<std::int64_t>() / 1'000};
  return credentials;
}

Result<HttpResponse> ask_portal(const CredentialContext& context, const SsoRole& role,
                                const SecretText& token, const std::string& subject) {
  const Result<Endpoint> endpoint = endpoint_of(context.settings, "sso", role.login.region);
  if (!endpoint) {
    return pass_on(endpoint);
  }
  HttpRequest request;
  request.url = endpoint->scheme + "://" + endpoint->authority + endpoint->base_path +
                "/federation/credentials?" +
                canonical_query({{"role_name", role.role_name}, {"account_id", role.account_id}});
  request.headers.push_back({"x-amz-sso_bearer_token", token.reveal()});
  return ask_for_credentials(subject, request, context.settings.http);
}

}  // namespace

bool is_sso_profile(const Section& profile) {
  return !value_of(profile, "sso_account_id").empty() ||
         !value_of(profile, "sso_role_name").empty();
}

Result<Credentials> sso_credentials(const CredentialContext& context,
                                    const std::string& profile_name) {
  const Result<SsoRole> role = role_of(context, profile_name);
  if (!role) {
    return pass_on(role);
  }
  const Result<SecretText> token = sso_token(context, role->login);
  if (!token) {
    return pass_on(token);
  }
  const std::string source = "profile " + profile_name + " (SSO)";
  const std::string subject = source + ", sso GetRoleCredentials";
  const Result<HttpResponse> answer = ask_portal(context, *role, *token, subject);
  if (!answer) {
    return pass_on(answer);
  }
  if (answer->head.status == 401) {
    return tl::unexpected(sso_login_needed(role->login, "the SSO login is not valid any more"));
  }
  if (!answer->head.is_success()) {
    return tl::unexpected(to_fault(subject, read_error(answer->head, answer->body)));
  }
  return read_answer(source, answer->body);
}

}  // namespace bedrocklog::aws
