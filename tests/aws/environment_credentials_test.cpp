// Keys of the environment, whole or half.
#include "ingest/aws/environment_credentials.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/credential_home.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

TEST(EnvironmentCredentials, AreNothingWhenUnsetOrEmpty) {
  EXPECT_EQ(environment_credentials({})->has_value(), false);
  EXPECT_EQ(environment_credentials({{"AWS_ACCESS_KEY_ID", ""}})->has_value(), false);
}

TEST(EnvironmentCredentials, AreKeysTokenAndExpiry) {
  const auto found =
      environment_credentials({{"AWS_ACCESS_KEY_ID", "AKIDENV"},
                               {"AWS_SECRET_ACCESS_KEY", "S3CRETenv"},
                               {"AWS_SESSION_TOKEN", "S3CRETtoken"},
                               {"AWS_CREDENTIAL_EXPIRATION", "2026-03-04T11:15:07Z"}});
  const Credentials& credentials = found->value();
  EXPECT_EQ(credentials.access_key_id, "AKIDENV");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "S3CRETenv");
  EXPECT_EQ(credentials.session_token.reveal(), "S3CRETtoken");
  EXPECT_EQ(credentials.expires_at, UtcTime{test_time.seconds + 3'600});
  EXPECT_EQ(credentials.source, "environment variables");
}

TEST(EnvironmentCredentials, DoNotExpireByThemselves) {
  const auto found = environment_credentials(
      {{"AWS_ACCESS_KEY_ID", "AKIDENV"}, {"AWS_SECRET_ACCESS_KEY", "S3CRETenv"}});
  EXPECT_FALSE(found->value().expires_at.has_value());
  EXPECT_TRUE(found->value().session_token.empty());
}

TEST(EnvironmentCredentials, AreRefusedByHalves) {
  const auto no_secret = environment_credentials({{"AWS_ACCESS_KEY_ID", "S3CRETid"}});
  EXPECT_THAT(fault_text(no_secret),
              HasSubstr("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"));
  EXPECT_EQ(no_secret.error().cause, FaultCause::credentials_missing);
  EXPECT_THAT(fault_text(environment_credentials({{"AWS_SECRET_ACCESS_KEY", "S3CRETenv"}})),
              HasSubstr("AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"));
}

TEST(EnvironmentCredentials, AreRefusedWithAnExpiryThatIsNoTime) {
  EXPECT_THAT(fault_text(environment_credentials({{"AWS_ACCESS_KEY_ID", "AKIDENV"},
                                                  {"AWS_SECRET_ACCESS_KEY", "S3CRETenv"},
                                                  {"AWS_CREDENTIAL_EXPIRATION", "S3CRETsoon"}})),
              HasSubstr("AWS_CREDENTIAL_EXPIRATION: is no time"));
}

}  // namespace
}  // namespace bedrocklog::aws
