// A rule of EventBridge in the fake account: its life, its targets and those of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/provision/parts_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::RecordedCall;

constexpr const char* region = "eu-west-1";
constexpr const char* topic_arn = "arn:aws:sns:eu-west-1:123456789012:bedrock-critical-alerts";
const Address rule{ResourceKind::event_rule, region, "bedrocklog-training-failures"};

Json properties() {
  return {{"Name", rule.name},
          {"Description", "Customisation jobs that failed"},
          {"EventPattern",
           {{"source", {"aws.bedrock"}},
            {"detail-type", {"Model Customization Job State Change"}},
            {"detail", {{"jobStatus", {"Failed", "Stopped"}}}}}},
          {"State", "ENABLED"},
          {"Targets", Json::array({{{"Id", "topic"}, {"Arn", topic_arn}}})}};
}

Parts with_rule(const Json& changes = Json::object()) {
  return [changes](Assembly& assembly) {
    Json all = properties();
    all.merge_patch(changes);
    assembly.add_tagged(Component::alerting, rule, all);
  };
}

void put_target_of_others(PartsRun& run) {
  ASSERT_TRUE(run.calls().json(
      "events", region, "PutTargets",
      {{"Rule", rule.name},
       {"Targets",
        Json::array({{{"Id", "pager"}, {"Arn", "arn:aws:sqs:eu-west-1:123456789012:pager"}}})}}));
}

TEST(EventRule, LivesThroughCutsAndBadWeather) {
  expect_lifecycle(with_rule());
}

TEST(EventRule, SendsItsPatternAsText) {
  FakeAws account;
  PartsRun run(account, with_rule());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::optional<Observed> found = run.look(rule);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->properties["EventPattern"], properties()["EventPattern"]);
  EXPECT_EQ(found->details["Arn"], "arn:aws:events:eu-west-1:123456789012:rule/" + rule.name);
}

TEST(EventRule, APatternThatWasNarrowedByHandIsPutBack) {
  FakeAws account;
  PartsRun run(account, with_rule());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  Json narrowed = properties()["EventPattern"];
  narrowed["region"] = {"us-east-1"};
  ASSERT_TRUE(run.calls().json("events", region, "PutRule",
                               {{"Name", rule.name}, {"EventPattern", narrowed.dump()}}));
  EXPECT_TRUE(run.plan().has_changes());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_EQ(run.look(rule)->properties["EventPattern"], properties()["EventPattern"]);
  EXPECT_FALSE(run.plan().has_changes());
}

TEST(EventRule, TargetsOfOthersStayUntilTheRuleGoes) {
  FakeAws account;
  const Json before = account.snapshot();
  PartsRun run(account, with_rule());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  put_target_of_others(run);
  EXPECT_FALSE(run.plan().has_changes());
  PartsRun changed(
      account,
      with_rule(
          {{"Targets", Json::array({{{"Id", "topic"},
                                     {"Arn", "arn:aws:sns:eu-west-1:123456789012:another"}}})}}));
  ASSERT_TRUE(changed.apply_all()) << changed.fault_text();
  EXPECT_EQ(changed.look(rule)->properties["Targets"].size(), 2U);
  ASSERT_TRUE(changed.destroy_all()) << changed.fault_text();
  EXPECT_EQ(account.snapshot(), before);
}

TEST(EventRule, OfOthersIsAConflictUntilItIsNamedAndThenReleased) {
  FakeAws account;
  PartsRun other(account, [](Assembly& assembly) {
    assembly.add(
        Component::alerting, rule,
        {{"Name", rule.name}, {"EventPattern", {{"source", {"aws.s3"}}}}, {"State", "DISABLED"}});
  });
  ASSERT_TRUE(other.apply_all()) << other.fault_text();
  put_target_of_others(other);
  const Json before = account.snapshot();
  PartsRun run(account, with_rule());
  EXPECT_TRUE(run.plan().has_conflicts());
  EXPECT_EQ(account.snapshot(), before);
  StackSpec spec = test_spec();
  spec.adopts = {"event-rule:" + rule.name};
  PartsRun adopting(account, with_rule(), spec);
  ASSERT_TRUE(adopting.apply_all()) << adopting.fault_text();
  ASSERT_TRUE(adopting.destroy_all()) << adopting.fault_text();
  const Json left = account.snapshot()["services"]["events"]["Rules"][region][rule.name];
  EXPECT_EQ(left["Tags"], Json::object());
  EXPECT_EQ(left["Targets"].size(), 1U);
  EXPECT_TRUE(left["Targets"].contains("pager"));
}

TEST(EventRule, AnUpdateKeepsWhatIsNotManaged) {
  FakeAws account;
  PartsRun run(account, with_rule());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  Json members = {{"Name", rule.name},
                  {"EventPattern", properties()["EventPattern"].dump()},
                  {"State", "DISABLED"},
                  {"RoleArn", "arn:aws:iam::123456789012:role/Others"}};
  ASSERT_TRUE(run.calls().json("events", region, "PutRule", members));
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::optional<Observed> found = run.look(rule);
  EXPECT_EQ(found->properties["RoleArn"], members["RoleArn"]);
  EXPECT_EQ(found->properties["State"], "ENABLED");
  EXPECT_EQ(found->properties["Description"], properties()["Description"]);
}

}  // namespace
}  // namespace bedrocklog::provision
