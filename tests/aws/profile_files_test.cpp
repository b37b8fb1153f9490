// The shared config and credentials files: what every AWS tool reads in them, and what is refused.
#include "ingest/aws/profile_files.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/aws/credential_home.h"

namespace bedrocklog::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

ProfileFiles loaded(const CredentialHome& home) {
  Result<ProfileFiles> files = load_profile_files(home.variables);
  EXPECT_TRUE(files) << (files ? "" : files.error().subject + files.error().message);
  return files ? *files : ProfileFiles();
}

std::string value(const ProfileFiles& files, const std::string& profile, const std::string& key) {
  const Section* section = files.profile(profile);
  return section == nullptr || !section->contains(key) ? "(none)" : section->at(key);
}

TEST(ProfileFiles, AreEmptyWhenThereAreNone) {
  const CredentialHome home;
  const ProfileFiles files = loaded(home);
  EXPECT_THAT(files.profiles, IsEmpty());
  EXPECT_EQ(files.config_path, home.path(".aws/config"));
  EXPECT_EQ(files.profile("default"), nullptr);
}

TEST(ProfileFiles, AreEmptyWithoutHome) {
  EXPECT_THAT(load_profile_files({})->profiles, IsEmpty());
}

TEST(ProfileFiles, GiveProfilesOfBothFilesWithCredentialsWinning) {
  const CredentialHome home;
  home.write_config(
      "[default]\nregion = eu-west-1\naws_access_key_id = FROMCONFIG\n"
      "[profile reports]\nregion=eu-central-1\n");
  home.write_credentials("[default]\naws_access_key_id = FROMCREDENTIALS\n[only]\nx = 1\n");
  const ProfileFiles files = loaded(home);
  EXPECT_EQ(value(files, "default", "region"), "eu-west-1");
  EXPECT_EQ(value(files, "default", "aws_access_key_id"), "FROMCREDENTIALS");
  EXPECT_EQ(value(files, "reports", "region"), "eu-central-1");
  EXPECT_EQ(value(files, "only", "x"), "1");
  EXPECT_THAT(files.credentials.at("default"),
              ElementsAre(Pair("aws_access_key_id", "FROMCREDENTIALS")));
}

TEST(ProfileFiles, TakeOtherSectionsOfTheConfigFileForNoProfiles) {
  const CredentialHome home;
  home.write_config(
      "[preview]\na = 1\n[plugins]\nb = 2\n[sso-session corp]\nsso_region = us-east-1\n"
      "[services local]\ns3 =\n  endpoint_url = http://localhost:9000\n  other = x\n");
  const ProfileFiles files = loaded(home);
  EXPECT_THAT(files.profiles, IsEmpty());
  EXPECT_EQ(files.sso_sessions.at("corp").at("sso_region"), "us-east-1");
  EXPECT_EQ(files.services.at("local").at("s3.endpoint_url"), "http://localhost:9000");
  EXPECT_EQ(files.services.at("local").at("s3.other"), "x");
}

TEST(ProfileFiles, PreferTheDefaultProfileWithItsFullName) {
  const CredentialHome home;
  home.write_config("[profile default]\nregion = full\n[default]\nregion = short\noutput = json\n");
  const ProfileFiles files = loaded(home);
  EXPECT_EQ(value(files, "default", "region"), "full");
  EXPECT_EQ(value(files, "default", "output"), "(none)");
}

TEST(ProfileFiles, ReadNestedSettingsCommentsQuotesAndContinuations) {
  const CredentialHome home;
  home.write_config(
      "\xEF\xBB\xBF# a comment\r\n"
      "; another\r\n"
      "[profile \"two words\"] ; behind\r\n"
      "REGION = eu-west-1 # home\r\n"
      "sso_start_url = https://x/#/start\r\n"
      "credential_process = run ; this # whole\r\n"
      "s3 =\r\n"
      "\taddressing_style = path\r\n"
      "  # a comment inside\r\n"
      "  use_dualstack_endpoint = true ; yes\r\n"
      "\r\n"
      "note = one\r\n"
      "  two\r\n"
      "last: colon\r\n"
      "empty =\r\n");
  const ProfileFiles files = loaded(home);
  const std::string name = "two words";
  EXPECT_EQ(value(files, name, "region"), "eu-west-1");
  EXPECT_EQ(value(files, name, "sso_start_url"), "https://x/#/start");
  EXPECT_EQ(value(files, name, "credential_process"), "run ; this # whole");
  EXPECT_EQ(value(files, name, "s3.addressing_style"), "path");
  EXPECT_EQ(value(files, name, "s3.use_dualstack_endpoint"), "true");
  EXPECT_EQ(value(files, name, "note"), "one\ntwo");
  EXPECT_EQ(value(files, name, "last"), "colon");
  EXPECT_EQ(value(files, name, "empty"), "");
}

