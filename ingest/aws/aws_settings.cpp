// One table of precedence: flag, variable, profile, built-in.
#include "ingest/aws/aws_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/retry.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {
namespace {

constexpr unsigned attempts_limit = 100;

/// A setting and where it was said.
struct Said {
  std::string value;
  std::string origin;
};

std::optional<std::string> setting(const Section& section, std::string_view name) {
  const auto found = section.find(name);
  if (found == section.end() || found->second.empty()) {
    return std::nullopt;
  }
  return found->second;
}

/// What variable or profile say; an empty name asks neither.
std::optional<Said> said(const AwsSettings& settings, std::string_view variable_name,
                         std::string_view profile_key) {
  if (auto value = variable(settings.variables, variable_name)) {
    return Said{std::move(*value), std::string(variable_name)};
  }
  if (auto value = setting(settings.profile_section(), profile_key)) {
    return Said{std::move(*value), "profile " + settings.profile + ", " + std::string(profile_key)};
  }
  return std::nullopt;
}

Result<void> read_boolean(const std::optional<Said>& said, bool& out) {
  if (!said) {
    return {};
  }
  const std::string value = lower_case(said->value);
  if (value != "true" && value != "false") {
    return fault(said->origin, "is neither true nor false");
  }
  out = out || value == "true";
  return {};
}

Result<unsigned> number_between(const Said& said, unsigned least, unsigned most) {
  unsigned number = 0;
  const char* const end = said.value.data() + said.value.size();
  const auto [rest, error] = std::from_chars(said.value.data(), end, number);
  if (error != std::errc() || rest != end || number < least || number > most) {
    return fault(said.origin, "is no whole number from " + std::to_string(least) + " to " +
                                  std::to_string(most));
  }
  return number;
}

Result<void> check_url(const Said& said) {
  // The value is not told: a URL can hold a password.
  return parse_url(said.value) ? Result<void>()
                               : Result<void>(fault(said.origin, "is no http or https URL"));
}

/// "cloudwatch_logs" of "logs": how variables and services sections call a service.
std::string service_key(std::string_view service) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> other_names{{
      {"logs", "cloudwatch_logs"},
      {"events", "eventbridge"},
      {"tagging", "resource_groups_tagging_api"},
      {"email", "sesv2"},
  }};
  for (const auto& [client, key] : other_names) {
    if (client == service) {
      return std::string(key);
    }
  }
  std::string key = lower_case(service);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::string names_of(const ProfileFiles& files) {
  std::string names;
  for (const auto& [name, section] : files.profiles) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? "none" : names;
}

Result<void> resolve_profile(const AwsFlags& flags, AwsSettings& settings) {
  std::string origin;
  if (!flags.profile.empty()) {
    settings.profile = flags.profile;
    settings.is_profile_flag = true;
    origin = "--profile";
  }
  for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (settings.profile.empty()) {
      settings.profile = variable(settings.variables, name).value_or("");
      origin = name;
    }
  }
  settings.is_profile_named = !settings.profile.empty();
  if (!settings.is_profile_named) {
    settings.profile = "default";
  }
  // Naming the default one asks for nothing that has to be there.
  if (settings.profile != "default" && settings.files.profile(settings.profile) == nullptr) {
    return fault(origin,
                 "no such profile in " + settings.files.config_path + " and " +
                     settings.files.credentials_path + ": " + settings.profile +
                     "; there are: " + names_of(settings.files),
                 FaultCause::credentials_missing);
  }
  return {};
}

void resolve_region(const AwsFlags& flags, AwsSettings& settings) {
  std::optional<Said> region = said(settings, "AWS_REGION", "");
  if (!region) {
    region = said(settings, "AWS_DEFAULT_REGION", "region");
  }
  if (!flags.region.empty()) {
    region = Said{flags.region, "--region"};
  }
  if (region) {
    settings.region = region->value;
    const bool is_profile = region->origin.starts_with("profile ");
    settings.region_origin = is_profile ? "profile " + settings.profile : region->origin;
  }
}

/// Every endpoint that could be asked for later is checked now, while it is known where it is from.
Result<void> check_service_endpoints(const AwsSettings& settings) {
  constexpr std::string_view prefix = "AWS_ENDPOINT_URL_";
  for (const auto& [name, value] : settings.variables) {
    if (name.starts_with(prefix) && !value.empty()) {
      if (const Result<void> checked = check_url({value, name}); !checked) {
        return checked;
      }
    }
  }
  const std::optional<std::string> services = setting(settings.profile_section(), "services");
  if (!services) {
    return {};
  }
  const auto section = settings.files.services.find(*services);
  if (section == settings.files.services.end()) {
    return fault(
        "profile " + settings.profile + ", services",
        "no such section in " + settings.files.config_path + ": [services " + *services + "]");
  }
  for (const auto& [key, value] : section->second) {
    if (key.ends_with(".endpoint_url") && !value.empty()) {
      const Said here{value, "services " + *services + ", " + key};
      if (const Result<void> checked = check_url(here); !checked) {
        return checked;
      }
    }
  }
  return {};
}

