// That what means the same compares equal, and what differs in meaning does not.
#include "provision/normal_form.h"

#include <gtest/gtest.h>

#include "provision/mark.h"

namespace bedrocklog::provision {
namespace {

Json parsed(const char* text) {
  return Json::parse(text);
}

std::vector<std::string> paths(const std::vector<PropertyChange>& changes) {
  std::vector<std::string> result;
  for (const PropertyChange& change : changes) {
    result.push_back(change.path);
  }
  return result;
}

TEST(NormalPolicy, OneTextAndAListOfOneAreTheSame) {
  EXPECT_EQ(normal_policy(parsed(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow",
      "Action":"s3:PutObject","Resource":["b","a","b"]}})")),
            normal_policy(parsed(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["s3:PutObject"],"Resource":["a","b"]}]})")));
}

TEST(NormalPolicy, AnAccountAndItsRootAreOnePrincipal) {
  EXPECT_EQ(normal_policy(parsed(R"({"Statement":[{"Principal":{"AWS":"123456789012"}}]})")),
            normal_policy(parsed(
                R"({"Statement":[{"Principal":{"AWS":["arn:aws:iam::123456789012:root"]}}]})")));
  EXPECT_EQ(normal_policy(parsed(R"({"Statement":[{"Principal":"*"}]})")),
            normal_policy(parsed(R"({"Statement":[{"Principal":{"AWS":"*"}}]})")));
  EXPECT_NE(normal_policy(parsed(R"({"Statement":[{"Principal":{"AWS":"123456789012"}}]})")),
            normal_policy(parsed(
                R"({"Statement":[{"Principal":{"AWS":"arn:aws:iam::123456789012:user/root"}}]})")));
}

TEST(NormalPolicy, ConditionValuesAreListsOfTexts) {
  EXPECT_EQ(normal_policy(
                parsed(R"({"Statement":[{"Condition":{"Bool":{"aws:SecureTransport":false}}}]})")),
            normal_policy(parsed(
                R"({"Statement":[{"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]})")));
}

TEST(NormalPolicy, StatementsHaveNoOrder) {
  EXPECT_EQ(normal_policy(parsed(R"({"Statement":[{"Sid":"b"},{"Sid":"a"}]})")),
            normal_policy(parsed(R"({"Statement":[{"Sid":"a"},{"Sid":"b"}]})")));
  EXPECT_NE(normal_policy(parsed(R"({"Statement":[{"Sid":"a","Effect":"Allow"}]})")),
            normal_policy(parsed(R"({"Statement":[{"Sid":"a","Effect":"Deny"}]})")));
}

TEST(NormalPolicy, WhatIsNoPolicyStaysAsItIs) {
  EXPECT_EQ(normal_policy(Json("text")), Json("text"));
  EXPECT_EQ(normal_policy(parsed(R"({"Statement":[3]})")), parsed(R"({"Statement":[3]})"));
}

TEST(NormalForm, NumbersThatCameAsTextAreNumbers) {
  const Json normal = normal_form(ResourceKind::alarm,
                                  parsed(R"({"Threshold":"100000.0","Period":300.0,"AlarmName":"5",
      "ActionsEnabled":"true","OKActions":[],"AlarmDescription":null})"));
  EXPECT_EQ(normal, parsed(R"({"Threshold":100000,"Period":300,"AlarmName":"5",
      "ActionsEnabled":true})"));
}

TEST(NormalForm, TagsAndActionsHaveNoOrder) {
  EXPECT_EQ(normal_form(ResourceKind::alarm, parsed(R"({"Tags":[{"Key":"b","Value":"1"},
      {"Key":"a","Value":"2"}],"AlarmActions":["y","x"]})")),
            normal_form(ResourceKind::alarm, parsed(R"({"Tags":[{"Key":"a","Value":"2"},
      {"Key":"b","Value":"1"}],"AlarmActions":["x","y"]})")));
}

TEST(NormalForm, IsItsOwnNormalForm) {
  const Json once = normal_form(
      ResourceKind::role,
      parsed(R"({"Policies":[{"PolicyName":"b","PolicyDocument":{"Statement":{"Action":"x"}}},
      {"PolicyName":"a","PolicyDocument":{}}],"Tags":[]})"));
  EXPECT_EQ(normal_form(ResourceKind::role, once), once);
}

TEST(NormalForm, WidgetsOfADashboardKeepTheirOrderAndTheirEmptyLists) {
  const Json body = parsed(R"({"widgets":[{"y":2},{"y":1,"properties":{"metrics":[]}}]})");
  EXPECT_EQ(normal_form(ResourceKind::dashboard, {{"DashboardBody", body}})["DashboardBody"], body);
}

TEST(Differences, WhatOnlyAwsTellsIsNotOursToJudge) {
  EXPECT_TRUE(differences(ResourceKind::log_group, {{"RetentionInDays", 30}},
                          {{"RetentionInDays", 30}, {"LogGroupClass", "STANDARD"}})
                  .empty());
}

TEST(Differences, NamesThePathOfWhatDiffers) {
  const Json wanted = parsed(
      R"({"VersioningConfiguration":{"Status":"Enabled"},"Tags":[{"Key":"a","Value":"1"}]})");
  const Json found = parsed(
      R"({"VersioningConfiguration":{"Status":"Suspended"},"Tags":[{"Key":"b","Value":"1"}]})");
  const std::vector<PropertyChange> changes = differences(ResourceKind::bucket, wanted, found);
  EXPECT_EQ(paths(changes),
            (std::vector<std::string>{"Tags[a]", "VersioningConfiguration.Status"}));
  EXPECT_EQ(changes[1].before, "Suspended");
  EXPECT_EQ(changes[1].after, "Enabled");
  EXPECT_TRUE(changes[0].before.is_null());
}

