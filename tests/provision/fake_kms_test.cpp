// KMS of the fake: that it refuses what KMS refuses, and lets keys end only slowly.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::CallResult;

constexpr const char* region = "eu-west-1";
constexpr const char* root = "arn:aws:iam::123456789012:root";

Json key_policy(const Json& principal = {{"AWS", root}}, const char* action = "kms:*") {
  return {{"Version", "2012-10-17"},
          {"Statement", Json::array({{{"Effect", "Allow"},
                                      {"Principal", principal},
                                      {"Action", action},
                                      {"Resource", "*"}}})}};
}

struct Account {
  FakeAws fake;
  FakeClient client{fake};

  CallResult<Json> kms(const std::string& operation, const Json& members,
                       const char* where = region) {
    return client.calls.json("kms", where, operation, members);
  }
  std::string code(const std::string& operation, const Json& members) {
    const CallResult<Json> answer = kms(operation, members);
    return answer ? "" : answer.error().error.code;
  }
  Json answer(const std::string& operation, const Json& members) {
    const CallResult<Json> answer = kms(operation, members);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().fault.message);
    return answer ? *answer : Json::object();
  }
  std::string make_key(const Json& members = Json::object()) {
    return answer("CreateKey", members)["KeyMetadata"].value("KeyId", "");
  }
};

TEST(FakeKms, MakesAnotherKeyEveryTime) {
  Account account;
  const std::string first = account.make_key({{"Description", "d"}});
  const std::string second = account.make_key({{"Description", "d"}});
  EXPECT_NE(first, second);
  const Json shown = account.answer("DescribeKey", {{"KeyId", first}})["KeyMetadata"];
  EXPECT_EQ(shown["Arn"], "arn:aws:kms:eu-west-1:123456789012:key/" + first);
  EXPECT_EQ(shown["KeyState"], "Enabled");
  EXPECT_EQ(shown["Description"], "d");
  EXPECT_EQ(account.answer("DescribeKey", {{"KeyId", shown["Arn"]}})["KeyMetadata"], shown);
  EXPECT_EQ(account.code("DescribeKey", {{"KeyId", "11111111-2222-3333-4444-555555555555"}}),
            "NotFoundException");
  EXPECT_FALSE(account.kms("DescribeKey", {{"KeyId", first}}, "us-east-1"));
}

