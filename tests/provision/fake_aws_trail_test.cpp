// CloudTrail, EventBridge, Budgets and guardrails of the fake: what they refuse, as AWS does.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::CallResult;
using testing::HasSubstr;

constexpr const char* region = "eu-west-1";
constexpr const char* account_id = "123456789012";
constexpr const char* trail_arn = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/t-1";

template <class T>
std::string code_of(const CallResult<T>& result) {
  if (result) {
    return "";
  }
  return result.error().error.code.empty() ? "-" : result.error().error.code;
}

Json changed(Json document, const Json& patch) {
  document.merge_patch(patch);
  return document;
}

struct Account {
  FakeAws fake;
  FakeClient client{fake};

  std::string json(const char* service, const char* operation, const Json& members,
                   const char* where = region) {
    return code_of(client.calls.json(service, where, operation, members));
  }
  Json answer(const char* service, const char* operation, const Json& members,
              const char* where = region) {
    const CallResult<Json> result = client.calls.json(service, where, operation, members);
    EXPECT_TRUE(result.has_value()) << operation << ' ' << code_of(result);
    return result ? *result : Json();
  }
  CallResult<Json> bedrock(const char* method, const std::string& path, const Json& body = Json()) {
    return client.calls.rest_json("bedrock", region, method, method, path, body);
  }

  /// A bucket into which t-1 may write.
  void put_bucket(const std::string& source = trail_arn) {
    (void)client.calls.s3(
        region, {"CreateBucket",
                 "PUT",
                 "files",
                 {},
                 "",
                 {},
                 "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                 "<LocationConstraint>eu-west-1</LocationConstraint>"
                 "</CreateBucketConfiguration>"});
    const Json by_trail = {{"aws:SourceArn", source}};
    const Json policy = {
        {"Version", "2012-10-17"},
        {"Statement",
         {{{"Effect", "Allow"},
           {"Principal", {{"Service", "cloudtrail.amazonaws.com"}}},
           {"Action", "s3:GetBucketAcl"},
           {"Resource", "arn:aws:s3:::files"},
           {"Condition", {{"StringEquals", by_trail}}}},
          {{"Effect", "Allow"},
           {"Principal", {{"Service", "cloudtrail.amazonaws.com"}}},
           {"Action", "s3:PutObject"},
           {"Resource", "arn:aws:s3:::files/AWSLogs/123456789012/*"},
           {"Condition",
            {{"StringEquals",
              {{"aws:SourceArn", source}, {"s3:x-amz-acl", "bucket-owner-full-control"}}}}}}}}};
    EXPECT_TRUE(client.calls.s3(
        region, {"PutBucketPolicy", "PUT", "files", {{"policy", ""}}, "", {}, policy.dump()}));
  }
  void put_trail() {
    put_bucket();
    EXPECT_EQ(json("cloudtrail", "CreateTrail", trail()), "");
  }
  static Json trail() { return {{"Name", "t-1"}, {"S3BucketName", "files"}}; }
};

TEST(FakeCloudTrail, MakesNoTrailBeforeTheBucketAndItsPolicyAreThere) {
  Account account;
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", Account::trail()),
            "S3BucketDoesNotExistException");
  account.put_bucket("arn:aws:cloudtrail:eu-west-1:123456789012:trail/other");
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", Account::trail()),
            "InsufficientS3BucketPolicyException");
  account.put_bucket();
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail",
                         changed(Account::trail(), {{"S3KeyPrefix", "elsewhere"}})),
            "InsufficientS3BucketPolicyException");
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", Account::trail()), "");
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", Account::trail()),
            "TrailAlreadyExistsException");
}

TEST(FakeCloudTrail, RefusesSettingsThatDoNotGoTogether) {
  Account account;
  account.put_bucket();
  const std::string group = "arn:aws:logs:eu-west-1:123456789012:log-group:g";
  const std::vector<std::pair<Json, std::string>> refusals = {
      {{{"Name", "a--b"}}, "InvalidTrailNameException"},
      {{{"Name", "10.0.0.1"}}, "InvalidTrailNameException"},
      {{{"S3BucketName", "Files"}}, "InvalidS3BucketNameException"},
      {{{"CloudWatchLogsLogGroupArn", group + ":*"}}, "InvalidParameterCombinationException"},
      {{{"CloudWatchLogsLogGroupArn", group},
        {"CloudWatchLogsRoleArn", "arn:aws:iam::123456789012:role/R"}},
       "InvalidCloudWatchLogsLogGroupArnException"},
      {{{"CloudWatchLogsLogGroupArn", group + ":*"},
        {"CloudWatchLogsRoleArn", "arn:aws:iam::123456789012:role/R"}},
       "InvalidCloudWatchLogsRoleArnException"},
      {{{"IsMultiRegionTrail", true}, {"IncludeGlobalServiceEvents", false}},
       "InvalidParameterCombinationException"},
      {{{"IsOrganizationTrail", true}}, "OrganizationsNotInUseException"},
      {{{"KMSKeyId", "k"}}, "SerializationException"},
      {{{"KmsKeyId", "k"}}, "InvalidKmsKeyIdException"},
      {{{"TagsList", {{{"Key", "aws:x"}}}}}, "InvalidTagParameterException"},
      {{{"TagsList", {{{"Key", "a"}, {"Value", ""}}}}}, "ValidationException"}};
  for (const auto& [change, code] : refusals) {
    EXPECT_EQ(account.json("cloudtrail", "CreateTrail", changed(Account::trail(), change)), code)
        << change;
  }
}

