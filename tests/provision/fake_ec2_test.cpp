// EC2 of the fake: groups with rules as EC2 keeps them, endpoints that come and go slowly.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::CallResult;
using aws::XmlElement;

constexpr const char* region = "eu-west-1";
constexpr const char* service = "com.amazonaws.eu-west-1.bedrock-runtime";

Json range(const std::string& cidr) {
  return Json::array({{{"IpProtocol", "tcp"},
                       {"FromPort", 443},
                       {"ToPort", 443},
                       {"IpRanges", Json::array({{{"CidrIp", cidr}}})}}});
}

struct Account {
  FakeAws fake;
  FakeClient client{fake};

  CallResult<XmlElement> ec2(const std::string& action, const Json& members) {
    return client.calls.ec2(region, action, members);
  }
  std::string code(const std::string& action, const Json& members) {
    const CallResult<XmlElement> answer = ec2(action, members);
    return answer ? "" : answer.error().error.code;
  }
  XmlElement answer(const std::string& action, const Json& members) {
    CallResult<XmlElement> answer = ec2(action, members);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().fault.message);
    return answer ? *answer : XmlElement();
  }
  std::string make_group(const std::string& name = "g", const std::string& vpc = default_vpc) {
    return std::string(answer("CreateSecurityGroup",
                              {{"GroupName", name}, {"GroupDescription", "d"}, {"VpcId", vpc}})
                           .text_of("groupId"));
  }
  std::vector<XmlElement> rules(const std::string& group) {
    const XmlElement root = answer(
        "DescribeSecurityGroupRules",
        {{"Filter", Json::array({{{"Name", "group-id"}, {"Value", Json::array({group})}}})}});
    std::vector<XmlElement> found;
    for (const XmlElement* const item : root.items("securityGroupRuleSet")) {
      found.push_back(*item);
    }
    return found;
  }
  Json endpoint(const std::string& group) {
    return {{"VpcId", default_vpc},
            {"ServiceName", service},
            {"VpcEndpointType", "Interface"},
            {"SubnetId", {default_subnet_a, default_subnet_b}},
            {"SecurityGroupId", Json::array({group})}};
  }
  /// "" when it is not there.
  std::string state_of(const std::string& id) {
    const auto found = ec2("DescribeVpcEndpoints", {{"VpcEndpointId", Json::array({id})}});
    return found && !found->items("vpcEndpointSet").empty()
               ? std::string(found->items("vpcEndpointSet")[0]->text_of("state"))
               : "";
  }
};

TEST(FakeEc2, HasAVpcWithTwoSubnetsInEveryRegion) {
  Account account;
  const XmlElement vpcs = account.answer("DescribeVpcs", {{"VpcId", Json::array({default_vpc})}});
  ASSERT_EQ(vpcs.items("vpcSet").size(), 1U);
  EXPECT_EQ(vpcs.items("vpcSet")[0]->text_of("cidrBlock"), "10.0.0.0/16");
  const Json of_vpc = Json::array({{{"Name", "vpc-id"}, {"Value", Json::array({default_vpc})}}});
  const XmlElement subnets = account.answer("DescribeSubnets", {{"Filter", of_vpc}});
  ASSERT_EQ(subnets.items("subnetSet").size(), 2U);
  EXPECT_EQ(subnets.items("subnetSet")[1]->text_of("availabilityZone"), "eu-west-1b");
  for (const char* const attribute : {"enableDnsSupport", "enableDnsHostnames"}) {
    const XmlElement answer =
        account.answer("DescribeVpcAttribute", {{"VpcId", default_vpc}, {"Attribute", attribute}});
    EXPECT_EQ(answer.child(attribute)->text_of("value"), "true");
  }
  EXPECT_EQ(account.code("DescribeVpcs", {{"VpcId", Json::array({"vpc-12345678"})}}),
            "InvalidVpcID.NotFound");
  EXPECT_EQ(account.code("DescribeSubnets", {{"SubnetId", Json::array({"subnet-12345678"})}}),
            "InvalidSubnetID.NotFound");
}

