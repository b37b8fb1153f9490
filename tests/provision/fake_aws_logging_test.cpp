// IAM, CloudWatch Logs and Bedrock of the fake: what they refuse, and what goes with what.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/aws/uri_text.h"
#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::CallResult;
using aws::S3Operation;
using aws::XmlElement;
using testing::HasSubstr;

constexpr const char* region = "eu-west-1";
constexpr const char* role_arn = "arn:aws:iam::123456789012:role/Delivery";
constexpr const char* group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/bedrock/x";

template <class T>
std::string code_of(const CallResult<T>& result) {
  if (result) {
    return "";
  }
  return result.error().error.code.empty() ? "-" : result.error().error.code;
}

Json trust_policy(const std::string& account = "123456789012") {
  return {{"Version", "2012-10-17"},
          {"Statement",
           {{{"Effect", "Allow"},
             {"Principal", {{"Service", "bedrock.amazonaws.com"}}},
             {"Action", "sts:AssumeRole"},
             {"Condition",
              {{"StringEquals", {{"aws:SourceAccount", account}}},
               {"ArnLike", {{"aws:SourceArn", "arn:aws:bedrock:eu-west-1:123456789012:*"}}}}}}}}};
}

Json delivery_policy(const std::string& stream) {
  return {{"Version", "2012-10-17"},
          {"Statement",
           {{{"Effect", "Allow"},
             {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
             {"Resource", group_arn + stream}}}}};
}

const char* const stream = ":log-stream:aws/bedrock/modelinvocations";

struct Account {
  FakeAws fake;
  FakeClient client{fake};

  CallResult<XmlElement> iam(const std::string& action, const Json& members) {
    return client.calls.query("iam", region, action, members);
  }
  CallResult<Json> logs(const std::string& operation, const Json& members) {
    return client.calls.json("logs", region, operation, members);
  }
  CallResult<Json> bedrock(const std::string& method, const Json& body = Json()) {
    return client.calls.rest_json("bedrock", region, method, method, "/logging/modelinvocations",
                                  body);
  }
  std::string make_role(const Json& trust = trust_policy()) {
    return code_of(
        iam("CreateRole", {{"RoleName", "Delivery"}, {"AssumeRolePolicyDocument", trust.dump()}}));
  }
  std::string put_policy(const Json& policy = delivery_policy(stream)) {
    return code_of(iam(
        "PutRolePolicy",
        {{"RoleName", "Delivery"}, {"PolicyName", "Write"}, {"PolicyDocument", policy.dump()}}));
  }
  std::string make_group() {
    return code_of(logs("CreateLogGroup", {{"logGroupName", "/aws/bedrock/x"}}));
  }
  CallResult<Json> configure() {
    return bedrock(
        "PUT", {{"loggingConfig",
                 {{"cloudWatchConfig", {{"logGroupName", "/aws/bedrock/x"}, {"roleArn", role_arn}}},
                  {"newDataDeliveryEnabled", true},
                  {"somethingNew", {{"a", 1}}}}}});
  }
};

TEST(FakeIam, RefusesTrustThatNamesAResourceAndPoliciesThatNameAPrincipal) {
  Account account;
  Json trust = trust_policy();
  trust["Statement"][0]["Resource"] = "*";
  EXPECT_EQ(account.make_role(trust), "MalformedPolicyDocument");
  EXPECT_EQ(account.make_role({{"Statement", Json::array()}}), "MalformedPolicyDocument");
  ASSERT_EQ(account.make_role(), "");
  Json policy = delivery_policy(stream);
  policy["Statement"][0]["Principal"] = "*";
  EXPECT_EQ(account.put_policy(policy), "MalformedPolicyDocument");
  policy = delivery_policy(stream);
  policy["Statement"][0].erase("Resource");
  EXPECT_EQ(account.put_policy(policy), "MalformedPolicyDocument");
}

TEST(FakeIam, KnowsARoleByItsNameInAnyCaseAndGivesItsDocumentEncoded) {
  Account account;
  EXPECT_EQ(code_of(account.iam("GetRole", {{"RoleName", "Delivery"}})), "NoSuchEntity");
  ASSERT_EQ(account.make_role(), "");
  EXPECT_EQ(account.make_role(), "EntityAlreadyExists");
  const auto answer = account.iam("GetRole", {{"RoleName", "DELIVERY"}});
  ASSERT_TRUE(answer);
  const XmlElement* const role = answer->child("Role");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->text_of("Arn"), role_arn);
  EXPECT_THAT(std::string(role->text_of("AssumeRolePolicyDocument")), HasSubstr("%7B%22"));
  EXPECT_EQ(Json::parse(*aws::percent_decoded(role->text_of("AssumeRolePolicyDocument"))),
            trust_policy());
}

