// Security groups and interface endpoints: exact rules, one endpoint, gone in the right order.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;
using fake_aws::FakeAws;
using fake_aws::RecordedCall;

constexpr const char* region = "eu-west-1";
const Address group{ResourceKind::security_group, region, "bedrocklog-bedrocklog-runtime"};
const Address endpoint{ResourceKind::vpc_endpoint, region, "bedrock-runtime"};

Json our_tags() {
  return Json::array({{{"Key", "bedrocklog:managed"}, {"Value", "true"}},
                      {{"Key", "bedrocklog:stack"}, {"Value", "bedrocklog"}}});
}

Json https_from(const std::string& range, const Json& description = Json()) {
  return {{"IpProtocol", "tcp"},
          {"FromPort", 443},
          {"ToPort", 443},
          {"CidrIp", range},
          {"Description", description}};
}

Json wanted_group(const Json& ingress = Json::array({https_from("10.30.0.0/16"),
                                                     https_from("10.40.0.0/16")})) {
  return {{"GroupName", group.name},
          {"GroupDescription", "HTTPS to the endpoints that call models"},
          {"VpcId", fake_aws::default_vpc},
          {"SecurityGroupIngress", ingress},
          {"Tags", our_tags()}};
}

Json allow(const Json& action) {
  return {{"Version", "2012-10-17"},
          {"Statement", Json::array({{{"Sid", "Invoke"},
                                      {"Effect", "Allow"},
                                      {"Principal", {{"AWS", "*"}}},
                                      {"Action", action},
                                      {"Resource", "*"}}})}};
}

Json wanted_endpoint(const std::string& group_id) {
  return {{"VpcId", fake_aws::default_vpc},
          {"ServiceName", "com.amazonaws.eu-west-1.bedrock-runtime"},
          {"VpcEndpointType", "Interface"},
          {"SubnetIds", {fake_aws::default_subnet_b, fake_aws::default_subnet_a}},
          {"SecurityGroupIds", Json::array({group_id})},
          {"PrivateDnsEnabled", true},
          {"PolicyDocument", allow({"bedrock:InvokeModel", "bedrock:ApplyGuardrail"})},
          {"Tags", our_tags()}};
}

/// "" where there is none.
std::string group_id_of(ProviderRun& run) {
  const Result<std::optional<Observed>> found = run.of(group).read(group);
  return found && *found ? (*found)->details.value("GroupId", "") : "";
}

std::string make_both(ProviderRun& run) {
  const std::string wrong = run.apply(group, wanted_group());
  return wrong.empty() ? run.apply(endpoint, wanted_endpoint(group_id_of(run))) : wrong;
}

std::string remove_both(ProviderRun& run) {
  const std::string wrong = run.destroy(endpoint);
  return wrong.empty() ? run.destroy(group) : wrong;
}

struct Account {
  FakeAws fake;
  ProviderRun run{fake};

  CallResult<XmlElement> ec2(const std::string& action, const Json& members) {
    return run.calls().ec2(region, action, members);
  }
  /// The id of a thing that others made; tests fail where it cannot be made.
  std::string make(const std::string& action, const Json& members, const char* id) {
    const CallResult<XmlElement> made = ec2(action, members);
    EXPECT_TRUE(made) << (made ? "" : made.error().fault.message);
    if (!made) {
      return "";
    }
    const XmlElement* const inner = made->child("vpcEndpoint");
    return std::string((inner == nullptr ? *made : *inner).text_of(id));
  }
  std::string make_group(const std::string& name) {
    return make(
        "CreateSecurityGroup",
        {{"GroupName", name}, {"GroupDescription", "theirs"}, {"VpcId", fake_aws::default_vpc}},
        "groupId");
  }
  std::string make_endpoint(const std::string& group_id, const Json& tags = Json::array(),
                            bool has_private_dns = true) {
    Json members = {{"VpcId", fake_aws::default_vpc},
                    {"ServiceName", "com.amazonaws.eu-west-1.bedrock-runtime"},
                    {"VpcEndpointType", "Interface"},
                    {"SubnetId", Json::array({fake_aws::default_subnet_a})},
                    {"SecurityGroupId", Json::array({group_id})},
                    {"PrivateDnsEnabled", has_private_dns}};
    if (!tags.empty()) {
      members["TagSpecification"] =
          Json::array({{{"ResourceType", "vpc-endpoint"}, {"Tag", tags}}});
    }
    return make("CreateVpcEndpoint", members, "vpcEndpointId");
  }
  void expect_no_change(const std::function<void()>& deed) {
    fake.forget_calls();
    deed();
    for (const RecordedCall& call : fake.calls()) {
      EXPECT_FALSE(call.is_change) << call.operation;
    }
  }
};

