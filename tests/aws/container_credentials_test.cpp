// The container endpoint: which hosts may be asked, with what, and what they may answer.
#include "ingest/aws/container_credentials.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/credential_home.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

constexpr const char* keys_json =
    R"({"RoleArn": "x", "AccessKeyId": "AKIDBOX", "SecretAccessKey": "S3CRETbox",
        "Token": "S3CRETtoken", "Expiration": "2026-03-04T11:15:07Z"})";

std::string url_of(const std::string& full_uri) {
  const auto url = container_url({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", full_uri}});
  return url ? url->value_or("nothing") : text_of(url.error());
}

TEST(ContainerCredentials, AreNothingWithoutTheirVariables) {
  const CredentialHome home;
  EXPECT_EQ(container_credentials(home.context())->has_value(), false);
}

TEST(ContainerCredentials, PreferTheRelativeUriBelowTheAddressOfEcs) {
  const Variables both = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials?id=1"},
                          {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://elsewhere/"}};
  EXPECT_EQ(container_url(both)->value(), "http://169.254.170.2/v2/credentials?id=1");
  EXPECT_THAT(fault_text(container_url({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil/"}})),
              HasSubstr("does not begin with /"));
}

TEST(ContainerCredentials, AskOnlyHostsThatCanBeTrusted) {
  for (const char* good : {"https://example.com/x?y=1", "http://127.0.0.1:9/x", "http://127.9.9.9/",
                           "http://localhost/x", "http://[::1]:8080/x", "http://169.254.170.2/x",
                           "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/x"}) {
    EXPECT_EQ(url_of(good), good);
  }
  for (const char* bad :
       {"http://example.com/x", "http://127.evil.com/x", "http://169.254.170.3/",
        "http://169.254.169.254/x", "http://localhost.evil.com/", "http://[::2]/x"}) {
    EXPECT_THAT(url_of(bad), HasSubstr("may be asked for credentials")) << bad;
  }
  for (const char* none : {"ftp://localhost/", "localhost:80", "http://127.0.0.1@evil.com/"}) {
    EXPECT_THAT(url_of(none), HasSubstr("is no http or https URL")) << none;
  }
}

class ContainerEndpoint : public ::testing::Test {
 protected:
  ContainerEndpoint() {
    home_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server_.url() + "/creds?id=7";
  }

  CredentialHome home_;
  CannedAnswer answer_ = answer_of(200, keys_json);
  int failures_ = 0;
  LoopbackServer server_{
      [this](const SeenRequest&) { return failures_-- > 0 ? answer_of(503, "S3CRET") : answer_; }};
};

TEST_F(ContainerEndpoint, GivesKeysForTheTokenOfTheVariable) {
  home_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic S3CRETauth";
  const auto found = container_credentials(home_.context());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->value().access_key_id, "AKIDBOX");
  EXPECT_EQ(found->value().secret_access_key.reveal(), "S3CRETbox");
  EXPECT_EQ(found->value().session_token.reveal(), "S3CRETtoken");
  EXPECT_EQ(found->value().expires_at, UtcTime{test_time.seconds + 3'600});
  ASSERT_EQ(server_.seen().size(), 1U);
  EXPECT_EQ(server_.seen()[0].method, "GET");
  EXPECT_EQ(server_.seen()[0].target, "/creds?id=7");
  EXPECT_EQ(server_.seen()[0].header("authorization"), "Basic S3CRETauth");
}

TEST_F(ContainerEndpoint, IsAskedWithTheTokenTheFileHoldsNow) {
  home_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "S3CRETstale";
  home_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home_.write("token", "S3CRETone\n");
  const CredentialContext context = home_.context();
  EXPECT_TRUE(container_credentials(context));
  home_.write("token", "S3CRETtwo\n");
  EXPECT_TRUE(container_credentials(context));
  ASSERT_EQ(server_.seen().size(), 2U);
  EXPECT_EQ(server_.seen()[0].header("authorization"), "S3CRETone");
  EXPECT_EQ(server_.seen()[1].header("authorization"), "S3CRETtwo");
}

TEST_F(ContainerEndpoint, SendsNoTokenThatWouldSplitTheHeader) {
  home_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "S3CRET\r\nX-Evil: 1";
  EXPECT_THAT(fault_text(container_credentials(home_.context())), HasSubstr("control characters"));
  EXPECT_TRUE(server_.seen().empty());
}

TEST_F(ContainerEndpoint, NamesTheTokenFileThatIsNotThere) {
  home_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home_.path("gone");
  EXPECT_THAT(fault_text(container_credentials(home_.context())),
              HasSubstr(home_.path("gone") + ": no such file"));
}

TEST_F(ContainerEndpoint, IsAskedAgainWhenItFailsForAMoment) {
  failures_ = 2;
  EXPECT_TRUE(container_credentials(home_.context()));
  EXPECT_EQ(server_.seen().size(), 3U);
  failures_ = 3;
  const auto failed = container_credentials(home_.context());
  EXPECT_THAT(fault_text(failed), HasSubstr("container endpoint: refused to give credentials: "
                                            "status 503"));
  EXPECT_EQ(failed.error().cause, FaultCause::try_again);
  EXPECT_EQ(server_.seen().size(), 6U);
}

TEST_F(ContainerEndpoint, IsNotAskedAgainWhenItRefuses) {
  answer_.status = 404;
  answer_.body = "S3CRET";
  EXPECT_THAT(fault_text(container_credentials(home_.context())), HasSubstr("status 404"));
  EXPECT_EQ(server_.seen().size(), 1U);
}

TEST_F(ContainerEndpoint, IsRefusedWithAnAnswerThatHoldsNoKeys) {
  answer_.body = R"({"AccessKeyId": "S3CRET"})";
  EXPECT_THAT(fault_text(container_credentials(home_.context())),
              HasSubstr("gave no SecretAccess"));
  answer_.body = "[\"S3CRET\"]";
  EXPECT_THAT(fault_text(container_credentials(home_.context())), HasSubstr("no JSON object"));
}

}  // namespace
}  // namespace bedrocklog::aws