TEST(FakeEc2, OffersServicesByZone) {
  Account account;
  const Json wanted = {{"ServiceName", Json::array({service})}};
  EXPECT_EQ(account.answer("DescribeVpcEndpointServices", wanted)
                .items("serviceDetailSet")[0]
                ->items("availabilityZoneSet")
                .size(),
            3U);
  account.fake.offer_service(region, "bedrock-runtime", {"b"});
  const XmlElement one = account.answer("DescribeVpcEndpointServices", wanted);
  ASSERT_EQ(one.items("serviceDetailSet")[0]->items("availabilityZoneSet").size(), 1U);
  EXPECT_EQ(one.items("serviceDetailSet")[0]->items("availabilityZoneSet")[0]->text, "eu-west-1b");
  account.fake.offer_service(region, "bedrock-runtime", {});
  EXPECT_EQ(account.code("DescribeVpcEndpointServices", wanted), "InvalidServiceName");
  EXPECT_EQ(account.code("CreateVpcEndpoint", account.endpoint(account.make_group())),
            "InvalidServiceName");
}

TEST(FakeEc2, RefusesMembersThatAreUnknownMissingOrOutsideTheirLimits) {
  Account account;
  const Json group = {{"GroupName", "g"}, {"GroupDescription", "d"}, {"VpcId", default_vpc}};
  const auto with = [&](const Json& more) {
    Json members = group;
    members.update(more);
    return account.code("CreateSecurityGroup", members);
  };
  EXPECT_EQ(with({{"Colour", "red"}}), "UnknownParameter");
  EXPECT_EQ(with({{"Description", "d"}}), "UnknownParameter");  // Its name is another here.
  EXPECT_EQ(with({{"GroupDescription", nullptr}}), "MissingParameter");
  EXPECT_EQ(with({{"GroupDescription", "what's new"}}), "InvalidParameterValue");
  EXPECT_EQ(with({{"GroupName", "sg-1"}}), "InvalidParameterValue");
  EXPECT_EQ(with({{"VpcId", "vpc-12345678"}}), "InvalidVpcID.NotFound");
  EXPECT_EQ(with({{"DryRun", true}}), "DryRunOperation");
  const Json tag = Json::array({{{"Key", "a"}, {"Value", "b"}}});
  EXPECT_EQ(
      with({{"TagSpecification", Json::array({{{"ResourceType", "vpc-endpoint"}, {"Tag", tag}}})}}),
      "InvalidParameterValue");
  EXPECT_EQ(with(Json::object()), "");
  EXPECT_EQ(with(Json::object()), "InvalidGroup.Duplicate");
  EXPECT_EQ(account.code("NoSuchAction", Json::object()), "InvalidAction");
  EXPECT_EQ(account.code(
                "DescribeVpcs",
                {{"Filter", Json::array({{{"Name", "no-such"}, {"Value", Json::array({"x"})}}})}}),
            "InvalidParameterValue");
  // Lists as the query protocol has them are nothing that EC2 knows.
  EXPECT_EQ(account.code("DescribeVpcs", {{"VpcId.member.1", default_vpc}}),
            "InvalidParameterValue");
}

