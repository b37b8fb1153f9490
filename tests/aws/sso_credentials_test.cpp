// SSO: the cached token, its renewal, and what the portal is asked.
#include "ingest/aws/sso_credentials.h"

#include <filesystem>
#include <string>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ingest/aws/digest.h"
#include "ingest/aws/sso_token.h"
#include "tests/aws/credential_home.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

constexpr const char* start_url = "https://corp.awsapps.com/start";

class SsoCredentials : public ::testing::Test {
 protected:
  SsoCredentials() {
    home_.variables["AWS_ENDPOINT_URL_SSO"] = server_.url();
    home_.variables["AWS_ENDPOINT_URL_SSO_OIDC"] = server_.url() + "/oidc";
    home_.write_config(
        "[profile old]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 123456789012\nsso_role_name = Log Reader\n"
        "[profile new]\nsso_session = corp\nsso_account_id = 123456789012\n"
        "sso_role_name = Reader\n"
        "[sso-session corp]\nsso_region = eu-west-1\n"
        "sso_start_url = https://corp.awsapps.com/start\n");
  }

  CannedAnswer answer(const SeenRequest& request) const {
    return request.target.starts_with("/oidc/") ? oidc_ : portal_;
  }

  static std::string cache_name(const std::string& name) {
    return ".aws/sso/cache/" + sha1_hex(name) + ".json";
  }
  void log_in(const std::string& name, const std::string& expires_at) {
    home_.write(cache_name(name), R"({"startUrl": "x", "accessToken": "S3CRETaccess",
        "expiresAt": ")" + expires_at +
                                      R"(", "clientId": "client", "clientSecret": "S3CRETclient",
        "registrationExpiresAt": "2026-05-01T00:00:00Z", "refreshToken": "S3CRETrefresh",
        "unknown": [1]})");
  }

  Result<Credentials> load(const std::string& profile) {
    return sso_credentials(home_.context(), profile);
  }

  CredentialHome home_;
  CannedAnswer portal_ = answer_of(
      200, R"({"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "S3CRETsso",
               "sessionToken": "S3CRETsession", "expiration": 1772622907999}})");
  CannedAnswer oidc_ = answer_of(
      200, R"({"accessToken": "S3CRETfresh", "expiresIn": 28800, "refreshToken": "S3CRETnext",
               "tokenType": "Bearer"})");
  LoopbackServer server_{[this](const SeenRequest& request) { return answer(request); }};
};

TEST_F(SsoCredentials, OfAnOlderProfileComeFromItsStartUrlsToken) {
  log_in(start_url, "2026-03-04T12:00:00UTC");
  const Result<Credentials> got = load("old");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "ASIASSO");
  EXPECT_EQ(got->secret_access_key.reveal(), "S3CRETsso");
  EXPECT_EQ(got->session_token.reveal(), "S3CRETsession");
  EXPECT_EQ(got->expires_at, UtcTime{test_time.seconds + 3'600});
  EXPECT_EQ(got->source, "profile old (SSO)");
  ASSERT_EQ(server_.seen().size(), 1U);
  const SeenRequest seen = server_.seen()[0];
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, "/federation/credentials?account_id=123456789012&role_name=Log%20Reader");
  EXPECT_EQ(seen.header("x-amz-sso_bearer_token"), "S3CRETaccess");
  EXPECT_EQ(seen.header("authorization"), "");
}

TEST_F(SsoCredentials, OfASessionComeFromTheSessionsToken) {
  log_in("corp", "2026-03-04T12:00:00Z");
  EXPECT_EQ(load("new")->access_key_id, "ASIASSO");
  EXPECT_EQ(server_.seen().size(), 1U);
}

