// The fake AWS itself: that it refuses what AWS refuses, and remembers what it was told.
#include "tests/fake_aws/fake_aws.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::CallResult;
using aws::XmlElement;

constexpr const char* region = "eu-west-1";
constexpr const char* account = "123456789012";
constexpr const char* topic = "arn:aws:sns:eu-west-1:123456789012:alerts";

/// The code of a refusal; "" of a success, "-" when there was no answer.
template <class T>
std::string code_of(const CallResult<T>& result) {
  if (result) {
    return "";
  }
  return result.error().error.code.empty() ? "-" : result.error().error.code;
}

struct Account {
  FakeAws fake;
  FakeClient client{fake};

  CallResult<XmlElement> sns(const std::string& action, const Json& members) {
    return client.calls.query("sns", region, action, members);
  }
  CallResult<XmlElement> cloudwatch(const std::string& action, const Json& members) {
    return client.calls.query("cloudwatch", region, action, members);
  }
  void make_topic(const Json& tags = Json::array()) {
    ASSERT_EQ(code_of(sns("CreateTopic", {{"Name", "alerts"}, {"Tags", tags}})), "");
  }
  std::string subscribe(const std::string& endpoint) {
    const auto made = sns("Subscribe", {{"TopicArn", topic},
                                        {"Protocol", "email"},
                                        {"Endpoint", endpoint},
                                        {"ReturnSubscriptionArn", true}});
    return made ? std::string(made->text_of("SubscriptionArn")) : "";
  }
  std::vector<XmlElement> alarms(const Json& members = Json::object()) {
    const auto answer = cloudwatch("DescribeAlarms", members);
    std::vector<XmlElement> found;
    if (answer) {
      for (const XmlElement* const alarm : answer->members("MetricAlarms")) {
        found.push_back(*alarm);
      }
    }
    return found;
  }
};

Json plain_alarm(const std::string& name = "errors") {
  return {{"AlarmName", name},      {"Namespace", "AWS/Bedrock"},
          {"MetricName", "Errors"}, {"Statistic", "Sum"},
          {"Period", 300},          {"EvaluationPeriods", 2},
          {"Threshold", 10},        {"ComparisonOperator", "GreaterThanThreshold"},
          {"AlarmActions", {topic}}};
}

Json metric_stat(const std::string& id, const std::string& metric, bool is_result) {
  return {{"Id", id},
          {"ReturnData", is_result},
          {"MetricStat",
           {{"Metric", {{"Namespace", "AWS/Bedrock"}, {"MetricName", metric}}},
            {"Period", 3600},
            {"Stat", "Sum"}}}};
}

