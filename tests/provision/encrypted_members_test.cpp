// Keys of groups, topics and buckets, and boundaries of roles: put, changed, taken off.
#include <gtest/gtest.h>

#include "provision/mark.h"
#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::Trouble;

constexpr const char* region = "eu-west-1";
const std::string key_arn = "arn:aws:kms:eu-west-1:123456789012:key/one";
const std::string other_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/two";
/// For ProviderRun: the names of keys that it makes stand for their ARNs.
const std::string first_key = "first";
const std::string second_key = "second";

const Json& our_tags() {
  static const Json tags = to_json(Tags{{std::string(stack_tag), "bedrocklog"}});
  return tags;
}

/// A thing with a member that can be set, changed and taken off.
struct Case {
  Address address;
  Json plain;  // Without it.
  std::string member;
  Json first;
  Json second;
};

std::vector<Case> cases() {
  const Json trust = {{"Version", "2012-10-17"},
                      {"Statement",
                       {{{"Effect", "Allow"},
                         {"Principal", {{"Service", "bedrock.amazonaws.com"}}},
                         {"Action", "sts:AssumeRole"}}}}};
  return {{{ResourceKind::log_group, region, "/aws/x"},
           {{"LogGroupName", "/aws/x"}, {"RetentionInDays", 30}, {"Tags", our_tags()}},
           "KmsKeyId",
           first_key,
           second_key},
          {{ResourceKind::topic, region, "alerts"},
           {{"TopicName", "alerts"}, {"Tags", our_tags()}},
           "KmsMasterKeyId",
           first_key,
           second_key},
          {{ResourceKind::role, "", "Delivery"},
           {{"RoleName", "Delivery"}, {"AssumeRolePolicyDocument", trust}, {"Tags", our_tags()}},
           "PermissionsBoundary",
           "arn:aws:iam::123456789012:policy/One",
           "arn:aws:iam::aws:policy/ReadOnlyAccess"}};
}

/// The value itself: of a key its ARN.
Json value_of(ProviderRun& run, const Json& value) {
  return value == first_key || value == second_key
             ? Json(usable_key(run.calls(), value.get<std::string>()))
             : value;
}

Json with(ProviderRun& run, const Case& one, const Json& value) {
  Json properties = one.plain;
  properties[one.member] = value_of(run, value);
  return properties;
}

void make_keys(ProviderRun& run) {
  EXPECT_NE(usable_key(run.calls(), first_key), "");
  EXPECT_NE(usable_key(run.calls(), second_key), "");
}

TEST(EncryptedMembers, AreMadeChangedAndTakenOff) {
  for (const Case& one : cases()) {
    FakeAws account;
    ProviderRun run(account);
    make_keys(run);
    EXPECT_EQ(run.apply(one.address, one.plain), "") << one.member;
    const Json plain = account.snapshot();
    EXPECT_EQ(run.apply(one.address, with(run, one, one.first)), "");
    EXPECT_TRUE(run.drift(one.address, with(run, one, one.first)).empty());
    EXPECT_EQ(run.apply(one.address, with(run, one, one.second)), "");
    EXPECT_EQ(run.read(one.address)->properties[one.member], value_of(run, one.second));
    // What nobody names stays as it is.
    EXPECT_TRUE(run.drift(one.address, one.plain).empty());
    // Null takes it off; a second time is no failure.
    const std::optional<Observed> found = run.read(one.address);
    ASSERT_TRUE(found.has_value());
    Json without = normal_form(one.address.kind, one.plain);
    without[one.member] = nullptr;
    EXPECT_TRUE(run.of(one.address).update(one.address, without, *found).has_value());
    EXPECT_TRUE(run.of(one.address).update(one.address, without, *found).has_value());
    EXPECT_EQ(account.snapshot(), plain) << one.member;
  }
}

TEST(EncryptedMembers, AreThereFromTheFirstMoment) {
  for (const Case& one : cases()) {
    FakeAws account;
    ProviderRun run(account);
    const Json wanted = with(run, one, one.first);
    Trouble trouble;
    trouble.read_lag_requests = 20;
    account.set_trouble(trouble);
    EXPECT_EQ(run.apply(one.address, wanted), "") << one.member;
    run.wait_until_seen(one.address);
    EXPECT_TRUE(run.drift(one.address, wanted).empty()) << one.member;
  }
}

