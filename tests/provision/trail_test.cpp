// A trail in the fake account: its life, what it waits for, and events that CloudTrail refuses.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provision/trail_selectors.h"
#include "tests/provision/trail_parts.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::RecordedCall;
using fake_aws::Trouble;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* region = trail_region;
const Address trail = trail_address();

std::vector<std::string> operations_of(const FakeAws& account) {
  std::vector<std::string> operations;
  for (const RecordedCall& call : account.calls()) {
    if (call.service == "cloudtrail") {
      operations.push_back(call.operation + (call.status == 200 ? "" : ' ' + call.code));
    }
  }
  return operations;
}

TEST(Trail, LivesThroughCutsAndBadWeather) {
  const auto put_trail_of_all = [](FakeAws& account) {
    account.put_organization_trail("us-east-1", "bedrock-trail");
  };
  expect_lifecycle(with_trail(), {put_trail_of_all, without_trail()});
}

TEST(Trail, WaitsForAPolicyThatWasMadeAMomentAgo) {
  FakeAws account;
  Trouble trouble;
  trouble.iam_lag_requests = 40;
  account.set_trouble(trouble);
  PartsRun run(account, with_trail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_THAT(operations_of(account), Contains("CreateTrail InsufficientS3BucketPolicyException"));
}

TEST(Trail, DetailsTellWhetherItLogsAndWhereItIs) {
  FakeAws account;
  PartsRun run(account, with_trail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::optional<Observed> found = run.look(trail);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->details["Arn"], trail_arn);
  EXPECT_EQ(found->details["IsLogging"], true);
  EXPECT_EQ(found->details["HasInsightSelectors"], true);
  EXPECT_EQ(found->details["RefusedEvents"], Json::array());
  EXPECT_EQ(found->ownership, Ownership::ours);
}

TEST(Trail, WritesExactlyWhatDiffers) {
  FakeAws account;
  {
    PartsRun run(account, with_trail());
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
  }
  const std::vector<std::pair<Json, std::string>> changes = {
      {{{"EnableLogFileValidation", false}}, "UpdateTrail"},
      {{{"IsLogging", false}}, "StopLogging"},
      {{{"InsightSelectors", nullptr}}, "PutInsightSelectors"},
      {{{"InsightSelectors", Json::array({{{"InsightType", "ApiErrorRateInsight"}}})}},
       "PutInsightSelectors"},
      {{{"AdvancedEventSelectors",
         Json::array({trail_properties()["AdvancedEventSelectors"][0], data_selector("Tool")})}},
       "PutEventSelectors"}};
  const Json start = account.snapshot();
  for (const auto& [change, operation] : changes) {
    account.restore(start);
    PartsRun run(account, with_trail(change));
    account.forget_calls();
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
    std::vector<std::string> written;
    for (const RecordedCall& call : account.calls()) {
      if (call.is_change) {
        written.push_back(call.operation);
      }
    }
    EXPECT_EQ(written, std::vector<std::string>{operation}) << change;
    const Plan rest = run.plan();
    EXPECT_FALSE(rest.has_changes()) << change << to_json(rest).dump(1);
  }
}

/// Two types that CloudTrail does not know, between some that it does.
Parts with_refused_types() {
  Json selectors = trail_properties()["AdvancedEventSelectors"];
  selectors.insert(selectors.begin() + 1, data_selector("Prompt"));
  selectors.push_back(data_selector("Nothing"));
  return with_trail({{"AdvancedEventSelectors", selectors}});
}

TEST(Trail, LeavesOutEventsThatCloudTrailRefusesAndSaysSo) {
  FakeAws account;
  PartsRun run(account, with_refused_types());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::optional<Observed> found = run.look(trail);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->properties["AdvancedEventSelectors"].size(), 4U);
  EXPECT_EQ(found->details["RefusedEvents"],
            (Json{"AWS::Bedrock::Nothing", "AWS::Bedrock::Prompt"}));
  const Plan next = run.plan();
  EXPECT_FALSE(next.has_changes()) << to_json(next).dump(1);
  const auto told = std::find_if(next.notices.begin(), next.notices.end(),
                                 [](const Notice& one) { return one.subject == to_text(trail); });
  ASSERT_NE(told, next.notices.end());
  EXPECT_THAT(told->text, HasSubstr("AWS::Bedrock::Prompt"));
}

TEST(Trail, TriesAnEventAgainWhoseTagWasTakenOff) {
  FakeAws account;
  PartsRun run(account, with_refused_types());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const std::string key = std::string(refused_tag_prefix) + "AWS::Bedrock::Prompt";
  ASSERT_TRUE(
      run.calls().json("cloudtrail", region, "RemoveTags",
                       {{"ResourceId", trail_arn}, {"TagsList", Json::array({{{"Key", key}}})}}));
  EXPECT_TRUE(run.plan().has_changes());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.plan().has_changes());
}

TEST(Trail, EventsThatAreRefusedDoNotKeepARunThatWasCutFromConverging) {
  expect_change(with_trail(), with_refused_types());
}

TEST(Trail, ATrailOfOthersIsAConflictAndNeverTouched) {
  FakeAws account;
  PartsRun other(account, [](Assembly& assembly) {
    const Address bucket{ResourceKind::bucket, region, trail_bucket};
    add_bucket(assembly, bucket, "AWSLogs/", 90, trail_delivery_statements());
    assembly.add(Component::trail, trail,
                 {{"TrailName", trail.name}, {"S3BucketName", trail_bucket}},
                 {bucket, {ResourceKind::bucket_policy, region, trail_bucket}});
  });
  ASSERT_FALSE(other.apply_all());  // Made without our mark: not ours from then on.
  const Json before = account.snapshot();
  PartsRun run(account, with_trail());
  EXPECT_TRUE(run.plan().has_conflicts());
  EXPECT_FALSE(run.apply_all());
  EXPECT_EQ(account.snapshot(), before);
}

TEST(Trail, IsAdoptedWhenNamedAndReleasedByDestroy) {
  FakeAws account;
  PartsRun other(account, with_trail({{"InsightSelectors", nullptr}}));
  ASSERT_TRUE(other.apply_all()) << other.fault_text();
  ASSERT_TRUE(other.calls().json(
      "cloudtrail", region, "RemoveTags",
      {{"ResourceId", trail_arn}, {"TagsList", Json::array({{{"Key", "bedrocklog:stack"}}})}}));
  StackSpec spec = test_spec();
  spec.adopts = {"trail:bedrock-trail"};
  PartsRun run(account, with_trail(), spec);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_EQ(run.look(trail)->ownership, Ownership::adopted);
  ASSERT_TRUE(run.destroy_all()) << run.fault_text();
  const Json left = account.snapshot()["services"]["cloudtrail"]["Trails"][region];
  EXPECT_EQ(left[trail.name]["Tags"], Json::object());
  EXPECT_EQ(left[trail.name]["IsLogging"], true);
}

TEST(Trail, AShadowOfAnotherRegionIsNoTrailOfThisOne) {
  FakeAws account;
  PartsRun run(account, with_trail());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.look({ResourceKind::trail, "us-east-1", trail.name}).has_value());
}

}  // namespace
}  // namespace bedrocklog::provision