TEST(FakeCloudTrail, TheRoleMustBeCloudTrailsAndMayWriteTheStreams) {
  Account account;
  account.put_bucket();
  const std::string group = "arn:aws:logs:eu-west-1:123456789012:log-group:g";
  ASSERT_EQ(account.json("logs", "CreateLogGroup", {{"logGroupName", "g"}}), "");
  Json trust = {{"Version", "2012-10-17"},
                {"Statement",
                 {{{"Effect", "Allow"},
                   {"Principal", {{"Service", "cloudtrail.amazonaws.com"}}},
                   {"Action", "sts:AssumeRole"}}}}};
  ASSERT_TRUE(
      account.client.calls.query("iam", region, "CreateRole",
                                 {{"RoleName", "R"}, {"AssumeRolePolicyDocument", trust.dump()}}));
  const Json with_logs =
      changed(Account::trail(), {{"CloudWatchLogsLogGroupArn", group + ":*"},
                                 {"CloudWatchLogsRoleArn", "arn:aws:iam::123456789012:role/R"},
                                 {"IsMultiRegionTrail", true}});
  const auto put_policy = [&](const std::string& streams) {
    const Json policy = {{"Version", "2012-10-17"},
                         {"Statement",
                          {{{"Effect", "Allow"},
                            {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
                            {"Resource", group + ":log-stream:" + streams}}}}};
    ASSERT_TRUE(account.client.calls.query(
        "iam", region, "PutRolePolicy",
        {{"RoleName", "R"}, {"PolicyName", "Write"}, {"PolicyDocument", policy.dump()}}));
  };
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", with_logs),
            "InvalidCloudWatchLogsLogGroupArnException");
  // A trail of all regions writes streams of all regions.
  put_policy("123456789012_CloudTrail_eu-west-1*");
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", with_logs),
            "InvalidCloudWatchLogsLogGroupArnException");
  put_policy("123456789012_CloudTrail_*");
  EXPECT_EQ(account.json("cloudtrail", "CreateTrail", with_logs), "");
}

Json condition(const char* field, const char* value) {
  return {{"Field", field}, {"Equals", Json::array({value})}};
}

TEST(FakeCloudTrail, RefusesSelectorsThatAreNotValid) {
  Account account;
  account.put_trail();
  const auto put = [&](const Json& conditions) {
    return account.json("cloudtrail", "PutEventSelectors",
                        {{"TrailName", "t-1"},
                         {"AdvancedEventSelectors",
                          Json::array({{{"Name", "n"}, {"FieldSelectors", conditions}}})}});
  };
  const Json data = condition("eventCategory", "Data");
  const Json network = condition("eventCategory", "NetworkActivity");
  EXPECT_EQ(put({data, condition("resources.type", "AWS::Bedrock::Model")}), "");
  const std::string refusal = "InvalidEventSelectorsException";
  EXPECT_EQ(put({data, condition("resources.type", "AWS::Bedrock::*")}), refusal);
  EXPECT_EQ(put({data, condition("resources.type", "AWS::Bedrock::Prompt")}), refusal);
  EXPECT_EQ(put(Json::array({data})), refusal);
  EXPECT_EQ(put(Json::array({condition("resources.type", "AWS::Bedrock::Model")})), refusal);
  EXPECT_EQ(put(Json::array({condition("eventCategory", "Everything")})), refusal);
  EXPECT_EQ(put({condition("eventCategory", "Management"), condition("resources.type", "x")}),
            refusal);
  EXPECT_EQ(put({network, condition("eventSource", "bedrock.amazonaws.com")}), refusal);
  EXPECT_EQ(put({condition("eventCategory", "Management"), condition("readOnly", "maybe")}),
            refusal);
  // Basic selectors know no types of Bedrock.
  EXPECT_EQ(
      account.json(
          "cloudtrail", "PutEventSelectors",
          {{"TrailName", "t-1"},
           {"EventSelectors",
            {{{"DataResources", {{{"Type", "AWS::Bedrock::Model"}, {"Values", {"arn:x"}}}}}}}}}),
      refusal);
  EXPECT_EQ(account.json("cloudtrail", "PutEventSelectors", {{"TrailName", "t-1"}}), refusal);
}