Json math_alarm() {
  return {{"AlarmName", "tokens"},
          {"EvaluationPeriods", 1},
          {"Threshold", 100'000},
          {"ComparisonOperator", "GreaterThanThreshold"},
          {"Metrics",
           {metric_stat("i", "InputTokenCount", false),
            metric_stat("o", "OutputTokenCount", false),
            {{"Id", "sum"}, {"Expression", "FILL(i, 0) + FILL(o, 0)"}, {"ReturnData", true}}}}};
}

TEST(FakeAws, TellsWhoSigned) {
  Account account_of;
  const auto answer = account_of.client.calls.query("sts", region, "GetCallerIdentity", nullptr);
  ASSERT_EQ(code_of(answer), "");
  EXPECT_EQ(answer->text_of("Account"), account);
  EXPECT_EQ(answer->text_of("Arn"), "arn:aws:iam::123456789012:user/admin");
}

TEST(FakeAws, RefusesAWrongSecretAnUnknownKeyAndAWrongClock) {
  const FakeAws fake;
  FakeClient wrong_secret(fake, {.secret = "other"});
  FakeClient unknown_key(fake, {.key_id = "AKIDOTHER"});
  FakeClient token(fake, {.token = "made-up"});
  FakeClient slow(fake,
                  {.clock = [] { return aws::UtcTime{aws::system_time().seconds - 20 * 60}; }});
  const auto identity = [](FakeClient& client) {
    return code_of(client.calls.query("sts", region, "GetCallerIdentity", nullptr));
  };
  EXPECT_EQ(identity(wrong_secret), "SignatureDoesNotMatch");
  EXPECT_EQ(identity(unknown_key), "InvalidClientTokenId");
  EXPECT_EQ(identity(token), "InvalidClientTokenId");
  EXPECT_EQ(identity(slow), "SignatureDoesNotMatch");
  const auto log_groups = unknown_key.calls.json("logs", region, "DescribeLogGroups", nullptr);
  EXPECT_EQ(code_of(log_groups), "UnrecognizedClientException");
  EXPECT_EQ(code_of(wrong_secret.calls.rest_json("bedrock", region, "Get", "GET",
                                                 "/logging/modelinvocations", nullptr)),
            "InvalidSignatureException");
  aws::S3Operation head;
  head.operation = "ListObjectsV2";
  head.method = "GET";
  head.bucket = "some-bucket";
  head.query = {{"list-type", "2"}, {"prefix", "a b+c/ä"}};
  EXPECT_EQ(code_of(unknown_key.calls.s3(region, head)), "InvalidAccessKeyId");
  EXPECT_EQ(code_of(wrong_secret.calls.s3(region, head)), "SignatureDoesNotMatch");
  EXPECT_EQ(code_of(slow.calls.s3(region, head)), "RequestTimeTooSkewed");
}

TEST(FakeAws, AcceptsTheKeysOfAnAssumedRole) {
  Account first;
  const Json members = {{"RoleArn", "arn:aws:iam::123456789012:role/Admin"},
                        {"RoleSessionName", "me"}};
  const auto assumed = first.client.calls.query("sts", region, "AssumeRole", members);
  ASSERT_EQ(code_of(assumed), "");
  const XmlElement& keys = *assumed->child("Credentials");
  FakeClient other(first.fake, {.key_id = std::string(keys.text_of("AccessKeyId")),
                                .secret = std::string(keys.text_of("SecretAccessKey")),
                                .token = std::string(keys.text_of("SessionToken"))});
  const auto who = other.calls.query("sts", region, "GetCallerIdentity", nullptr);
  ASSERT_EQ(code_of(who), "");
  EXPECT_EQ(who->text_of("Arn"), "arn:aws:sts::123456789012:assumed-role/Admin/me");
  FakeClient without_token(first.fake, {.key_id = std::string(keys.text_of("AccessKeyId")),
                                        .secret = std::string(keys.text_of("SecretAccessKey"))});
  EXPECT_EQ(code_of(without_token.calls.query("sts", region, "GetCallerIdentity", nullptr)),
            "InvalidClientTokenId");
}

TEST(FakeAws, KnowsNoRegionOfAnotherPartition) {
  Account plain;
  EXPECT_EQ(code_of(plain.client.calls.query("sns", "cn-north-1", "CreateTopic", {{"Name", "x"}})),
            "InvalidClientTokenId");
  const FakeAws china(account, "aws-cn");
  FakeClient client(china);
  const auto made = client.calls.query("sns", "cn-north-1", "CreateTopic", {{"Name", "x"}});
  ASSERT_EQ(code_of(made), "");
  EXPECT_EQ(made->text_of("TopicArn"), "arn:aws-cn:sns:cn-north-1:123456789012:x");
}

TEST(FakeAws, RefusesWhatIsNotAllowedInTheWordsOfTheService) {
  Account some;
  some.fake.set_allowed(
      [](const std::string& service, const std::string& operation, const std::string& resource) {
        return service == "sns" && operation == "CreateTopic" && resource == topic;
      });
  EXPECT_EQ(code_of(some.sns("CreateTopic", {{"Name", "alerts"}})), "");
  EXPECT_EQ(code_of(some.sns("CreateTopic", {{"Name", "other"}})), "AuthorizationError");
  const Json tagged = {{"Name", "alerts"}, {"Tags", {{{"Key", "k"}, {"Value", "v"}}}}};
  EXPECT_EQ(code_of(some.sns("CreateTopic", tagged)), "AuthorizationError");
  EXPECT_EQ(code_of(some.cloudwatch("DescribeAlarms", nullptr)), "AccessDenied");
  const auto refused = some.cloudwatch("DescribeAlarms", nullptr);
  EXPECT_THAT(refused.error().error.message,
              testing::HasSubstr("cloudwatch:DescribeAlarms on resource: "
                                 "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"));
}

TEST(FakeAws, RecordsEveryCallWithItsMembers) {
  Account some;
  some.make_topic({{{"Key", "k"}, {"Value", "v"}}});
  EXPECT_NE(code_of(some.sns("DeleteTopic", {{"TopicArn", topic}, {"Force", true}})), "");
  const auto calls = some.fake.calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].service, "sns");
  EXPECT_EQ(calls[0].operation, "CreateTopic");
  EXPECT_EQ(calls[0].region, region);
  EXPECT_EQ(calls[0].resource, topic);
  EXPECT_TRUE(calls[0].is_change);
  EXPECT_EQ(calls[0].status, 200);
  EXPECT_EQ(calls[0].members,
            (Json{{"Name", "alerts"}, {"Tags", {{{"Key", "k"}, {"Value", "v"}}}}}));
  EXPECT_EQ(calls[1].code, "InvalidParameter");
  some.fake.forget_calls();
  EXPECT_TRUE(some.fake.calls().empty());
}

