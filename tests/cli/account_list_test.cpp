// Files of accounts: both forms, and every fault with its line.
#include "cli/account_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bedrocklog::cli {
namespace {

struct Read {
  std::vector<AccountEntry> entries;
  std::vector<std::string> faults;
};

Read read(const std::string& text, const std::string& role = "") {
  Read result;
  for (const Fault& fault : read_account_list(text, "accounts", role, result.entries)) {
    result.faults.push_back(fault.subject + ": " + fault.message);
  }
  return result;
}

TEST(AccountList, ATableSaysWhatItHasColumnsFor) {
  const Read found = read(
      "\xEF\xBB\xBF"
      "account,role,regions,env\r\n"
      "# the first one\r\n"
      "111111111111,arn:aws:iam::111111111111:role/path/Deployer,\"eu-west-1, us-east-1\",dev\r\n"
      "\r\n"
      "222222222222,,eu-central-1\r\n",
      "Default");
  EXPECT_TRUE(found.faults.empty()) << found.faults.front();
  ASSERT_EQ(found.entries.size(), 2U);
  EXPECT_EQ(found.entries[0].role, "arn:aws:iam::111111111111:role/path/Deployer");
  EXPECT_EQ(found.entries[0].regions, (std::vector<std::string>{"eu-west-1", "us-east-1"}));
  EXPECT_EQ(found.entries[0].env, "dev");
  EXPECT_EQ(found.entries[1].account, "222222222222");
  EXPECT_EQ(found.entries[1].role, "Default");
  EXPECT_EQ(found.entries[1].env, "");
}

TEST(AccountList, AListHasAccountsWithOrWithoutARole) {
  const Read found = read(
      "111111111111\n"
      "222222222222 Deployer\n"
      "arn:aws:iam::333333333333:role/Deployer");
  EXPECT_TRUE(found.faults.empty()) << found.faults.front();
  ASSERT_EQ(found.entries.size(), 3U);
  EXPECT_EQ(found.entries[0].role, "");
  EXPECT_EQ(found.entries[1].role, "Deployer");
  EXPECT_EQ(found.entries[2].account, "333333333333");
}

TEST(AccountList, EveryFaultIsNamedWithItsLine) {
  const Read found = read(
      "account,role,stack\n"
      "11111111111,Deployer\n"
      "222222222222,arn:aws:iam::333333333333:role/Deployer\n"
      "444444444444,Deployer,a,b\n"
      "555555555555,no role\n"
      "666666666666,Deployer\n"
      "666666666666,Deployer,other\n"
      "666666666666,Deployer\n"
      "777777777777,\"Deployer\n");
  ASSERT_EQ(found.faults.size(), 6U);
  EXPECT_TRUE(found.faults[0].starts_with("accounts:2: is no account of 12 digits"));
  EXPECT_TRUE(found.faults[1].starts_with("accounts:3: the role is of another account"));
  EXPECT_TRUE(found.faults[2].starts_with("accounts:4: has 4 cells under 3 columns"));
  EXPECT_TRUE(found.faults[3].starts_with("accounts:5: takes the ARN or the name of a role"));
  EXPECT_TRUE(found.faults[4].starts_with("accounts:8: 666666666666 stands in line 6 already"));
  EXPECT_EQ(found.entries.size(), 2U);
}

TEST(AccountList, AFileWithoutAccountsAndAnUnknownColumnAreFaults) {
  EXPECT_EQ(read("# nobody\n").faults.size(), 1U);
  EXPECT_EQ(read("account,rule\n111111111111,x\n").faults.size(), 1U);
}

TEST(AccountList, ItsLengthIsLimited) {
  std::string text;
  for (std::size_t number = 0; number <= accounts_max; ++number) {
    const std::string digits = std::to_string(number);
    text += std::string(12 - digits.size(), '0') + digits + '\n';
  }
  const Read found = read(text);
  EXPECT_EQ(found.entries.size(), accounts_max);
  EXPECT_EQ(found.faults.size(), 1U);
}

TEST(AccountList, ARoleIsKnownByItsArn) {
  EXPECT_EQ(entry_of_role("arn:aws-us-gov:iam::123456789012:role/x", "y")->account, "123456789012");
  for (const char* text : {"arn:aws:iam::12345678901:role/x", "arn:aws:iam::123456789012:user/x",
                           "arn:aws:iam::123456789012:role/", "role/x", "arn:aws:iam::"}) {
    EXPECT_FALSE(entry_of_role(text, "y").has_value()) << text;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