TEST(SecurityGroup, HasExactlyTheRulesThatAreAskedFor) {
  Account account;
  const Json before = account.fake.snapshot();
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  EXPECT_TRUE(account.run.drift(group, wanted_group()).empty());
  EXPECT_EQ(account.run.read(group)->ownership, Ownership::ours);
  account.expect_no_change([&] { EXPECT_EQ(account.run.apply(group, wanted_group()), ""); });

  const std::string id = group_id_of(account.run);
  const std::string other = account.make_group("other");
  const Json opened = Json::array({{{"IpProtocol", "tcp"},
                                    {"FromPort", 22},
                                    {"ToPort", 22},
                                    {"IpRanges", Json::array({{{"CidrIp", "0.0.0.0/0"}}})},
                                    {"Ipv6Ranges", Json::array({{{"CidrIpv6", "::/0"}}})},
                                    {"Groups", Json::array({{{"GroupId", other}}})}}});
  EXPECT_TRUE(
      account.ec2("AuthorizeSecurityGroupIngress", {{"GroupId", id}, {"IpPermissions", opened}}));
  const std::vector<PropertyChange> drift = account.run.drift(group, wanted_group());
  ASSERT_EQ(drift.size(), 1U);
  EXPECT_EQ(drift[0].path, "SecurityGroupIngress");
  EXPECT_EQ(drift[0].before.size(), 5U);
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  EXPECT_TRUE(account.run.drift(group, wanted_group()).empty());

  EXPECT_TRUE(account.ec2("DeleteSecurityGroup", {{"GroupId", other}}));
  EXPECT_EQ(account.run.destroy(group), "");
  EXPECT_EQ(account.run.destroy(group), "");
  EXPECT_EQ(account.fake.snapshot(), before);
}

TEST(SecurityGroup, TakesRulesAwayOnlyWhenTheNewOnesAreThere) {
  Account account;
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  account.fake.forget_calls();
  const Json moved =
      wanted_group(Json::array({https_from("10.50.0.0/16"), https_from("10.40.0.0/16", "agents")}));
  EXPECT_EQ(account.run.apply(group, moved), "");
  EXPECT_TRUE(account.run.drift(group, moved).empty());
  std::vector<std::string> changes;
  for (const RecordedCall& call : account.fake.calls()) {
    if (call.is_change) {
      changes.push_back(call.operation.substr(0, 6));
    }
  }
  EXPECT_THAT(changes, testing::ElementsAre("Author", "Revoke", "Revoke", "Author"));
}

TEST(SecurityGroup, ThatShallLetNobodyInHasNoRules) {
  Account account;
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  Json closed = wanted_group(Json::array());
  closed["SecurityGroupEgress"] = Json::array();
  EXPECT_EQ(account.run.drift(group, closed).size(), 2U);
  EXPECT_EQ(account.run.apply(group, closed), "");
  EXPECT_TRUE(account.run.drift(group, closed).empty());
  EXPECT_TRUE(account.run.read(group)->properties["SecurityGroupEgress"].empty());
}

TEST(SecurityGroup, ReadsRangesProtocolsAndPortsAsEc2KeepsThem) {
  Account account;
  const Json loose = wanted_group(Json::array(
      {{{"IpProtocol", "6"}, {"FromPort", "443"}, {"ToPort", "443"}, {"CidrIp", "10.20.0.0/8"}},
       {{"IpProtocol", "-1"}, {"FromPort", -1}, {"ToPort", -1}, {"CidrIp", "192.168.0.0/16"}}}));
  EXPECT_EQ(account.run.apply(group, loose), "");
  EXPECT_TRUE(account.run.drift(group, loose).empty());
  EXPECT_TRUE(account.run
                  .drift(group, wanted_group(Json::array(
                                    {https_from("10.0.0.0/8"),
                                     {{"IpProtocol", "-1"}, {"CidrIp", "192.168.0.0/16"}}})))
                  .empty());
}

