// ARNs, pages of the console and states.
#include "provision/outputs.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "provision/desired_state.h"

namespace bedrocklog::provision {
namespace {

StackSpec spec_of_outputs() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1", "us-east-1"};
  spec.subscribers = {{"email", "ops@example.com"}, {"https", "https://example.com/hook"}};
  spec.dlq_arn = "arn:aws:sqs:eu-west-1:123456789012:lost";
  spec.key_prefix = "team";
  spec.transitions = {{"STANDARD_IA", 30}, {"GLACIER", 60}};
  spec.bucket_kms_key = "arn:aws:kms:eu-west-1:123456789012:key/k";
  spec.log_group_kms_key = spec.bucket_kms_key;
  spec.deliver_video = true;
  spec.tags = {{"owner", "team ${x} %{y}"}};
  return spec;
}

ObservedState all_there(const DesiredState& desired) {
  ObservedState observed;
  for (const Resource& one : desired.resources) {
    observed.found[one.address] = {one.properties, Ownership::ours, "bedrocklog", Json::object()};
  }
  return observed;
}

TEST(Outputs, TellArnPageAndState) {
  const StackSpec spec = spec_of_outputs();
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
    StackSpec spec = spec_of_outputs();
    spec.partition = partition;
    for (const Output& one : outputs_of(spec, desired_state(spec), {})) {
      EXPECT_TRUE(one.console.starts_with(host)) << one.console;
    }
  }
  StackSpec spec = spec_of_outputs();
  spec.partition = "aws-iso";
  EXPECT_EQ(outputs_of(spec, desired_state(spec), {}).front().console, "");
}

}  // namespace
}  // namespace bedrocklog::provision