TEST(FakeEc2, KeepsRulesInCanonicalForm) {
  Account account;
  const std::string group = account.make_group();
  ASSERT_EQ(account.rules(group).size(), 1U);  // Everything may go out.
  const auto authorize = [&](const Json& permissions) {
    return account.code("AuthorizeSecurityGroupIngress",
                        {{"GroupId", group}, {"IpPermissions", permissions}});
  };
  EXPECT_EQ(authorize(range("10.20.0.0/8")), "");
  const std::vector<XmlElement> rules = account.rules(group);
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[1].text_of("cidrIpv4"), "10.0.0.0/8");
  EXPECT_EQ(rules[1].text_of("isEgress"), "false");
  EXPECT_EQ(authorize(range("10.0.0.0/8")), "InvalidPermission.Duplicate");
  EXPECT_EQ(authorize(range("10.99.1.2/8")), "InvalidPermission.Duplicate");
  for (const char* const wrong : {"10.0.0.0", "10.0.0/8", "10.0.0.0/33", "10.0.0.256/8", "x"}) {
    EXPECT_EQ(authorize(range(wrong)), "InvalidParameterValue") << wrong;
  }
  Json no_ports = range("10.0.0.0/8");
  no_ports[0].erase("ToPort");
  EXPECT_EQ(authorize(no_ports), "InvalidParameterValue");
  Json no_peer = range("10.0.0.0/8");
  no_peer[0].erase("IpRanges");
  EXPECT_EQ(authorize(no_peer), "MissingParameter");
  const Json by_id = {
      {"GroupId", group},
      {"SecurityGroupRuleId", Json::array({std::string(rules[1].text_of("securityGroupRuleId"))})}};
  EXPECT_EQ(account.code("RevokeSecurityGroupEgress", by_id),
            "InvalidSecurityGroupRuleId.NotFound");
  EXPECT_EQ(account.code("RevokeSecurityGroupIngress", by_id), "");
  EXPECT_EQ(account.code("RevokeSecurityGroupIngress", by_id),
            "InvalidSecurityGroupRuleId.NotFound");
  EXPECT_EQ(account.code("RevokeSecurityGroupIngress",
                         {{"GroupId", group}, {"IpPermissions", range("10.0.0.0/8")}}),
            "InvalidPermission.NotFound");
}

TEST(FakeEc2, KeepsAGroupThatAnEndpointOrAnotherGroupNeeds) {
  Account account;
  const std::string group = account.make_group();
  const std::string other = account.make_group("other");
  EXPECT_EQ(account.code("AuthorizeSecurityGroupIngress",
                         {{"GroupId", other},
                          {"IpPermissions",
                           Json::array({{{"IpProtocol", "-1"},
                                         {"Groups", Json::array({{{"GroupId", group}}})}}})}}),
            "");
  const Json gone = {{"GroupId", group}};
  EXPECT_EQ(account.code("DeleteSecurityGroup", gone), "DependencyViolation");
  EXPECT_EQ(account.code("DeleteSecurityGroup", {{"GroupId", other}}), "");
  const XmlElement made = account.answer("CreateVpcEndpoint", account.endpoint(group));
  const std::string id(made.child("vpcEndpoint")->text_of("vpcEndpointId"));
  EXPECT_EQ(account.code("DeleteSecurityGroup", gone), "DependencyViolation");
  EXPECT_TRUE(account.answer("DeleteVpcEndpoints", {{"VpcEndpointId", Json::array({id})}})
                  .items("unsuccessful")
                  .empty());
  // Not at once.
  EXPECT_EQ(account.code("DeleteSecurityGroup", gone), "DependencyViolation");
  EXPECT_EQ(account.state_of(id), "deleting");
  for (unsigned polls = 0; polls < 10 && !account.state_of(id).empty(); ++polls) {
  }
  EXPECT_EQ(account.code("DescribeVpcEndpoints", {{"VpcEndpointId", Json::array({id})}}),
            "InvalidVpcEndpointId.NotFound");
  EXPECT_EQ(account.code("DeleteSecurityGroup", gone), "");
  EXPECT_EQ(account.code("DeleteSecurityGroup", gone), "InvalidGroup.NotFound");
  const XmlElement again =
      account.answer("DeleteVpcEndpoints", {{"VpcEndpointId", Json::array({id})}});
  ASSERT_EQ(again.items("unsuccessful").size(), 1U);
}

