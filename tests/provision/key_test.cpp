// Keys and aliases: one key, made once, with its policy; it ends only on a schedule.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::RecordedCall;
using fake_aws::Trouble;

constexpr const char* region = "eu-west-1";
const Address key{ResourceKind::key, region, "bedrocklog-bedrocklog"};
const Address alias{ResourceKind::key_alias, region, "alias/bedrocklog-bedrocklog"};

Json policy(const Json& more = Json()) {
  Json statements = Json::array({{{"Sid", "Root"},
                                  {"Effect", "Allow"},
                                  {"Principal", {{"AWS", "arn:aws:iam::123456789012:root"}}},
                                  {"Action", "kms:*"},
                                  {"Resource", "*"}}});
  if (!more.is_null()) {
    statements.push_back(more);
  }
  return {{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
}

Json statement_for(const char* sid, const Json& principal) {
  return {{"Sid", sid},
          {"Effect", "Allow"},
          {"Principal", principal},
          {"Action", "kms:Decrypt"},
          {"Resource", "*"}};
}

Json wanted(const Json& document = policy()) {
  return {{"Description", "Encrypts what the stack keeps"},
          {"EnableKeyRotation", true},
          {"KeyPolicy", document},
          {"PendingWindowInDays", 14},
          {"Tags", Json::array({{{"Key", "bedrocklog:managed"}, {"Value", "true"}},
                                {{"Key", "bedrocklog:stack"}, {"Value", "bedrocklog"}}})}};
}

/// Key and alias as an apply makes them: what the alias is of comes from the key.
std::string make_both(ProviderRun& run) {
  if (std::string wrong = run.apply(key, wanted()); !wrong.empty()) {
    return wrong;
  }
  const Result<std::optional<Observed>> made = run.of(key).read(key);
  if (!made || !*made) {
    return made ? "the key is not there" : made.error().message;
  }
  return run.apply(alias, {{"AliasName", alias.name}, {"TargetKeyId", (*made)->details["KeyId"]}});
}

std::string remove_both(ProviderRun& run) {
  const std::string wrong = run.destroy(alias);
  return wrong.empty() ? run.destroy(key) : wrong;
}

struct Account {
  FakeAws fake;
  ProviderRun run{fake};

  std::string code_of(const std::string& operation, const Json& members) {
    const aws::CallResult<Json> answer = run.calls().json("kms", region, operation, members);
    return answer ? "" : answer.error().error.code;
  }
  Json answer_of(const std::string& operation, const Json& members) {
    const aws::CallResult<Json> answer = run.calls().json("kms", region, operation, members);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().fault.message);
    return answer ? *answer : Json();
  }
  std::string make_key(const Json& members = Json::object()) {
    return answer_of("CreateKey", members)["KeyMetadata"]["KeyId"].get<std::string>();
  }
  /// Live keys.
  std::size_t keys() {
    const Json snapshot = fake.snapshot();
    const Json& all = snapshot["services"]["kms"]["Keys"];
    return all.contains(region) ? all[region].size() : 0;
  }
};

TEST(Key, IsMadeWithPolicyRotationAndTagsAndEndsOnItsSchedule) {
  Account account;
  const Json before = account.fake.snapshot();
  EXPECT_EQ(make_both(account.run), "");
  EXPECT_TRUE(account.run.drift(key, wanted()).empty());
  const std::optional<Observed> made = account.run.read(key);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->ownership, Ownership::ours);
  EXPECT_EQ(made->details["KeyState"], "Enabled");
  EXPECT_EQ(made->details["Arn"],
            "arn:aws:kms:eu-west-1:123456789012:key/" + made->details["KeyId"].get<std::string>());
  EXPECT_EQ(account.run.read(alias)->ownership, Ownership::ours);

  EXPECT_EQ(remove_both(account.run), "");
  EXPECT_EQ(remove_both(account.run), "");
  EXPECT_FALSE(account.run.read(key));
  EXPECT_EQ(account.fake.snapshot(), before);
  const std::vector<RecordedCall> calls = account.fake.calls();
  const auto scheduled = std::find_if(calls.begin(), calls.end(), [](const RecordedCall& call) {
    return call.operation == "ScheduleKeyDeletion";
  });
  ASSERT_NE(scheduled, calls.end());
  EXPECT_EQ(scheduled->members["PendingWindowInDays"], 14);
  EXPECT_EQ(scheduled->members["KeyId"], made->details["KeyId"]);
  EXPECT_EQ(calls_of(account.fake, "ScheduleKeyDeletion"), 1);
  // What is to be deleted is never taken for the key again.
  EXPECT_EQ(make_both(account.run), "");
  EXPECT_NE(account.run.read(key)->details["KeyId"], made->details["KeyId"]);
}

