// The requests of KMS and EC2 as they are sent by runs that make, change, repair, adopt, release
// and take away keys, groups and endpoints.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/provision/provider_run.h"
#include "tests/provision/request_goldens.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;

constexpr const char* region = "eu-west-1";
const Address key{ResourceKind::key, region, "bedrocklog-main"};
const Address alias{ResourceKind::key_alias, region, "alias/bedrocklog-main"};
const Address group{ResourceKind::security_group, region, "bedrocklog-main-runtime"};
const Address endpoint{ResourceKind::vpc_endpoint, region, "bedrock-runtime"};

Json tags(bool is_adopted = false) {
  Json list = Json::array();
  if (is_adopted) {
    list.push_back({{"Key", "bedrocklog:adopted"}, {"Value", "true"}});
  }
  list.push_back({{"Key", "bedrocklog:managed"}, {"Value", "true"}});
  list.push_back({{"Key", "bedrocklog:stack"}, {"Value", "main"}});
  return list;
}

Json document(const char* principal, const Json& action) {
  return {{"Version", "2012-10-17"},
          {"Statement", Json::array({{{"Sid", "Use"},
                                      {"Effect", "Allow"},
                                      {"Principal", {{"AWS", principal}}},
                                      {"Action", action},
                                      {"Resource", "*"}}})}};
}

Json key_target(const char* description, bool rotates) {
  return {{"Description", description},
          {"EnableKeyRotation", rotates},
          {"Enabled", true},
          {"KeyPolicy", document("arn:aws:iam::123456789012:root",
                                 rotates ? Json("kms:*") : Json({"kms:*", "kms:Decrypt"}))},
          {"KeySpec", "SYMMETRIC_DEFAULT"},
          {"PendingWindowInDays", rotates ? 14 : 30},
          {"Tags", tags()}};
}

Json rule(const char* range, int port) {
  return {{"IpProtocol", "tcp"},
          {"FromPort", port},
          {"ToPort", port},
          {"CidrIp", range},
          {"Description", "applications"}};
}

Json group_target(const char* range) {
  return {{"GroupName", group.name},
          {"GroupDescription", "HTTPS to the endpoints that call models"},
          {"VpcId", fake_aws::default_vpc},
          {"SecurityGroupIngress", Json::array({rule(range, 443)})},
          {"SecurityGroupEgress", Json::array({rule(range, 1024)})},
          {"Tags", tags()}};
}

Json endpoint_target(const Json& subnets, const Json& groups, const Json& action) {
  return {{"VpcId", fake_aws::default_vpc},
          {"ServiceName", "com.amazonaws.eu-west-1.bedrock-runtime"},
          {"VpcEndpointType", "Interface"},
          {"SubnetIds", subnets},
          {"SecurityGroupIds", groups},
          {"PrivateDnsEnabled", action.is_array()},
          {"PolicyDocument", document("123456789012", action)},
          {"Tags", tags()}};
}

Json detail(ProviderRun& run, const Address& address, const char* name) {
  const std::optional<Observed> found = run.read(address);
  return found ? found->details.value(name, Json()) : Json();
}

/// Takes the thing over, as an adoption does, and lets it go again.
void adopt_and_release(ProviderRun& run, const Address& address) {
  const std::optional<Observed> found = run.read(address);
  ASSERT_TRUE(found);
  ASSERT_TRUE(run.of(address).update(address, {{"Tags", tags(true)}}, *found));
  const std::optional<Observed> adopted = run.read(address);
  ASSERT_TRUE(adopted);
  EXPECT_EQ(adopted->ownership, Ownership::adopted);
  ASSERT_TRUE(run.of(address).release(address, *adopted));
}

TEST(RequestGoldens, OfKmsAreWhatIsSent) {
  FakeAws account;
  ProviderRun run(account, "main");
  EXPECT_EQ(run.apply(key, key_target("Encrypts what the stack keeps", true)), "");
  const Json first = {{"AliasName", alias.name}, {"TargetKeyId", detail(run, key, "KeyId")}};
  EXPECT_EQ(run.apply(alias, first), "");
  SentRequests sent;
  sent.take(account);
  EXPECT_TRUE(run.calls().json("kms", region, "DisableKey", {{"KeyId", first["TargetKeyId"]}}));
  SentRequests::skip(account);
  EXPECT_EQ(run.apply(key, key_target("Other words", false)), "");
  sent.take(account);
  EXPECT_TRUE(
      run.calls().json("kms", region, "ScheduleKeyDeletion", {{"KeyId", first["TargetKeyId"]}}));
  SentRequests::skip(account);
  Json disabled = key_target("Encrypts what the stack keeps", false);
  disabled["Enabled"] = false;
  EXPECT_EQ(run.apply(key, disabled), "");
  EXPECT_EQ(
      run.apply(alias, {{"AliasName", alias.name}, {"TargetKeyId", detail(run, key, "KeyId")}}),
      "");
  EXPECT_EQ(run.destroy(alias), "");
  EXPECT_EQ(run.destroy(key), "");
  EXPECT_EQ(run.apply(key, key_target("Encrypts what the stack keeps", true)), "");
  EXPECT_EQ(
      run.apply(alias, {{"AliasName", alias.name}, {"TargetKeyId", detail(run, key, "KeyId")}}),
      "");
  adopt_and_release(run, key);
  sent.take(account);
  expect_goldens(sent, "kms");
}

TEST(RequestGoldens, OfEc2AreWhatIsSent) {
  FakeAws account;
  ProviderRun run(account, "main");
  const auto made = run.calls().ec2(
      region, "CreateSecurityGroup",
      {{"GroupName", "theirs"}, {"GroupDescription", "theirs"}, {"VpcId", fake_aws::default_vpc}});
  ASSERT_TRUE(made);
  const std::string other(made->text_of("groupId"));
  SentRequests::skip(account);
  EXPECT_EQ(run.apply(group, group_target("10.30.0.0/16")), "");
  EXPECT_EQ(run.apply(group, group_target("10.40.0.0/16")), "");
  const Json own = detail(run, group, "GroupId");
  EXPECT_EQ(run.apply(endpoint, endpoint_target(Json::array({fake_aws::default_subnet_a}),
                                                Json::array({own, other}),
                                                {"bedrock:InvokeModel", "bedrock:ApplyGuardrail"})),
            "");
  EXPECT_EQ(run.apply(endpoint, endpoint_target(Json::array({fake_aws::default_subnet_b}),
                                                Json::array({own}), "bedrock:InvokeModel")),
            "");
  adopt_and_release(run, group);
  SentRequests sent;
  sent.take(account);
  // Released: ours no more, so that others see to it.
  EXPECT_EQ(run.destroy(endpoint), "");
  ASSERT_TRUE(run.of(group).remove(group, *run.read(group), false));
  sent.take(account);
  expect_goldens(sent, "ec2");
}

}  // namespace
}  // namespace bedrocklog::provision
