// The order in which the sources of credentials are asked.
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "ingest/aws/aws_settings.h"
#include "ingest/aws/container_credentials.h"
#include "ingest/aws/credential_context.h"
#include "ingest/aws/environment_credentials.h"
#include "ingest/aws/instance_credentials.h"
#include "ingest/aws/profile_credentials.h"
#include "ingest/aws/sts_credentials.h"

namespace bedrocklog::aws {
namespace {

using Found = Result<std::optional<Credentials>>;
using Source = std::function<Found(const CredentialContext&)>;

/// A source that needs nothing but the context.
class SourceProvider final : public CredentialProvider {
 public:
  SourceProvider(std::shared_ptr<const CredentialContext> context, std::string name, Source source)
      : context_(std::move(context)), name_(std::move(name)), source_(std::move(source)) {}

  Result<std::optional<Credentials>> load() override { return source_(*context_); }
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  std::shared_ptr<const CredentialContext> context_;
  std::string name_;
  Source source_;
};

/// A role assumed with the credentials of another cache.
class AssumedRoleProvider final : public CredentialProvider {
 public:
  AssumedRoleProvider(CredentialContext context, std::unique_ptr<CredentialCache> with)
      : context_(std::move(context)), with_(std::move(with)) {}

  Result<std::optional<Credentials>> load() override {
    const Result<Credentials> with = with_->current();
    if (!with) {
      return pass_on(with);
    }
    const std::string& role_arn = context_.settings.assume_role_arn;
    Result<Credentials> credentials = assume_role(
        context_, {role_arn, "", "", std::nullopt, fmt::format("role {} assumed", role_arn)},
        *with);
    if (!credentials) {
      return pass_on(credentials);
    }
    return std::move(*credentials);
  }
  [[nodiscard]] std::string name() const override {
    return fmt::format("role {}", context_.settings.assume_role_arn);
  }

 private:
  CredentialContext context_;
  std::unique_ptr<CredentialCache> with_;
};

Found of_environment(const CredentialContext& context) {
  return environment_credentials(context.settings.variables);
}

Found of_web_identity(const CredentialContext& context) {
  const Variables& variables = context.settings.variables;
  const auto file = variable(variables, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) {
    return std::nullopt;
  }
  const auto role = variable(variables, "AWS_ROLE_ARN");
  if (!role) {
    return fault("AWS_WEB_IDENTITY_TOKEN_FILE", "is set and AWS_ROLE_ARN is not",
                 FaultCause::credentials_missing);
  }
  Result<Credentials> credentials = assume_role_with_web_identity(
      context,
      {*role, variable(variables, "AWS_ROLE_SESSION_NAME").value_or(""), "", std::nullopt,
       "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)"},
      *file);
  if (!credentials) {
    return pass_on(credentials);
  }
  return std::move(*credentials);
}

Found of_profile(const CredentialContext& context) {
  return profile_credentials(context, context.settings.profile);
}

Found of_nobody(const CredentialContext&) {
  Credentials credentials;
  credentials.source = "--no-sign-request";
  return credentials;
}

}  // namespace

std::unique_ptr<CredentialCache> make_credential_cache(const AwsSettings& settings, Clock clock) {
  const auto context = std::make_shared<const CredentialContext>(
      CredentialContext{settings.without_endpoint_flag(), clock});
  std::vector<std::unique_ptr<CredentialProvider>> providers;
  const auto add = [&](std::string name, Source source) {
    providers.push_back(
        std::make_unique<SourceProvider>(context, std::move(name), std::move(source)));
  };
  if (settings.no_sign_request) {
    add("--no-sign-request", of_nobody);
    return std::make_unique<CredentialCache>(std::move(providers), std::move(clock));
  }
  // --profile names whose credentials are wanted; those of the environment are somebody else's.
  if (!settings.is_profile_flag) {
    add("environment variables", of_environment);
    add("web identity (AWS_WEB_IDENTITY_TOKEN_FILE)", of_web_identity);
  }
  add("profile " + settings.profile, of_profile);
  add("container endpoint", container_credentials);
  const bool is_on = is_instance_metadata_on(settings.variables);
  add(is_on ? "instance metadata" : "instance metadata (AWS_EC2_METADATA_DISABLED)",
      instance_credentials);
  auto found = std::make_unique<CredentialCache>(std::move(providers), clock);
  if (settings.assume_role_arn.empty()) {
    return found;
  }
  std::vector<std::unique_ptr<CredentialProvider>> assumed;
  assumed.push_back(
      std::make_unique<AssumedRoleProvider>(CredentialContext{settings, clock}, std::move(found)));
  return std::make_unique<CredentialCache>(std::move(assumed), std::move(clock));
}

}  // namespace bedrocklog::aws
