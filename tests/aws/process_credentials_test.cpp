// Real programs as credential_process: what they may print, how they may end, what leaks of it.
#include "ingest/aws/process_credentials.h"

#include <chrono>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/credential_home.h"

namespace bedrocklog::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* keys_json =
    R"({"Version": 1, "AccessKeyId": "AKIDPROC", "SecretAccessKey": "S3CRETproc",
        "SessionToken": "S3CRETtoken", "Expiration": "2026-03-04T11:15:07Z"})";

class ProcessCredentials : public ::testing::Test {
 protected:
  /// A program that runs these lines of shell.
  std::string program(const std::string& lines) {
    const std::string path = home_.write("bin/give keys", "#!/bin/sh\n" + lines + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  Result<Credentials> run(const std::string& command, unsigned timeout_ms = 20'000) {
    return process_credentials(home_.context(), "profile p (credential_process)", command,
                               timeout_ms);
  }

  Result<Credentials> run_lines(const std::string& lines) {
    return run('"' + program(lines) + '"');
  }

  CredentialHome home_;
};

TEST_F(ProcessCredentials, AreWhatTheProgramPrints) {
  const Result<Credentials> got = run_lines(std::string("echo '") + keys_json + "'");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "AKIDPROC");
  EXPECT_EQ(got->secret_access_key.reveal(), "S3CRETproc");
  EXPECT_EQ(got->session_token.reveal(), "S3CRETtoken");
  EXPECT_EQ(got->expires_at, UtcTime{test_time.seconds + 3'600});
  EXPECT_EQ(got->source, "profile p (credential_process)");
}

TEST_F(ProcessCredentials, RunInTheEnvironmentGivenWithoutAShellOrStdin) {
  home_.variables["FOR_CHILD"] = "FROMENV";
  const std::string path = program(
      "test \"$#\" = 2 && test \"$1\" = 'a b' && test \"$2\" = '$HOME;x' && ! read line && "
      "echo '{\"Version\":1,\"AccessKeyId\":\"'$FOR_CHILD'\",\"SecretAccessKey\":\"S3CRETx\"}'");
  const Result<Credentials> got = run('"' + path + R"(" 'a b' $HOME;x)");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "FROMENV");
  EXPECT_FALSE(got->expires_at.has_value());
}

TEST_F(ProcessCredentials, NeverTellWhatWasPrinted) {
  EXPECT_THAT(fault_text(run_lines("echo S3CRET")), HasSubstr("gave no JSON object"));
  EXPECT_THAT(fault_text(run_lines("echo S3CRET; exit 3")), HasSubstr("ended with status 3"));
  EXPECT_THAT(fault_text(run_lines("echo S3CRET; kill -9 $$")), HasSubstr("ended by signal 9"));
  EXPECT_THAT(fault_text(run_lines("echo '{\"AccessKeyId\":\"S3CRET\"}'")),
              HasSubstr("prints no \"Version\": 1"));
  EXPECT_THAT(fault_text(run_lines("echo '{\"Version\":2,\"AccessKeyId\":\"S3CRET\"}'")),
              HasSubstr("prints no \"Version\": 1"));
  EXPECT_THAT(fault_text(run_lines("echo '{\"Version\":1,\"SecretAccessKey\":\"S3CRET\"}'")),
              HasSubstr("gave no AccessKeyId"));
  EXPECT_THAT(fault_text(run_lines("echo '{\"Version\":1,\"AccessKeyId\":\"S3CRET\"}'")),
              HasSubstr("gave no SecretAccessKey"));
  EXPECT_THAT(fault_text(run_lines("echo '{\"Version\":1,\"AccessKeyId\":\"S3CRET\","
                                   "\"SecretAccessKey\":\"S3CRET\",\"Expiration\":\"S3CRET\"}'")),
              HasSubstr("Expiration that is no time"));
}

TEST_F(ProcessCredentials, EndAfterTheTimeAllowed) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(fault_text(run('"' + program("exec sleep 30") + '"', 1'000)),
              HasSubstr("has not ended within 1 seconds"));
  EXPECT_THAT(fault_text(run('"' + program("exec >&-; exec sleep 30") + '"', 1'000)),
              HasSubstr("has not ended within 1 seconds"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST_F(ProcessCredentials, EndWhenTooMuchIsPrinted) {
  EXPECT_THAT(fault_text(run_lines("exec cat /dev/zero")), HasSubstr("prints more than 64 KiB"));
}

TEST_F(ProcessCredentials, NameTheProgramThatIsNotThereButNoArgument) {
  const std::string text = fault_text(run("/nowhere/program --password S3CRET"));
  EXPECT_THAT(text, HasSubstr("cannot be started: /nowhere/program: No such file"));
}

TEST_F(ProcessCredentials, AreRefusedForWhatIsNoCommand) {
  EXPECT_THAT(fault_text(run("'S3CRET")), HasSubstr("is no command"));
  EXPECT_THAT(fault_text(run("  ")), HasSubstr("is no command"));
}

TEST(CommandWords, AreSplitAsAPosixShellWould) {
  EXPECT_THAT(*command_words("a  b\tc"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(*command_words(R"(a\ b "c d" 'e "f' g"h"'i')"),
              ElementsAre("a b", "c d", "e \"f", "ghi"));
  EXPECT_THAT(*command_words(R"("a\"b\\c\d" 'x\y' "")"), ElementsAre("a\"b\\c\\d", "x\\y", ""));
  EXPECT_THAT(*command_words(""), ElementsAre());
  EXPECT_FALSE(command_words("\"open").has_value());
  EXPECT_FALSE(command_words("end\\").has_value());
}

}  // namespace
}  // namespace bedrocklog::aws
