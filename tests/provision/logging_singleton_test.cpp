// The configuration of which there is one: whose it is, and what is written over it.
#include "provision/logging_singleton.h"

#include <gtest/gtest.h>

namespace bedrocklog::provision {
namespace {

Json ours() {
  return Json::parse(R"({
    "cloudWatchConfig":{"logGroupName":"/aws/bedrock/modelinvocations",
      "roleArn":"arn:aws:iam::123456789012:role/BedrockCloudWatchLoggingRole",
      "largeDataDeliveryS3Config":{"bucketName":"bedrock-logs-123456789012"}},
    "s3Config":{"bucketName":"bedrock-logs-123456789012"},
    "textDataDeliveryEnabled":true,"imageDataDeliveryEnabled":true})");
}

Resource wanted() {
  return {
      {ResourceKind::logging_configuration, "eu-west-1", ""}, Component::logging, ours(), {}, true};
}

Observed found(Json configuration) {
  return {std::move(configuration), Ownership::foreign, "", Json::object()};
}

Json theirs() {
  return Json::parse(R"({"s3Config":{"bucketName":"audit","keyPrefix":"x"},
      "textDataDeliveryEnabled":false,"videoDataDeliveryEnabled":true})");
}

TEST(LoggingRelation, IsToldByTheDestinations) {
  EXPECT_EQ(relation_of(ours(), nullptr), LoggingRelation::absent);
  const Json empty = Json::object();
  EXPECT_EQ(relation_of(ours(), &empty), LoggingRelation::absent);
  Json same = ours();
  same["textDataDeliveryEnabled"] = false;
  EXPECT_EQ(relation_of(ours(), &same), LoggingRelation::ours);
  Json part = ours();
  part.erase("s3Config");
  EXPECT_EQ(relation_of(ours(), &part), LoggingRelation::ours);
  for (const char* pointer :
       {"/cloudWatchConfig/logGroupName", "/cloudWatchConfig/roleArn", "/s3Config/bucketName",
        "/cloudWatchConfig/largeDataDeliveryS3Config/bucketName"}) {
    Json other = ours();
    other[Json::json_pointer(pointer)] = "other";
    EXPECT_EQ(relation_of(ours(), &other), LoggingRelation::foreign) << pointer;
  }
}

TEST(PlanLogging, CreatesWhereThereIsNone) {
  const Step step = plan_logging(wanted(), nullptr, LoggingChoice::refuse);
  EXPECT_EQ(step.action, Action::create);
  EXPECT_EQ(step.target, ours());
}

TEST(PlanLogging, RefusesOneOfOthersAndPrintsIt) {
  const Observed there = found(theirs());
  const Step step = plan_logging(wanted(), &there, LoggingChoice::refuse);
  EXPECT_EQ(step.action, Action::conflict);
  EXPECT_NE(step.reason.find("audit"), std::string::npos);
  EXPECT_NE(step.reason.find("--logging merge"), std::string::npos);
  EXPECT_TRUE(step.target.is_null());
}

TEST(PlanLogging, MergeAddsOnlyWhatIsMissing) {
  const Observed there = found(theirs());
  const Step step = plan_logging(wanted(), &there, LoggingChoice::merge);
  EXPECT_EQ(step.action, Action::update);
  EXPECT_EQ(step.target["s3Config"], theirs()["s3Config"]);
  EXPECT_EQ(step.target["cloudWatchConfig"], ours()["cloudWatchConfig"]);
  EXPECT_EQ(step.target["textDataDeliveryEnabled"], false);
  EXPECT_EQ(step.target["videoDataDeliveryEnabled"], true);
  ASSERT_EQ(step.changes.size(), 1U);
  EXPECT_EQ(step.changes[0].path, "cloudWatchConfig");
  // And then there is nothing left to do.
  const Observed merged = found(step.target);
  EXPECT_EQ(plan_logging(wanted(), &merged, LoggingChoice::merge).action, Action::keep);
}

TEST(PlanLogging, ReplaceKeepsFlagsItDoesNotKnowAndSaysWhatWasThere) {
  const Observed there = found(theirs());
  const Step step = plan_logging(wanted(), &there, LoggingChoice::replace);
  EXPECT_EQ(step.action, Action::update);
  EXPECT_EQ(step.target["s3Config"], ours()["s3Config"]);
  EXPECT_EQ(step.target["videoDataDeliveryEnabled"], true);
  const auto archive = std::find_if(
      step.changes.begin(), step.changes.end(),
      [](const PropertyChange& change) { return change.path.starts_with("s3Config"); });
  ASSERT_NE(archive, step.changes.end());
  EXPECT_NE(archive->before.dump().find("audit"), std::string::npos);
}

TEST(PlanLogging, AFlagThatWasSwitchedOffIsDriftAndNewerOnesStay) {
  Json drifted = ours();
  drifted["textDataDeliveryEnabled"] = false;
  drifted["hologramDataDeliveryEnabled"] = true;
  const Observed there = found(drifted);
  const Step step = plan_logging(wanted(), &there, LoggingChoice::refuse);
  EXPECT_EQ(step.action, Action::update);
  ASSERT_EQ(step.changes.size(), 1U);
  EXPECT_EQ(step.changes[0].path, "textDataDeliveryEnabled");
  EXPECT_EQ(step.target["hologramDataDeliveryEnabled"], true);
}

TEST(PlanLogging, DoesNothingWhereAllIsAsWanted) {
  Json more = ours();
  more["videoDataDeliveryEnabled"] = false;
  const Observed there = found(more);
  EXPECT_EQ(plan_logging(wanted(), &there, LoggingChoice::refuse).action, Action::none);
}

TEST(StrippedLogging, TakesOursOutAndNothingElse) {
  EXPECT_TRUE(stripped_logging(ours(), ours()).is_null());
  EXPECT_EQ(stripped_logging(ours(), theirs()), theirs());
  Json merged = theirs();
  merged["cloudWatchConfig"] = ours()["cloudWatchConfig"];
  EXPECT_EQ(stripped_logging(ours(), merged), theirs());
  Json large = theirs();
  large["cloudWatchConfig"] = {
      {"logGroupName", "/theirs"},
      {"largeDataDeliveryS3Config", {{"bucketName", "bedrock-logs-123456789012"}}}};
  EXPECT_EQ(stripped_logging(ours(), large)["cloudWatchConfig"],
            (Json{{"logGroupName", "/theirs"}}));
}

}  // namespace
}  // namespace bedrocklog::provision