TEST_F(SsoCredentials, RenewTheTokenOfASessionAndKeepTheRestOfItsFile) {
  log_in("corp", "2026-03-04T10:19:00Z");  // Holds for less than five minutes.
  EXPECT_TRUE(load("new"));
  const auto seen = server_.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].target, "/oidc/token");
  EXPECT_EQ(nlohmann::json::parse(seen[0].body),
            nlohmann::json({{"grantType", "refresh_token"},
                            {"clientId", "client"},
                            {"clientSecret", "S3CRETclient"},
                            {"refreshToken", "S3CRETrefresh"}}));
  EXPECT_EQ(seen[1].header("x-amz-sso_bearer_token"), "S3CRETfresh");
  const auto cached = nlohmann::json::parse(home_.read(cache_name("corp")));
  EXPECT_EQ(cached["accessToken"], "S3CRETfresh");
  EXPECT_EQ(cached["refreshToken"], "S3CRETnext");
  EXPECT_EQ(cached["expiresAt"], "2026-03-04T18:15:07Z");
  EXPECT_EQ(cached["clientSecret"], "S3CRETclient");
  EXPECT_EQ(cached["unknown"], nlohmann::json({1}));
  struct stat status{};
  ASSERT_EQ(::stat(home_.path(cache_name("corp")).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  // Nothing is left beside it, and the next run needs no renewal.
  const std::filesystem::directory_iterator files(home_.path(".aws/sso/cache"));
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
  EXPECT_TRUE(load("new"));
  EXPECT_EQ(server_.seen().size(), 3U);
}

TEST_F(SsoCredentials, BearAFailedRenewalWhileTheTokenHolds) {
  oidc_ = answer_of(400, R"({"error": "invalid_grant", "x": "S3CRET"})");
  log_in("corp", "2026-03-04T10:16:00Z");
  EXPECT_TRUE(load("new"));
  log_in("corp", "2026-03-04T10:15:07Z");
  EXPECT_THAT(fault_text(load("new")),
              HasSubstr("profile new: the SSO login has expired; run `aws sso login --profile "
                        "new`"));
}

TEST_F(SsoCredentials, AskForALoginWhereTheTokenIsMissingExpiredBrokenOrRefused) {
  const Result<Credentials> missing = load("old");
  EXPECT_THAT(fault_text(missing), HasSubstr("not logged in by SSO"));
  EXPECT_THAT(fault_text(missing), HasSubstr("run `aws sso login --profile old`"));
  EXPECT_EQ(missing.error().cause, FaultCause::credentials_missing);
  log_in(start_url, "2026-03-04T10:00:00Z");
  EXPECT_THAT(fault_text(load("old")), HasSubstr("the SSO login has expired; run"));
  home_.write(cache_name(start_url), "S3CRET");
  EXPECT_THAT(fault_text(load("old")), HasSubstr("cannot be read; run"));
  EXPECT_TRUE(server_.seen().empty());
  log_in(start_url, "2026-03-04T12:00:00Z");
  portal_ = answer_of(401, R"({"message": "Session token S3CRET not found"})");
  EXPECT_THAT(fault_text(load("old")), HasSubstr("the SSO login is not valid any more; run"));
}

TEST_F(SsoCredentials, TellWhenTheRoleIsNotOpenToTheUser) {
  log_in(start_url, "2026-03-04T12:00:00Z");
  portal_ = answer_of(403, R"({"__type": "ForbiddenException", "message": "No access"})");
  EXPECT_THAT(fault_text(load("old")), HasSubstr("profile old (SSO), sso GetRoleCredentials"));
  portal_ = answer_of(200, R"({"roleCredentials": {"accessKeyId": "S3CRET"}})");
  EXPECT_THAT(fault_text(load("old")), HasSubstr("answered without credentials"));
}

TEST_F(SsoCredentials, NameTheSettingsThatAreMissingOrDiffer) {
  home_.write_config("[profile a]\nsso_account_id = 1\n");
  EXPECT_THAT(fault_text(load("a")), HasSubstr("lacks sso_role_name, sso_region, sso_start_url"));
  home_.write_config("[profile a]\nsso_account_id = 1\nsso_session = gone\n");
  EXPECT_THAT(fault_text(load("a")), HasSubstr("there is no [sso-session gone]"));
  home_.write_config(
      "[profile a]\nsso_account_id = 1\nsso_session = s\nsso_region = x-1\n"
      "[sso-session s]\nsso_region = y-1\n");
  EXPECT_THAT(fault_text(load("a")), HasSubstr("sso_region differs from that of [sso-session s]"));
}

// The names the AWS CLI gives to its cache files.
TEST(SsoToken, IsFoundUnderTheNameThatAllToolsUse) {
  const Variables variables = {{"HOME", "/h"}};
  EXPECT_EQ(sso_cache_path(variables, {"p", "", "https://d-92671207e4.awsapps.com/start", "r"}),
            "/h/.aws/sso/cache/13f9d35043871d073ab260e020f0ffde092cb14b.json");
  EXPECT_EQ(sso_cache_path(variables, {"p", "admin", "https://x", "r"}),
            "/h/.aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json");
  EXPECT_EQ(sso_cache_path({}, {"p", "admin", "https://x", "r"}), "");
}

}  // namespace
}  // namespace bedrocklog::aws
