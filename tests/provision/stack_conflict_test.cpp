// Things of others, and things of ours that were changed by hand.
#include <functional>

#include <gtest/gtest.h>

#include "provision/mark.h"
#include "tests/provision/stack_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;

constexpr const char* region = "eu-west-1";
constexpr const char* role = "BedrockCloudWatchLoggingRole";
constexpr const char* bucket = "bedrock-logs-123456789012";
constexpr const char* log_group = "/aws/bedrock/modelinvocations";
constexpr const char* log_group_arn =
    "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/bedrock/modelinvocations";
constexpr const char* topic_arn = "arn:aws:sns:eu-west-1:123456789012:bedrock-usage-alerts";

/// Calls that must succeed, as somebody else in the account makes them.
class Somebody {
 public:
  explicit Somebody(const FakeAws& account) : client_(account) {}

  void query(const char* service, const char* action, const Json& members) {
    const auto answer = client_.calls.query(service, region, action, members);
    ASSERT_TRUE(answer.has_value()) << action << ": " << answer.error().fault.message;
  }
  void logs(const char* operation, const Json& members) {
    const auto answer = client_.calls.json("logs", region, operation, members);
    ASSERT_TRUE(answer.has_value()) << operation << ": " << answer.error().fault.message;
  }
  void s3(const char* operation, const char* method, const char* subresource,
          const std::string& body) {
    aws::QueryItems query;
    if (*subresource != '\0') {
      query.emplace_back(subresource, "");
    }
    const auto answer = client_.calls.s3(region, {operation, method, bucket, query, "", {}, body});
    ASSERT_TRUE(answer.has_value()) << operation << ": " << answer.error().fault.message;
  }
  void logging(const Json& configuration) {
    const auto answer =
        client_.calls.rest_json("bedrock", region, "PutModelInvocationLoggingConfiguration", "PUT",
                                "/logging/modelinvocations", {{"loggingConfig", configuration}});
    ASSERT_TRUE(answer.has_value()) << answer.error().fault.message;
  }

 private:
  fake_aws::FakeClient client_;
};

Json trust_of_lambda() {
  return Json::parse(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})");
}

Json plain_alarm() {
  return {{"AlarmName", "bedrock-high-latency"},
          {"Namespace", "AWS/Bedrock"},
          {"MetricName", "InvocationLatency"},
          {"Statistic", "Average"},
          {"Period", 300},
          {"EvaluationPeriods", 3},
          {"Threshold", 77},
          {"ComparisonOperator", "GreaterThanThreshold"}};
}

struct Foreign {
  const char* address;
  const char* adoption;  // What --adopt takes; empty: it cannot be adopted by name.
  std::function<void(Somebody&)> make;
};