TEST(Key, IsChangedWhereItDiffersAndNowhereElse) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  account.fake.forget_calls();
  EXPECT_EQ(make_both(account.run), "");
  const std::vector<RecordedCall> calls = account.fake.calls();
  EXPECT_TRUE(std::none_of(calls.begin(), calls.end(),
                           [](const RecordedCall& call) { return call.is_change; }));

  Json other = wanted(policy(statement_for("Readers", {{"AWS", "210987654321"}})));
  other["Description"] = "Other words";
  other["EnableKeyRotation"] = false;
  other["PendingWindowInDays"] = 30;
  EXPECT_EQ(account.run.drift(key, other).size(), 4U);
  EXPECT_EQ(account.run.apply(key, other), "");
  EXPECT_TRUE(account.run.drift(key, other).empty());
  EXPECT_EQ(account.keys(), 1U);
}

TEST(Key, ItsPolicyIsJudgedWholeAndInAnyOrder) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const std::string id = account.run.read(key)->details["KeyId"];
  Json turned = policy();
  turned["Statement"][0]["Action"] = Json::array({"kms:*"});
  turned["Statement"][0]["Principal"] = {{"AWS", "123456789012"}};
  EXPECT_TRUE(account.run.drift(key, wanted(turned)).empty());
  EXPECT_EQ(account.code_of(
                "PutKeyPolicy",
                {{"KeyId", id},
                 {"Policy", policy(statement_for("Guest", {{"AWS", "210987654321"}})).dump()}}),
            "");
  const std::vector<PropertyChange> drift = account.run.drift(key, wanted());
  ASSERT_EQ(drift.size(), 1U);
  EXPECT_EQ(drift[0].path, "KeyPolicy");
  EXPECT_EQ(account.run.apply(key, wanted()), "");
  EXPECT_TRUE(account.run.drift(key, wanted()).empty());
}

TEST(Key, ThatSomebodyDisabledIsEnabledWhereThatIsAskedFor) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const std::string id = account.run.read(key)->details["KeyId"];
  EXPECT_EQ(account.code_of("DisableKey", {{"KeyId", id}}), "");
  EXPECT_EQ(account.run.read(key)->details["KeyState"], "Disabled");
  EXPECT_TRUE(account.run.drift(key, wanted()).empty());
  Json enabled = wanted();
  enabled["Enabled"] = true;
  enabled["EnableKeyRotation"] = false;
  EXPECT_EQ(account.run.apply(key, enabled), "");
  EXPECT_EQ(account.run.read(key)->details["KeyState"], "Enabled");
}

TEST(Key, OfOthersIsNeverTouched) {
  Account account;
  const std::string foreign = account.make_key({{"Description", "theirs"}});
  EXPECT_EQ(account.code_of("CreateAlias", {{"AliasName", alias.name}, {"TargetKeyId", foreign}}),
            "");
  const Json before = account.fake.snapshot();
  EXPECT_EQ(account.run.read(key)->ownership, Ownership::foreign);
  EXPECT_EQ(account.run.read(alias)->ownership, Ownership::foreign);
  EXPECT_EQ(make_both(account.run), "not ours");
  EXPECT_EQ(remove_both(account.run), "");
  EXPECT_FALSE(account.run.of(key).create(key, normal_form(key.kind, wanted())));
  EXPECT_FALSE(account.run.of(alias).create(
      alias, {{"AliasName", alias.name}, {"TargetKeyId", foreign + "0"}}));
  EXPECT_EQ(account.fake.snapshot(), before);
}

TEST(Key, OfAnotherStackIsAnother) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  ProviderRun other(account.fake, "other");
  EXPECT_EQ(other.read(key)->ownership, Ownership::other_stack);
  const Address own{ResourceKind::key, region, "bedrocklog-other"};
  EXPECT_FALSE(other.read(own));
}

TEST(Key, IsFoundByItsTagsAmongManyUntilItsAliasIsThere) {
  Account account;
  for (int others = 0; others < 120; ++others) {
    (void)account.make_key();
  }
  EXPECT_EQ(account.run.apply(key, wanted()), "");
  EXPECT_EQ(account.run.apply(key, wanted()), "");
  EXPECT_EQ(account.keys(), 121U);
  EXPECT_TRUE(account.run.drift(key, wanted()).empty());
  EXPECT_EQ(account.run.destroy(key), "");
  EXPECT_EQ(account.keys(), 120U);
}

