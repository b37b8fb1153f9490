// From a profile to its credentials: keys, roles upon roles, and ways that lead nowhere.
#include "ingest/aws/profile_credentials.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/credential_home.h"
#include "tests/aws/sts_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

class ProfileCredentials : public ::testing::Test {
 protected:
  ProfileCredentials() {
    home_.variables["AWS_ENDPOINT_URL_STS"] = sts_.url();
    home_.variables["AWS_REGION"] = "eu-west-1";
    base_.access_key_id = "AKIDBASE";
    base_.secret_access_key = SecretText("S3CRETbase");
    home_.write_credentials(
        "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = S3CRETbase\n");
  }

  Result<std::optional<Credentials>> load(const std::string& name) {
    return profile_credentials(home_.context(), name);
  }
  std::string refusal(const std::string& name) {
    const auto refused = load(name);
    const std::string text = fault_text(refused);
    EXPECT_TRUE(refused || refused.error().cause == FaultCause::credentials_missing) << text;
    return text;
  }
  /// A command that prints keys of this id.
  std::string process(const std::string& id) {
    const std::string path =
        home_.write("bin/" + id, "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"" + id +
                                     "\",\"SecretAccessKey\":\"S3CRETprocess\"}'\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  CredentialHome home_;
  StsServer sts_;
  Credentials base_;
};

TEST_F(ProfileCredentials, AreNothingWhereTheProfileSaysNothing) {
  home_.write_config("[profile plain]\nregion = eu-west-1\n");
  EXPECT_FALSE(load("plain")->has_value());
  EXPECT_FALSE(load("absent")->has_value());
}

TEST_F(ProfileCredentials, AreTheKeysOfTheProfile) {
  home_.write_config(
      "[profile temp]\naws_access_key_id = AKIDTEMP\naws_secret_access_key = S3CRETtemp\n"
      "aws_session_token = S3CRETtoken\n");
  const Credentials temp = load("temp")->value();
  EXPECT_EQ(temp.access_key_id, "AKIDTEMP");
  EXPECT_EQ(temp.secret_access_key.reveal(), "S3CRETtemp");
  EXPECT_EQ(temp.session_token.reveal(), "S3CRETtoken");
  EXPECT_EQ(temp.source, "profile temp");
  EXPECT_EQ(load("base")->value().access_key_id, "AKIDBASE");
}

TEST_F(ProfileCredentials, AreRefusedByHalves) {
  home_.write_config("[profile half]\naws_access_key_id = S3CRETid\n");
  EXPECT_THAT(refusal("half"), HasSubstr("profile half: has only one of its two keys; missing: "
                                         "aws_secret_access_key"));
}

// As in the SDKs: keys of the credentials file, then the process, then keys of the config file.
TEST_F(ProfileCredentials, OfAProcessComeBetweenTheKeysOfBothFiles) {
  home_.write_config("[profile base]\ncredential_process = " + process("PROCBASE") +
                     "\n[profile conf]\ncredential_process = " + process("PROCCONF") +
                     "\naws_access_key_id = AKIDCONF\naws_secret_access_key = S3CRETconf\n");
  EXPECT_EQ(load("base")->value().access_key_id, "AKIDBASE");
  EXPECT_EQ(load("conf")->value().access_key_id, "PROCCONF");
}

TEST_F(ProfileCredentials, OfARoleAreAssumedWithThoseOfItsSource) {
  home_.write_config(
      "[profile role]\nrole_arn = arn:role\nsource_profile = base\nexternal_id = x1\n"
      "role_session_name = me\nduration_seconds = 900\n");
  const auto got = load("role");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->value().access_key_id, "ASIAROLE1");
  EXPECT_EQ(got->value().source, "profile role (role assumed)");
  ASSERT_EQ(sts_.seen().size(), 1U);
  EXPECT_TRUE(StsServer::is_signed_with(sts_.seen()[0], base_, "eu-west-1"));
  StsServer::Form form = StsServer::form_of(sts_.seen()[0]);
  EXPECT_EQ(form["RoleArn"], "arn:role");
  EXPECT_EQ(form["ExternalId"], "x1");
  EXPECT_EQ(form["RoleSessionName"], "me");
  EXPECT_EQ(form["DurationSeconds"], "900");
}

TEST_F(ProfileCredentials, OfAChainOfRolesAreAssumedOneByOne) {
  home_.write_config(
      "[profile three]\nrole_arn = arn:3\nsource_profile = two\n"
      "[profile two]\nrole_arn = arn:2\nsource_profile = one\n"
      "[profile one]\nrole_arn = arn:1\nsource_profile = base\n");
  EXPECT_EQ(load("three")->value().access_key_id, "ASIAROLE3");
  const auto seen = sts_.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(StsServer::form_of(seen[0])["RoleArn"], "arn:1");
  EXPECT_TRUE(StsServer::is_signed_with(seen[0], base_, "eu-west-1"));
  EXPECT_TRUE(StsServer::is_signed_with(seen[1], StsServer::keys(1), "eu-west-1"));
  EXPECT_TRUE(StsServer::is_signed_with(seen[2], StsServer::keys(2), "eu-west-1"));
}

TEST_F(ProfileCredentials, OfARoleMayHaveTheirSourceInTheSameProfile) {
  home_.write_config("[profile base]\nrole_arn = arn:self\nsource_profile = base\n");
  EXPECT_EQ(load("base")->value().access_key_id, "ASIAROLE1");
  EXPECT_TRUE(StsServer::is_signed_with(sts_.seen()[0], base_, "eu-west-1"));
}

TEST_F(ProfileCredentials, OfARoleMayHaveAProcessAsSource) {
  home_.write_config(
      "[profile role]\nrole_arn = arn:1\nsource_profile = tool\n[profile tool]\n"
      "credential_process = " +
      process("PROCTOOL") + "\n");
  EXPECT_TRUE(load("role"));
  EXPECT_THAT(sts_.seen()[0].header("authorization"), HasSubstr("Credential=PROCTOOL/"));
}

TEST_F(ProfileCredentials, OfARoleMayComeFromTheEnvironmentTheContainerOrTheInstance) {
  home_.write_config(
      "[profile env]\nrole_arn = arn:1\ncredential_source = Environment\n"
      "[profile box]\nrole_arn = arn:2\ncredential_source = EcsContainer\n"
      "[profile ec2]\nrole_arn = arn:3\ncredential_source = Ec2InstanceMetadata\n"
      "[profile bad]\nrole_arn = arn:4\ncredential_source = S3CRET\n");
  EXPECT_THAT(refusal("env"), HasSubstr("credential_source has no credentials: Environment"));
  EXPECT_THAT(refusal("box"), HasSubstr("credential_source has no credentials: EcsContainer"));
  EXPECT_THAT(refusal("ec2"), HasSubstr("has no credentials: Ec2InstanceMetadata"));
  EXPECT_THAT(refusal("bad"), HasSubstr("profile bad: credential_source is none of Environment"));
  const LoopbackServer box([](const SeenRequest&) {
    return answer_of(200, R"({"AccessKeyId": "AKIDBOX", "SecretAccessKey": "S3CRETbox"})");
  });
  home_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  home_.variables["AWS_SECRET_ACCESS_KEY"] = "S3CRETenv";
  home_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = box.url() + "/";
  EXPECT_TRUE(load("env"));
  EXPECT_TRUE(load("box"));
  EXPECT_THAT(sts_.seen()[0].header("authorization"), HasSubstr("Credential=AKIDENV/"));
  EXPECT_THAT(sts_.seen()[1].header("authorization"), HasSubstr("Credential=AKIDBOX/"));
}

TEST_F(ProfileCredentials, OfAWebIdentityAreAssumedWithItsToken) {
  home_.write_config(
      "[profile web]\nrole_arn = arn:web\nrole_session_name = pod\n"
      "web_identity_token_file = " +
      home_.write("jwt", "S3CRETjwt") +
      "\n[profile over]\nrole_arn = arn:over\nsource_profile = web\n"
      "[profile lost]\nweb_identity_token_file = /x\n");
  EXPECT_EQ(load("web")->value().source, "profile web (web identity)");
  EXPECT_EQ(sts_.seen()[0].header("authorization"), "");
  EXPECT_EQ(StsServer::form_of(sts_.seen()[0])["RoleSessionName"], "pod");
  EXPECT_EQ(load("over")->value().access_key_id, "ASIAROLE3");
  EXPECT_TRUE(StsServer::is_signed_with(sts_.seen()[2], StsServer::keys(2), "eu-west-1"));
  EXPECT_THAT(refusal("lost"), HasSubstr("web_identity_token_file needs role_arn"));
}

TEST_F(ProfileCredentials, AreRefusedWhereTheWayLeadsNowhere) {
  home_.write_config(
      "[profile none]\nrole_arn = a\n"
      "[profile both]\nrole_arn = a\nsource_profile = base\ncredential_source = Environment\n"
      "[profile lost]\nrole_arn = a\nsource_profile = gone\n"
      "[profile poor]\nrole_arn = a\nsource_profile = empty\n[profile empty]\nregion = x\n"
      "[profile self]\nrole_arn = a\nsource_profile = self\n"
      "[profile a]\nrole_arn = a\nsource_profile = b\n"
      "[profile b]\nrole_arn = a\nsource_profile = c\n"
      "[profile c]\nrole_arn = a\nsource_profile = b\n"
      "[profile mfa]\nrole_arn = a\nsource_profile = base\nmfa_serial = arn:mfa\n"
      "[profile long]\nrole_arn = a\nsource_profile = base\nduration_seconds = 43201\n");
  EXPECT_THAT(refusal("none"), HasSubstr("role_arn needs source_profile"));
  EXPECT_THAT(refusal("both"), HasSubstr("has both source_profile and credential_source"));
  EXPECT_THAT(refusal("lost"), HasSubstr("profile lost: source_profile does not exist: gone"));
  EXPECT_THAT(refusal("poor"), HasSubstr("source_profile has no credentials: empty"));
  EXPECT_THAT(refusal("self"), HasSubstr("leads in a circle: self -> self"));
  EXPECT_THAT(refusal("a"), HasSubstr("profile c: source_profile leads in a circle: "
                                      "a -> b -> c -> b"));
  EXPECT_THAT(refusal("mfa"), HasSubstr("wants an MFA code"));
  EXPECT_THAT(refusal("long"), HasSubstr("duration_seconds is no whole number from 900 to 43200"));
  EXPECT_TRUE(sts_.seen().empty());
}

}  // namespace
}  // namespace bedrocklog::aws