std::vector<Foreign> foreign_things() {
  return {
      {"role/BedrockCloudWatchLoggingRole", "role:BedrockCloudWatchLoggingRole",
       [](Somebody& they) {
         they.query("iam", "CreateRole",
                    {{"RoleName", role}, {"AssumeRolePolicyDocument", trust_of_lambda().dump()}});
       }},
      {"eu-west-1/bucket/bedrock-logs-123456789012", "bucket:bedrock-logs-123456789012",
       [](Somebody& they) {
         they.s3("CreateBucket", "PUT", "",
                 "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                 "<LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>");
       }},
      {"eu-west-1/log-group//aws/bedrock/modelinvocations",
       "log-group:/aws/bedrock/modelinvocations",
       [](Somebody& they) {
         they.logs("CreateLogGroup", {{"logGroupName", log_group}});
         they.logs("PutRetentionPolicy", {{"logGroupName", log_group}, {"retentionInDays", 7}});
       }},
      {"eu-west-1/topic/bedrock-usage-alerts", "topic:bedrock-usage-alerts",
       [](Somebody& they) {
         they.query("sns", "CreateTopic", {{"Name", "bedrock-usage-alerts"}});
       }},
      {"eu-west-1/alarm/bedrock-high-latency", "alarm:bedrock-high-latency",
       [](Somebody& they) { they.query("cloudwatch", "PutMetricAlarm", plain_alarm()); }},
      {"dashboard/BedrockUsageMonitoring", "dashboard:BedrockUsageMonitoring", [](Somebody& they) {
         they.query(
             "cloudwatch", "PutDashboard",
             {{"DashboardName", "BedrockUsageMonitoring"}, {"DashboardBody", R"({"widgets":[]})"}});
       }}};
}

const Step* step_at(const Plan& plan, const std::string& address) {
  for (const Step& step : plan.steps) {
    if (to_text(step.address) == address) {
      return &step;
    }
  }
  return nullptr;
}

TEST(ForeignThings, AreConflictsAndNothingIsChanged) {
  for (const Foreign& thing : foreign_things()) {
    FakeAws account;
    Somebody they(account);
    thing.make(they);
    const Json before = account.snapshot();
    StackRun run(account, test_spec());
    const Plan plan = run.plan();
    const Step* const step = step_at(plan, thing.address);
    ASSERT_NE(step, nullptr) << thing.address;
    EXPECT_EQ(step->action, Action::conflict) << thing.address;
    EXPECT_NE(step->reason.find(std::string("--adopt ") + thing.adoption), std::string::npos)
        << step->reason;
    EXPECT_FALSE(run.apply_all());
    EXPECT_EQ(account.snapshot(), before) << thing.address;
  }
}

TEST(ForeignThings, AreTakenOverByTheFlagThatNamesThemAndReleasedByDestroy) {
  for (const Foreign& thing : foreign_things()) {
    FakeAws account;
    Somebody they(account);
    thing.make(they);
    StackSpec spec = test_spec();
    spec.adopts = {thing.adoption};
    spec.allows_shorter_retention = true;  // An adopted bucket without rules keeps for ever.
    StackRun run(account, spec);
    ASSERT_TRUE(run.apply_all()) << thing.address << ": " << run.fault_text();
    EXPECT_FALSE(StackRun(account, spec).plan().has_changes()) << thing.address;
    // From then on it is ours without any flag.
    StackSpec later = test_spec();
    later.allows_shorter_retention = true;
    EXPECT_FALSE(StackRun(account, later).plan().has_conflicts()) << thing.address;
    DestroyChoices everything;
    everything.delete_data = true;
    ASSERT_TRUE(run.destroy_all(everything)) << thing.address << ": " << run.fault_text();
    const Result<ObservedState> left = run.look();
    ASSERT_TRUE(left.has_value());
    for (const auto& [address, observed] : left->found) {
      EXPECT_FALSE(is_ours(observed) && address.kind != ResourceKind::topic_policy &&
                   address.kind != ResourceKind::subscription &&
                   address.kind != ResourceKind::bucket_policy)
          << to_text(address);
    }
    // A dashboard that was taken over has our widgets, nothing of theirs: it goes.
    const bool stays = std::string(thing.address).find("dashboard") == std::string::npos;
    EXPECT_EQ(left->find(*read_address(thing.address)) != nullptr, stays) << thing.address;
  }
}

TEST(ForeignThings, AWholeStackOfTheOlderScriptsIsAdoptedByOneFlag) {
  FakeAws account;
  Somebody they(account);
  for (const Foreign& thing : foreign_things()) {
    thing.make(they);
  }
  StackSpec spec = test_spec();
  spec.adopts_all = true;
  spec.allows_shorter_retention = true;
  StackRun run(account, spec);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.plan().has_changes());
}

TEST(ForeignThings, ALoggingConfigurationOfOthersIsReplacedOnlyWhenAsked) {
  const auto account = std::make_unique<FakeAws>();
  // Theirs: the same account's stack under other names.
  StackSpec theirs = test_spec();
  theirs.stack = "theirs";
  theirs.names.role = "TheirRole";
  theirs.names.bucket = "their-audit-bucket";
  theirs.names.log_group = "/their/group";
  theirs.names.topic = "theirs";
  theirs.names.dashboard = "theirs";
  theirs.names.token_alarm = "t1";
  theirs.names.error_alarm = "t2";
  theirs.names.invocation_alarm = "t3";
  theirs.names.latency_alarm = "t4";
  StackRun they(*account, theirs);
  ASSERT_TRUE(they.apply_all()) << they.fault_text();
  const Json before = account->snapshot();
  StackRun run(*account, test_spec());
  const Plan plan = run.plan();
  EXPECT_EQ(step_at(plan, "eu-west-1/logging-configuration")->action, Action::conflict);
  EXPECT_FALSE(run.apply_all());
  EXPECT_EQ(account->snapshot(), before);

  StackSpec replacing = test_spec();
  replacing.logging = LoggingChoice::replace;
  StackRun replaces(*account, replacing);
  ASSERT_TRUE(replaces.apply_all()) << replaces.fault_text();
  EXPECT_FALSE(replaces.plan().has_changes());
  // And theirs can be put back by destroy.
  DestroyChoices restoring;
  restoring.delete_data = true;
  const Result<ObservedState> was = they.look();
  ASSERT_TRUE(was.has_value());
  restoring.restored_logging[region] =
      they.desired().find({ResourceKind::logging_configuration, region, ""})->properties;
  ASSERT_TRUE(replaces.destroy_all(restoring)) << replaces.fault_text();
  EXPECT_EQ(without_permission_checks(account->snapshot()), without_permission_checks(before));
}