TEST(Key, WhoseDeletionSomebodyScheduledIsReplacedAndItsAliasMoves) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const std::string id = account.run.read(key)->details["KeyId"];
  EXPECT_EQ(account.code_of("ScheduleKeyDeletion", {{"KeyId", id}}), "");
  EXPECT_FALSE(account.run.read(key));
  EXPECT_EQ(make_both(account.run), "");
  EXPECT_NE(account.run.read(key)->details["KeyId"], id);
  EXPECT_EQ(account.run.read(alias)->properties["TargetKeyId"],
            account.run.read(key)->details["KeyId"]);
}

TEST(Key, OfWhichALostAnswerLeftSeveralIsOneAgain) {
  Account account;
  const Json tags = Json::array({{{"TagKey", "bedrocklog:stack"}, {"TagValue", "bedrocklog"}}});
  for (int copies = 0; copies < 3; ++copies) {
    (void)account.make_key({{"Description", "Encrypts what the stack keeps"}, {"Tags", tags}});
  }
  EXPECT_FALSE(account.run.drift(key, wanted()).empty());
  EXPECT_EQ(make_both(account.run), "");
  EXPECT_EQ(account.keys(), 1U);
  EXPECT_TRUE(account.run.drift(key, wanted()).empty());
}

TEST(Key, WaitsForARoleThatItsPolicyNames) {
  Account account;
  Trouble trouble;
  trouble.iam_lag_requests = 20;
  account.fake.set_trouble(trouble);
  const Json trust = {
      {"Version", "2012-10-17"},
      {"Statement", Json::array({{{"Effect", "Allow"},
                                  {"Principal", {{"Service", "bedrock.amazonaws.com"}}},
                                  {"Action", "sts:AssumeRole"}}})}};
  ASSERT_TRUE(account.run.calls().query(
      "iam", region, "CreateRole",
      {{"RoleName", "Reader"}, {"AssumeRolePolicyDocument", trust.dump()}}));
  const Json named =
      wanted(policy(statement_for("Readers", {{"AWS", "arn:aws:iam::123456789012:role/Reader"}})));
  EXPECT_EQ(account.run.apply(key, named), "");
  EXPECT_GT(calls_of(account.fake, "CreateKey"), 1);
  EXPECT_EQ(account.keys(), 1U);
  const Json absent =
      wanted(policy(statement_for("Readers", {{"AWS", "arn:aws:iam::123456789012:role/Gone"}})));
  EXPECT_THAT(account.run.apply(key, absent), testing::HasSubstr("invalid principals"));
}

TEST(Key, AliasIsTheSameByIdAndByArn) {
  Account account;
  EXPECT_EQ(make_both(account.run), "");
  const Json arn = account.run.read(key)->details["Arn"];
  EXPECT_TRUE(account.run.drift(alias, {{"AliasName", alias.name}, {"TargetKeyId", arn}}).empty());
}

TEST(Key, ReleasesWhatItAdopted) {
  Account account;
  const std::string foreign = account.make_key();
  EXPECT_EQ(account.code_of("CreateAlias", {{"AliasName", alias.name}, {"TargetKeyId", foreign}}),
            "");
  const Json before = account.fake.snapshot();
  Json target = wanted();
  target.erase("KeyPolicy");
  target.erase("Description");
  target.erase("EnableKeyRotation");
  target["Tags"].push_back({{"Key", "bedrocklog:adopted"}, {"Value", "true"}});
  const std::optional<Observed> found = account.run.read(key);
  ASSERT_TRUE(found);
  ASSERT_TRUE(account.run.of(key).update(key, normal_form(key.kind, target), *found));
  EXPECT_EQ(account.run.read(key)->ownership, Ownership::adopted);
  EXPECT_EQ(account.run.read(alias)->ownership, Ownership::adopted);
  ASSERT_TRUE(account.run.of(alias).release(alias, *account.run.read(alias)));
  ASSERT_TRUE(account.run.of(key).release(key, *account.run.read(key)));
  EXPECT_EQ(account.fake.snapshot(), before);
}

TEST(Key, KilledAfterAnyChangeConverges) {
  const ProviderDeed nothing = [](ProviderRun& /*run*/) { return std::string(); };
  EXPECT_GE(expect_convergence(nothing, make_both), 4U);
  EXPECT_GE(expect_convergence(make_both, remove_both), 4U);
}

TEST(Key, IsMadeOnceThroughLostAnswersAndLags) {
  through_bad_weather(make_both, [](FakeAws& account) {
    EXPECT_EQ(account.snapshot()["services"]["kms"]["Keys"][region].size(), 1U);
    ProviderRun calm(account);
    EXPECT_TRUE(calm.drift(key, wanted()).empty());
    EXPECT_EQ(remove_both(calm), "");
    EXPECT_TRUE(account.snapshot()["services"]["kms"]["Keys"].empty());
  });
}

}  // namespace
}  // namespace bedrocklog::provision