TEST(FakeCloudTrail, InsightsNeedManagementEventsAndAreTold) {
  Account account;
  account.put_trail();
  const Json named = {{"TrailName", "t-1"}};
  EXPECT_EQ(account.json("cloudtrail", "GetInsightSelectors", named), "InsightNotEnabledException");
  const Json insights = {
      {"TrailName", "t-1"},
      {"InsightSelectors", Json::array({{{"InsightType", "ApiCallRateInsight"}}})}};
  ASSERT_EQ(account.json("cloudtrail", "PutInsightSelectors", insights), "");
  const Json told = account.answer("cloudtrail", "GetInsightSelectors", named);
  EXPECT_EQ(told["InsightSelectors"][0]["EventCategories"], Json::array({"Management"}));
  ASSERT_EQ(account.json("cloudtrail", "PutEventSelectors",
                         {{"TrailName", "t-1"},
                          {"AdvancedEventSelectors",
                           {{{"FieldSelectors",
                              {condition("eventCategory", "Data"),
                               condition("resources.type", "AWS::Bedrock::Model")}}}}}}),
            "");
  EXPECT_EQ(account.json("cloudtrail", "PutInsightSelectors", insights),
            "InvalidInsightSelectorsException");
}

TEST(FakeCloudTrail, ShadowsAreSeenEverywhereAndChangedOnlyAtHome) {
  Account account;
  account.put_bucket();
  ASSERT_EQ(account.json("cloudtrail", "CreateTrail",
                         changed(Account::trail(), {{"IsMultiRegionTrail", true}})),
            "");
  account.fake.put_organization_trail("us-east-1", "everybody");
  const Json seen = account.answer("cloudtrail", "DescribeTrails", Json::object(), "us-west-2");
  ASSERT_EQ(seen["trailList"].size(), 2U);
  EXPECT_EQ(seen["trailList"][1]["IsOrganizationTrail"], true);
  EXPECT_EQ(account
                .answer("cloudtrail", "DescribeTrails", {{"includeShadowTrails", false}},
                        "us-west-2")["trailList"]
                .size(),
            0U);
  EXPECT_EQ(account.json("cloudtrail", "GetTrail", {{"Name", "t-1"}}, "us-west-2"),
            "TrailNotFoundException");
  EXPECT_EQ(account.json("cloudtrail", "GetTrail", {{"Name", trail_arn}}, "us-west-2"), "");
  EXPECT_EQ(account.json("cloudtrail", "StopLogging", {{"Name", trail_arn}}, "us-west-2"),
            "InvalidHomeRegionException");
  const std::string theirs = seen["trailList"][1]["TrailARN"].get<std::string>();
  EXPECT_EQ(account.json("cloudtrail", "DeleteTrail", {{"Name", theirs}}, "us-east-1"),
            "NotOrganizationMasterAccountException");
}

TEST(FakeEvents, RefusesWhatEventBridgeRefuses) {
  Account account;
  const Json rule = {{"Name", "r"}, {"EventPattern", R"({"source":["aws.bedrock"]})"}};
  EXPECT_EQ(account.json("events", "PutRule", {{"Name", "r"}}), "ValidationException");
  EXPECT_EQ(account.json("events", "PutRule",
                         changed(rule, {{"EventPattern", R"({"source":"aws.bedrock"})"}})),
            "InvalidEventPatternException");
  EXPECT_EQ(account.json("events", "PutRule", changed(rule, {{"Name", "a b"}})),
            "ValidationException");
  EXPECT_EQ(account.json("events", "PutTargets",
                         {{"Rule", "r"}, {"Targets", {{{"Id", "t"}, {"Arn", "arn:aws:sqs:x"}}}}}),
            "ResourceNotFoundException");
  ASSERT_EQ(account.json("events", "PutRule", rule), "");
  EXPECT_EQ(account.json("events", "PutTargets", {{"Rule", "r"}, {"Targets", Json::array()}}),
            "ValidationException");
  Json targets = Json::array();
  for (const char* const id : {"1", "2", "3", "4", "5", "6"}) {
    targets.push_back({{"Id", id}, {"Arn", "arn:aws:sns:eu-west-1:123456789012:t"}});
  }
  EXPECT_EQ(account.json("events", "PutTargets", {{"Rule", "r"}, {"Targets", targets}}),
            "LimitExceededException");
  targets.erase(5);
  ASSERT_EQ(account.json("events", "PutTargets", {{"Rule", "r"}, {"Targets", targets}}), "");
  EXPECT_EQ(account.json("events", "DeleteRule", {{"Name", "r"}}), "ValidationException");
  const Json page = account.answer("events", "ListTargetsByRule", {{"Rule", "r"}, {"Limit", 3}});
  EXPECT_EQ(page["Targets"].size(), 3U);
  EXPECT_TRUE(page.contains("NextToken"));
  ASSERT_EQ(
      account.json("events", "RemoveTargets", {{"Rule", "r"}, {"Ids", {"1", "2", "3", "4", "5"}}}),
      "");
  EXPECT_EQ(account.json("events", "DeleteRule", {{"Name", "r"}}), "");
  EXPECT_EQ(account.json("events", "DeleteRule", {{"Name", "r"}}), "");
}