TEST(ForeignThings, ABucketOfAnotherAccountIsAConflictWithoutWayOut) {
  FakeAws account;
  Somebody they(account);
  they.s3("CreateBucket", "PUT", "",
          "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
          "<LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>");
  Json taken = account.snapshot();
  taken["services"]["s3"]["Buckets"][bucket]["Owner"] = "999999999999";
  account.restore(taken);
  StackRun run(account, test_spec());
  const Plan plan = run.plan();
  const Step* const step = step_at(plan, std::string("eu-west-1/bucket/") + bucket);
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->action, Action::conflict);
  EXPECT_NE(step->reason.find("another account"), std::string::npos) << step->reason;
}

struct Drift {
  const char* address;
  const char* path;  // Begin of the path of a change.
  std::function<void(Somebody&)> make;
};

std::string pointed(const char* text) {
  return text;
}

std::vector<Drift> drifts_of_iam_and_logs() {
  return {{"role/BedrockCloudWatchLoggingRole", "AssumeRolePolicyDocument",
           [](Somebody& they) {
             they.query("iam", "UpdateAssumeRolePolicy",
                        {{"RoleName", role}, {"PolicyDocument", trust_of_lambda().dump()}});
           }},
          {"role/BedrockCloudWatchLoggingRole", "Policies[BedrocklogDelivery]",
           [](Somebody& they) {
             they.query("iam", "DeleteRolePolicy",
                        {{"RoleName", role}, {"PolicyName", "BedrocklogDelivery"}});
           }},
          {"role/BedrockCloudWatchLoggingRole", "Description",
           [](Somebody& they) {
             they.query("iam", "UpdateRole", {{"RoleName", role}, {"Description", "mine"}});
           }},
          {"role/BedrockCloudWatchLoggingRole", "Tags[bedrocklog:profile]",
           [](Somebody& they) {
             they.query("iam", "UntagRole",
                        {{"RoleName", role}, {"TagKeys", Json::array({"bedrocklog:profile"})}});
           }},
          {"eu-west-1/log-group//aws/bedrock/modelinvocations", "RetentionInDays",
           [](Somebody& they) {
             they.logs("PutRetentionPolicy", {{"logGroupName", log_group}, {"retentionInDays", 7}});
           }},
          {"eu-west-1/log-group//aws/bedrock/modelinvocations", "Tags[bedrocklog:managed]",
           [](Somebody& they) {
             they.logs("UntagResource", {{"resourceArn", log_group_arn},
                                         {"tagKeys", Json::array({"bedrocklog:managed"})}});
           }}};
}

std::vector<Drift> drifts_of_the_bucket() {
  const std::string address = std::string("eu-west-1/bucket/") + bucket;
  static const std::string held = address;
  const auto xml = [](const char* root, const char* inside) {
    return std::string("<") + root + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
           inside + "</" + root + ">";
  };
  return {{held.c_str(), "VersioningConfiguration.Status",
           [xml](Somebody& they) {
             they.s3("PutBucketVersioning", "PUT", "versioning",
                     xml("VersioningConfiguration", "<Status>Suspended</Status>"));
           }},
          {held.c_str(), "PublicAccessBlockConfiguration.BlockPublicAcls",
           [xml](Somebody& they) {
             they.s3("PutPublicAccessBlock", "PUT", "publicAccessBlock",
                     xml("PublicAccessBlockConfiguration",
                         "<BlockPublicAcls>false</BlockPublicAcls>"
                         "<IgnorePublicAcls>true</IgnorePublicAcls>"
                         "<BlockPublicPolicy>true</BlockPublicPolicy>"
                         "<RestrictPublicBuckets>true</RestrictPublicBuckets>"));
           }},
          {held.c_str(), "OwnershipControls",
           [xml](Somebody& they) {
             they.s3("PutBucketOwnershipControls", "PUT", "ownershipControls",
                     xml("OwnershipControls",
                         "<Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule>"));
           }},
          {held.c_str(), "LifecycleConfiguration",
           [](Somebody& they) { they.s3("DeleteBucketLifecycle", "DELETE", "lifecycle", ""); }},
          {"eu-west-1/bucket-policy/bedrock-logs-123456789012", "PolicyDocument",
           [](Somebody& they) { they.s3("DeleteBucketPolicy", "DELETE", "policy", ""); }}};
}