TEST(FakeAws, GivesTheSameMishapsFromTheSameSeed) {
  const auto codes = [](std::uint64_t seed) {
    Account some;
    some.fake.set_trouble({.seed = seed,
                           .throttled_permille = 300,
                           .failing_permille = 200,
                           .lost_answer_permille = 100,
                           .cut_permille = 100});
    std::string all;
    for (int i = 0; i < 20; ++i) {
      all += code_of(some.cloudwatch("DescribeAlarms", nullptr)) + ';';
    }
    return all;
  };
  const std::string once = codes(5);
  EXPECT_EQ(once, codes(5));
  EXPECT_NE(once, codes(6));
  EXPECT_THAT(once, testing::HasSubstr("Throttling"));
}

TEST(FakeAws, CarriesOutWhatHasItsAnswerLostAndNotWhatIsCut) {
  Account lost;
  lost.fake.set_trouble({.lost_answer_permille = 1000});
  EXPECT_EQ(code_of(lost.sns("CreateTopic", {{"Name", "alerts"}})), "-");
  EXPECT_TRUE(lost.fake.snapshot()["services"]["sns"].contains("topics"));
  Account cut;
  cut.fake.set_trouble({.cut_permille = 1000});
  EXPECT_EQ(code_of(cut.sns("CreateTopic", {{"Name", "alerts"}})), "-");
  EXPECT_FALSE(cut.fake.snapshot()["services"]["sns"].contains("topics"));
}

TEST(FakeAws, DiesAtTheChangeItIsToldTo) {
  for (const bool is_last_done : {true, false}) {
    Account some;
    some.fake.set_trouble({.changes_until_dead = 2, .is_last_done = is_last_done});
    EXPECT_EQ(code_of(some.sns("CreateTopic", {{"Name", "one"}})), "");
    EXPECT_EQ(code_of(some.cloudwatch("DescribeAlarms", nullptr)), "");
    EXPECT_EQ(code_of(some.sns("CreateTopic", {{"Name", "two"}})), "-");
    EXPECT_EQ(code_of(some.cloudwatch("DescribeAlarms", nullptr)), "-");
    const std::size_t topics = some.fake.snapshot()["services"]["sns"]["topics"].size();
    EXPECT_EQ(topics, is_last_done ? 2U : 1U);
    some.fake.set_trouble({});
    EXPECT_EQ(code_of(some.cloudwatch("DescribeAlarms", nullptr)), "");
  }
}

TEST(FakeAws, RestoresASnapshotToTheByte) {
  Account some;
  some.make_topic({{{"Key", "k"}, {"Value", "v"}}});
  EXPECT_NE(some.subscribe("a@example.com"), "");
  EXPECT_EQ(code_of(some.cloudwatch("PutMetricAlarm", math_alarm())), "");
  EXPECT_EQ(code_of(some.cloudwatch(
                "PutDashboard", {{"DashboardName", "d"}, {"DashboardBody", R"({"widgets":[]})"}})),
            "");
  some.fake.put_metric(region, "AWS/Bedrock", "Invocations", {{"ModelId", "m"}});
  const Json before = some.fake.snapshot();
  Account other;
  EXPECT_NE(other.fake.snapshot(), before);
  other.fake.restore(before);
  EXPECT_EQ(other.fake.snapshot().dump(), before.dump());
  EXPECT_EQ(other.alarms().size(), 1U);
}