TEST(FakeEvents, PutRuleResetsWhatIsLeftOutAndIgnoresTagsOfARuleThatIsThere) {
  Account account;
  const Json rule = {{"Name", "r"},
                     {"EventPattern", R"({"source":["aws.bedrock"]})"},
                     {"Description", "d"},
                     {"Tags", {{{"Key", "a"}, {"Value", "1"}}}}};
  ASSERT_EQ(account.json("events", "PutRule", rule), "");
  ASSERT_EQ(account.json("events", "PutRule",
                         changed(rule, {{"Description", nullptr},
                                        {"Tags", {{{"Key", "b"}, {"Value", "1"}}}}})),
            "");
  EXPECT_FALSE(account.answer("events", "DescribeRule", {{"Name", "r"}}).contains("Description"));
  const Json tags =
      account.answer("events", "ListTagsForResource",
                     {{"ResourceARN", "arn:aws:events:eu-west-1:123456789012:rule/r"}});
  EXPECT_EQ(tags["Tags"], (Json{{{"Key", "a"}, {"Value", "1"}}}));
}

TEST(FakeBudgets, RefusesWhatBudgetsRefuse) {
  Account account;
  const Json budget = {{"BudgetName", "b"},
                       {"BudgetType", "COST"},
                       {"TimeUnit", "MONTHLY"},
                       {"BudgetLimit", {{"Amount", "100"}, {"Unit", "USD"}}}};
  const auto create = [&](const Json& change, const Json& more = Json::object()) {
    return account.json(
        "budgets", "CreateBudget",
        changed({{"AccountId", account_id}, {"Budget", changed(budget, change)}}, more));
  };
  const std::string refusal = "InvalidParameterException";
  EXPECT_EQ(create({{"BudgetName", "a:b"}}), refusal);
  EXPECT_EQ(create({{"BudgetLimit", nullptr}}), refusal);
  EXPECT_EQ(create({{"BudgetLimit", {{"Amount", "ten"}}}}), refusal);
  EXPECT_EQ(create({{"BudgetLimit", {{"Amount", 100}}}}), "SerializationException");
  EXPECT_EQ(create({{"CostFilters", {{"SERVICE", {"x"}}}}}), refusal);
  EXPECT_EQ(create(Json::object(), {{"AccountId", "210987654321"}}), "AccessDeniedException");
  const Json about = {
      {"NotificationType", "ACTUAL"}, {"ComparisonOperator", "GREATER_THAN"}, {"Threshold", 80}};
  const auto with = [&](const Json& subscribers) {
    return Json{{"NotificationsWithSubscribers",
                 {{{"Notification", about}, {"Subscribers", subscribers}}}}};
  };
  const Json email = {{"SubscriptionType", "EMAIL"}, {"Address", "a@example.com"}};
  EXPECT_EQ(create(Json::object(), with(Json::array())), refusal);
  EXPECT_EQ(create(Json::object(), with({email, email})), refusal);
  EXPECT_EQ(create(Json::object(),
                   with(Json::array({{{"SubscriptionType", "EMAIL"}, {"Address", "nobody"}}}))),
            refusal);
  const Json topics = {{{"SubscriptionType", "SNS"}, {"Address", "arn:aws:sns:r:a:1"}},
                       {{"SubscriptionType", "SNS"}, {"Address", "arn:aws:sns:r:a:2"}}};
  EXPECT_EQ(create(Json::object(), with(topics)), refusal);
  EXPECT_EQ(create(Json::object(), with(Json::array({email}))), "");
  EXPECT_EQ(create(Json::object()), "DuplicateRecordException");
  const Json named = {{"AccountId", account_id}, {"BudgetName", "b"}};
  EXPECT_EQ(account.answer("budgets", "DescribeBudget", named)["Budget"]["BudgetLimit"]["Amount"],
            "100.0");
  // The last subscriber takes the notification along.
  EXPECT_EQ(account.json("budgets", "DeleteSubscriber",
                         changed(named, {{"Notification", about}, {"Subscriber", email}})),
            "");
  EXPECT_EQ(account.answer("budgets", "DescribeNotificationsForBudget", named)["Notifications"],
            Json::array());
}