TEST(SecurityGroup, OfOthersIsNeverTouched) {
  Account account;
  (void)account.make_group(group.name);
  const Json before = account.fake.snapshot();
  EXPECT_EQ(account.run.read(group)->ownership, Ownership::foreign);
  EXPECT_EQ(account.run.apply(group, wanted_group()), "not ours");
  EXPECT_FALSE(account.run.of(group).create(group, normal_form(group.kind, wanted_group())));
  EXPECT_EQ(account.run.destroy(group), "");
  EXPECT_EQ(account.fake.snapshot(), before);
}

TEST(SecurityGroup, OfTheSameNameInAnotherVpcDoesNotHideOurs) {
  Account account;
  account.fake.put_vpc({.region = region, .id = "vpc-00ff00ff", .subnets = {}});
  (void)account.make(
      "CreateSecurityGroup",
      {{"GroupName", group.name}, {"GroupDescription", "theirs"}, {"VpcId", "vpc-00ff00ff"}},
      "groupId");
  ASSERT_TRUE(account.run.of(group).create(group, normal_form(group.kind, wanted_group())));
  EXPECT_EQ(account.run.read(group)->ownership, Ownership::ours);
  EXPECT_TRUE(account.run.drift(group, wanted_group()).empty());
}

TEST(SecurityGroup, CannotMoveToAnotherVpcAndSaysWhatToDo) {
  Account account;
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  account.fake.put_vpc({.region = region, .id = "vpc-00ff00ff", .subnets = {}});
  Json moved = wanted_group();
  moved["VpcId"] = "vpc-00ff00ff";
  EXPECT_THAT(account.run.apply(group, moved), testing::HasSubstr("VpcId"));
}

TEST(VpcEndpoint, IsMadeWhereItIsAvailableAndTakenAwayUntilItIsGone) {
  Account account;
  const Json before = account.fake.snapshot();
  EXPECT_EQ(make_both(account.run), "");
  const Json wanted = wanted_endpoint(group_id_of(account.run));
  EXPECT_TRUE(account.run.drift(endpoint, wanted).empty());
  const std::optional<Observed> made = account.run.read(endpoint);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->ownership, Ownership::ours);
  EXPECT_EQ(made->details["State"], "available");
  EXPECT_THAT(made->details["Id"].get<std::string>(), testing::StartsWith("vpce-"));
  ASSERT_EQ(made->details["DnsEntries"].size(), 2U);
  EXPECT_EQ(made->details["DnsEntries"][1],
            "Z00000000PRIVATE:bedrock-runtime.eu-west-1.amazonaws.com");
  account.expect_no_change([&] { EXPECT_EQ(make_both(account.run), ""); });

  EXPECT_EQ(remove_both(account.run), "");
  EXPECT_EQ(remove_both(account.run), "");
  EXPECT_EQ(account.fake.snapshot(), before);
  // Waited for, not tried until it worked.
  EXPECT_EQ(calls_of(account.fake, "DeleteSecurityGroup"), 1);
  EXPECT_EQ(make_both(account.run), "");
}

TEST(VpcEndpoint, IsChangedInPlace) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const std::string id = account.run.read(endpoint)->details["Id"];
  const std::string other = account.make_group("other");
  Json changed = wanted_endpoint(other);
  changed["SubnetIds"] = Json::array({fake_aws::default_subnet_a});
  changed["PrivateDnsEnabled"] = false;
  changed["PolicyDocument"] = allow("bedrock:InvokeModel");
  changed["Tags"].push_back({{"Key", "team"}, {"Value", "search"}});
  EXPECT_EQ(account.run.drift(endpoint, changed).size(), 5U);
  EXPECT_EQ(account.run.apply(endpoint, changed), "");
  EXPECT_TRUE(account.run.drift(endpoint, changed).empty());
  EXPECT_EQ(account.run.read(endpoint)->details["Id"], id);
  EXPECT_EQ(calls_of(account.fake, "ModifyVpcEndpoint"), 1);
}

TEST(VpcEndpoint, MovesToAnotherVpcByBeingReplaced) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  account.fake.put_vpc({.region = region,
                        .id = "vpc-00ff00ff",
                        .subnets = {{"subnet-00ff00ff", "eu-west-1a", "10.0.1.0/24"}}});
  const std::string there = account.make(
      "CreateSecurityGroup",
      {{"GroupName", "there"}, {"GroupDescription", "theirs"}, {"VpcId", "vpc-00ff00ff"}},
      "groupId");
  Json moved = wanted_endpoint(there);
  moved["VpcId"] = "vpc-00ff00ff";
  moved["SubnetIds"] = Json::array({"subnet-00ff00ff"});
  EXPECT_EQ(account.run.apply(endpoint, moved), "");
  EXPECT_TRUE(account.run.drift(endpoint, moved).empty());
  EXPECT_EQ(account.run.destroy(endpoint), "");
  EXPECT_FALSE(account.run.read(endpoint));
}

