// Instance metadata, version 2: the three questions, and every way to be no instance with a role.
#include "ingest/aws/instance_credentials.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/credential_home.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

constexpr const char* roles_path = "/latest/meta-data/iam/security-credentials/";

class InstanceCredentials : public ::testing::Test {
 protected:
  InstanceCredentials() {
    home_.variables.erase("AWS_EC2_METADATA_DISABLED");
    home_.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server_.url() + "/";
  }

  CannedAnswer answer(const SeenRequest& request) {
    if (request.target == "/latest/api/token") {
      return token_failures_-- > 0 ? answer_of(503, "") : token_;
    }
    if (request.header("x-aws-ec2-metadata-token") != "S3CRETsession") {
      return answer_of(401, "S3CRET");
    }
    if (request.target == roles_path) {
      return role_;
    }
    return request.target == roles_path + std::string("reader") ? keys_ : answer_of(404, "");
  }

  static std::string keys_json(const std::string& expiration) {
    return R"({"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIABOX",
               "SecretAccessKey": "S3CRETbox", "Token": "S3CRETtoken", "Expiration": ")" +
           expiration + "\"}";
  }

  Result<std::optional<Credentials>> load() { return instance_credentials(home_.context()); }
  bool has_none() {
    const auto found = load();
    EXPECT_TRUE(found) << text_of(found.error());
    return found && !*found;
  }

  CredentialHome home_;
  CannedAnswer token_ = answer_of(200, "S3CRETsession");
  CannedAnswer role_ = answer_of(200, "reader");
  CannedAnswer keys_ = answer_of(200, keys_json("2026-03-04T16:15:07Z"));
  int token_failures_ = 0;
  LoopbackServer server_{[this](const SeenRequest& request) { return answer(request); }};
};

TEST_F(InstanceCredentials, AreThoseOfTheRoleAskedForWithASessionToken) {
  const auto found = load();
  ASSERT_TRUE(found) << found.error().message;
  const Credentials& credentials = found->value();
  EXPECT_EQ(credentials.access_key_id, "ASIABOX");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "S3CRETbox");
  EXPECT_EQ(credentials.session_token.reveal(), "S3CRETtoken");
  EXPECT_EQ(credentials.expires_at, UtcTime{test_time.seconds + 6 * 3'600});
  EXPECT_EQ(credentials.source, "instance metadata, role reader");
  const auto seen = server_.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].method, "PUT");
  EXPECT_EQ(seen[0].header("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(seen[1].method, "GET");
  EXPECT_EQ(seen[2].target, std::string(roles_path) + "reader");
}

TEST_F(InstanceCredentials, AreNotAskedForWhenSwitchedOff) {
  home_.variables["AWS_EC2_METADATA_DISABLED"] = "True";
  EXPECT_TRUE(has_none());
  EXPECT_TRUE(server_.seen().empty());
}

TEST_F(InstanceCredentials, NeverFallBackToVersionOne) {
  for (const int status : {400, 403, 404, 405, 500}) {
    token_ = answer_of(status, "S3CRET");
    EXPECT_TRUE(has_none()) << status;
  }
  EXPECT_EQ(server_.seen().size(), 5U);  // One attempt each, and nothing but the token.
}

TEST_F(InstanceCredentials, AreNothingWhenNobodyAnswersInTime) {
  token_.delay_ms = 3'000;
  EXPECT_TRUE(has_none());
  token_ = CannedAnswer();
  token_.closes_without_answer = true;
  EXPECT_TRUE(has_none());
  token_ = answer_of(200, "<html>S3CRET page</html>");
  EXPECT_TRUE(has_none());
}

TEST_F(InstanceCredentials, AreNothingWithoutARole) {
  role_ = answer_of(404, "");
  EXPECT_TRUE(has_none());
  role_ = answer_of(200, "");
  EXPECT_TRUE(has_none());
}

TEST_F(InstanceCredentials, AreAskedForAsOftenAsTheUserSays) {
  token_failures_ = 2;
  home_.variables["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "3";
  EXPECT_TRUE(load()->has_value());
  home_.variables.erase("AWS_METADATA_SERVICE_NUM_ATTEMPTS");
  home_.write_config("[default]\nmetadata_service_num_attempts = 3\n");
  token_failures_ = 2;
  EXPECT_TRUE(load()->has_value());
  home_.variables["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "many";
  EXPECT_THAT(fault_text(load()),
              HasSubstr("AWS_METADATA_SERVICE_NUM_ATTEMPTS: is no whole number from 1 to 10"));
}

TEST_F(InstanceCredentials, TakeTheEndpointOfTheProfile) {
  home_.write_config("[default]\nec2_metadata_service_endpoint = " + server_.url() + "\n");
  home_.variables.erase("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  EXPECT_TRUE(load()->has_value());
}

TEST_F(InstanceCredentials, RefuseAnEndpointOrModeThatIsNone) {
  home_.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "nowhere";
  EXPECT_THAT(fault_text(load()), HasSubstr("AWS_EC2_METADATA_SERVICE_ENDPOINT: is no http"));
  home_.variables.erase("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  home_.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv5";
  EXPECT_THAT(fault_text(load()), HasSubstr("is neither IPv4 nor IPv6"));
}

TEST_F(InstanceCredentials, FailWhenTheRoleHasNoKeysToGive) {
  keys_.body = R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "S3CRET"})";
  EXPECT_THAT(fault_text(load()), HasSubstr("role reader: the instance gets no credentials: "
                                            "AssumeRoleUnauthorizedAccess"));
  keys_ = answer_of(500, "S3CRET");
  const auto failed = load();
  EXPECT_THAT(fault_text(failed), HasSubstr("unexpected answer: status 500"));
  EXPECT_EQ(failed.error().cause, FaultCause::try_again);
  keys_ = answer_of(200, "S3CRET");
  EXPECT_THAT(fault_text(load()), HasSubstr("gave no JSON object"));
}

// When the metadata service cannot renew, what it has is better than nothing.
TEST_F(InstanceCredentials, AreUsedForAWhileAfterTheTimeTheySay) {
  keys_.body = keys_json("2026-03-04T10:00:00Z");
  EXPECT_EQ(load()->value().expires_at, UtcTime{test_time.seconds + 600});
}

}  // namespace
}  // namespace bedrocklog::aws
