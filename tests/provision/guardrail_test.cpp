// A guardrail and its versions in the fake account.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provision/guardrail_shape.h"
#include "provision/reference.h"
#include "tests/provision/parts_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::RecordedCall;
using testing::Contains;
using testing::ElementsAre;

constexpr const char* region = "eu-west-1";
const Address guardrail{ResourceKind::guardrail, region, "bedrocklog-bedrocklog"};
const Address version{ResourceKind::guardrail_version, region, "bedrocklog-bedrocklog"};

Json filter(const char* type, const char* input, const char* output) {
  return {{"Type", type}, {"InputStrength", input}, {"OutputStrength", output}};
}

Json properties() {
  return {{"Name", guardrail.name},
          {"Description", "Filters of the stack"},
          {"BlockedInputMessaging", "This request is not allowed here."},
          {"BlockedOutputsMessaging", "The answer was withheld."},
          {"ContentPolicyConfig",
           {{"FiltersConfig", Json::array({filter("VIOLENCE", "HIGH", "HIGH"),
                                           filter("PROMPT_ATTACK", "HIGH", "NONE")})}}},
          {"SensitiveInformationPolicyConfig",
           {{"PiiEntitiesConfig", Json::array({{{"Type", "EMAIL"}, {"Action", "ANONYMIZE"}},
                                               {{"Type", "ADDRESS"}, {"Action", "BLOCK"}}})}}}};
}

Parts with_guardrail(const Json& changes = Json::object(), const std::string& digest = "d1") {
  return [changes, digest](Assembly& assembly) {
    Json all = properties();
    all.merge_patch(changes);
    assembly.add_tagged(Component::guardrail, guardrail, all);
    assembly.add(Component::guardrail, version,
                 {{"GuardrailIdentifier", reference_to(guardrail, "GuardrailId")},
                  {"Description", "bedrocklog bedrocklog " + digest}});
  };
}

std::vector<std::string> versions_of(const FakeAws& account) {
  const Json entry =
      account.snapshot()["services"]["bedrock"]["Guardrails"][region][guardrail.name];
  std::vector<std::string> versions;
  for (const auto& [number, config] : entry["Versions"].items()) {
    versions.push_back(number + ' ' + config.value("description", ""));
  }
  return versions;
}

TEST(Guardrail, LivesThroughCutsAndBadWeatherWithItsVersion) {
  expect_lifecycle(with_guardrail());
}

TEST(Guardrail, WhatBedrockFillsInIsNoDifference) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::optional<Observed> found = run.look(guardrail);
  ASSERT_TRUE(found.has_value());
  const Json& filters = found->properties["ContentPolicyConfig"]["FiltersConfig"];
  EXPECT_EQ(filters[0]["InputModalities"], Json::array({"TEXT"}));
  EXPECT_EQ(found->details["Status"], "READY");
  EXPECT_EQ(found->details["GuardrailArn"], found->details["Arn"]);
  EXPECT_FALSE(run.plan().has_changes());
}

TEST(Guardrail, AFilterThatSomebodyAddedOrWeakenedIsPutBack) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const Json start = account.snapshot();
  Json added = properties();
  added["ContentPolicyConfig"]["FiltersConfig"].push_back(filter("HATE", "LOW", "LOW"));
  Json weakened = properties();
  weakened["ContentPolicyConfig"]["FiltersConfig"][0]["InputStrength"] = "LOW";
  const std::string path =
      "/guardrails/" + run.look(guardrail)->details["GuardrailId"].get<std::string>();
  for (const Json& changed : {added, weakened}) {
    account.restore(start);
    ASSERT_TRUE(run.calls().rest_json("bedrock", region, "UpdateGuardrail", "PUT", path,
                                      guardrail_members_of(changed)));
    EXPECT_TRUE(run.plan().has_changes());
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
    EXPECT_EQ(account.snapshot(), start);
  }
}

TEST(Guardrail, APolicyThatIsNoLongerWantedGoes) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  PartsRun without(account, with_guardrail({{"SensitiveInformationPolicyConfig", nullptr}}, "d2"));
  ASSERT_TRUE(without.apply_all()) << without.fault_text();
  EXPECT_FALSE(without.look(guardrail)->properties.contains("SensitiveInformationPolicyConfig"));
  EXPECT_FALSE(without.plan().has_changes());
}

