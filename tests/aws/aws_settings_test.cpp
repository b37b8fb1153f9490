// Flag, variable, profile, built-in: who wins, and what is refused where it was said.
#include "ingest/aws/aws_settings.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/aws/retry.h"
#include "tests/aws/credential_home.h"

namespace bedrocklog::aws {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal(const CredentialHome& home, const AwsFlags& flags = {}) {
  return fault_text(resolve_aws_settings(flags, home.variables));
}

TEST(AwsSettings, HaveDefaultsWhenNobodySaysAnything) {
  const CredentialHome home;
  const AwsSettings settings = home.settings();
  EXPECT_EQ(settings.profile, "default");
  EXPECT_FALSE(settings.is_profile_named);
  EXPECT_EQ(settings.region, "");
  EXPECT_EQ(settings.region_origin, "");
  EXPECT_EQ(settings.attempts_max, attempts_default_max);
  EXPECT_EQ(settings.connections, connections_default);
  EXPECT_EQ(settings.http.user_agent, "bedrocklog");
  EXPECT_EQ(settings.endpoint_url_for("s3"), "");
}

TEST(AwsSettings, TakeTheRegionOfFlagThenVariablesThenProfile) {
  CredentialHome home;
  home.write_config("[profile p]\nregion = of-profile-1\n");
  home.variables["AWS_PROFILE"] = "p";
  EXPECT_EQ(home.settings().region, "of-profile-1");
  EXPECT_EQ(home.settings().region_origin, "profile p");
  home.variables["AWS_DEFAULT_REGION"] = "of-default-1";
  EXPECT_EQ(home.settings().region, "of-default-1");
  EXPECT_EQ(home.settings().region_origin, "AWS_DEFAULT_REGION");
  home.variables["AWS_REGION"] = "of-region-1";
  EXPECT_EQ(home.settings().region, "of-region-1");
  EXPECT_EQ(home.settings().region_origin, "AWS_REGION");
  EXPECT_EQ(home.settings(flag(&AwsFlags::region, "of-flag-1")).region, "of-flag-1");
  EXPECT_EQ(home.settings(flag(&AwsFlags::region, "of-flag-1")).region_origin, "--region");
}

TEST(AwsSettings, TakeTheProfileOfFlagThenVariable) {
  CredentialHome home;
  home.write_config("[profile a]\n[profile b]\n");
  home.variables["AWS_PROFILE"] = "a";
  EXPECT_EQ(home.settings().profile, "a");
  EXPECT_TRUE(home.settings().is_profile_named);
  EXPECT_FALSE(home.settings().is_profile_flag);
  EXPECT_EQ(home.settings(flag(&AwsFlags::profile, "b")).profile, "b");
  EXPECT_TRUE(home.settings(flag(&AwsFlags::profile, "b")).is_profile_flag);
}

TEST(AwsSettings, ListTheProfilesThereAreWhenTheNamedOneIsMissing) {
  CredentialHome home;
  home.write_config("[profile reports]\n[default]\n");
  home.write_credentials("[admin]\n");
  const auto refused = resolve_aws_settings(flag(&AwsFlags::profile, "report"), home.variables);
  EXPECT_EQ(refused.error().cause, FaultCause::credentials_missing);
  EXPECT_THAT(text_of(refused.error()), AllOf(HasSubstr("--profile: no such profile"),
                                              HasSubstr(": report; there are: admin, default, "
                                                        "reports")));
  home.variables["AWS_PROFILE"] = "nobody";
  EXPECT_THAT(refusal(home), HasSubstr("AWS_PROFILE: no such profile"));
}

TEST(AwsSettings, LetTheDefaultProfileBeNamedAndMissing) {
  CredentialHome home;
  home.variables["AWS_PROFILE"] = "default";
  EXPECT_EQ(home.settings().profile, "default");
}

TEST(AwsSettings, FindTheEndpointInTheDocumentedOrder) {
  CredentialHome home;
  home.write_config(
      "[default]\nservices = mine\nendpoint_url = http://profile\n"
      "[services mine]\ns3 =\n  endpoint_url = http://services-s3\n"
      "cloudwatch_logs =\n  endpoint_url = http://services-logs\n");
  EXPECT_EQ(home.settings().endpoint_url_for("sts"), "http://profile");
  home.variables["AWS_ENDPOINT_URL"] = "http://variable";
  EXPECT_EQ(home.settings().endpoint_url_for("sts"), "http://variable");
  EXPECT_EQ(home.settings().endpoint_url_for("s3"), "http://services-s3");
  EXPECT_EQ(home.settings().endpoint_url_for("logs"), "http://services-logs");
  home.variables["AWS_ENDPOINT_URL_S3"] = "http://variable-s3";
  home.variables["AWS_ENDPOINT_URL_SSO_OIDC"] = "http://variable-oidc";
  EXPECT_EQ(home.settings().endpoint_url_for("s3"), "http://variable-s3");
  EXPECT_EQ(home.settings().endpoint_url_for("sso-oidc"), "http://variable-oidc");
  EXPECT_EQ(home.settings().endpoint_url_for("sso"), "http://variable");
  const AwsSettings flagged =
      home.settings(flag(&AwsFlags::endpoint_url, "https://flag:8443/base"));
  EXPECT_EQ(flagged.endpoint_url_for("s3"), "https://flag:8443/base");
  EXPECT_EQ(flagged.without_endpoint_flag().endpoint_url_for("s3"), "http://variable-s3");
  EXPECT_EQ(flagged.without_endpoint_flag().endpoint_url_for("sts"), "http://variable");
}

TEST(AwsSettings, KnowTheServicesOfTheStackByTheNamesOfTheSdks) {
  CredentialHome home;
  home.write_config(
      "[default]\nservices = mine\n[services mine]\n"
      "iam =\n  endpoint_url = http://section-iam\n"
      "sns =\n  endpoint_url = http://section-sns\n"
      "cloudwatch =\n  endpoint_url = http://section-cloudwatch\n"
      "cloudwatch_logs =\n  endpoint_url = http://section-logs\n"
      "bedrock =\n  endpoint_url = http://section-bedrock\n");
  for (const char* service : {"iam", "sns", "cloudwatch", "logs", "bedrock"}) {
    EXPECT_EQ(home.settings().endpoint_url_for(service), std::string("http://section-") + service);
  }
  home.variables["AWS_ENDPOINT_URL_IAM"] = "http://variable-iam";
  home.variables["AWS_ENDPOINT_URL_SNS"] = "http://variable-sns";
  home.variables["AWS_ENDPOINT_URL_CLOUDWATCH"] = "http://variable-cloudwatch";
  home.variables["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"] = "http://variable-logs";
  home.variables["AWS_ENDPOINT_URL_BEDROCK"] = "http://variable-bedrock";
  for (const char* service : {"iam", "sns", "cloudwatch", "logs", "bedrock"}) {
    EXPECT_EQ(home.settings().endpoint_url_for(service), std::string("http://variable-") + service);
  }
}

TEST(AwsSettings, IgnoreConfiguredEndpointsButNotTheFlag) {
  CredentialHome home;
  home.write_config("[default]\nendpoint_url = http://profile\nservices = gone\n");
  home.variables["AWS_ENDPOINT_URL"] = "http://variable";
  home.variables["AWS_ENDPOINT_URL_S3"] = "http://variable-s3";
  home.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True";
  EXPECT_EQ(home.settings().endpoint_url_for("s3"), "");
  const AwsSettings flagged = home.settings(flag(&AwsFlags::endpoint_url, "http://flag"));
  EXPECT_EQ(flagged.endpoint_url_for("s3"), "http://flag");
  EXPECT_EQ(flagged.without_endpoint_flag().endpoint_url_for("sts"), "");
}

TEST(AwsSettings, RefuseEndpointsThatAreNoUrlWithoutTellingThem) {
  CredentialHome home;
  EXPECT_THAT(refusal(home, flag(&AwsFlags::endpoint_url, "localhost:9000")),
              HasSubstr("--endpoint-url: is no http or https URL"));
  home.variables["AWS_ENDPOINT_URL_STS"] = "https://user:S3CRET@host";
  EXPECT_THAT(refusal(home), HasSubstr("AWS_ENDPOINT_URL_STS: is no http"));
  home.variables.erase("AWS_ENDPOINT_URL_STS");
  home.write_config("[default]\nservices = s\n[services s]\ns3 =\n  endpoint_url = S3CRET\n");
  EXPECT_THAT(refusal(home), HasSubstr("services s, s3.endpoint_url: is no http"));
  home.write_config("[default]\nservices = gone\n");
  EXPECT_THAT(refusal(home), HasSubstr("[services gone]"));
}

TEST(AwsSettings, ReadAddressingStyle) {
  CredentialHome home;
  home.write_config("[default]\ns3 =\n  addressing_style = path\n");
  EXPECT_TRUE(home.settings().path_style);
  home.write_config("[default]\ns3 =\n  addressing_style = virtual\n");
  EXPECT_FALSE(home.settings().path_style);
  EXPECT_TRUE(home.settings().virtual_style);
  EXPECT_TRUE(home.settings(flag(&AwsFlags::path_style, true)).path_style);
  EXPECT_FALSE(home.settings(flag(&AwsFlags::path_style, true)).virtual_style);
  home.write_config("[default]\ns3 =\n  addressing_style = sideways\n");
  EXPECT_THAT(refusal(home), HasSubstr("profile default, s3.addressing_style: is none of path"));
}

TEST(AwsSettings, ReadVariantsWithVariablesOverTheProfile) {
  CredentialHome home;
  home.write_config("[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = TRUE\n");
  EXPECT_TRUE(home.settings().use_fips);
  EXPECT_TRUE(home.settings().use_dualstack);
  home.variables["AWS_USE_FIPS_ENDPOINT"] = "false";
  EXPECT_FALSE(home.settings().use_fips);
  EXPECT_TRUE(home.settings(flag(&AwsFlags::use_fips, true)).use_fips);
  home.variables["AWS_USE_DUALSTACK_ENDPOINT"] = "maybe";
  EXPECT_THAT(refusal(home), HasSubstr("AWS_USE_DUALSTACK_ENDPOINT: is neither true nor false"));
}

TEST(AwsSettings, ReadLimits) {
  CredentialHome home;
  home.write_config("[default]\nmax_attempts = 4\nretry_mode = adaptive\n");
  EXPECT_EQ(home.settings().attempts_max, 4U);
  home.variables["AWS_MAX_ATTEMPTS"] = "5";
  home.variables["AWS_RETRY_MODE"] = "legacy";
  EXPECT_EQ(home.settings().attempts_max, 5U);
  EXPECT_EQ(home.settings(flag(&AwsFlags::attempts_max, 6U)).attempts_max, 6U);
  EXPECT_EQ(home.settings(flag(&AwsFlags::connections, 256U)).connections, 256U);
  EXPECT_EQ(home.settings(flag(&AwsFlags::stall_timeout_ms, 1'500U)).http.stall_timeout_ms, 1'500U);
  for (const char* wrong : {"0", "101", "-1", "3x", "99999999999"}) {
    home.variables["AWS_MAX_ATTEMPTS"] = wrong;
    EXPECT_THAT(refusal(home), HasSubstr("AWS_MAX_ATTEMPTS: is no whole number from 1 to 100"));
  }
  home.variables.erase("AWS_MAX_ATTEMPTS");
  EXPECT_THAT(refusal(home, flag(&AwsFlags::connections, 257U)),
              HasSubstr("--connections: is no whole number"));
  EXPECT_THAT(refusal(home, flag(&AwsFlags::connections, 0U)),
              HasSubstr("--connections: is no whole number"));
  EXPECT_THAT(refusal(home, flag(&AwsFlags::stall_timeout_ms, 0U)), HasSubstr("--timeout: "));
}

TEST(AwsSettings, TakeTheCaBundleOfFlagThenVariableThenProfile) {
  CredentialHome home;
  home.write_config("[default]\nca_bundle = /profile.pem\n");
  EXPECT_EQ(home.settings().http.ca_bundle, "/profile.pem");
  home.variables["AWS_CA_BUNDLE"] = "/variable.pem";
  EXPECT_EQ(home.settings().http.ca_bundle, "/variable.pem");
  EXPECT_EQ(home.settings(flag(&AwsFlags::ca_bundle, "/flag.pem")).http.ca_bundle, "/flag.pem");
}

TEST(AwsSettings, PassOnWhatIsWrongInTheFiles) {
  CredentialHome home;
  home.write_config("[default]\nnonsense\n");
  EXPECT_THAT(refusal(home), HasSubstr(".aws/config:2: "));
}

}  // namespace
}  // namespace bedrocklog::aws
