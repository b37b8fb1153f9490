// A budget in the fake account: its life, its notifications and their subscribers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/provision/parts_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::RecordedCall;
using testing::ElementsAre;

constexpr const char* account_id = "123456789012";
const Address budget{ResourceKind::budget, "", "bedrocklog-bedrocklog-monthly"};

Json subscriber(const char* type, const char* address) {
  return {{"SubscriptionType", type}, {"Address", address}};
}
const Json topic = subscriber("SNS", "arn:aws:sns:eu-west-1:123456789012:alerts");
const Json finance = subscriber("EMAIL", "finance@example.com");
const Json lead = subscriber("EMAIL", "lead@example.com");

Json notification(const char* type, unsigned percent, const Json& subscribers) {
  return {{"Notification",
           {{"NotificationType", type},
            {"ComparisonOperator", "GREATER_THAN"},
            {"Threshold", percent},
            {"ThresholdType", "PERCENTAGE"}}},
          {"Subscribers", subscribers}};
}

Json properties(const Json& notifications, const Json& services = Json::array({"Amazon Bedrock"})) {
  return {{"Budget",
           {{"BudgetName", budget.name},
            {"BudgetType", "COST"},
            {"TimeUnit", "MONTHLY"},
            {"BudgetLimit", {{"Amount", "1250.50"}, {"Unit", "USD"}}},
            {"CostFilters", {{"Service", services}}}}},
          {"NotificationsWithSubscribers", notifications}};
}

Json two_notifications() {
  return Json::array({notification("ACTUAL", 80, Json::array({topic, finance})),
                      notification("FORECASTED", 100, Json::array({topic}))});
}

Parts with_budget(const Json& all) {
  return [all](Assembly& assembly) { assembly.add(Component::alerting, budget, all); };
}

std::vector<std::string> written_by(FakeAws& account, const Json& all) {
  PartsRun run(account, with_budget(all));
  account.forget_calls();
  EXPECT_TRUE(run.apply_all()) << run.fault_text();
  std::vector<std::string> operations;
  for (const RecordedCall& call : account.calls()) {
    if (call.is_change) {
      operations.push_back(call.operation);
      EXPECT_EQ(call.region, "us-east-1");
      EXPECT_EQ(call.resource, "arn:aws:budgets::123456789012:budget/" + budget.name);
    }
  }
  const Plan rest = run.plan();
  EXPECT_FALSE(rest.has_changes()) << to_json(rest).dump(1);
  return operations;
}

TEST(Budget, LivesThroughCutsAndBadWeather) {
  expect_lifecycle(with_budget(properties(two_notifications())));
}

TEST(Budget, IsMadeInOneCallWithItsNotifications) {
  FakeAws account;
  EXPECT_THAT(written_by(account, properties(two_notifications())), ElementsAre("CreateBudget"));
}

TEST(Budget, ChangesOfNotificationsSendWhatDiffers) {
  FakeAws account;
  (void)written_by(account, properties(two_notifications()));
  const Json start = account.snapshot();
  struct Change {
    Json notifications;
    std::vector<std::string> operations;
  };
  const std::vector<Change> changes = {
      {Json::array(
           {notification("ACTUAL", 80, Json::array({topic, lead})), two_notifications()[1]}),
       {"DeleteSubscriber", "CreateSubscriber"}},
      {Json::array({notification("ACTUAL", 90, Json::array({topic})), two_notifications()[1]}),
       {"DeleteNotification", "CreateNotification"}},
      {Json::array({notification("ACTUAL", 80, Json::array({lead})), two_notifications()[1]}),
       {"DeleteNotification", "CreateNotification"}},
      {Json::array(), {"DeleteNotification", "DeleteNotification"}}};
  for (const Change& change : changes) {
    account.restore(start);
    EXPECT_EQ(written_by(account, properties(change.notifications)), change.operations)
        << change.notifications;
  }
}

TEST(Budget, KeepsWhatAwsCountsByAndGivesUpFiltersThatAreNotWanted) {
  FakeAws account;
  (void)written_by(account, properties(two_notifications()));
  const Json before = account.snapshot()["services"]["budgets"]["Budgets"][budget.name]["Budget"];
  EXPECT_THAT(written_by(account, properties(two_notifications(), Json::array())),
              ElementsAre("UpdateBudget"));
  const Json after = account.snapshot()["services"]["budgets"]["Budgets"][budget.name]["Budget"];
  EXPECT_EQ(after["CostFilters"], Json::object());
  EXPECT_EQ(after["CostTypes"], before["CostTypes"]);
  EXPECT_EQ(after["TimePeriod"], before["TimePeriod"]);
  EXPECT_EQ(after["BudgetLimit"]["Amount"], "1250.5");
}

TEST(Budget, OrderAndDecimalsAreNoDifference) {
  FakeAws account;
  (void)written_by(account, properties(two_notifications(), {"b", "a"}));
  Json turned =
      properties(Json::array({two_notifications()[1], two_notifications()[0]}), {"a", "b"});
  turned["Budget"]["BudgetLimit"]["Amount"] = "1250.5";
  EXPECT_THAT(written_by(account, turned), ElementsAre());
}

TEST(Budget, OfAnotherNameIsForeign) {
  FakeAws account;
  PartsRun run(account, with_budget(properties(two_notifications())));
  Json other = {{"AccountId", account_id}, {"Budget", properties(Json())["Budget"]}};
  other["Budget"]["BudgetName"] = "department";
  ASSERT_TRUE(run.calls().json("budgets", "eu-west-1", "CreateBudget", other));
  const std::optional<Observed> found = run.look({ResourceKind::budget, "", "department"});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->ownership, Ownership::foreign);
}

}  // namespace
}  // namespace bedrocklog::provision