TEST(FakeEc2, MakesAnEndpointOnceForAClientToken) {
  Account account;
  const std::string group = account.make_group();
  Json members = account.endpoint(group);
  members["PrivateDnsEnabled"] = false;
  members["ClientToken"] = "t";
  const auto id_of = [&](const Json& sent) {
    return std::string(
        account.answer("CreateVpcEndpoint", sent).child("vpcEndpoint")->text_of("vpcEndpointId"));
  };
  const std::string first = id_of(members);
  EXPECT_EQ(id_of(members), first);
  Json other = members;
  other["SubnetId"] = Json::array({default_subnet_a});
  EXPECT_EQ(account.code("CreateVpcEndpoint", other), "IdempotentParameterMismatch");
  members.erase("ClientToken");
  EXPECT_NE(id_of(members), first);
}

TEST(FakeEc2, RefusesEndpointsThatCannotBe) {
  Account account;
  const std::string group = account.make_group();
  account.fake.put_vpc({.region = region,
                        .id = "vpc-00ff00ff",
                        .subnets = {{"subnet-00ff00f1", "eu-west-1a", "10.0.1.0/24"},
                                    {"subnet-00ff00f2", "eu-west-1a", "10.0.2.0/24"},
                                    {"subnet-00ff00f3", "eu-west-1d", "10.0.3.0/24"}},
                        .has_dns_hostnames = false});
  const std::string there = account.make_group("there", "vpc-00ff00ff");
  const auto with = [&](const Json& more) {
    Json members = account.endpoint(group);
    members.update(more);
    return account.code("CreateVpcEndpoint", members);
  };
  const Json in_other = {{"VpcId", "vpc-00ff00ff"}, {"SecurityGroupId", Json::array({there})}};
  const auto in_other_with = [&](const Json& subnets, const Json& dns) {
    Json more = in_other;
    more["SubnetId"] = subnets;
    more["PrivateDnsEnabled"] = dns;
    return with(more);
  };
  EXPECT_EQ(with({{"VpcId", "vpc-12345678"}}), "InvalidVpcId.NotFound");
  EXPECT_EQ(with({{"SubnetId", Json::array({"subnet-00ff00f1"})}}), "InvalidSubnetID.NotFound");
  EXPECT_EQ(with({{"SecurityGroupId", Json::array({"sg-0123"})}}),
            "InvalidSecurityGroupID.NotFound");
  EXPECT_EQ(with({{"SecurityGroupId", Json::array({there})}}), "InvalidParameter");
  EXPECT_EQ(with({{"PolicyDocument", "{}"}}), "InvalidPolicyDocument");
  EXPECT_EQ(with({{"VpcEndpointType", "Table"}}), "InvalidParameterValue");
  EXPECT_EQ(in_other_with({"subnet-00ff00f1", "subnet-00ff00f2"}, false),
            "DuplicateSubnetsInSameZone");
  EXPECT_EQ(in_other_with(Json::array({"subnet-00ff00f3"}), false), "InvalidParameter");
  EXPECT_EQ(in_other_with(Json::array({"subnet-00ff00f1"}), true), "InvalidParameter");
  EXPECT_EQ(in_other_with(Json::array({"subnet-00ff00f1"}), false), "");
  EXPECT_EQ(with(Json::object()), "");
  EXPECT_EQ(with(Json::object()), "InvalidParameter");  // The private name is taken.
  EXPECT_EQ(with({{"PrivateDnsEnabled", false}}), "");
}

TEST(FakeEc2, ChangesAnEndpointOnlyWhenItIsAvailable) {
  Account account;
  const XmlElement made =
      account.answer("CreateVpcEndpoint", account.endpoint(account.make_group()));
  const std::string id(made.child("vpcEndpoint")->text_of("vpcEndpointId"));
  EXPECT_EQ(made.child("vpcEndpoint")->text_of("state"), "pending");
  const Json change = {{"VpcEndpointId", id}, {"RemoveSubnetId", Json::array({default_subnet_b})}};
  EXPECT_EQ(account.code("ModifyVpcEndpoint", change), "IncorrectState");
  for (unsigned polls = 0; polls < 10 && account.state_of(id) != "available"; ++polls) {
  }
  EXPECT_EQ(account.code("ModifyVpcEndpoint", change), "");
  EXPECT_EQ(account.fake.snapshot()["services"]["ec2"]["Endpoints"][region][0]["Subnets"],
            Json::array({default_subnet_a}));
}