TEST(FakeSns, GivesATopicOnceAndRefusesOtherTagsForIt) {
  Account some;
  some.make_topic({{{"Key", "k"}, {"Value", "v"}}});
  EXPECT_EQ(code_of(some.sns("CreateTopic", {{"Name", "alerts"}})), "");
  const Json other = {{"Name", "alerts"}, {"Tags", {{{"Key", "k"}, {"Value", "other"}}}}};
  EXPECT_EQ(code_of(some.sns("CreateTopic", other)), "InvalidParameter");
  EXPECT_EQ(code_of(some.sns("CreateTopic", {{"Name", "a.b"}})), "InvalidParameter");
  EXPECT_EQ(code_of(some.sns("CreateTopic", nullptr)), "InvalidParameter");
  const Json reserved = {{"Name", "new"}, {"Tags", {{{"Key", "aws:k"}, {"Value", "v"}}}}};
  EXPECT_EQ(code_of(some.sns("CreateTopic", reserved)), "InvalidParameter");
  EXPECT_EQ(code_of(some.sns("DeleteTopic", {{"TopicArn", topic}})), "");
  EXPECT_EQ(code_of(some.sns("DeleteTopic", {{"TopicArn", topic}})), "");
  EXPECT_EQ(code_of(some.sns("GetTopicAttributes", {{"TopicArn", topic}})), "NotFound");
  EXPECT_EQ(code_of(some.sns("ListTagsForResource", {{"ResourceArn", topic}})), "ResourceNotFound");
}

TEST(FakeSns, RefusesPoliciesThatAreNoneOfThisTopic) {
  Account some;
  some.make_topic();
  const auto set_policy = [&](const std::string& text) {
    return code_of(
        some.sns("SetTopicAttributes",
                 {{"TopicArn", topic}, {"AttributeName", "Policy"}, {"AttributeValue", text}}));
  };
  Json statement = {{"Sid", "Alarms"},
                    {"Effect", "Allow"},
                    {"Principal", {{"Service", "cloudwatch.amazonaws.com"}}},
                    {"Action", "sns:Publish"},
                    {"Resource", topic}};
  const auto policy = [](const Json& one) {
    return Json{{"Version", "2012-10-17"}, {"Statement", Json::array({one})}}.dump();
  };
  EXPECT_EQ(set_policy(policy(statement)), "");
  EXPECT_EQ(set_policy(""), "InvalidParameter");
  Json wide = statement;
  wide["Action"] = "sns:*";
  EXPECT_EQ(set_policy(policy(wide)), "InvalidParameter");
  Json foreign = statement;
  foreign["Resource"] = "*";
  EXPECT_EQ(set_policy(policy(foreign)), "InvalidParameter");
  statement.erase("Principal");
  EXPECT_EQ(set_policy(policy(statement)), "InvalidParameter");
}

TEST(FakeSns, KeepsAnEmailPendingUntilItsRecipientConfirms) {
  Account some;
  some.make_topic();
  const std::string arn = some.subscribe("a@example.com");
  EXPECT_EQ(arn, some.subscribe("a@example.com"));
  const Json of_topic = {{"TopicArn", topic}};
  const auto listed = [&] {
    const auto answer = some.sns("ListSubscriptionsByTopic", of_topic);
    const auto items = answer ? answer->members("Subscriptions") : std::vector<const XmlElement*>();
    return items.size() == 1 ? std::string(items[0]->text_of("SubscriptionArn")) : "?";
  };
  EXPECT_EQ(listed(), "PendingConfirmation");
  EXPECT_EQ(code_of(some.sns("Unsubscribe", {{"SubscriptionArn", arn}})), "InvalidParameter");
  EXPECT_EQ(code_of(some.sns("Unsubscribe", {{"SubscriptionArn", "PendingConfirmation"}})),
            "InvalidParameter");
  some.fake.confirm_subscription("a@example.com");
  EXPECT_EQ(listed(), arn);
  EXPECT_EQ(code_of(some.sns("Unsubscribe", {{"SubscriptionArn", arn}})), "");
  EXPECT_EQ(listed(), "?");
  EXPECT_EQ(some.subscribe("no address"), "");
}

TEST(FakeSns, ListsSubscriptionsInPages) {
  Account some;
  some.make_topic();
  for (int i = 0; i < 101; ++i) {
    ASSERT_NE(some.subscribe("a" + std::to_string(i) + "@example.com"), "");
  }
  const auto first = some.sns("ListSubscriptionsByTopic", {{"TopicArn", topic}});
  ASSERT_EQ(code_of(first), "");
  EXPECT_EQ(first->members("Subscriptions").size(), 100U);
  const Json next = {{"TopicArn", topic}, {"NextToken", std::string(first->text_of("NextToken"))}};
  const auto second = some.sns("ListSubscriptionsByTopic", next);
  ASSERT_EQ(code_of(second), "");
  EXPECT_EQ(second->members("Subscriptions").size(), 1U);
  EXPECT_EQ(second->text_of("NextToken"), "");
}