TEST(Differences, StatementsOfOthersInABucketPolicyStay) {
  const Json wanted =
      parsed(R"({"PolicyDocument":{"Statement":[{"Sid":"BedrocklogDenyInsecure"}]}})");
  const Json found = parsed(
      R"({"PolicyDocument":{"Statement":[{"Sid":"BedrocklogDenyInsecure"},{"Sid":"Theirs"}]}})");
  EXPECT_TRUE(differences(ResourceKind::bucket_policy, wanted, found).empty());
}

TEST(Differences, AStatementOfOursThatIsNoLongerWantedGoes) {
  const Json wanted = parsed(R"({"PolicyDocument":{"Statement":[{"Sid":"BedrocklogA"}]}})");
  const Json found =
      parsed(R"({"PolicyDocument":{"Statement":[{"Sid":"BedrocklogA"},{"Sid":"BedrocklogB"}]}})");
  EXPECT_EQ(paths(differences(ResourceKind::bucket_policy, wanted, found)),
            std::vector<std::string>{"PolicyDocument.Statement[BedrocklogB]"});
}

TEST(Differences, ARuleOfOthersInALifecycleStaysAndOursIsExact) {
  const Json wanted = parsed(R"({"LifecycleConfiguration":{"Rules":[
      {"Id":"bedrocklog-expire","ExpirationInDays":90}]}})");
  const Json found = parsed(R"({"LifecycleConfiguration":{"Rules":[{"Id":"theirs"},
      {"Id":"bedrocklog-expire","ExpirationInDays":90,"Status":"Disabled"}]}})");
  EXPECT_EQ(paths(differences(ResourceKind::bucket, wanted, found)),
            std::vector<std::string>{"LifecycleConfiguration.Rules[bedrocklog-expire]"});
}

TEST(Differences, TheRolePolicyIsOursFromEndToEnd) {
  const Json wanted = parsed(R"({"Policies":[{"PolicyName":"BedrocklogDelivery",
      "PolicyDocument":{"Statement":[{"Sid":"a"}]}}]})");
  const Json found = parsed(R"({"Policies":[{"PolicyName":"BedrocklogDelivery",
      "PolicyDocument":{"Statement":[{"Sid":"a"},{"Sid":"more"}]}},{"PolicyName":"Theirs"}]})");
  EXPECT_EQ(paths(differences(ResourceKind::role, wanted, found)),
            std::vector<std::string>{"Policies[BedrocklogDelivery]"});
}

TEST(Differences, AWidgetByHandIsDrift) {
  const Json wanted = parsed(R"({"DashboardBody":{"widgets":[{"type":"text"}]}})");
  const Json found = parsed(R"({"DashboardBody":{"widgets":[{"type":"text"},{"type":"log"}]}})");
  EXPECT_EQ(paths(differences(ResourceKind::dashboard, wanted, found)),
            std::vector<std::string>{"DashboardBody"});
}

TEST(Marks, AreReadFromTags) {
  EXPECT_EQ(mark_of(Tags{}, "s").ownership, Ownership::foreign);
  EXPECT_EQ(mark_of(Tags{{"bedrocklog:stack", "s"}}, "s").ownership, Ownership::ours);
  EXPECT_EQ(mark_of(Tags{{"bedrocklog:stack", "s"}, {"bedrocklog:adopted", "true"}}, "s").ownership,
            Ownership::adopted);
  const Mark other = mark_of(Tags{{"bedrocklog:stack", "t"}}, "s");
  EXPECT_EQ(other.ownership, Ownership::other_stack);
  EXPECT_EQ(other.owner, "t");
}

TEST(Marks, OfADashboardAreInOneOfItsTexts) {
  Json body = parsed(R"({"widgets":[{"type":"text","properties":{"markdown":""}}]})");
  body["widgets"][0]["properties"]["markdown"] = "# Usage\n" + marker_text("s");
  EXPECT_EQ(mark_of_dashboard(body, "s").ownership, Ownership::ours);
  EXPECT_EQ(mark_of_dashboard(body, "other").ownership, Ownership::other_stack);
  EXPECT_EQ(mark_of_dashboard(parsed(R"({"widgets":[{"properties":{"markdown":"mine"}},3]})"), "s")
                .ownership,
            Ownership::foreign);
  EXPECT_EQ(mark_of_dashboard(Json("no body"), "s").ownership, Ownership::foreign);
}

TEST(Addresses, AreReadAsTheyArePrinted) {
  for (const Address& address :
       {Address{ResourceKind::role, "", "BedrockCloudWatchLoggingRole"},
        Address{ResourceKind::log_group, "eu-west-1", "/aws/bedrock/modelinvocations"},
        Address{ResourceKind::logging_configuration, "us-east-1", ""},
        Address{ResourceKind::subscription, "us-east-1", "t/email/a@example.com"}}) {
    EXPECT_EQ(read_address(to_text(address)), address) << to_text(address);
  }
  EXPECT_EQ(read_address("eu-west-1/role/x"), std::nullopt);
  EXPECT_EQ(read_address("alarm/x"), std::nullopt);
  EXPECT_EQ(read_address("nothing"), std::nullopt);
}

}  // namespace
}  // namespace bedrocklog::provision