TEST(ProfileFiles, ReadSectionsThatAreIndentedAsAWhole) {
  const CredentialHome home;
  home.write_credentials("[a]\n  one = 1\n  two = 2\n[b]\n  three = 3\n");
  const ProfileFiles files = loaded(home);
  EXPECT_EQ(value(files, "a", "one"), "1");
  EXPECT_EQ(value(files, "a", "two"), "2");
  EXPECT_EQ(value(files, "b", "three"), "3");
}

TEST(ProfileFiles, JoinSectionsOfTheSameName) {
  const CredentialHome home;
  home.write_config("[profile a]\nx = 1\ny = 1\n[profile b]\n[profile a]\ny = 2\n");
  const ProfileFiles files = loaded(home);
  EXPECT_EQ(value(files, "a", "x"), "1");
  EXPECT_EQ(value(files, "a", "y"), "2");
}

TEST(ProfileFiles, FollowTheVariablesThatNameThem) {
  CredentialHome home;
  home.variables["AWS_CONFIG_FILE"] = home.write("other/conf", "[profile c]\nx = 1\n");
  home.variables["AWS_SHARED_CREDENTIALS_FILE"] = "~/keys";
  home.write("keys", "[k]\nx = 2\n");
  const ProfileFiles files = loaded(home);
  EXPECT_EQ(value(files, "c", "x"), "1");
  EXPECT_EQ(value(files, "k", "x"), "2");
  EXPECT_EQ(files.credentials_path, home.path("keys"));
}

TEST(ProfileFiles, NameFileAndLineOfWhatIsMalformedButNoValue) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"[default]\nS3CRETwithoutsign\n", 2},
      {"S3CRET = x\n", 1},
      {"[default]\n\n[\n", 3},
      {"[]\n", 1},
      {"[default\nx = S3CRET\n", 1},
      {"[default]\n= S3CRET\n", 2},
      {"[default]\ns3 =\n  S3CRETnested\n", 3},
  };
  for (const auto& [text, line] : cases) {
    const CredentialHome home;
    home.write_credentials(text);
    EXPECT_THAT(fault_text(load_profile_files(home.variables)),
                HasSubstr("credentials:" + std::to_string(line) + ": "))
        << text;
  }
}

TEST(ProfileFiles, RefuseWhatIsNoFile) {
  const CredentialHome home;
  std::filesystem::create_directories(home.path(".aws/config"));
  EXPECT_THAT(fault_text(load_profile_files(home.variables)),
              HasSubstr(".aws/config: cannot be read: "));
}

TEST(ProfileFiles, RefuseWhatIsFarTooLarge) {
  const CredentialHome home;
  home.write_config(std::string((4U << 20U) + 1, '\n'));
  EXPECT_THAT(fault_text(load_profile_files(home.variables)), HasSubstr("larger than 4 MiB"));
}

// Any bytes give profiles or a fault, never a crash; letters that mean something come often.
RC_GTEST_PROP(ProfileFiles, SurviveAnyBytes, ()) {
  static const CredentialHome home;
  const auto letter = rc::gen::oneOf(rc::gen::elementOf(std::string("[]=:#; \t\r\n\"'\0ab", 16)),
                                     rc::gen::arbitrary<char>());
  home.write_config(*rc::gen::container<std::string>(letter));
  const Result<ProfileFiles> files = load_profile_files(home.variables);
  RC_ASSERT(files || files.error().subject.starts_with(home.path(".aws/config:")));
}

}  // namespace
}  // namespace bedrocklog::aws