TEST(FakeSns, HidesANewTopicFromReadsForAWhile) {
  Account some;
  some.fake.set_trouble({.read_lag_requests = 2});
  some.make_topic();
  EXPECT_EQ(code_of(some.sns("GetTopicAttributes", {{"TopicArn", topic}})), "NotFound");
  EXPECT_EQ(code_of(some.sns("GetTopicAttributes", {{"TopicArn", topic}})), "NotFound");
  EXPECT_EQ(code_of(some.sns("GetTopicAttributes", {{"TopicArn", topic}})), "");
}

TEST(FakeCloudWatch, TellsAnAlarmAsItWasWritten) {
  Account some;
  Json alarm = math_alarm();
  alarm["Tags"] = {{{"Key", "k"}, {"Value", "v"}}};
  ASSERT_EQ(code_of(some.cloudwatch("PutMetricAlarm", alarm)), "");
  const auto found = some.alarms({{"AlarmNames", {"tokens"}}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].text_of("Threshold"), "100000.0");
  EXPECT_EQ(found[0].text_of("StateValue"), "INSUFFICIENT_DATA");
  EXPECT_EQ(found[0].text_of("ActionsEnabled"), "true");
  ASSERT_EQ(found[0].members("Metrics").size(), 3U);
  EXPECT_EQ(found[0].members("Metrics")[2]->text_of("Expression"), "FILL(i, 0) + FILL(o, 0)");
  alarm["Tags"] = {{{"Key", "k"}, {"Value", "ignored at an update"}}};
  EXPECT_EQ(code_of(some.cloudwatch("PutMetricAlarm", alarm)), "");
  const Json which = {{"ResourceARN", std::string(found[0].text_of("AlarmArn"))}};
  const auto tags = some.cloudwatch("ListTagsForResource", which);
  ASSERT_EQ(code_of(tags), "");
  ASSERT_EQ(tags->members("Tags").size(), 1U);
  EXPECT_EQ(tags->members("Tags")[0]->text_of("Value"), "v");
}