TEST(FakeEc2, TagsAndFindsByTags) {
  Account account;
  const std::string group = account.make_group();
  const Json tag = Json::array({{{"Key", "team"}, {"Value", "search"}}});
  EXPECT_EQ(account.code("CreateTags", {{"ResourceId", Json::array({group})}, {"Tag", tag}}), "");
  EXPECT_EQ(account.code("CreateTags", {{"ResourceId", Json::array({"sg-0"})}, {"Tag", tag}}),
            "InvalidGroup.NotFound");
  const auto found = [&](const char* value) {
    return account
        .answer(
            "DescribeSecurityGroups",
            {{"Filter", Json::array({{{"Name", "tag:team"}, {"Value", Json::array({value})}}})}})
        .items("securityGroupInfo")
        .size();
  };
  EXPECT_EQ(found("search"), 1U);
  EXPECT_EQ(found("sea*"), 1U);
  EXPECT_EQ(found("other"), 0U);
  EXPECT_EQ(account.code("DeleteTags", {{"ResourceId", Json::array({group})},
                                        {"Tag", Json::array({{{"Key", "team"}}})}}),
            "");
  EXPECT_EQ(found("search"), 0U);
}

TEST(FakeEc2, RestoresWhatItHasShown) {
  Account account;
  account.fake.offer_service(region, "sts", {"a"});
  account.fake.put_vpc({.region = region, .id = "vpc-00ff00ff", .subnets = {}});
  (void)account.answer("CreateVpcEndpoint", account.endpoint(account.make_group()));
  const Json snapshot = account.fake.snapshot();
  EXPECT_EQ(snapshot.dump().find("sg-"), std::string::npos);
  EXPECT_EQ(snapshot.dump().find("vpce-"), std::string::npos);
  Account restored;
  restored.fake.restore(snapshot);
  EXPECT_EQ(restored.fake.snapshot(), snapshot);
}

TEST(FakeEc2, AsksForTheRightsOfAllThatACallTouches) {
  Account account;
  const std::string group = account.make_group();
  std::vector<std::string> asked;
  account.fake.set_allowed(
      [&](const std::string& name, const std::string& operation, const std::string& resource) {
        asked.push_back(name + ':' + operation + ' ' + resource.substr(resource.rfind(':') + 1));
        return true;
      });
  Json members = account.endpoint(group);
  members["TagSpecification"] = Json::array(
      {{{"ResourceType", "vpc-endpoint"}, {"Tag", Json::array({{{"Key", "a"}, {"Value", "b"}}})}}});
  (void)account.answer("CreateVpcEndpoint", members);
  EXPECT_THAT(asked, testing::ElementsAre(
                         "ec2:CreateVpcEndpoint vpc-endpoint/*",
                         std::string("ec2:CreateVpcEndpoint vpc/") + default_vpc,
                         std::string("ec2:CreateVpcEndpoint subnet/") + default_subnet_a,
                         std::string("ec2:CreateVpcEndpoint subnet/") + default_subnet_b,
                         "ec2:CreateVpcEndpoint security-group/" + group,
                         std::string("route53:AssociateVPCWithHostedZone vpc/") + default_vpc,
                         "ec2:CreateTags vpc-endpoint/*"));
  account.fake.set_allowed(
      [](const std::string&, const std::string&, const std::string&) { return false; });
  EXPECT_EQ(account.code("DescribeVpcs", Json::object()), "UnauthorizedOperation");
}

}  // namespace
}  // namespace bedrocklog::fake_aws
