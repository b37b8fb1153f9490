// Which source wins when several have credentials, as a whole run would find them.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/aws/aws_settings.h"
#include "tests/aws/credential_home.h"
#include "tests/aws/sts_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

class CredentialChain : public ::testing::Test {
 protected:
  CredentialChain() {
    home_.variables["AWS_ENDPOINT_URL_STS"] = sts_.url();
    home_.write_credentials(
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = S3CRETdefault\n"
        "[reports]\naws_access_key_id = AKIDREPORTS\naws_secret_access_key = S3CRETreports\n");
  }

  void set_environment_keys() {
    home_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
    home_.variables["AWS_SECRET_ACCESS_KEY"] = "S3CRETenv";
  }
  void set_web_identity() {
    home_.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_.write("jwt", "S3CRETjwt");
    home_.variables["AWS_ROLE_ARN"] = "arn:web";
    home_.variables["AWS_ROLE_SESSION_NAME"] = "pod";
  }
  void set_container() {
    home_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container_.url() + "/";
  }

  std::string id(const AwsFlags& flags = {}) {
    const Result<Credentials> got = home_.credentials(flags);
    return got ? got->access_key_id : text_of(got.error());
  }

  CredentialHome home_;
  StsServer sts_;
  LoopbackServer container_{[](const SeenRequest&) {
    return answer_of(200, R"({"AccessKeyId": "AKIDBOX", "SecretAccessKey": "S3CRETbox"})");
  }};
};

TEST_F(CredentialChain, TakesTheFirstSourceThatHasAny) {
  set_container();
  home_.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere";
  EXPECT_EQ(id(), "AKIDBOX");
  home_.variables.erase("AWS_SHARED_CREDENTIALS_FILE");
  EXPECT_EQ(id(), "AKIDDEFAULT");
  home_.variables["AWS_PROFILE"] = "reports";
  EXPECT_EQ(id(), "AKIDREPORTS");
  set_web_identity();
  EXPECT_EQ(id(), "ASIAROLE1");
  EXPECT_EQ(StsServer::form_of(sts_.seen()[0])["RoleSessionName"], "pod");
  set_environment_keys();
  EXPECT_EQ(id(), "AKIDENV");
}

TEST_F(CredentialChain, PassesOverTheEnvironmentForAProfileNamedByFlag) {
  set_environment_keys();
  set_web_identity();
  EXPECT_EQ(id(flag(&AwsFlags::profile, "reports")), "AKIDREPORTS");
  EXPECT_TRUE(sts_.seen().empty());
}

TEST_F(CredentialChain, SignsNothingWhenToldSo) {
  set_environment_keys();
  const Result<Credentials> none = home_.credentials(flag(&AwsFlags::no_sign_request, true));
  EXPECT_EQ(none->access_key_id, "");
  EXPECT_EQ(none->source, "--no-sign-request");
}

TEST_F(CredentialChain, NamesEverySourceWhenNoneHasAny) {
  home_.write_credentials("");
  EXPECT_EQ(id(),
            "AWS credentials: none found; tried in order: environment variables, web identity "
            "(AWS_WEB_IDENTITY_TOKEN_FILE), profile default, container endpoint, instance metadata "
            "(AWS_EC2_METADATA_DISABLED); set AWS_PROFILE, run `aws sso login` or `aws configure`, "
            "or use --no-sign-request for public buckets");
}

TEST_F(CredentialChain, StopsAtASourceThatIsConfiguredAndBroken) {
  home_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  EXPECT_THAT(id(), HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
  home_.variables.erase("AWS_ACCESS_KEY_ID");
  set_web_identity();
  home_.variables.erase("AWS_ROLE_ARN");
  EXPECT_THAT(id(), HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE: is set and AWS_ROLE_ARN is not"));
}

TEST_F(CredentialChain, TellsWhenNobodyListensAtSts) {
  set_web_identity();
  home_.variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1";
  const Result<Credentials> got = home_.credentials();
  EXPECT_THAT(fault_text(got), HasSubstr("sts AssumeRoleWithWebIdentity: no answer: "));
  EXPECT_EQ(got.error().cause, FaultCause::unavailable);
}

}  // namespace
}  // namespace bedrocklog::aws
