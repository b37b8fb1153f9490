// What apply and destroy would do, from states made by hand.
#include "provision/plan.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "provision/mark.h"

namespace bedrocklog::provision {
namespace {

const Address bucket{ResourceKind::bucket, "eu-west-1", "logs"};
const Address policy{ResourceKind::bucket_policy, "eu-west-1", "logs"};
const Address group{ResourceKind::log_group, "eu-west-1", "/aws/bedrock/modelinvocations"};
const Address role{ResourceKind::role, "", "writer"};
const Address logging{ResourceKind::logging_configuration, "eu-west-1", ""};
const Address topic{ResourceKind::topic, "eu-west-1", "alerts"};
const Address topic_policy{ResourceKind::topic_policy, "eu-west-1", "alerts"};
const Address mail{ResourceKind::subscription, "eu-west-1", "alerts/email/a@example.com"};
const Address alarm{ResourceKind::alarm, "eu-west-1", "spike"};

Json tagged(Json properties) {
  properties["Tags"] = to_json(Tags{{std::string(stack_tag), "bedrocklog"}});
  return properties;
}

Json configuration(const std::string& log_group, const std::string& archive) {
  return {{"cloudWatchConfig", {{"logGroupName", log_group}, {"roleArn", "arn:role"}}},
          {"s3Config", {{"bucketName", archive}}},
          {"textDataDeliveryEnabled", true}};
}

Json policy_of_ours() {
  return Json::parse(R"({"PolicyDocument":{"Statement":[{"Sid":"BedrocklogA"}]}})");
}

Resource resource(const Address& address, Json properties, std::vector<Address> needs = {}) {
  return {address, Component::storage, std::move(properties), std::move(needs), true};
}

DesiredState stack() {
  DesiredState desired;
  desired.resources = {
      resource(bucket, tagged({{"BucketName", "logs"}})),
      resource(policy, policy_of_ours(), {bucket}),
      resource(group, tagged({{"RetentionInDays", 30}})),
      resource(role, tagged({{"RoleName", "writer"}})),
      resource(logging, configuration("/aws/bedrock/modelinvocations", "logs"),
               {policy, group, role}),
      resource(topic, tagged({{"TopicName", "alerts"}})),
      resource(topic_policy, policy_of_ours(), {topic}),
      resource(mail, {{"Endpoint", "a@example.com"}}, {topic}),
      resource(alarm, tagged({{"Threshold", 10}}), {topic, topic_policy}),
  };
  return desired;
}

ObservedState as_desired(const DesiredState& desired) {
  ObservedState observed;
  for (const Resource& one : desired.resources) {
    observed.found[one.address] = {one.properties, Ownership::ours, "bedrocklog", Json::object()};
  }
  return observed;
}

StackSpec spec() {
  StackSpec result;
  result.account = "123456789012";
  result.regions = {"eu-west-1"};
  return result;
}

const Step& step_at(const Plan& plan, const Address& address) {
  for (const Step& step : plan.steps) {
    if (step.address == address) {
      return step;
    }
  }
  ADD_FAILURE() << "no step for " << to_text(address);
  static const Step none;
  return none;
}

TEST(Plan, OfAnEmptyAccountCreatesEverythingInTheOrderOfDependence) {
  const Plan plan = make_plan(spec(), stack(), {});
  ASSERT_EQ(plan.steps.size(), 9U);
  for (const Step& step : plan.steps) {
    EXPECT_EQ(step.action, Action::create) << to_text(step.address);
    EXPECT_FALSE(step.target.is_null());
  }
  EXPECT_EQ(step_at(plan, logging).waits_for, (std::vector<Address>{policy, group, role}));
  EXPECT_TRUE(plan.has_changes());
  EXPECT_FALSE(plan.has_conflicts());
}

TEST(Plan, OfWhatIsAsItShouldBeIsEmpty) {
  const Plan plan = make_plan(spec(), stack(), as_desired(stack()));
  EXPECT_FALSE(plan.has_changes());
  EXPECT_FALSE(plan.has_conflicts());
  EXPECT_TRUE(to_json(plan)["steps"].empty());
}

TEST(Plan, PutsDriftBack) {
  ObservedState observed = as_desired(stack());
  observed.found[alarm].properties["Threshold"] = 99;
  const Plan plan = make_plan(spec(), stack(), observed);
  const Step& step = step_at(plan, alarm);
  EXPECT_EQ(step.action, Action::update);
  ASSERT_EQ(step.changes.size(), 1U);
  EXPECT_EQ(step.changes[0].path, "Threshold");
  EXPECT_EQ(step.changes[0].before, 99);
  EXPECT_TRUE(step.waits_for.empty());  // What it needs does not change.
}

TEST(Plan, NeverTouchesWhatIsNotOurs) {
  ObservedState observed;
  observed.found[bucket] = {{{"BucketName", "logs"}}, Ownership::foreign, "", Json::object()};
  const Plan plan = make_plan(spec(), stack(), observed);
  EXPECT_EQ(step_at(plan, bucket).action, Action::conflict);
  EXPECT_NE(step_at(plan, bucket).reason.find("--adopt bucket:logs"), std::string::npos);
  EXPECT_NE(step_at(plan, bucket).reason.find("--use-bucket"), std::string::npos);
  EXPECT_EQ(step_at(plan, policy).action, Action::blocked);
  EXPECT_EQ(step_at(plan, logging).action, Action::blocked);
  EXPECT_EQ(step_at(plan, role).action, Action::create);
}

TEST(Plan, AdoptsWhatAFlagNames) {
  ObservedState observed;
  observed.found[role] = {{{"RoleName", "writer"}}, Ownership::foreign, "", Json::object()};
  StackSpec wanted = spec();
  wanted.adopts = {"role:writer"};
  const Plan plan = make_plan(wanted, stack(), observed);
  const Step& step = step_at(plan, role);
  EXPECT_EQ(step.action, Action::adopt);
  EXPECT_EQ(tags_of(step.target).at("bedrocklog:adopted"), "true");
}

TEST(Plan, AdoptAllLeavesOtherStacksAndOtherAccountsAlone) {
  ObservedState observed;
  observed.found[role] = {Json::object(), Ownership::other_stack, "theirs", Json::object()};
  observed.found[bucket] = {Json::object(), Ownership::inaccessible, "", Json::object()};
  observed.found[topic] = {Json::object(), Ownership::foreign, "", Json::object()};
  StackSpec wanted = spec();
  wanted.adopts_all = true;
  const Plan plan = make_plan(wanted, stack(), observed);
  EXPECT_EQ(step_at(plan, role).action, Action::conflict);
  EXPECT_NE(step_at(plan, role).reason.find("\"theirs\""), std::string::npos);
  EXPECT_EQ(step_at(plan, bucket).action, Action::conflict);
  EXPECT_EQ(step_at(plan, topic).action, Action::adopt);
  wanted.adopts = {"role:writer", "bucket:logs"};
  const Plan named = make_plan(wanted, stack(), observed);
  EXPECT_EQ(step_at(named, role).action, Action::adopt);
  EXPECT_EQ(step_at(named, bucket).action, Action::conflict);
}

TEST(Plan, WhatIsUsedAsItIsMustBeThere) {
  DesiredState desired = stack();
  desired.resources[0].is_managed = false;
  EXPECT_EQ(step_at(make_plan(spec(), desired, {}), bucket).action, Action::conflict);
  ObservedState observed;
  observed.found[bucket] = {Json::object(), Ownership::foreign, "", Json::object()};
  EXPECT_EQ(step_at(make_plan(spec(), desired, observed), bucket).action, Action::keep);
}

TEST(Plan, ShortensNoRetentionUnasked) {
  ObservedState observed = as_desired(stack());
  observed.found[group].properties["RetentionInDays"] = 365;
  EXPECT_EQ(step_at(make_plan(spec(), stack(), observed), group).action, Action::conflict);
  // Ours without a limit lost it, or was not finished; another's keeps for ever.
  observed.found[group].properties.erase("RetentionInDays");
  EXPECT_EQ(step_at(make_plan(spec(), stack(), observed), group).action, Action::update);
  observed.found[group].ownership = Ownership::foreign;
  StackSpec adopting = spec();
  adopting.adopts_all = true;
  EXPECT_EQ(step_at(make_plan(adopting, stack(), observed), group).action, Action::conflict);
  observed.found[group].ownership = Ownership::ours;
  observed.found[group].properties["RetentionInDays"] = 7;
  EXPECT_EQ(step_at(make_plan(spec(), stack(), observed), group).action, Action::update);
  StackSpec wanted = spec();
  wanted.allows_shorter_retention = true;
  observed.found[group].properties["RetentionInDays"] = 365;
  EXPECT_EQ(step_at(make_plan(wanted, stack(), observed), group).action, Action::update);
}

Json expiration(const char* id, int days) {
  return {{"Id", id}, {"Status", "Enabled"}, {"ExpirationInDays", days}};
}

TEST(Plan, AddsNoDeletionToAnAdoptedArchiveUnasked) {
  DesiredState desired = stack();
  Json& rules = desired.resources[0].properties["LifecycleConfiguration"]["Rules"];
  rules.push_back(expiration("bedrocklog-expire", 90));
  ObservedState observed;
  observed.found[bucket] = {{{"BucketName", "logs"}}, Ownership::foreign, "", Json::object()};
  StackSpec wanted = spec();
  wanted.adopts_all = true;
  EXPECT_EQ(step_at(make_plan(wanted, desired, observed), bucket).action, Action::conflict);
  observed.found[bucket].properties["LifecycleConfiguration"]["Rules"].push_back(
      expiration("old", 90));
  EXPECT_EQ(step_at(make_plan(wanted, desired, observed), bucket).action, Action::adopt);
  // Of a bucket of ours a rule that somebody took away is put back.
  observed.found[bucket] = {tagged({{"BucketName", "logs"}}), Ownership::ours, "", Json::object()};
  EXPECT_EQ(step_at(make_plan(wanted, desired, observed), bucket).action, Action::update);
}

TEST(Plan, RetiresWhatIsOursAndKeepsWhatHoldsData) {
  DesiredState desired = stack();
  const Address old_alarm{ResourceKind::alarm, "eu-west-1", "old"};
  const Address old_group{ResourceKind::log_group, "eu-west-1", "old"};
  const Address their_alarm{ResourceKind::alarm, "eu-west-1", "theirs"};
  desired.retired = {old_alarm, old_group, their_alarm};
  ObservedState observed = as_desired(stack());
  observed.found[old_alarm] = {Json::object(), Ownership::ours, "bedrocklog", Json::object()};
  observed.found[old_group] = {Json::object(), Ownership::ours, "bedrocklog", Json::object()};
  observed.found[their_alarm] = {Json::object(), Ownership::foreign, "", Json::object()};
  const Plan plan = make_plan(spec(), desired, observed);
  EXPECT_EQ(step_at(plan, old_alarm).action, Action::remove);
  EXPECT_EQ(step_at(plan, old_group).action, Action::keep);
  EXPECT_EQ(plan.steps.size(), 11U);
}

TEST(DestroyPlan, StopsDeliveryFirstAndKeepsData) {
  const Plan plan = make_destroy_plan(spec(), stack(), as_desired(stack()), {});
  EXPECT_EQ(plan.steps.front().address, logging);
  EXPECT_EQ(plan.steps.front().action, Action::remove);
  EXPECT_EQ(step_at(plan, bucket).action, Action::keep);
  EXPECT_EQ(step_at(plan, policy).action, Action::keep);
  EXPECT_EQ(step_at(plan, group).action, Action::keep);
  EXPECT_EQ(step_at(plan, role).action, Action::remove);
  EXPECT_EQ(step_at(plan, role).waits_for, std::vector<Address>{logging});
  EXPECT_EQ(step_at(plan, topic).action, Action::remove);
  EXPECT_EQ(step_at(plan, topic).waits_for, (std::vector<Address>{logging, alarm}));
  EXPECT_EQ(step_at(plan, alarm).waits_for, std::vector<Address>{logging});
  EXPECT_EQ(step_at(plan, mail).action, Action::none);  // Goes with its topic.
}

TEST(DestroyPlan, RemovesDataWhenAsked) {
  DestroyChoices choices;
  choices.delete_data = true;
  const Plan plan = make_destroy_plan(spec(), stack(), as_desired(stack()), choices);
  EXPECT_EQ(step_at(plan, bucket).action, Action::remove);
  EXPECT_EQ(step_at(plan, group).waits_for, std::vector<Address>{logging});
}

TEST(DestroyPlan, LeavesWhatIsNotOursAndReleasesWhatWasAdopted) {
  ObservedState observed = as_desired(stack());
  observed.found[role].ownership = Ownership::foreign;
  observed.found[bucket].ownership = Ownership::adopted;
  observed.found[topic].ownership = Ownership::adopted;
  DestroyChoices choices;
  choices.delete_data = true;
  const Plan plan = make_destroy_plan(spec(), stack(), observed, choices);
  EXPECT_EQ(step_at(plan, role).action, Action::keep);
  EXPECT_EQ(step_at(plan, bucket).action, Action::release);
  EXPECT_EQ(step_at(plan, policy).action, Action::release);
  EXPECT_EQ(step_at(plan, mail).action, Action::keep);
}

TEST(DestroyPlan, OfAnAccountWithoutTheStackIsEmpty) {
  EXPECT_TRUE(make_destroy_plan(spec(), stack(), {}, {}).steps.empty());
}

TEST(DestroyPlan, LeavesALoggingConfigurationOfOthersAlone) {
  ObservedState observed = as_desired(stack());
  observed.found[logging].properties = configuration("/theirs", "their-bucket");
  EXPECT_EQ(step_at(make_destroy_plan(spec(), stack(), observed, {}), logging).action,
            Action::keep);
}

TEST(DestroyPlan, TakesOurDestinationOutOfAMergedConfiguration) {
  ObservedState observed = as_desired(stack());
  observed.found[logging].properties = configuration("/theirs", "logs");
  const Plan plan = make_destroy_plan(spec(), stack(), observed, {});
  const Step& step = step_at(plan, logging);
  EXPECT_EQ(step.action, Action::update);
  EXPECT_FALSE(step.target.contains("s3Config"));
  EXPECT_EQ(step.target["cloudWatchConfig"]["logGroupName"], "/theirs");
}

TEST(DestroyPlan, PutsBackAConfigurationThatWasSaved) {
  DestroyChoices choices;
  choices.restored_logging["eu-west-1"] = configuration("/before", "before");
  const Plan plan = make_destroy_plan(spec(), stack(), as_desired(stack()), choices);
  EXPECT_EQ(step_at(plan, logging).action, Action::update);
  EXPECT_EQ(step_at(plan, logging).target, configuration("/before", "before"));
}

const Address record{ResourceKind::query_definition, "eu-west-1",
                     "bedrocklog/bedrocklog/profile/secure"};

/// Position of a step in the plan.
std::size_t place_of(const Plan& plan, const Address& address) {
  const auto found = std::find_if(plan.steps.begin(), plan.steps.end(),
                                  [&](const Step& step) { return step.address == address; });
  EXPECT_NE(found, plan.steps.end()) << to_text(address);
  return static_cast<std::size_t>(found - plan.steps.begin());
}

bool waits_for(const Plan& plan, const Address& later, const Address& earlier) {
  const std::vector<Address>& waits = step_at(plan, later).waits_for;
  return std::find(waits.begin(), waits.end(), earlier) != waits.end();
}

TEST(Plan, MakesProfileRecordsBeforeAnythingElse) {
  DesiredState desired = stack();
  desired.resources.insert(desired.resources.begin(), resource(record, {{"Name", record.name}}));
  const Plan plan = make_plan(spec(), desired, {});
  for (const Resource& one : desired.resources) {
    EXPECT_EQ(waits_for(plan, one.address, record), one.address != record) << to_text(one.address);
  }
}

TEST(Plan, RetiresInTheOrderGivenWhenAllElseIsDone) {
  DesiredState desired = stack();
  const Address old_alarm{ResourceKind::alarm, "eu-west-1", "old"};
  const Address old_topic{ResourceKind::topic, "eu-west-1", "old"};
  const Address old_bucket{ResourceKind::bucket, "eu-west-1", "old"};
  desired.retired = {old_alarm, old_topic, old_bucket, record};
  ObservedState observed;
  for (const Address& address : desired.retired) {
    observed.found[address] = {Json::object(), Ownership::ours, "bedrocklog", Json::object()};
  }
  const Plan plan = make_plan(spec(), desired, observed);
  EXPECT_EQ(step_at(plan, old_alarm).action, Action::remove);
  EXPECT_EQ(step_at(plan, old_bucket).action, Action::keep);  // It holds data.
  EXPECT_TRUE(waits_for(plan, old_alarm, alarm));
  EXPECT_TRUE(waits_for(plan, old_topic, old_alarm));
  EXPECT_TRUE(waits_for(plan, record, old_topic));
  // Nothing of others.
  observed.found[old_topic].ownership = Ownership::foreign;
  for (const Step& step : make_plan(spec(), desired, observed).steps) {
    EXPECT_NE(step.address, old_topic);
  }
}

TEST(Plan, RetiresWhatAFamilyHasTooMuch) {
  const DesiredState desired = stack();
  ObservedState observed = as_desired(desired);
  const Address other{ResourceKind::alarm, "eu-west-1", "spike-of-a-model"};
  observed.found[other] = {Json::object(), Ownership::ours, "bedrocklog", Json::object()};
  EXPECT_EQ(step_at(make_plan(spec(), desired, observed), other).action, Action::remove);
  EXPECT_EQ(step_at(make_destroy_plan(spec(), desired, observed, {}), other).action,
            Action::remove);
}

TEST(Plan, TellsWhatAwsDoesNotOffer) {
  DesiredState desired = stack();
  const Address latency{ResourceKind::alarm, "eu-west-1", "knowledge-base-latency"};
  desired.unsupported = {{latency, "no such metric"}};
  const Plan plan = make_plan(spec(), desired, as_desired(desired));
  EXPECT_EQ(step_at(plan, latency).action, Action::unsupported);
  EXPECT_EQ(step_at(plan, latency).reason, "no such metric");
  EXPECT_FALSE(plan.has_changes());
}

TEST(Plan, MovesTheLogsOfAnotherProfileOfTheStackWithoutAConflict) {
  DesiredState desired = stack();
  const Address old_bucket{ResourceKind::bucket, "eu-west-1", "before"};
  const Address old_group{ResourceKind::log_group, "eu-west-1", "/before"};
  const Address old_role{ResourceKind::role, "", "before"};
  desired.retired = {old_role, old_group, old_bucket};
  ObservedState observed;
  for (const Address& address : desired.retired) {
    observed.found[address] = {
        Json::object(), Ownership::ours, "bedrocklog", {{"Arn", "arn:role"}}};
  }
  observed.found[logging] = {configuration("/before", "before"), Ownership::foreign, "",
                             Json::object()};
  const Plan plan = make_plan(spec(), desired, observed);
  EXPECT_EQ(step_at(plan, logging).action, Action::update);
  EXPECT_EQ(step_at(plan, old_role).action, Action::remove);
  EXPECT_TRUE(waits_for(plan, old_role, logging));
  EXPECT_EQ(step_at(plan, old_bucket).action, Action::keep);
  // The same destinations of somebody else are a conflict.
  observed.found[old_bucket].ownership = Ownership::foreign;
  EXPECT_EQ(step_at(make_plan(spec(), desired, observed), logging).action, Action::conflict);
}

TEST(DestroyPlan, RemovesRetiredThingsFirstAndRecordsLast) {
  DesiredState desired = stack();
  desired.resources.insert(desired.resources.begin(), resource(record, {{"Name", record.name}}));
  const Address old_alarm{ResourceKind::alarm, "eu-west-1", "old"};
  const Address old_topic{ResourceKind::topic, "eu-west-1", "old"};
  desired.retired = {old_alarm, old_topic};
  ObservedState observed = as_desired(desired);
  for (const Address& address : desired.retired) {
    observed.found[address] = {Json::object(), Ownership::ours, "bedrocklog", Json::object()};
  }
  const Plan plan = make_destroy_plan(spec(), desired, observed, {});
  EXPECT_EQ(place_of(plan, logging), 0U);
  EXPECT_LT(place_of(plan, old_alarm), place_of(plan, old_topic));
  EXPECT_TRUE(waits_for(plan, old_topic, old_alarm));
  EXPECT_TRUE(waits_for(plan, alarm, old_topic));
  EXPECT_EQ(place_of(plan, record), plan.steps.size() - 1);
  for (const Address& one : {logging, old_alarm, old_topic, alarm, topic, role}) {
    EXPECT_TRUE(waits_for(plan, record, one)) << to_text(one);
  }
}

}  // namespace
}  // namespace bedrocklog::provision
