// Follows a profile to its credentials: directly, or role by role.
#include "ingest/aws/profile_credentials.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "ingest/aws/container_credentials.h"
#include "ingest/aws/environment_credentials.h"
#include "ingest/aws/instance_credentials.h"
#include "ingest/aws/process_credentials.h"
#include "ingest/aws/sso_credentials.h"
#include "ingest/aws/sts_credentials.h"

namespace bedrocklog::aws {
namespace {

using Found = Result<std::optional<Credentials>>;

std::string value_of(const Section& section, std::string_view name) {
  const auto found = section.find(name);
  return found == section.end() ? "" : found->second;
}

bool has(const Section& section, std::string_view name) {
  return !value_of(section, name).empty();
}

bool has_keys(const Section& section) {
  return has(section, "aws_access_key_id") || has(section, "aws_secret_access_key");
}

bool has_role(const Section& section) {
  return has(section, "role_arn") && !has(section, "web_identity_token_file");
}

tl::unexpected<Fault> wrong(const std::string& profile, std::string what) {
  return fault("profile " + profile, std::move(what), FaultCause::credentials_missing);
}

Found optional_of(Result<Credentials> credentials) {
  if (!credentials) {
    return pass_on(credentials);
  }
  return std::move(*credentials);
}

Result<std::optional<unsigned>> duration_of(const std::string& profile, const Section& section) {
  const std::string text = value_of(section, "duration_seconds");
  if (text.empty()) {
    return std::nullopt;
  }
  unsigned seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || rest != end || seconds < role_duration_min_s ||
      seconds > role_duration_max_s) {
    return wrong(profile, "duration_seconds is no whole number from " +
                              std::to_string(role_duration_min_s) + " to " +
                              std::to_string(role_duration_max_s));
  }
  return seconds;
}

/// The search through the profiles of one set of files.
class ProfileSearch {
 public:
  explicit ProfileSearch(const CredentialContext& context) : context_(context) {}

  Found of(const std::string& name) {
    const Section* section = context_.settings.files.profile(name);
    if (section == nullptr) {
      return std::nullopt;
    }
    return has_role(*section) ? optional_of(assumed(name, *section)) : direct(name, *section);
  }

 private:
  /// Assumes the role of `name`, after the roles that lead to it: chains are short, but each link
  /// needs the credentials of the one before.
  Result<Credentials> assumed(const std::string& name, const Section& section) {
    on_the_way_.push_back(name);
    if (has(section, "mfa_serial")) {
      return wrong(name,
                   "wants an MFA code (mfa_serial), which is not asked for here; use "
                   "credential_process with `aws configure export-credentials --profile " +
                       name + "`");
    }
    const Result<std::optional<unsigned>> duration_s = duration_of(name, section);
    if (!duration_s) {
      return pass_on(duration_s);
    }
    Result<Credentials> with = source_of(name, section);
    if (!with) {
      return with;
    }
    return assume_role(
        context_,
        {value_of(section, "role_arn"), value_of(section, "role_session_name"),
         value_of(section, "external_id"), *duration_s, "profile " + name + " (role assumed)"},
        *with);
  }

  Result<Credentials> source_of(const std::string& name, const Section& section) {
    const std::string profile = value_of(section, "source_profile");
    const std::string source = value_of(section, "credential_source");
    if (profile.empty() == source.empty()) {
      return wrong(name, profile.empty()
                             ? "role_arn needs source_profile, credential_source or "
                               "web_identity_token_file beside it"
                             : "has both source_profile and credential_source; keep one");
    }
    return profile.empty() ? from_source(name, source) : from_profile(name, profile);
  }

  Result<Credentials> from_source(const std::string& name, const std::string& source) const {
    Found found;
    if (source == "Environment") {
      found = environment_credentials(context_.settings.variables);
    } else if (source == "EcsContainer") {
      found = container_credentials(context_);
    } else if (source == "Ec2InstanceMetadata") {
      found = instance_credentials(context_);
    } else {
      return wrong(name,
                   "credential_source is none of Environment, EcsContainer, Ec2InstanceMetadata");
    }
    if (!found) {
      return pass_on(found);
    }
    std::optional<Credentials>& credentials = *found;
    if (!credentials) {
      return wrong(name, "credential_source has no credentials: " + source);
    }
    return std::move(*credentials);
  }

  Result<Credentials> from_profile(const std::string& name, const std::string& source) {
    const Section* section = context_.settings.files.profile(source);
    if (section == nullptr) {
      return wrong(name, "source_profile does not exist: " + source);
    }
    // A source's own keys come before its role, so that a profile can be its own source.
    if (has_role(*section) && !has_keys(*section)) {
      if (std::find(on_the_way_.begin(), on_the_way_.end(), source) != on_the_way_.end()) {
        return wrong(name, "source_profile leads in a circle: " + way_to(source));
      }
      return assumed(source, *section);
    }
    Found found = direct(source, *section);
    if (!found) {
      return pass_on(found);
    }
    std::optional<Credentials>& credentials = *found;
    if (!credentials) {
      return wrong(name, "source_profile has no credentials: " + source);
    }
    return std::move(*credentials);
  }

  [[nodiscard]] std::string way_to(const std::string& last) const {
    std::string way;
    for (const std::string& name : on_the_way_) {
      way += name + " -> ";
    }
    return way + last;
  }

  /// Everything but source_profile and credential_source.
  Found direct(const std::string& name, const Section& section) const {
    const std::string source = "profile " + name;
    if (has(section, "web_identity_token_file")) {
      return web_identity(name, section);
    }
    if (is_sso_profile(section)) {
      return optional_of(sso_credentials(context_, name));
    }
    const auto in_credentials = context_.settings.files.credentials.find(name);
    const bool is_in_credentials = in_credentials != context_.settings.files.credentials.end() &&
                                   has_keys(in_credentials->second);
    if (has(section, "credential_process") && !is_in_credentials) {
      return optional_of(process_credentials(context_, source + " (credential_process)",
                                             value_of(section, "credential_process")));
    }
    return has_keys(section) ? keys(name, section) : Found(std::nullopt);
  }

  Found web_identity(const std::string& name, const Section& section) const {
    if (!has(section, "role_arn")) {
      return wrong(name, "web_identity_token_file needs role_arn beside it");
    }
    const Result<std::optional<unsigned>> duration_s = duration_of(name, section);
    if (!duration_s) {
      return pass_on(duration_s);
    }
    return optional_of(assume_role_with_web_identity(
        context_,
        {value_of(section, "role_arn"), value_of(section, "role_session_name"), "", *duration_s,
         "profile " + name + " (web identity)"},
        value_of(section, "web_identity_token_file")));
  }

  static Found keys(const std::string& name, const Section& section) {
    for (const char* key : {"aws_access_key_id", "aws_secret_access_key"}) {
      if (!has(section, key)) {
        return wrong(name, std::string("has only one of its two keys; missing: ") + key);
      }
    }
    Credentials credentials;
    credentials.access_key_id = value_of(section, "aws_access_key_id");
    credentials.secret_access_key = SecretText(value_of(section, "aws_secret_access_key"));
    credentials.session_token = SecretText(value_of(section, "aws_session_token"));
    credentials.source = "profile " + name;
    return credentials;
  }

  const CredentialContext& context_;
  std::vector<std::string> on_the_way_;  // Profiles whose roles wait for their source.
};

}  // namespace

Result<std::optional<Credentials>> profile_credentials(const CredentialContext& context,
                                                       const std::string& name) {
  return ProfileSearch(context).of(name);
}

}  // namespace bedrocklog::aws
