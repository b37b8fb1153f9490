// Endpoints only where EC2 offers them, and what is told about it.
#include "provision/endpoint_offer.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "provision/desired_state.h"
#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::FakeClient;

constexpr const char* region = "eu-west-1";

struct Account {
  FakeAws fake;
  FakeClient client{fake};
  StackSpec spec;

  Account() {
    spec.account = "123456789012";
    spec.regions = {region};
    spec.profiles = {"secure"};
    spec.alarm_source = AlarmSource::all_models_series;
    spec.secure.network.vpc_id = fake_aws::default_vpc;
    spec.secure.network.subnet_ids = {fake_aws::default_subnet_a, fake_aws::default_subnet_b};
    spec.secure.network.management_cidrs = {"10.20.0.0/16"};
  }

  Result<ProbedSpec> probed() { return probe(spec, client.calls); }
};

std::string text_of(const std::vector<Notice>& notices) {
  std::string text;
  for (const Notice& one : notices) {
    text += one.subject + ": " + one.text + '\n';
  }
  return text;
}

const Resource* endpoint(const DesiredState& desired, const char* service) {
  return desired.find({ResourceKind::vpc_endpoint, region, service});
}

TEST(EndpointOffer, NothingIsLeftOutWhereEverythingIsOffered) {
  Account here;
  const Result<ProbedSpec> result = here.probed();
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_TRUE(result->spec.secure.network.unoffered.empty());
  EXPECT_EQ(text_of(result->notices), "");
}

TEST(EndpointOffer, AZoneWithoutTheServiceIsLeftOutAndOneServiceMayBeMissing) {
  Account here;
  here.fake.offer_service(region, "bedrock-agent", {"a"});
  here.fake.offer_service(region, "bedrock-agent-runtime", {});
  const Result<ProbedSpec> result = here.probed();
  ASSERT_TRUE(result.has_value()) << result.error().message;
  const std::string told = text_of(result->notices);
  EXPECT_NE(told.find("the endpoint for bedrock-agent leaves out"), std::string::npos) << told;
  EXPECT_NE(told.find("no endpoint service for bedrock-agent-runtime"), std::string::npos) << told;
  const DesiredState desired = desired_state(result->spec);
  ASSERT_NE(endpoint(desired, "bedrock-agent"), nullptr);
  EXPECT_EQ(endpoint(desired, "bedrock-agent")->properties["SubnetIds"],
            Json::array({fake_aws::default_subnet_a}));
  EXPECT_EQ(endpoint(desired, "bedrock")->properties["SubnetIds"].size(), 2U);
  EXPECT_EQ(endpoint(desired, "bedrock-agent-runtime"), nullptr);
  EXPECT_TRUE(std::any_of(
      desired.unsupported.begin(), desired.unsupported.end(),
      [](const Unsupported& one) { return one.address.name == "bedrock-agent-runtime"; }));
  // A saved plan has it.
  StackSpec again;
  EXPECT_TRUE(read_spec(to_json(result->spec), again).empty());
  EXPECT_EQ(again.secure.network.unoffered, result->spec.secure.network.unoffered);
}

TEST(EndpointOffer, AVpcWithoutNamesIsTold) {
  Account here;
  fake_aws::FakeVpc vpc;
  vpc.region = region;
  vpc.id = "vpc-0000000a";
  vpc.subnets = {{"subnet-0000000a", "eu-west-1a", "10.0.0.0/24"}};
  vpc.has_dns_hostnames = false;
  here.fake.put_vpc(vpc);
  here.spec.secure.network.vpc_id = vpc.id;
  here.spec.secure.network.subnet_ids = {"subnet-0000000a"};
  const Result<ProbedSpec> result = here.probed();
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_NE(text_of(result->notices).find("enableDnsHostnames off"), std::string::npos);
}

TEST(EndpointOffer, SubnetsOfAnotherVpcOrNoneAreFaults) {
  Account here;
  here.spec.secure.network.subnet_ids = {"subnet-0ffffff0"};
  EXPECT_FALSE(here.probed().has_value());
}

}  // namespace
}  // namespace bedrocklog::provision