TEST(Guardrail, TopicsOfOthersStayOverAnUpdate) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  Json with_topic = guardrail_members_of(properties());
  with_topic["topicPolicyConfig"]["topicsConfig"] =
      Json::array({{{"name", "advice"}, {"definition", "Medical advice"}, {"type", "DENY"}}});
  const std::string path =
      "/guardrails/" + run.look(guardrail)->details["GuardrailId"].get<std::string>();
  ASSERT_TRUE(run.calls().rest_json("bedrock", region, "UpdateGuardrail", "PUT", path, with_topic));
  EXPECT_FALSE(run.plan().has_changes());
  PartsRun changed(account, with_guardrail({{"BlockedInputMessaging", "No."}}, "d2"));
  ASSERT_TRUE(changed.apply_all()) << changed.fault_text();
  const Json found = changed.look(guardrail)->properties;
  EXPECT_EQ(found["TopicPolicyConfig"]["TopicsConfig"][0]["Name"], "advice");
  EXPECT_EQ(found["BlockedInputMessaging"], "No.");
}

TEST(GuardrailVersion, IsMadeWhenThePropertiesChangeAndOlderOnesStay) {
  FakeAws account;
  for (const char* const digest : {"d1", "d2", "d1"}) {
    PartsRun run(account, with_guardrail({{"BlockedInputMessaging", digest}}, digest));
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
    EXPECT_FALSE(run.plan().has_changes());
  }
  EXPECT_THAT(versions_of(account),
              ElementsAre("1 bedrocklog bedrocklog d1", "2 bedrocklog bedrocklog d2",
                          "3 bedrocklog bedrocklog d1"));
  PartsRun last(account, with_guardrail());
  EXPECT_EQ(last.look(version)->details["Version"], "3");
}

TEST(GuardrailVersion, OfOthersIsNotSeenAndStays) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::string path =
      "/guardrails/" + run.look(guardrail)->details["GuardrailId"].get<std::string>();
  ASSERT_TRUE(run.calls().rest_json("bedrock", region, "CreateGuardrailVersion", "POST", path,
                                    {{"description", "by hand"}}));
  EXPECT_FALSE(run.plan().has_changes());
  const Observed ours = *run.look(version);
  EXPECT_EQ(ours.details["Version"], "1");
  ASSERT_TRUE(run.providers().of(version.kind).remove(version, ours, true));
  EXPECT_THAT(versions_of(account), ElementsAre("2 by hand"));
}

TEST(Guardrail, OfOthersIsAConflictAndNeverTouched) {
  FakeAws account;
  PartsRun other(account, with_guardrail());
  ASSERT_TRUE(other.calls().rest_json("bedrock", region, "CreateGuardrail", "POST", "/guardrails",
                                      guardrail_members_of(properties())));
  const Json before = account.snapshot();
  PartsRun run(account, with_guardrail());
  EXPECT_TRUE(run.plan().has_conflicts());
  EXPECT_EQ(account.snapshot(), before);
}

TEST(Guardrail, IsFoundAmongMoreThanAPageOfThem) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  for (unsigned number = 0; number < 120; ++number) {
    Json members = guardrail_members_of(properties());
    members["name"] = "other-" + std::to_string(number);
    ASSERT_TRUE(run.calls().rest_json("bedrock", region, "CreateGuardrail", "POST", "/guardrails",
                                      members));
  }
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.plan().has_changes());
}

TEST(Guardrail, IsMadeAgainWhileTheOldOneIsStillBeingDeleted) {
  FakeAws account;
  PartsRun run(account, with_guardrail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  ASSERT_TRUE(run.destroy_all()) << run.fault_text();
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::vector<RecordedCall> calls = account.calls();
  EXPECT_TRUE(std::any_of(calls.begin(), calls.end(), [](const RecordedCall& call) {
    return call.operation == "CreateGuardrail" && call.code == "ConflictException";
  }));
}

TEST(GuardrailShape, SentAndShownAreTheSameProperties) {
  const Json members = guardrail_members_of(properties());
  EXPECT_EQ(members["contentPolicyConfig"]["filtersConfig"][0]["inputStrength"], "HIGH");
  EXPECT_EQ(members["sensitiveInformationPolicyConfig"]["piiEntitiesConfig"][0]["type"], "EMAIL");
  const Json shown = {
      {"name", "n"},
      {"kmsKeyArn", "arn:k"},
      {"contentPolicy", {{"filters", Json::array()}, {"tier", {{"tierName", "CLASSIC"}}}}},
      {"crossRegionDetails", {{"guardrailProfileId", "i"}, {"guardrailProfileArn", "arn:p"}}},
      {"wordPolicy", {{"words", Json::array({{{"text", "x"}}})}}}};
  const Json read = guardrail_properties_of(shown);
  EXPECT_EQ(read["ContentPolicyConfig"]["ContentFiltersTierConfig"]["TierName"], "CLASSIC");
  const Json written = guardrail_members_of(read);
  EXPECT_EQ(written["kmsKeyId"], "arn:k");
  EXPECT_EQ(written["crossRegionConfig"]["guardrailProfileIdentifier"], "arn:p");
  EXPECT_EQ(written["wordPolicyConfig"]["wordsConfig"][0]["text"], "x");
}

}  // namespace
}  // namespace bedrocklog::provision
