// The provision commands of the real program against an AWS on loopback.
#include <array>
#include <cstdlib>
#include <fstream>
#include <pty.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stack_program.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

constexpr const char* account = "123456789012";
constexpr const char* bucket = "bedrock-logs-123456789012";

class ProvisionCommands : public StackProgram {
 protected:
  /// With all three streams on a terminal; `typed` is there before it is asked for.
  int run_on_terminal(const std::string& words, const std::string& typed) {
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      (void)::chdir(folder.c_str());
      for (const std::string& entry : environment()) {
        const std::size_t equals = entry.find('=');
        ::setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
      }
      const std::string command = fmt::format("exec {} provision {}", BEDROCKLOG_BINARY, words);
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    EXPECT_EQ(::write(terminal, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
    std::array<char, 4096> chunk{};
    for (ssize_t size = 0; (size = ::read(terminal, chunk.data(), chunk.size())) > 0;) {
      output.append(chunk.data(), static_cast<std::size_t>(size));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  std::string output;
};

TEST_F(ProvisionCommands, PlanApplyPlanVerifyDestroyLeavesTheAccountAsItWas) {
  const json before = aws.snapshot();
  EXPECT_EQ(run_json("plan", 2)["result"], "changes");
  EXPECT_EQ(changes(), 0U);
  const json applied = run_json("apply --yes", 0);
  EXPECT_EQ(applied["result"], "done");
  EXPECT_TRUE(applied["remaining"].empty());
  const json again = run_json("plan", 0);
  EXPECT_EQ(again["result"], "none");
  EXPECT_TRUE(again["steps"].empty()) << again["steps"].dump(2);
  const json verified = run_json("verify", 0);
  EXPECT_NE(verified["result"], "fail");
  aws.forget_calls();
  EXPECT_EQ(run("apply --yes").exit_code, 0);
  EXPECT_EQ(changes(), 0U);
  const json full = aws.snapshot();
  const CaseOutcome unnamed = run("destroy --yes --delete-data");
  EXPECT_EQ(unnamed.exit_code, 64);
  EXPECT_NE(unnamed.standard_error.find("--confirm-delete " + std::string(bucket)),
            std::string::npos);
  EXPECT_EQ(aws.snapshot(), full);
  EXPECT_EQ(
      run_json("destroy --yes --delete-data --confirm-delete " + std::string(bucket), 0)["result"],
      "done");
  EXPECT_EQ(aws.snapshot(), before);
}

TEST_F(ProvisionCommands, PlanTextNamesEachThingAndItsChange) {
  const CaseOutcome created = run("plan");
  EXPECT_EQ(created.exit_code, 2) << created.standard_error;
  for (const char* text : {"stack bedrocklog (core, prod), account 123456789012, eu-west-1\n",
                           "global\n", "  + role/BedrockCloudWatchLoggingRole\n", "eu-west-1\n",
                           "  + bucket/bedrock-logs-123456789012\n", " to create."}) {
    EXPECT_NE(created.standard_output.find(text), std::string::npos) << created.standard_output;
  }
  ASSERT_EQ(run("apply --yes --no-verify").exit_code, 0);
  const CaseOutcome changed = run("plan --latency-ms 20000");
  EXPECT_EQ(changed.exit_code, 2);
  for (const char* text : {"  ~ alarm/bedrock-high-latency\n      AlarmDescription: ",
                           "      Threshold: 10000 -> 20000\n", "1 to update.\n"}) {
    EXPECT_NE(changed.standard_output.find(text), std::string::npos) << changed.standard_output;
  }
}

TEST_F(ProvisionCommands, WhatIsNotOursIsTakenOverOnlyByName) {
  ASSERT_EQ(run("apply --yes --no-verify --only iam --stack theirs").exit_code, 0);
  const json theirs = aws.snapshot();
  const CaseOutcome refused = run("apply --yes --only iam");
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_NE(refused.standard_output.find("--adopt role:BedrockCloudWatchLoggingRole"),
            std::string::npos)
      << refused.standard_output;
  EXPECT_EQ(aws.snapshot(), theirs);
  const std::string adopting = " --only iam --adopt role:BedrockCloudWatchLoggingRole";
  EXPECT_EQ(run("plan" + adopting).exit_code, 2);
  EXPECT_EQ(run("apply --yes --no-verify" + adopting).exit_code, 0);
  EXPECT_EQ(run("plan --only iam").exit_code, 0);
}

TEST_F(ProvisionCommands, ASavedPlanIsAppliedWithoutAskingAndOnlyWhileItHolds) {
  EXPECT_EQ(run("plan --out stack.plan").exit_code, 2);
  EXPECT_EQ(run("apply stack.plan --env dev").exit_code, 64);
  EXPECT_EQ(changes(), 0U);
  const CaseOutcome applied = run("apply stack.plan </dev/null");
  EXPECT_EQ(applied.exit_code, 0) << applied.standard_error << applied.standard_output;
  aws.forget_calls();
  const CaseOutcome stale = run("apply stack.plan </dev/null");
  EXPECT_EQ(stale.exit_code, 65);
  EXPECT_NE(stale.standard_error.find("the world has moved"), std::string::npos);
  EXPECT_EQ(changes(), 0U);
}

TEST_F(ProvisionCommands, AnotherAccountIsRefusedBeforeItIsRead) {
  const CaseOutcome outcome = run("plan --account 999999999999");
  EXPECT_EQ(outcome.exit_code, 78);
  EXPECT_NE(outcome.standard_error.find("account 123456789012"), std::string::npos)
      << outcome.standard_error;
  EXPECT_EQ(aws.calls().size(), 1U);
}

TEST_F(ProvisionCommands, AssumesTheRoleThatIsNamed) {
  const std::string role = fmt::format("arn:aws:iam::{}:role/Deployer", account);
  const CaseOutcome outcome = run("plan --assume-role " + role);
  EXPECT_EQ(outcome.exit_code, 2) << outcome.standard_error;
  ASSERT_FALSE(aws.calls().empty());
  EXPECT_EQ(aws.calls().front().operation, "AssumeRole");
}

TEST_F(ProvisionCommands, AnswersOnTheTerminalDecide) {
  EXPECT_EQ(run_on_terminal("apply --no-verify", "no\n"), 2) << output;
  EXPECT_NE(output.find("nothing was changed"), std::string::npos) << output;
  EXPECT_EQ(changes(), 0U);
  EXPECT_EQ(run_on_terminal("apply --no-verify", "yes\n"), 0) << output;
  aws.forget_calls();
  EXPECT_EQ(run_on_terminal("destroy", "yes\n"), 2) << output;
  EXPECT_EQ(run_on_terminal("destroy --delete-data", "bedrocklog\n"), 2) << output;
  EXPECT_EQ(changes(), 0U);
  EXPECT_EQ(run_on_terminal("destroy", "bedrocklog\n"), 0) << output;
  EXPECT_TRUE(aws.snapshot().dump().find(bucket) != std::string::npos);
  EXPECT_EQ(run_on_terminal("destroy --delete-data", std::string(bucket) + "\n"), 0) << output;
  EXPECT_TRUE(aws.snapshot().dump().find(bucket) == std::string::npos);
}

TEST_F(ProvisionCommands, ADeniedCallIsNamedAndEndsWith77) {
  aws.set_allowed([](const std::string& service, const std::string& operation,
                     const std::string& /*resource*/) {
    return !(service == "sns" && operation == "CreateTopic");
  });
  const CaseOutcome outcome = run("apply --yes");
  EXPECT_EQ(outcome.exit_code, 77) << outcome.standard_error;
  EXPECT_NE(outcome.standard_error.find("topic/bedrock-usage-alerts: "), std::string::npos);
  EXPECT_NE(outcome.standard_error.find("skipped eu-west-1/alarm/"), std::string::npos)
      << outcome.standard_error;
  aws.set_allowed(nullptr);
  EXPECT_EQ(run("apply --yes").exit_code, 0);
}

TEST_F(ProvisionCommands, AForeignLoggingConfigurationIsKeptAndPutBack) {
  // A stack under other names stands in for what somebody else made.
  std::ofstream(folder + "/work/theirs.toml") << R"([provision]
stack = "theirs"
only = ["iam", "storage", "logging"]
names = { role = "TheirRole", bucket = "their-logs", log_group = "/their/logs" }
)";
  ASSERT_EQ(run("apply --yes --no-verify --config theirs.toml").exit_code, 0);
  const json theirs = aws.snapshot();
  const json refused = run_json("plan", 4);
  EXPECT_EQ(refused["result"], "conflict");
  EXPECT_EQ(run("apply --yes").exit_code, 4);
  EXPECT_EQ(aws.snapshot(), theirs);

  const std::string kept = "bedrocklog-logging-123456789012-eu-west-1-before.json";
  const CaseOutcome replaced = run("apply --yes --no-verify --logging replace");
  EXPECT_EQ(replaced.exit_code, 0) << replaced.standard_error;
  EXPECT_NE(replaced.standard_error.find(kept), std::string::npos) << replaced.standard_error;
  EXPECT_NE(read_whole_file(folder + "/work/" + kept).find("their-logs"), std::string::npos);
  const CaseOutcome gone =
      run("destroy --yes --delete-data --confirm-delete " + std::string(bucket) +
          " --logging replace --restore-logging " + kept);
  EXPECT_EQ(gone.exit_code, 0) << gone.standard_error << gone.standard_output;
  // Bedrock has checked once more that it may write, hence not the whole account.
  const json now = aws.snapshot()["services"];
  EXPECT_TRUE(now["bedrock"].contains("LoggingConfigurations"));
  EXPECT_EQ(now["bedrock"], theirs["services"]["bedrock"]);
  EXPECT_EQ(now["iam"], theirs["services"]["iam"]);
  EXPECT_EQ(run("plan --config theirs.toml").exit_code, 0);
}

TEST_F(ProvisionCommands, NoOutputHoldsASecret) {
  for (const char* words : {"plan -v", "apply --yes -v", "verify", "outputs", "plan --json"}) {
    const CaseOutcome outcome = run(words);
    const std::string all = outcome.standard_output + outcome.standard_error;
    EXPECT_EQ(all.find(fake_aws::secret_key), std::string::npos) << words;
    EXPECT_EQ(all.find("Signature="), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
