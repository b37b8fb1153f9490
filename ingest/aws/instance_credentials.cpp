// Three questions: a session token, the name of the role, its credentials.
#include "ingest/aws/instance_credentials.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <nlohmann/json.hpp>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/credential_request.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {
namespace {

constexpr unsigned timeout_default_s = 1;
constexpr unsigned timeout_max_s = 60;
constexpr unsigned attempts_limit = 10;
constexpr const char* token_lifetime_s = "21600";
/// When the metadata service cannot renew, it hands out what it has; AWS accepts these for longer
/// than they say.
constexpr std::int64_t stale_lifetime_s = 600;
constexpr std::size_t role_name_size_bytes_max = 256;
constexpr const char* roles_path = "/latest/meta-data/iam/security-credentials/";

/// The variable `AWS_` + `name`, else the profile's `name` in lower case.
std::optional<std::string> said(const AwsSettings& settings, const std::string& name) {
  if (auto value = variable(settings.variables, "AWS_" + name)) {
    return value;
  }
  const Section& profile = settings.profile_section();
  const auto found = profile.find(lower_case(name));
  return found == profile.end() || found->second.empty() ? std::nullopt
                                                         : std::optional(found->second);
}

Result<unsigned> number_or(const AwsSettings& settings, const std::string& name, unsigned otherwise,
                           unsigned most) {
  const std::optional<std::string> value = said(settings, name);
  if (!value) {
    return otherwise;
  }
  unsigned number = 0;
  const char* const end = value->data() + value->size();
  const auto [rest, error] = std::from_chars(value->data(), end, number);
  if (error != std::errc() || rest != end || number == 0 || number > most) {
    return fault("AWS_" + name, "is no whole number from 1 to " + std::to_string(most),
                 FaultCause::credentials_missing);
  }
  return number;
}

Result<std::string> metadata_url(const AwsSettings& settings) {
  if (const auto url = said(settings, "EC2_METADATA_SERVICE_ENDPOINT")) {
    if (!parse_url(*url)) {
      return fault("AWS_EC2_METADATA_SERVICE_ENDPOINT", "is no http or https URL",
                   FaultCause::credentials_missing);
    }
    return url->substr(0, url->find_last_not_of('/') + 1);
  }
  const std::string mode =
      lower_case(said(settings, "EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("ipv4"));
  if (mode != "ipv4" && mode != "ipv6") {
    return fault("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "is neither IPv4 nor IPv6",
                 FaultCause::credentials_missing);
  }
  return std::string(mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
}

/// One conversation with the metadata service.
struct MetadataService {
  std::string url;
  HttpOptions options;
  unsigned attempts = 1;
  std::string token;

  [[nodiscard]] Result<HttpResponse> ask(const HttpRequest& request) const {
    return ask_for_credentials("instance metadata", request, options, attempts);
  }

  /// False when nobody is there, or not for us.
  [[nodiscard]] bool open() {
    HttpRequest request;
    request.method = "PUT";
    request.url = url + "/latest/api/token";
    request.headers.push_back({"X-aws-ec2-metadata-token-ttl-seconds", token_lifetime_s});
    const Result<HttpResponse> answer = ask(request);
    if (!answer || answer->head.status != 200 || answer->body.empty()) {
      return false;
    }
    token = answer->body;
    // A stray web server behind the address would answer with a page.
    return std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7F; });
  }

  [[nodiscard]] Result<HttpResponse> get(const std::string& path) const {
    HttpRequest request;
    request.url = url + path;
    request.headers.push_back({"X-aws-ec2-metadata-token", token});
    return ask(request);
  }
};

Result<MetadataService> service_of(const AwsSettings& settings) {
  const Result<std::string> url = metadata_url(settings);
  if (!url) {
    return pass_on(url);
  }
  const Result<unsigned> timeout_s =
      number_or(settings, "METADATA_SERVICE_TIMEOUT", timeout_default_s, timeout_max_s);
  const Result<unsigned> attempts =
      number_or(settings, "METADATA_SERVICE_NUM_ATTEMPTS", 1, attempts_limit);
  for (const Result<unsigned>* number : {&timeout_s, &attempts}) {
    if (!*number) {
      return pass_on(*number);
    }
  }
  MetadataService service{*url, settings.http, *attempts, ""};
  service.options.connect_timeout_ms = *timeout_s * 1'000;
  service.options.stall_timeout_ms = *timeout_s * 1'000;
  service.options.is_direct = true;
  return service;
}

tl::unexpected<Fault> unexpected_status(const std::string& source, int status) {
  return fault(source, "unexpected answer: status " + std::to_string(status),
               status >= 500 ? FaultCause::try_again : FaultCause::credentials_missing);
}

/// Nothing when the instance has no role.
Result<std::optional<std::string>> role_of(const MetadataService& service) {
  const Result<HttpResponse> answer = service.get(roles_path);
  if (!answer) {
    return pass_on(answer);
  }
  if (answer->head.status == 404) {
    return std::nullopt;
  }
  if (!answer->head.is_success()) {
    return unexpected_status("instance metadata", answer->head.status);
  }
  std::string role = answer->body.substr(0, answer->body.find_first_of("\r\n"));
  if (role.empty()) {
    return std::nullopt;
  }
  const bool is_printable =
      std::all_of(role.begin(), role.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (role.size() > role_name_size_bytes_max || !is_printable) {
    return fault("instance metadata", "gave no name of a role", FaultCause::credentials_missing);
  }
  return role;
}

/// "Success", or why the instance gets none: "AssumeRoleUnauthorizedAccess".
std::string code_of(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  const auto code = document.is_object() ? document.find("Code") : document.end();
  const bool is_text = document.is_object() && code != document.end() && code->is_string();
  std::string text = is_text ? code->get<std::string>() : "Success";
  const bool is_word = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return is_word && text.size() <= 100 ? text : "unknown";
}

}  // namespace

bool is_instance_metadata_on(const Variables& variables) {
  return lower_case(variable(variables, "AWS_EC2_METADATA_DISABLED").value_or("")) != "true";
}

Result<std::optional<Credentials>> instance_credentials(const CredentialContext& context) {
  if (!is_instance_metadata_on(context.settings.variables)) {
    return std::nullopt;
  }
  Result<MetadataService> service = service_of(context.settings);
  if (!service) {
    return pass_on(service);
  }
  if (!service->open()) {
    return std::nullopt;
  }
  const Result<std::optional<std::string>> told = role_of(*service);
  if (!told) {
    return pass_on(told);
  }
  const std::optional<std::string>& role = *told;
  if (!role) {
    return std::nullopt;
  }
  const std::string source = "instance metadata, role " + *role;
  const Result<HttpResponse> answer = service->get(roles_path + percent_encoded(*role));
  if (!answer) {
    return pass_on(answer);
  }
  if (!answer->head.is_success()) {
    return unexpected_status(source, answer->head.status);
  }
  if (const std::string code = code_of(answer->body); code != "Success") {
    return fault(source, "the instance gets no credentials: " + code,
                 FaultCause::credentials_missing);
  }
  Result<Credentials> credentials = read_credential_json(source, answer->body, "Token");
  if (!credentials) {
    return pass_on(credentials);
  }
  const UtcTime now = context.clock();
  std::optional<UtcTime>& end = credentials->expires_at;
  if (end && *end <= now) {
    end = UtcTime{now.seconds + stale_lifetime_s};
  }
  return std::move(*credentials);
}

}  // namespace bedrocklog::aws