Json guardrail(const char* output = "NONE") {
  return {
      {"name", "g"},
      {"blockedInputMessaging", "no"},
      {"blockedOutputsMessaging", "no"},
      {"contentPolicyConfig",
       {{"filtersConfig",
         {{{"type", "PROMPT_ATTACK"}, {"inputStrength", "HIGH"}, {"outputStrength", output}}}}}}};
}

TEST(FakeGuardrails, RefuseWhatBedrockRefuses) {
  Account account;
  const auto create = [&](const Json& members) {
    return code_of(account.bedrock("POST", "/guardrails", members));
  };
  EXPECT_EQ(create(guardrail("HIGH")), "ValidationException");
  EXPECT_EQ(create(changed(guardrail(), {{"name", "a b"}})), "ValidationException");
  EXPECT_EQ(create(changed(guardrail(), {{"blockedInputMessaging", nullptr}})),
            "ValidationException");
  EXPECT_EQ(create(changed(guardrail(), {{"tags", {{{"Key", "a"}, {"Value", "b"}}}}})),
            "SerializationException");
  EXPECT_EQ(create(changed(guardrail(), {{"contentPolicyConfig",
                                          {{"tierConfig", {{"tierName", "STANDARD"}}}}}})),
            "ValidationException");
  EXPECT_EQ(create(guardrail()), "");
  EXPECT_EQ(create(guardrail()), "ConflictException");
  EXPECT_EQ(code_of(account.bedrock("GET", "/guardrails/unknown")), "ResourceNotFoundException");
  EXPECT_EQ(code_of(account.bedrock("GET", "/guardrails?guardrailVersion=1")),
            "ValidationException");
}

TEST(FakeGuardrails, AreBusyForAWhileAfterEveryChange) {
  Account account;
  const CallResult<Json> made = account.bedrock("POST", "/guardrails", guardrail());
  ASSERT_TRUE(made.has_value());
  const std::string path = "/guardrails/" + (*made)["guardrailId"].get<std::string>();
  const auto status = [&] {
    const CallResult<Json> shown = account.bedrock("GET", path);
    return shown ? shown->value("status", "") : code_of(shown);
  };
  EXPECT_EQ(status(), "CREATING");
  EXPECT_EQ(code_of(account.bedrock("PUT", path, guardrail())), "ConflictException");
  EXPECT_EQ(status(), "READY");
  ASSERT_TRUE(account.bedrock("POST", path, {{"description", "v"}}).has_value());
  EXPECT_EQ(status(), "VERSIONING");
  EXPECT_EQ(code_of(account.bedrock("DELETE", path)), "ConflictException");
  EXPECT_EQ(status(), "READY");
  EXPECT_EQ(account.bedrock("GET", path + "?guardrailVersion=1")->value("description", ""), "v");
  ASSERT_TRUE(account.bedrock("DELETE", path).has_value());
  EXPECT_EQ(status(), "DELETING");
  for (unsigned i = 0; i < 8; ++i) {
    (void)account.bedrock("GET", path);
  }
  EXPECT_EQ(code_of(account.bedrock("GET", path)), "ResourceNotFoundException");
}

TEST(FakeGuardrails, TheSameTokenMakesOneVersion) {
  Account account;
  const std::string path =
      "/guardrails/" +
      account.bedrock("POST", "/guardrails", guardrail())->value("guardrailId", "");
  for (unsigned i = 0; i < 3; ++i) {
    (void)account.bedrock("GET", path);
  }
  const Json body = {{"clientRequestToken", "once"}};
  ASSERT_TRUE(account.bedrock("POST", path, body).has_value());
  for (unsigned i = 0; i < 3; ++i) {
    (void)account.bedrock("GET", path);
  }
  EXPECT_EQ(account.bedrock("POST", path, body)->value("version", ""), "1");
}

}  // namespace
}  // namespace bedrocklog::fake_aws