TEST(FakeIam, RefusesUnknownMembersWrongNamesAndTagsOfAws) {
  Account account;
  const std::string trust = trust_policy().dump();
  EXPECT_EQ(code_of(account.iam("GetRole", {{"RoleName", "a"}, {"Colour", "red"}})),
            "ValidationError");
  EXPECT_EQ(code_of(account.iam("CreateRole",
                                {{"RoleName", "a b"}, {"AssumeRolePolicyDocument", trust}})),
            "ValidationError");
  EXPECT_EQ(code_of(account.iam("CreateRole", {{"RoleName", "a"},
                                               {"AssumeRolePolicyDocument", trust},
                                               {"Description", "a \xE2\x80\x94 dash"}})),
            "ValidationError");
  const Json tags = Json::array({{{"Key", "aws:x"}, {"Value", "1"}}});
  EXPECT_EQ(
      code_of(account.iam(
          "CreateRole", {{"RoleName", "a"}, {"AssumeRolePolicyDocument", trust}, {"Tags", tags}})),
      "InvalidInput");
}

TEST(FakeIam, DeletesOnlyABareRole) {
  Account account;
  ASSERT_EQ(account.make_role(), "");
  ASSERT_EQ(account.put_policy(), "");
  const Json attachment = {{"RoleName", "Delivery"},
                           {"PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}};
  ASSERT_EQ(code_of(account.iam("AttachRolePolicy", attachment)), "");
  const Json name = {{"RoleName", "Delivery"}};
  EXPECT_EQ(code_of(account.iam("DeleteRole", name)), "DeleteConflict");
  ASSERT_EQ(code_of(account.iam("DetachRolePolicy", attachment)), "");
  EXPECT_EQ(code_of(account.iam("DeleteRole", name)), "DeleteConflict");
  ASSERT_EQ(
      code_of(account.iam("DeleteRolePolicy", {{"RoleName", "Delivery"}, {"PolicyName", "Write"}})),
      "");
  EXPECT_EQ(code_of(account.iam("DeleteRole", name)), "");
  EXPECT_EQ(account.fake.snapshot(), FakeAws().snapshot());
}

TEST(FakeIam, GivesPoliciesPageByPage) {
  Account account;
  ASSERT_EQ(account.make_role(), "");
  for (const char* const name : {"A", "B", "C"}) {
    ASSERT_EQ(
        code_of(account.iam("PutRolePolicy", {{"RoleName", "Delivery"},
                                              {"PolicyName", name},
                                              {"PolicyDocument", delivery_policy(stream).dump()}})),
        "");
  }
  const auto first = account.iam("ListRolePolicies", {{"RoleName", "Delivery"}, {"MaxItems", 2}});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->members("PolicyNames").size(), 2U);
  EXPECT_EQ(first->text_of("IsTruncated"), "true");
  const auto rest =
      account.iam("ListRolePolicies",
                  {{"RoleName", "Delivery"}, {"Marker", std::string(first->text_of("Marker"))}});
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->members("PolicyNames").size(), 1U);
  EXPECT_EQ(rest->members("PolicyNames").front()->text, "C");
  EXPECT_EQ(rest->text_of("IsTruncated"), "false");
}

TEST(FakeLogs, RefuseNamesRetentionsAndArnsThatAreNotRight) {
  Account account;
  EXPECT_EQ(code_of(account.logs("CreateLogGroup", {{"logGroupName", "aws/x"}})),
            "InvalidParameterException");
  EXPECT_EQ(code_of(account.logs("CreateLogGroup", {{"name", "x"}})), "SerializationException");
  ASSERT_EQ(account.make_group(), "");
  EXPECT_EQ(account.make_group(), "ResourceAlreadyExistsException");
  const auto retain = [&](int days) {
    return code_of(account.logs("PutRetentionPolicy",
                                {{"logGroupName", "/aws/bedrock/x"}, {"retentionInDays", days}}));
  };
  EXPECT_EQ(retain(31), "InvalidParameterException");
  EXPECT_EQ(retain(30), "");
  const std::string arn = group_arn;
  EXPECT_EQ(code_of(account.logs("ListTagsForResource", {{"resourceArn", arn}})), "");
  EXPECT_EQ(code_of(account.logs("ListTagsForResource", {{"resourceArn", arn + ":*"}})),
            "ResourceNotFoundException");
}

