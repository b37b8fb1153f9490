// ARNs, pages of the console and states.
#include "provision/outputs.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/provision/full_stack.h"

namespace bedrocklog::provision {
namespace {

TEST(Outputs, TellArnPageAndState) {
  const StackSpec spec = full_spec();
  const DesiredState desired = desired_state(spec);
  ObservedState observed = all_there(desired);
  const Address mail{ResourceKind::subscription, "eu-west-1",
                     "bedrock-usage-alerts/email/ops@example.com"};
  observed.found.at(mail).details["PendingConfirmation"] = true;
  observed.found.erase({ResourceKind::dashboard, "", "BedrockUsageMonitoring"});
  std::map<std::string, Output> by_address;
  for (const Output& one : outputs_of(spec, desired, observed)) {
    by_address[one.address] = one;
  }
  EXPECT_EQ(by_address.size(), desired.resources.size());
  EXPECT_EQ(by_address[to_text(mail)].state, "pending confirmation");
  const Output& dashboard = by_address["dashboard/BedrockUsageMonitoring"];
  EXPECT_EQ(dashboard.state, "missing");
  EXPECT_EQ(dashboard.arn, "arn:aws:cloudwatch::123456789012:dashboard/BedrockUsageMonitoring");
  const Output& group = by_address["us-east-1/log-group//aws/bedrock/modelinvocations"];
  EXPECT_EQ(group.console,
            "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/"
            "log-group/$252Faws$252Fbedrock$252Fmodelinvocations");
}

TEST(Outputs, EveryPartitionHasItsConsole) {
  for (const auto& [partition, host] :
       std::map<std::string, std::string>{{"aws", "https://console.aws.amazon.com/"},
                                          {"aws-us-gov", "https://console.amazonaws-us-gov.com/"},
                                          {"aws-cn", "https://console.amazonaws.cn/"}}) {
    StackSpec spec = full_spec();
    spec.partition = partition;
    for (const Output& one : outputs_of(spec, desired_state(spec), {})) {
      EXPECT_TRUE(one.console.starts_with(host)) << one.console;
    }
  }
  StackSpec spec = full_spec();
  spec.partition = "aws-iso";
  EXPECT_EQ(outputs_of(spec, desired_state(spec), {}).front().console, "");
}

}  // namespace
}  // namespace bedrocklog::provision