TEST(FakeKms, RefusesPoliciesThatLockOutOrNameNobody) {
  Account account;
  const auto refused = [&](const Json& policy, const Json& more = Json::object()) {
    Json members = {{"Policy", policy.is_string() ? policy.get<std::string>() : policy.dump()}};
    members.update(more);
    return account.code("CreateKey", members);
  };
  const std::string malformed = "MalformedPolicyDocumentException";
  EXPECT_EQ(refused(key_policy()), "");
  EXPECT_EQ(refused("no policy"), malformed);
  EXPECT_EQ(refused(key_policy({{"AWS", root}}, "kms:Decrypt")), malformed);
  EXPECT_EQ(refused(key_policy({{"AWS", root}}, "kms:Decrypt"),
                    {{"BypassPolicyLockoutSafetyCheck", true}}),
            "");
  EXPECT_EQ(refused(key_policy({{"Service", "logs.eu-west-1.amazonaws.com"}})), malformed);
  Json conditional = key_policy();
  conditional["Statement"][0]["Condition"] = {{"Bool", {{"aws:SecureTransport", "true"}}}};
  EXPECT_EQ(refused(conditional), malformed);
  Json named = key_policy();
  named["Statement"].push_back(
      key_policy({{"AWS", "arn:aws:iam::123456789012:role/Gone"}}, "kms:Decrypt")["Statement"][0]);
  EXPECT_EQ(refused(named), malformed);
  Json huge = key_policy();
  huge["Id"] = std::string(33'000, 'x');
  EXPECT_EQ(refused(huge), "LimitExceededException");
}

TEST(FakeKms, RefusesMembersThatAreUnknownMissingOrOutsideTheirLimits) {
  Account account;
  const std::string id = account.make_key();
  EXPECT_EQ(account.code("DescribeKey", Json::object()), "ValidationException");
  EXPECT_EQ(account.code("CreateKey", {{"Colour", "red"}}), "SerializationException");
  EXPECT_EQ(account.code("CreateKey", {{"Description", 1}}), "SerializationException");
  EXPECT_EQ(account.code("CreateKey", {{"KeySpec", "SECRET"}}), "ValidationException");
  EXPECT_EQ(account.code("ScheduleKeyDeletion", {{"KeyId", id}, {"PendingWindowInDays", 6}}),
            "ValidationException");
  EXPECT_EQ(account.code("EnableKeyRotation", {{"KeyId", id}, {"RotationPeriodInDays", 89}}),
            "ValidationException");
  // Tags have names of their own here.
  EXPECT_EQ(account.code("TagResource", {{"KeyId", id}, {"Tags", {{{"Key", "a"}}}}}),
            "SerializationException");
  EXPECT_EQ(account.code("TagResource",
                         {{"KeyId", id}, {"Tags", {{{"TagKey", "aws:a"}, {"TagValue", ""}}}}}),
            "TagException");
  EXPECT_EQ(account.code("NoSuchOperation", Json::object()), "UnknownOperationException");
}

TEST(FakeKms, KnowsAKeyByItsAliasOnlyWhereKmsDoes) {
  Account account;
  const std::string id = account.make_key();
  const Json alias = {{"AliasName", "alias/a"}, {"TargetKeyId", id}};
  EXPECT_EQ(account.code("UpdateAlias", alias), "NotFoundException");
  EXPECT_EQ(account.code("CreateAlias", alias), "");
  EXPECT_EQ(account.code("CreateAlias", alias), "AlreadyExistsException");
  EXPECT_EQ(account.code("CreateAlias", {{"AliasName", "a"}, {"TargetKeyId", id}}),
            "InvalidAliasNameException");
  EXPECT_EQ(account.code("CreateAlias", {{"AliasName", "alias/aws/a"}, {"TargetKeyId", id}}),
            "InvalidAliasNameException");
  EXPECT_EQ(account.answer("DescribeKey", {{"KeyId", "alias/a"}})["KeyMetadata"]["KeyId"], id);
  EXPECT_EQ(account.code("GetKeyPolicy", {{"KeyId", "alias/a"}}), "NotFoundException");
  EXPECT_EQ(account.code("ScheduleKeyDeletion", {{"KeyId", "alias/a"}}), "NotFoundException");
  const Json aliases = account.answer("ListAliases", {{"KeyId", id}})["Aliases"];
  ASSERT_EQ(aliases.size(), 1U);
  EXPECT_EQ(aliases[0]["AliasArn"], "arn:aws:kms:eu-west-1:123456789012:alias/a");
  EXPECT_EQ(account.code("DeleteAlias", {{"AliasName", "alias/a"}}), "");
  EXPECT_EQ(account.code("DeleteAlias", {{"AliasName", "alias/a"}}), "NotFoundException");
}

TEST(FakeKms, LetsAKeyEndSlowlyAndComeBackDisabled) {
  Account account;
  const Json before = account.fake.snapshot();
  const std::string id = account.make_key();
  const Json key = {{"KeyId", id}};
  EXPECT_EQ(account.code("CancelKeyDeletion", key), "KMSInvalidStateException");
  const Json scheduled = account.answer("ScheduleKeyDeletion", key);
  EXPECT_EQ(scheduled["PendingWindowInDays"], 30);
  EXPECT_EQ(account.code("ScheduleKeyDeletion", key), "KMSInvalidStateException");
  EXPECT_EQ(account.code("EnableKeyRotation", key), "KMSInvalidStateException");
  EXPECT_EQ(account.code("TagResource", {{"KeyId", id}, {"Tags", Json::array()}}),
            "KMSInvalidStateException");
  EXPECT_EQ(account.code("CreateAlias", {{"AliasName", "alias/a"}, {"TargetKeyId", id}}),
            "KMSInvalidStateException");
  EXPECT_EQ(account.code("GetKeyPolicy", key), "");
  EXPECT_EQ(account.answer("DescribeKey", key)["KeyMetadata"]["KeyState"], "PendingDeletion");
  EXPECT_EQ(account.fake.snapshot(), before);
  EXPECT_EQ(account.code("CancelKeyDeletion", key), "");
  EXPECT_EQ(account.answer("DescribeKey", key)["KeyMetadata"]["KeyState"], "Disabled");
  EXPECT_EQ(account.code("EnableKeyRotation", key), "DisabledException");
  EXPECT_EQ(account.code("EnableKey", key), "");
  EXPECT_EQ(account.code("EnableKeyRotation", key), "");
  EXPECT_EQ(account.answer("GetKeyRotationStatus", key)["KeyRotationEnabled"], true);
  EXPECT_NE(account.fake.snapshot(), before);
}

TEST(FakeKms, ListsPageAfterPage) {
  Account account;
  for (int keys = 0; keys < 5; ++keys) {
    (void)account.make_key();
  }
  Json page = account.answer("ListKeys", {{"Limit", 3}});
  EXPECT_EQ(page["Keys"].size(), 3U);
  EXPECT_EQ(page["Truncated"], true);
  page = account.answer("ListKeys", {{"Limit", 3}, {"Marker", page["NextMarker"]}});
  EXPECT_EQ(page["Keys"].size(), 2U);
  EXPECT_EQ(page["Truncated"], false);
  EXPECT_EQ(account.code("ListKeys", {{"Marker", "nonsense"}}), "InvalidMarkerException");
  EXPECT_EQ(account.code("ListKeys", {{"Limit", 1001}}), "ValidationException");
  const std::string id = account.make_key(
      {{"Tags", {{{"TagKey", "a"}, {"TagValue", "1"}}, {{"TagKey", "b"}, {"TagValue", "2"}}}}});
  EXPECT_EQ(account.answer("ListResourceTags", {{"KeyId", id}, {"Limit", 1}})["Tags"].size(), 1U);
  EXPECT_EQ(account.code("UntagResource", {{"KeyId", id}, {"TagKeys", {"a", "none"}}}), "");
  EXPECT_EQ(account.answer("ListResourceTags", {{"KeyId", id}})["Tags"],
            Json::parse(R"([{"TagKey":"b","TagValue":"2"}])"));
}

TEST(FakeKms, SnapshotsAreTheSameWhateverIdsKeysHave) {
  const auto snapshot_after = [](int others) {
    Account account;
    for (int other = 0; other < others; ++other) {
      EXPECT_EQ(account.code("ScheduleKeyDeletion", {{"KeyId", account.make_key()}}), "");
    }
    const Json policy = Json::parse(R"({"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},
         "Action":"kms:*","Resource":"*"},
        {"Effect":"Allow","Principal":{"Service":"logs.eu-west-1.amazonaws.com"},
         "Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*",
                   "kms:Describe*"],"Resource":"*"}]})");
    const std::string id = account.make_key({{"Description", "d"}, {"Policy", policy.dump()}});
    EXPECT_EQ(account.code("CreateAlias", {{"AliasName", "alias/a"}, {"TargetKeyId", id}}), "");
    // What another service keeps of the key.
    EXPECT_TRUE(account.client.calls.json(
        "logs", region, "CreateLogGroup",
        {{"logGroupName", "/x"}, {"kmsKeyId", "arn:aws:kms:eu-west-1:123456789012:key/" + id}}));
    const Json snapshot = account.fake.snapshot();
    Account restored;
    restored.fake.restore(snapshot);
    EXPECT_EQ(restored.fake.snapshot(), snapshot);
    EXPECT_EQ(restored.code("DescribeKey", {{"KeyId", "alias/a"}}), "");
    return snapshot;
  };
  EXPECT_EQ(snapshot_after(0), snapshot_after(3));
}

TEST(FakeKms, TellsWhatEachCallIsAbout) {
  Account account;
  const std::string id = account.make_key({{"Tags", {{{"TagKey", "a"}, {"TagValue", "1"}}}}});
  const std::string arn = "arn:aws:kms:eu-west-1:123456789012:key/" + id;
  EXPECT_EQ(account.code("CreateAlias", {{"AliasName", "alias/a"}, {"TargetKeyId", id}}), "");
  EXPECT_EQ(account.code("DescribeKey", {{"KeyId", "alias/a"}}), "");
  const std::vector<RecordedCall> calls = account.fake.calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].resource, "*");
  EXPECT_EQ(calls[1].resource, "arn:aws:kms:eu-west-1:123456789012:alias/a");
  EXPECT_EQ(calls[2].resource, arn);
  // The alias alone is not enough: the key has to be allowed, too.
  account.fake.set_allowed([&](const std::string&, const std::string&,
                               const std::string& resource) { return resource != arn; });
  EXPECT_EQ(account.code("UpdateAlias", {{"AliasName", "alias/a"}, {"TargetKeyId", id}}),
            "AccessDeniedException");
}

}  // namespace
}  // namespace bedrocklog::fake_aws