TEST(FakeCloudWatch, RefusesAlarmsThatBreakTheRules) {
  Account some;
  const auto code_with = [&](Json alarm, const Json& changes) {
    for (const auto& [name, value] : changes.items()) {
      alarm[name] = value;  // Null members are not sent.
    }
    return code_of(some.cloudwatch("PutMetricAlarm", alarm));
  };
  EXPECT_EQ(code_with(plain_alarm(), Json::object()), "");
  const std::vector<Json> wrong = {
      {{"Period", 45}},
      {{"Period", nullptr}},
      {{"Period", 86'400}, {"EvaluationPeriods", 8}},
      {{"EvaluationPeriods", nullptr}},
      {{"DatapointsToAlarm", 3}},
      {{"Threshold", nullptr}},
      {{"ExtendedStatistic", "p99"}},
      {{"Statistic", "Median"}},
      {{"AlarmDescription", std::string(1025, 'x')}},
      {{"AlarmActions", std::vector<std::string>(6, topic)}},
      {{"AlarmActions", {"arn:aws:sns:us-east-1:123456789012:alerts"}}},
      {{"TreatMissingData", "sometimes"}},
      {{"ComparisonOperator", "Greater"}},
      {{"Metrics", math_alarm()["Metrics"]}},
      {{"MetricName", nullptr}},
      {{"Colour", "red"}}};
  for (const Json& changes : wrong) {
    EXPECT_EQ(code_with(plain_alarm(), changes), "ValidationError") << changes;
  }
  Json two_results = math_alarm();
  two_results["Metrics"][0]["ReturnData"] = true;
  EXPECT_EQ(code_with(two_results, Json::object()), "ValidationError");
  Json unknown_id = math_alarm();
  unknown_id["Metrics"][2]["Expression"] = "i + other";
  EXPECT_EQ(code_with(unknown_id, Json::object()), "ValidationError");
  Json both = math_alarm();
  both["Metrics"][0]["Expression"] = "o";
  EXPECT_EQ(code_with(both, Json::object()), "ValidationError");
  EXPECT_EQ(code_with(math_alarm(), {{"Period", 60}}), "ValidationError");
}

TEST(FakeCloudWatch, FindsAlarmsByNamePrefixTypeAndPage) {
  Account some;
  for (const char* const name : {"a-1", "a-2", "b-1"}) {
    ASSERT_EQ(code_of(some.cloudwatch("PutMetricAlarm", plain_alarm(name))), "");
  }
  EXPECT_EQ(some.alarms().size(), 3U);
  EXPECT_EQ(some.alarms({{"AlarmNamePrefix", "a-"}}).size(), 2U);
  EXPECT_EQ(some.alarms({{"AlarmTypes", {"CompositeAlarm"}}}).size(), 0U);
  EXPECT_EQ(some.alarms({{"MaxRecords", 2}}).size(), 2U);
  EXPECT_EQ(some.alarms({{"MaxRecords", 2}, {"NextToken", "from-2"}}).size(), 1U);
  EXPECT_EQ(code_of(some.cloudwatch("DescribeAlarms",
                                    {{"AlarmNames", {"a-1"}}, {"AlarmNamePrefix", "a"}})),
            "InvalidParameterCombination");
  EXPECT_EQ(code_of(some.cloudwatch(
                "SetAlarmState",
                {{"AlarmName", "a-1"}, {"StateValue", "ALARM"}, {"StateReason", "a test"}})),
            "");
  EXPECT_EQ(some.alarms({{"StateValue", "ALARM"}}).size(), 1U);
  EXPECT_EQ(code_of(some.cloudwatch("DeleteAlarms", {{"AlarmNames", {"a-1", "not-there"}}})), "");
  EXPECT_EQ(some.alarms().size(), 2U);
}

TEST(FakeCloudWatch, KeepsDashboardsOfTheAccountAndRefusesBrokenOnes) {
  Account some;
  const auto put = [&](const std::string& name, const std::string& body) {
    return code_of(
        some.cloudwatch("PutDashboard", {{"DashboardName", name}, {"DashboardBody", body}}));
  };
  const std::string body = R"({"widgets":[{"type":"text","x":0,"y":0,"width":24,"height":2,)"
                           R"("properties":{"markdown":"a & b < c"}}]})";
  EXPECT_EQ(put("usage", body), "");
  EXPECT_EQ(put("usage board", body), "InvalidParameterInput");
  EXPECT_EQ(put("usage", "no JSON"), "InvalidParameterInput");
  EXPECT_EQ(put("usage", R"({"widgets":[{"type":"log","properties":{"query":"q"}}]})"),
            "InvalidParameterInput");
  // From any region it is the same.
  const auto elsewhere = some.client.calls.query("cloudwatch", "us-east-1", "GetDashboard",
                                                 {{"DashboardName", "usage"}});
  ASSERT_EQ(code_of(elsewhere), "");
  EXPECT_EQ(elsewhere->text_of("DashboardBody"), body);
  EXPECT_EQ(code_of(some.cloudwatch("DeleteDashboards", {{"DashboardNames", {"usage", "none"}}})),
            "ResourceNotFound");
  EXPECT_EQ(code_of(some.cloudwatch("GetDashboard", {{"DashboardName", "usage"}})),
            "ResourceNotFound");
}

TEST(FakeCloudWatch, ListsTheMetricsThatAppeared) {
  Account some;
  some.fake.put_metric(region, "AWS/Bedrock", "Invocations", {{"ModelId", "m"}});
  some.fake.put_metric(region, "AWS/Bedrock", "Invocations", Json::object());
  some.fake.put_metric("us-east-1", "AWS/Bedrock", "Invocations", Json::object());
  const Json with_model = {{"Namespace", "AWS/Bedrock"}, {"Dimensions", {{{"Name", "ModelId"}}}}};
  const auto found = some.cloudwatch("ListMetrics", with_model);
  ASSERT_EQ(code_of(found), "");
  ASSERT_EQ(found->members("Metrics").size(), 1U);
  const auto all = some.cloudwatch("ListMetrics", {{"Namespace", "AWS/Bedrock"}});
  EXPECT_EQ(all ? all->members("Metrics").size() : 0U, 2U);
}

}  // namespace
}  // namespace bedrocklog::fake_aws
