// What flags, environment and profiles say about talking to AWS, in the precedence every AWS tool
// has: flag, variable, profile, built-in.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "ingest/aws/credentials.h"
#include "ingest/aws/http_message.h"
#include "ingest/aws/profile_files.h"
#include "ingest/aws/retry.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

/// What the user said on the command line; empty and nothing: not said.
struct AwsFlags {
  std::string profile;
  std::string region;
  std::string endpoint_url;
  std::string ca_bundle;
  bool no_sign_request = false;
  bool path_style = false;
  bool request_payer = false;
  bool use_fips = false;
  bool use_dualstack = false;
  std::optional<unsigned> attempts_max;
  std::optional<unsigned> connections;
  std::optional<unsigned> stall_timeout_ms;
};

struct AwsSettings {
  Variables variables;
  ProfileFiles files;
  std::string profile;            // In effect; "default" when nobody says.
  bool is_profile_named = false;  // By flag or variable: then it must exist.
  bool is_profile_flag = false;   // By flag: then it comes before the environment's keys.
  std::string region;             // Empty: nobody says.
  std::string region_origin;      // "--region", "AWS_REGION", "profile x", for doctor.
  std::string endpoint_url;       // For every service: --endpoint-url, else AWS_ENDPOINT_URL,
                                  // else endpoint_url of the profile.
  bool ignore_configured_endpoints = false;
  bool is_endpoint_flag = false;  // --endpoint-url beats the per-service ones too.
  bool no_sign_request = false;
  bool path_style = false;     // --path-style or s3.addressing_style = path.
  bool virtual_style = false;  // s3.addressing_style = virtual: also for endpoint URLs.
  bool request_payer = false;
  bool use_fips = false;       // AWS_USE_FIPS_ENDPOINT, use_fips_endpoint.
  bool use_dualstack = false;  // AWS_USE_DUALSTACK_ENDPOINT, use_dualstack_endpoint.
  unsigned attempts_max = 0;   // AWS_MAX_ATTEMPTS, max_attempts.
  // Between two attempts; tests wait less.
  std::chrono::milliseconds retry_wait_max = backoff_max;
  unsigned connections = 0;
  std::string assume_role_arn;  // Assumed with the credentials found; empty: none.
  HttpOptions http;             // ca_bundle: AWS_CA_BUNDLE, ca_bundle of the profile.

  /// The URL configured for one service ("s3", "sts"): the flag, AWS_ENDPOINT_URL_S3, the profile's
  /// services section, then those for every service; empty: AWS's own.
  [[nodiscard]] std::string endpoint_url_for(const std::string& service) const;
  /// The settings of the profile in effect; empty when it is not there.
  [[nodiscard]] const Section& profile_section() const;
  /// The same without what --endpoint-url said: it names the store that is read, not the services
  /// that give out credentials. Variables and profile still count for these.
  [[nodiscard]] AwsSettings without_endpoint_flag() const;
};

/// Requests in flight when nobody says; by measurement, bench/README.md.
inline constexpr unsigned connections_default = 32;
inline constexpr unsigned connections_max = 256;

/// Fails for a profile that was named and is not there (with those that are), a malformed file, an
/// endpoint that is no http(s) URL, a wrong number or boolean; each names where it was said.
[[nodiscard]] Result<AwsSettings> resolve_aws_settings(const AwsFlags& flags,
                                                       const Variables& variables);

/// The ways to credentials, in order: environment, web identity of the environment, the profile
/// (role through source_profile or credential_source, web identity, SSO, keys, credential_process),
/// container endpoint, instance metadata (IMDSv2). A profile named by flag comes before the
/// environment's keys. --no-sign-request: none, requests stay unsigned. A role to assume is assumed
/// with what they give, at the STS of all settings, --endpoint-url included.
[[nodiscard]] std::unique_ptr<CredentialCache> make_credential_cache(const AwsSettings& settings,
                                                                     Clock clock);

}  // namespace bedrocklog::aws
