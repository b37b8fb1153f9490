// One provision command over several accounts.
#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stack_program.h"

namespace bedrocklog::cli {
namespace {

using fake_aws::FakeAws;
using nlohmann::json;

constexpr const char* role_of_first = "arn:aws:iam::111111111111:role/Deployer";
constexpr const char* role_of_second = "arn:aws:iam::222222222222:role/Deployer";

/// Two accounts behind the one whose key is used.
class ProvisionAccounts : public StackProgram {
 protected:
  void SetUp() override {
    StackProgram::SetUp();
    aws.join(first);
    aws.join(second);
    write("accounts.csv",
          "account,role,regions\n"
          "111111111111,Deployer,eu-west-1\n"
          "222222222222," +
              std::string(role_of_second) + ",us-east-1 eu-west-1\n");
  }

  [[nodiscard]] static std::set<std::string> buckets_of(const FakeAws& account) {
    std::set<std::string> names;
    const json snapshot = account.snapshot();
    for (const auto& [name, bucket] : snapshot["services"]["s3"]["Buckets"].items()) {
      names.insert(name);
    }
    return names;
  }

  FakeAws first{"111111111111"};
  FakeAws second{"222222222222"};
};

TEST_F(ProvisionAccounts, EachGetsItsStackAndTheTableSaysHow) {
  const json empty = first.snapshot();
  const CaseOutcome planned = run("plan --accounts accounts.csv");
  EXPECT_EQ(planned.exit_code, 2) << planned.standard_error;
  EXPECT_NE(planned.standard_output.find("111111111111:   + bucket/bedrock-logs-111111111111\n"),
            std::string::npos)
      << planned.standard_output;
  EXPECT_NE(planned.standard_output.find("\naccount       regions              result   changes  "
                                         "conflicts  exit\n111111111111  eu-west-1            "
                                         "changes"),
            std::string::npos)
      << planned.standard_output;
  EXPECT_EQ(first.snapshot(), empty);

  const CaseOutcome applied = run("apply --yes --no-verify --accounts accounts.csv");
  EXPECT_EQ(applied.exit_code, 0) << applied.standard_error << applied.standard_output;
  EXPECT_EQ(buckets_of(first), (std::set<std::string>{"bedrock-logs-111111111111"}));
  EXPECT_EQ(buckets_of(second), (std::set<std::string>{"bedrock-logs-222222222222",
                                                       "bedrock-logs-222222222222-eu-west-1"}));
  EXPECT_EQ(run("plan --accounts accounts.csv").exit_code, 0);
  const json verified = run_json("verify --accounts accounts.csv", 0);
  EXPECT_EQ(verified["command"], "provision verify");
  EXPECT_EQ(verified["accounts"][1]["regions"], (json{"us-east-1", "eu-west-1"}));
  EXPECT_EQ(verified["accounts"][1]["document"]["schema"], "bedrocklog.provision-verify/1");

  EXPECT_EQ(run("destroy --yes --delete-data --confirm-delete bedrock-logs-111111111111 "
                "--confirm-delete bedrock-logs-222222222222 "
                "--confirm-delete bedrock-logs-222222222222-eu-west-1 --accounts accounts.csv")
                .exit_code,
            0);
  EXPECT_EQ(first.snapshot(), empty);
}

TEST_F(ProvisionAccounts, AFailingOneStopsNoneOfTheOthers) {
  first.set_allowed([](const std::string& service, const std::string&, const std::string&) {
    return service != "iam";
  });
  const json done = run_json("apply --yes --no-verify --accounts accounts.csv", 77);
  ASSERT_EQ(done["accounts"].size(), 2U);
  EXPECT_EQ(done["accounts"][0]["exit"], 77);
  EXPECT_EQ(done["accounts"][0]["result"], "failed");
  EXPECT_EQ(done["accounts"][1]["exit"], 0);
  EXPECT_EQ(done["accounts"][1]["result"], "done");
  EXPECT_EQ(done["exit"], 77);
  EXPECT_TRUE(buckets_of(first).empty());
  EXPECT_EQ(buckets_of(second).size(), 2U);
}

TEST_F(ProvisionAccounts, PlansAreSavedAndAppliedOneByOne) {
  EXPECT_EQ(run("plan --accounts accounts.csv --out-dir plans").exit_code, 2);
  EXPECT_TRUE(std::filesystem::exists(folder + "/work/plans/111111111111.plan"));
  EXPECT_EQ(run("apply --no-verify --accounts accounts.csv plans </dev/null").exit_code, 0);
  EXPECT_EQ(buckets_of(second).size(), 2U);
  const CaseOutcome stale = run("apply --accounts accounts.csv plans </dev/null");
  EXPECT_EQ(stale.exit_code, 65) << stale.standard_error;
}

TEST_F(ProvisionAccounts, SeveralRolesNameTheirAccounts) {
  const std::string both =
      std::string(" --assume-role ") + role_of_first + " --assume-role " + role_of_second;
  const json planned = run_json("plan" + both, 2);
  EXPECT_EQ(planned["accounts"][0]["account"], "111111111111");
  EXPECT_EQ(planned["accounts"][1]["role"], role_of_second);
  EXPECT_EQ(run("plan" + both + " --account 111111111111").exit_code, 64);
  EXPECT_EQ(run("permissions" + both).exit_code, 64);
}

TEST_F(ProvisionAccounts, ARoleGoesByItsNameWhereTheAccountIsKnown) {
  EXPECT_EQ(run("plan --assume-role Deployer --account 111111111111").exit_code, 2);
  ASSERT_FALSE(aws.calls().empty());
  EXPECT_EQ(aws.calls().front().members["RoleArn"], role_of_first);
  EXPECT_EQ(run("plan --assume-role Deployer").exit_code, 64);
}

TEST_F(ProvisionAccounts, WhatIsOneFileForAllIsRefused) {
  EXPECT_EQ(run("plan --accounts accounts.csv --out one.plan").exit_code, 64);
  write("broken.csv", "account\n12\n");
  const CaseOutcome broken = run("plan --accounts broken.csv");
  EXPECT_EQ(broken.exit_code, 65);
  EXPECT_NE(broken.standard_error.find("broken.csv:2: "), std::string::npos);
  EXPECT_EQ(aws.calls().size(), 0U);
}

}  // namespace
}  // namespace bedrocklog::cli