TEST(FakeLogs, ListGroupsInPagesOfFiftyAndEachRegionItsOwn) {
  Account account;
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(code_of(account.logs("CreateLogGroup", {{"logGroupName", "g" + std::to_string(i)}})),
              "");
  }
  const auto first = account.logs("DescribeLogGroups", {{"logGroupNamePrefix", "g"}});
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)["logGroups"].size(), 50U);
  const auto rest = account.logs(
      "DescribeLogGroups", {{"logGroupNamePrefix", "g"}, {"nextToken", (*first)["nextToken"]}});
  ASSERT_TRUE(rest);
  EXPECT_EQ((*rest)["logGroups"].size(), 10U);
  EXPECT_FALSE(rest->contains("nextToken"));
  const auto elsewhere =
      account.client.calls.json("logs", "us-east-1", "DescribeLogGroups", Json::object());
  ASSERT_TRUE(elsewhere);
  EXPECT_TRUE((*elsewhere)["logGroups"].empty());
}

TEST(FakeBedrock, TakesALogGroupOnlyWithARoleThatMayWriteItsStream) {
  Account account;
  const auto refused = [&] {
    const auto answer = account.configure();
    return answer ? "" : answer.error().error.message;
  };
  const std::string words = std::string("Failed to validate permissions for log group: ") +
                            "/aws/bedrock/x, with role: " + role_arn +
                            ". Verify the IAM role permissions are correct.";
  EXPECT_EQ(refused(), words);
  ASSERT_EQ(account.make_group(), "");
  EXPECT_EQ(refused(), words);
  ASSERT_EQ(account.make_role(trust_policy("999999999999")), "");
  ASSERT_EQ(account.put_policy(), "");
  EXPECT_EQ(refused(), words);
  ASSERT_EQ(
      code_of(account.iam("UpdateAssumeRolePolicy",
                          {{"RoleName", "Delivery"}, {"PolicyDocument", trust_policy().dump()}})),
      "");
  // As it is with the ARN of a list glued together with the stream.
  ASSERT_EQ(account.put_policy(delivery_policy(std::string(":*") + stream)), "");
  EXPECT_EQ(refused(), words);
  ASSERT_EQ(account.put_policy(), "");
  EXPECT_EQ(refused(), "");

  const auto config = account.bedrock("GET");
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)["loggingConfig"]["somethingNew"], Json({{"a", 1}}));
  const auto streams = account.logs("DescribeLogStreams", {{"logGroupName", "/aws/bedrock/x"}});
  ASSERT_TRUE(streams);
  EXPECT_EQ((*streams)["logStreams"][0]["logStreamName"], "aws/bedrock/modelinvocations");
  ASSERT_TRUE(account.bedrock("DELETE"));
  EXPECT_EQ(*account.bedrock("GET"), Json::object());
}

TEST(FakeBedrock, LearnsOfARoleSomeRequestsLater) {
  Account account;
  Trouble trouble;
  trouble.iam_lag_requests = 4;
  account.fake.set_trouble(trouble);
  ASSERT_EQ(account.make_group(), "");
  ASSERT_EQ(account.make_role(), "");
  ASSERT_EQ(account.put_policy(), "");
  unsigned tries = 1;
  while (tries < 20 && !account.configure()) {
    ++tries;
  }
  EXPECT_EQ(tries, 4U);
}

TEST(FakeBedrock, HasTheSameStateAfterASnapshotIsPutBack) {
  Account account;
  ASSERT_EQ(account.make_group(), "");
  ASSERT_EQ(account.make_role(), "");
  ASSERT_EQ(account.put_policy(), "");
  ASSERT_TRUE(account.configure());
  const Json snapshot = account.fake.snapshot();
  Account other;
  other.fake.restore(snapshot);
  EXPECT_EQ(other.fake.snapshot(), snapshot);
  EXPECT_TRUE(other.configure());
}

}  // namespace
}  // namespace bedrocklog::fake_aws