TEST(EncryptedMembers, KilledAfterAnyChangeConverge) {
  for (const Case& one : cases()) {
    const ProviderDeed prepare = [](ProviderRun& run) {
      make_keys(run);
      return std::string();
    };
    const ProviderDeed make = [&](ProviderRun& run) {
      return run.apply(one.address, with(run, one, one.first));
    };
    const ProviderDeed prepare_all = [&](ProviderRun& run) {
      make_keys(run);
      return make(run);
    };
    const ProviderDeed change = [&](ProviderRun& run) {
      return run.apply(one.address, with(run, one, one.second));
    };
    EXPECT_GE(expect_convergence(prepare, make), 2U) << one.member;
    EXPECT_GE(expect_convergence(prepare_all, change), 2U) << one.member;
  }
}

TEST(EncryptedMembers, AGroupIsNotEncryptedWithAKeyThatLogsMayNotUse) {
  FakeAws account;
  ProviderRun run(account);
  const Json key = *run.calls().json("kms", region, "CreateKey", Json::object());
  const Address group{ResourceKind::log_group, region, "/aws/x"};
  const std::string wrong = run.apply(group, {{"LogGroupName", "/aws/x"},
                                              {"RetentionInDays", 30},
                                              {"KmsKeyId", key["KeyMetadata"]["Arn"]},
                                              {"Tags", our_tags()}});
  EXPECT_NE(wrong.find("KMS key"), std::string::npos) << wrong;
  EXPECT_FALSE(run.read(group).has_value());
}

TEST(EncryptedMembers, ABucketTakesTheKeyOfTheStack) {
  FakeAws account;
  StackSpec spec = test_spec();
  spec.bucket_kms_key = usable_key(ProviderRun(account).calls(), first_key);
  StackRun run(account, spec);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.plan().has_changes());
  StackRun plain(account, test_spec());
  EXPECT_TRUE(plain.plan().has_changes());
  ASSERT_TRUE(plain.apply_all()) << plain.fault_text();
  EXPECT_FALSE(plain.plan().has_changes());
}

/// A group that holds `key`; a key of that ARN that is `ownership` and no longer wanted.
Plan plan_of_a_group(const std::string& key, Ownership ownership) {
  const Address group{ResourceKind::log_group, region, "/aws/x"};
  const Address retired{ResourceKind::key, region, "bedrocklog-bedrocklog"};
  DesiredState desired;
  desired.resources.push_back(
      {group, Component::storage, {{"LogGroupName", "/aws/x"}, {"RetentionInDays", 30}}, {}, true});
  desired.retired.push_back(retired);
  ObservedState observed;
  observed.found[group] = {{{"LogGroupName", "/aws/x"}, {"RetentionInDays", 30}, {"KmsKeyId", key}},
                           Ownership::ours,
                           "bedrocklog",
                           Json::object()};
  observed.found[retired] = {Json::object(), ownership, "bedrocklog", {{"Arn", key_arn}}};
  return make_plan(test_spec(), desired, observed);
}

TEST(EncryptedMembers, WhatHoldsAKeyThatTheStackGivesUpGivesItBack) {
  const Plan plan = plan_of_a_group(key_arn, Ownership::ours);
  const Step& step = plan.steps.front();
  EXPECT_EQ(step.action, Action::update);
  ASSERT_EQ(step.changes.size(), 1U);
  EXPECT_EQ(step.changes[0].path, "KmsKeyId");
  EXPECT_EQ(step.changes[0].before, key_arn);
  EXPECT_TRUE(step.changes[0].after.is_null());
  ASSERT_TRUE(step.target.contains("KmsKeyId"));
  EXPECT_TRUE(step.target["KmsKeyId"].is_null());
}

TEST(EncryptedMembers, AKeyThatIsNoneOfTheStackStays) {
  EXPECT_EQ(plan_of_a_group(other_key_arn, Ownership::ours).steps.front().action, Action::none);
  EXPECT_EQ(plan_of_a_group(key_arn, Ownership::foreign).steps.front().action, Action::none);
}

}  // namespace
}  // namespace bedrocklog::provision
