// What STS is asked, signed with whose keys, and what of its answers is kept or told.
#include "ingest/aws/sts_credentials.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/credential_home.h"
#include "tests/aws/sts_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

constexpr const char* role_arn = "arn:aws:iam::123456789012:role/log reader+";

class StsCredentials : public ::testing::Test {
 protected:
  StsCredentials() {
    home_.variables["AWS_ENDPOINT_URL_STS"] = sts_.url();
    home_.variables["AWS_REGION"] = "eu-west-1";
    with_.access_key_id = "AKIDBASE";
    with_.secret_access_key = SecretText("S3CRETbase");
  }

  Result<Credentials> assume(const RoleRequest& role) {
    return assume_role(home_.context(), role, with_);
  }
  static RoleRequest role() { return {role_arn, "", "", std::nullopt, "profile p (role assumed)"}; }

  CredentialHome home_;
  StsServer sts_;
  Credentials with_;
};

TEST_F(StsCredentials, AreAskedForWithASignedForm) {
  RoleRequest full = role();
  full.session_name = "me@here";
  full.external_id = "a&b=c";
  full.duration_s = 1'800;
  const Result<Credentials> got = assume(full);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "ASIAROLE1");
  EXPECT_EQ(got->secret_access_key.reveal(), "S3CRETrole1");
  EXPECT_EQ(got->session_token.reveal(), "S3CRETsession1");
  EXPECT_EQ(got->expires_at, UtcTime{test_time.seconds + 3'600});
  EXPECT_EQ(got->source, "profile p (role assumed)");
  ASSERT_EQ(sts_.seen().size(), 1U);
  const SeenRequest seen = sts_.seen()[0];
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/");
  EXPECT_EQ(seen.header("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_TRUE(StsServer::is_signed_with(seen, with_, "eu-west-1"));
  EXPECT_EQ(StsServer::form_of(seen), (StsServer::Form{{"Action", "AssumeRole"},
                                                       {"Version", "2011-06-15"},
                                                       {"RoleArn", role_arn},
                                                       {"RoleSessionName", "me@here"},
                                                       {"ExternalId", "a&b=c"},
                                                       {"DurationSeconds", "1800"}}));
}

TEST_F(StsCredentials, AreAskedForInUsEast1WithANameOfOursWhenNobodySays) {
  home_.variables.erase("AWS_REGION");
  EXPECT_TRUE(assume(role()));
  const SeenRequest seen = sts_.seen()[0];
  EXPECT_TRUE(StsServer::is_signed_with(seen, with_, "us-east-1"));
  EXPECT_EQ(StsServer::form_of(seen)["RoleSessionName"], "bedrocklog-1772619307");
  EXPECT_FALSE(StsServer::form_of(seen).contains("ExternalId"));
  EXPECT_FALSE(StsServer::form_of(seen).contains("DurationSeconds"));
}

TEST_F(StsCredentials, SendTheSessionTokenOfTemporaryKeys) {
  with_.session_token = SecretText("S3CRETfirst");
  EXPECT_TRUE(assume(role()));
  EXPECT_EQ(sts_.seen()[0].header("x-amz-security-token"), "S3CRETfirst");
}

TEST_F(StsCredentials, OfAWebIdentityAreAskedForUnsignedWithTheTokenTheFileHoldsNow) {
  const std::string path = home_.write("token", "S3CRETjwt1\n");
  const CredentialContext context = home_.context();
  EXPECT_TRUE(assume_role_with_web_identity(context, role(), path));
  home_.write("token", "S3CRETjwt2");
  EXPECT_TRUE(assume_role_with_web_identity(context, role(), path));
  ASSERT_EQ(sts_.seen().size(), 2U);
  const SeenRequest seen = sts_.seen()[0];
  EXPECT_EQ(seen.header("authorization"), "");
  EXPECT_EQ(StsServer::form_of(seen)["Action"], "AssumeRoleWithWebIdentity");
  EXPECT_EQ(StsServer::form_of(seen)["WebIdentityToken"], "S3CRETjwt1");
  EXPECT_EQ(StsServer::form_of(sts_.seen()[1])["WebIdentityToken"], "S3CRETjwt2");
}

TEST_F(StsCredentials, NameATokenFileThatIsMissingOrEmpty) {
  const CredentialContext context = home_.context();
  const std::string path = home_.path("token");
  EXPECT_THAT(fault_text(assume_role_with_web_identity(context, role(), path)),
              HasSubstr(path + ": no such file"));
  home_.write("token", " \n");
  EXPECT_THAT(fault_text(assume_role_with_web_identity(context, role(), path)),
              HasSubstr(path + ": holds no token"));
}

TEST_F(StsCredentials, AreAskedForAgainWhenStsFailsForAMoment) {
  sts_.failures = 2;
  EXPECT_TRUE(assume(role()));
  EXPECT_EQ(sts_.seen().size(), 3U);
}

TEST_F(StsCredentials, TellWhatStsRefusesForWhom) {
  sts_.refusal =
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: x is not "
      "authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>";
  const Result<Credentials> refused = assume(role());
  EXPECT_THAT(fault_text(refused), HasSubstr("profile p (role assumed), sts AssumeRole"));
  EXPECT_EQ(refused.error().cause, FaultCause::access_denied);
  EXPECT_EQ(sts_.seen().size(), 1U);
  sts_.refusal =
      "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>The Canonical String "
      "should have been S3CRET</Message></Error></ErrorResponse>";
  const Result<Credentials> wrong = assume(role());
  EXPECT_EQ(text_of(wrong.error()).find("Canonical"), std::string::npos);
  EXPECT_EQ(wrong.error().cause, FaultCause::credentials_missing);
}

TEST_F(StsCredentials, AreMissingWhereStsDoesNotKnowTheRole) {
  sts_.refusal = "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>";
  const Result<Credentials> unknown = assume(role());
  EXPECT_THAT(fault_text(unknown), HasSubstr("the role cannot be assumed"));
  EXPECT_EQ(unknown.error().cause, FaultCause::credentials_missing);
}

TEST_F(StsCredentials, AreRefusedWhenTheAnswerHoldsNone) {
  const LoopbackServer server(
      [](const SeenRequest&) { return answer_of(200, "<x><S3CRET/></x>"); });
  home_.variables["AWS_ENDPOINT_URL_STS"] = server.url();
  EXPECT_THAT(fault_text(assume(role())), HasSubstr("STS answered without credentials"));
}

TEST_F(StsCredentials, DoNotFollowTheEndpointFlag) {
  home_.variables["AWS_ACCESS_KEY_ID"] = "AKIDBASE";
  home_.variables["AWS_SECRET_ACCESS_KEY"] = "S3CRETbase";
  home_.write_config("[profile p]\nrole_arn = x\ncredential_source = Environment\n");
  AwsFlags flags = flag(&AwsFlags::profile, "p");
  flags.endpoint_url = "http://store.invalid:9";
  const Result<Credentials> got = home_.credentials(flags);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "ASIAROLE1");
}

}  // namespace
}  // namespace bedrocklog::aws