Result<void> resolve_endpoints(const AwsFlags& flags, AwsSettings& settings) {
  if (const Result<void> read = read_boolean(
          said(settings, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"),
          settings.ignore_configured_endpoints);
      !read) {
    return read;
  }
  std::optional<Said> url;
  if (!settings.ignore_configured_endpoints) {
    url = said(settings, "AWS_ENDPOINT_URL", "endpoint_url");
    if (const Result<void> checked = check_service_endpoints(settings); !checked) {
      return checked;
    }
  }
  if (url) {
    if (const Result<void> checked = check_url(*url); !checked) {
      return checked;
    }
    settings.endpoint_url = url->value;
  }
  if (flags.endpoint_url.empty()) {
    return {};
  }
  settings.endpoint_url = flags.endpoint_url;
  settings.is_endpoint_flag = true;
  return check_url({flags.endpoint_url, "--endpoint-url"});
}

Result<void> resolve_addressing(const AwsFlags& flags, AwsSettings& settings) {
  settings.path_style = flags.path_style;
  const std::optional<Said> style = said(settings, "", "s3.addressing_style");
  if (!style) {
    return {};
  }
  const std::string value = lower_case(style->value);
  if (value != "path" && value != "virtual" && value != "auto") {
    return fault(style->origin, "is none of path, virtual, auto");
  }
  settings.path_style = settings.path_style || value == "path";
  settings.virtual_style = !settings.path_style && value == "virtual";
  return {};
}

Result<void> resolve_variants(const AwsFlags& flags, AwsSettings& settings) {
  settings.use_fips = flags.use_fips;
  settings.use_dualstack = flags.use_dualstack;
  if (const Result<void> read = read_boolean(
          said(settings, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"), settings.use_fips);
      !read) {
    return read;
  }
  return read_boolean(said(settings, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
                      settings.use_dualstack);
}

Result<void> resolve_limits(const AwsFlags& flags, AwsSettings& settings) {
  std::optional<Said> attempts = said(settings, "AWS_MAX_ATTEMPTS", "max_attempts");
  if (flags.attempts_max) {
    attempts = Said{std::to_string(*flags.attempts_max), "--max-attempts"};
  }
  const Said connections{std::to_string(flags.connections.value_or(connections_default)),
                         "--connections"};
  const Result<unsigned> attempts_max =
      attempts ? number_between(*attempts, 1, attempts_limit) : attempts_default_max;
  const Result<unsigned> connections_used = number_between(connections, 1, connections_max);
  for (const Result<unsigned>* read : {&attempts_max, &connections_used}) {
    if (!*read) {
      return pass_on(*read);
    }
  }
  settings.attempts_max = *attempts_max;
  settings.connections = *connections_used;
  return {};
}

Result<void> resolve_connection(const AwsFlags& flags, AwsSettings& settings) {
  settings.http.user_agent = "bedrocklog";
  if (flags.stall_timeout_ms) {
    if (*flags.stall_timeout_ms == 0) {
      return fault("--timeout", "must be longer than nothing");
    }
    settings.http.stall_timeout_ms = *flags.stall_timeout_ms;
  }
  settings.http.ca_bundle = flags.ca_bundle;
  if (const auto bundle = said(settings, "AWS_CA_BUNDLE", "ca_bundle");
      bundle && settings.http.ca_bundle.empty()) {
    settings.http.ca_bundle = bundle->value;
  }
  return {};
}

}  // namespace

const Section& AwsSettings::profile_section() const {
  static const Section none;
  const Section* section = files.profile(profile);
  return section == nullptr ? none : *section;
}

std::string AwsSettings::endpoint_url_for(const std::string& service) const {
  if (is_endpoint_flag || ignore_configured_endpoints) {
    return endpoint_url;
  }
  const std::string key = service_key(service);
  if (const auto url = variable(variables, "AWS_ENDPOINT_URL_" + upper_case(key))) {
    return *url;
  }
  const std::optional<std::string> name = setting(profile_section(), "services");
  const auto section = name ? files.services.find(*name) : files.services.end();
  if (section != files.services.end()) {
    if (const auto url = setting(section->second, key + ".endpoint_url")) {
      return *url;
    }
  }
  return endpoint_url;
}

AwsSettings AwsSettings::without_endpoint_flag() const {
  AwsSettings other = *this;
  if (is_endpoint_flag) {
    other.is_endpoint_flag = false;
    const std::optional<Said> url = ignore_configured_endpoints
                                        ? std::nullopt
                                        : said(*this, "AWS_ENDPOINT_URL", "endpoint_url");
    other.endpoint_url = url ? url->value : "";
  }
  return other;
}

Result<AwsSettings> resolve_aws_settings(const AwsFlags& flags, const Variables& variables) {
  AwsSettings settings;
  settings.variables = variables;
  settings.no_sign_request = flags.no_sign_request;
  settings.request_payer = flags.request_payer;
  Result<ProfileFiles> files = load_profile_files(variables);
  if (!files) {
    return pass_on(files);
  }
  settings.files = std::move(*files);
  if (const Result<void> resolved = resolve_profile(flags, settings); !resolved) {
    return pass_on(resolved);
  }
  resolve_region(flags, settings);
  for (const auto step : {resolve_endpoints, resolve_addressing, resolve_variants, resolve_limits,
                          resolve_connection}) {
    if (const Result<void> resolved = step(flags, settings); !resolved) {
      return pass_on(resolved);
    }
  }
  return settings;
}

}  // namespace bedrocklog::aws