TEST(VpcEndpoint, OfOthersIsNeverTouchedAndInTheWayOnlyWithPrivateDns) {
  Account account;
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  const std::string group_id = group_id_of(account.run);
  const std::string foreign_group = account.make_group("theirs");
  const std::string foreign = account.make_endpoint(foreign_group);
  const Json before = account.fake.snapshot();
  EXPECT_FALSE(account.run.read(endpoint));
  EXPECT_THAT(account.run.apply(endpoint, wanted_endpoint(group_id)),
              testing::HasSubstr("private DNS"));
  EXPECT_EQ(account.run.destroy(endpoint), "");
  EXPECT_EQ(account.fake.snapshot(), before);

  Json beside = wanted_endpoint(group_id);
  beside["PrivateDnsEnabled"] = false;
  EXPECT_EQ(account.run.apply(endpoint, beside), "");
  EXPECT_NE(account.run.read(endpoint)->details["Id"], foreign);
  EXPECT_EQ(account.run.destroy(endpoint), "");
  EXPECT_EQ(account.fake.snapshot(), before);
}

TEST(VpcEndpoint, WaitsForOneOfARunBeforeThatIsStillGoing) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const std::string id = account.run.read(endpoint)->details["Id"];
  EXPECT_TRUE(account.ec2("DeleteVpcEndpoints", {{"VpcEndpointId", Json::array({id})}}));
  EXPECT_FALSE(account.run.read(endpoint));
  EXPECT_EQ(make_both(account.run), "");
  EXPECT_NE(account.run.read(endpoint)->details["Id"], id);
}

TEST(VpcEndpoint, GroupGoesWhenTheEndpointThatIsStillGoingIsGone) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const std::string id = account.run.read(endpoint)->details["Id"];
  EXPECT_TRUE(account.ec2("DeleteVpcEndpoints", {{"VpcEndpointId", Json::array({id})}}));
  EXPECT_EQ(remove_both(account.run), "");
  EXPECT_GT(calls_of(account.fake, "DeleteSecurityGroup"), 1);
  EXPECT_FALSE(account.run.read(group));
}

TEST(VpcEndpoint, SaysWhichSubnetIsNotServed) {
  Account account;
  account.fake.offer_service(region, "bedrock-runtime", {"a"});
  EXPECT_EQ(account.run.apply(group, wanted_group()), "");
  EXPECT_THAT(account.run.apply(endpoint, wanted_endpoint(group_id_of(account.run))),
              testing::HasSubstr(fake_aws::default_subnet_b));
}

TEST(Network, KilledAfterAnyChangeConverges) {
  const ProviderDeed nothing = [](ProviderRun& /*run*/) { return std::string(); };
  EXPECT_GE(expect_convergence(nothing, make_both), 6U);
  EXPECT_GE(expect_convergence(make_both, remove_both), 4U);
  const ProviderDeed change = [](ProviderRun& run) -> std::string {
    Json other = wanted_group(
        Json::array({https_from("10.50.0.0/16"), https_from("10.40.0.0/16", "agents")}));
    other["SecurityGroupEgress"] = Json::array();
    if (std::string wrong = run.apply(group, other); !wrong.empty()) {
      return wrong;
    }
    Json changed = wanted_endpoint(group_id_of(run));
    changed["SubnetIds"] = Json::array({fake_aws::default_subnet_a});
    changed["PolicyDocument"] = allow("bedrock:InvokeModel");
    return run.apply(endpoint, changed);
  };
  EXPECT_GE(expect_convergence(make_both, change), 10U);
}

TEST(Network, IsMadeOnceThroughLostAnswersAndLags) {
  through_bad_weather(make_both, [](FakeAws& account) {
    EXPECT_EQ(account.snapshot()["services"]["ec2"]["Endpoints"][region].size(), 1U);
    ProviderRun calm(account);
    EXPECT_TRUE(calm.drift(group, wanted_group()).empty());
    EXPECT_EQ(remove_both(calm), "");
    EXPECT_TRUE(account.snapshot()["services"]["ec2"].empty());
  });
}

}  // namespace
}  // namespace bedrocklog::provision