std::vector<Drift> drifts_of_alerting() {
  return {{"eu-west-1/topic-policy/bedrock-usage-alerts", "PolicyDocument.Statement",
           [](Somebody& they) {
             they.query("sns", "SetTopicAttributes",
                        {{"TopicArn", topic_arn},
                         {"AttributeName", "Policy"},
                         {"AttributeValue",
                          R"({"Version":"2012-10-17","Statement":[{"Sid":"theirs","Effect":"Allow",
                       "Principal":{"AWS":"123456789012"},"Action":"sns:Publish",
                       "Resource":"arn:aws:sns:eu-west-1:123456789012:bedrock-usage-alerts"}]})"}});
           }},
          {"eu-west-1/alarm/bedrock-high-latency", "Threshold",
           [](Somebody& they) {
             Json alarm = plain_alarm();
             they.query("cloudwatch", "PutMetricAlarm", alarm);
           }},
          {"eu-west-1/alarm/bedrock-high-token-usage", "",
           [](Somebody& they) {
             they.query("cloudwatch", "DeleteAlarms",
                        {{"AlarmNames", Json::array({"bedrock-high-token-usage"})}});
           }},
          {"dashboard/BedrockUsageMonitoring", "", [](Somebody& they) {
             they.query("cloudwatch", "DeleteDashboards",
                        {{"DashboardNames", Json::array({"BedrockUsageMonitoring"})}});
           }}};
}

void expect_repaired(const Drift& drift) {
  FakeAws account;
  StackRun run(account, test_spec());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const Json wanted = account.snapshot();
  Somebody they(account);
  drift.make(they);
  ASSERT_NE(account.snapshot(), wanted) << drift.address << ' ' << drift.path;
  const Plan plan = run.plan();
  const Step* const step = step_at(plan, drift.address);
  ASSERT_NE(step, nullptr);
  EXPECT_TRUE(is_change(step->action)) << drift.address << ' ' << drift.path << ' ' << step->reason;
  bool is_named = *drift.path == '\0';
  for (const PropertyChange& change : step->changes) {
    is_named = is_named || change.path.starts_with(drift.path);
  }
  EXPECT_TRUE(is_named) << pointed(drift.path) << " in " << to_json(plan).dump();
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.plan().has_changes()) << drift.address << ' ' << drift.path;
}

TEST(DriftRepair, OfRoleAndLogGroup) {
  for (const Drift& drift : drifts_of_iam_and_logs()) {
    expect_repaired(drift);
  }
}

TEST(DriftRepair, OfTheBucket) {
  for (const Drift& drift : drifts_of_the_bucket()) {
    expect_repaired(drift);
  }
}

TEST(DriftRepair, OfTopicAlarmsAndDashboard) {
  for (const Drift& drift : drifts_of_alerting()) {
    expect_repaired(drift);
  }
}

TEST(DriftRepair, OfTheLoggingConfiguration) {
  FakeAws account;
  StackRun run(account, test_spec());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  Json flipped = run.desired().find({ResourceKind::logging_configuration, region, ""})->properties;
  flipped["textDataDeliveryEnabled"] = false;
  flipped["videoDataDeliveryEnabled"] = true;  // Not managed: stays.
  Somebody they(account);
  they.logging(flipped);
  const Plan plan = run.plan();
  EXPECT_EQ(step_at(plan, "eu-west-1/logging-configuration")->action, Action::update);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const Result<ObservedState> now = run.look();
  ASSERT_TRUE(now.has_value());
  const Json& found = now->find({ResourceKind::logging_configuration, region, ""})->properties;
  EXPECT_EQ(found["textDataDeliveryEnabled"], true);
  EXPECT_EQ(found["videoDataDeliveryEnabled"], true);
}

TEST(DriftRepair, LeavesWhatOthersAddedToOurThings) {
  FakeAws account;
  StackRun run(account, test_spec());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  Somebody they(account);
  they.query(
      "iam", "TagRole",
      {{"RoleName", role}, {"Tags", Json::array({{{"Key", "team"}, {"Value", "platform"}}})}});
  they.query("iam", "PutRolePolicy",
             {{"RoleName", role},
              {"PolicyName", "Theirs"},
              {"PolicyDocument",
               R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket",
                "Resource":"arn:aws:s3:::x"}]})"}});
  const Json with_theirs = account.snapshot();
  EXPECT_FALSE(run.plan().has_changes());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_EQ(account.snapshot(), with_theirs);
}

}  // namespace
}  // namespace bedrocklog::provision
