// The requests of sts, iam, s3, logs, cloudwatch, sns and Bedrock's logging, as they are sent by
// whole runs: made, changed, verified, adopted and released, taken away.
#include "tests/provision/request_goldens.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "ingest/aws/sts_identity.h"
#include "provision/call_rights.h"
#include "provision/mark.h"
#include "provision/verify.h"
#include "tests/provision/provider_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;

constexpr const char* region = "eu-west-1";
constexpr std::array<const char*, 7> services = {"sts",        "iam", "s3",     "logs",
                                                 "cloudwatch", "sns", "bedrock"};

ApplyChoices one_by_one() {
  ApplyChoices choices;
  choices.steps_at_once_max = 1;
  return choices;
}

StackSpec first_spec() {
  StackSpec spec = test_spec();
  spec.dlq_arn = "arn:aws:sqs:eu-west-1:123456789012:lost-alarms";
  return spec;
}

/// The same stack under other settings.
StackSpec later_spec() {
  StackSpec spec = first_spec();
  spec.regions = {region, "us-east-1"};
  spec.dlq_arn = "arn:aws:sqs:eu-west-1:123456789012:others";
  spec.archive_days = 400;
  spec.log_retention_days = 90;
  spec.tags["team"] = "logs";
  spec.thresholds.latency_mean_ms += 1;
  return spec;
}

void verify_stack(FakeAws& account, SentRequests& sent) {
  StackRun run(account, first_spec());
  account.confirm_subscription("ops@example.com");
  const std::string prefix = "AWSLogs/123456789012/BedrockModelInvocationLogs/eu-west-1/";
  account.put_object("bedrock-logs-123456789012", prefix + "2026/09/21/13/x.json.gz", "{}",
                     1'790'000'000);
  const Result<ObservedState> observed = run.look();
  ASSERT_TRUE(observed.has_value());
  const std::vector<Check> checks =
      verify(run.spec(), make_plan(run.spec(), run.desired(), *observed), *observed, run.calls(),
             {24, 1'790'000'000});
  EXPECT_FALSE(checks.empty());
  const auto alarm =
      std::find_if(run.desired().resources.begin(), run.desired().resources.end(),
                   [](const Resource& one) { return one.address.kind == ResourceKind::alarm; });
  ASSERT_NE(alarm, run.desired().resources.end());
  EXPECT_TRUE(send_test_notification(run.spec(), alarm->address, run.calls()).has_value());
  sent.take(account);
}

/// What others do to a stack: its next run and its end have more to do.
void disturb(FakeAws& account) {
  fake_aws::FakeClient others(account);
  const std::string role = "BedrockCloudWatchLoggingRole";
  EXPECT_TRUE(others.calls.query("iam", region, "UpdateRole",
                                 {{"RoleName", role}, {"Description", "another"}}));
  EXPECT_TRUE(others.calls.query(
      "iam", region, "AttachRolePolicy",
      {{"RoleName", role}, {"PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}}));
  aws::S3Operation upload;
  upload.operation = "CreateMultipartUpload";
  upload.method = "POST";
  upload.bucket = "bedrock-logs-123456789012";
  upload.query = {{"uploads", ""}};
  upload.key_prefix = "half";
  EXPECT_TRUE(others.calls.s3(region, upload));
  SentRequests::skip(account);
}

void live_a_life(SentRequests& sent) {
  FakeAws account;
  {
    StackRun run(account, first_spec());
    EXPECT_TRUE(aws::caller_identity(run.calls().session(), region).has_value());
    ASSERT_TRUE(run.apply_all(one_by_one())) << run.fault_text();
    sent.take(account);
  }
  verify_stack(account, sent);
  disturb(account);
  StackRun later(account, later_spec());
  ASSERT_TRUE(later.apply_all(one_by_one())) << later.fault_text();
  DestroyChoices everything;
  everything.delete_data = true;
  ASSERT_TRUE(later.destroy_all(everything)) << later.fault_text();
  sent.take(account);
}

/// Things of others under our names, without our mark.
void put_foreign_things(FakeAws& account) {
  {
    StackRun run(account, first_spec());
    ASSERT_TRUE(run.apply_all(one_by_one())) << run.fault_text();
  }
  Json snapshot = account.snapshot();
  Json& all = snapshot["services"];
  for (Json& bucket : all["s3"]["Buckets"]) {
    bucket["Settings"].erase("tagging");
    bucket["Settings"].erase("publicAccessBlock");
    bucket["Settings"].erase("ownershipControls");
    bucket["Settings"]["encryption"]["Rule"]["ApplyServerSideEncryptionByDefault"] = {
        {"SSEAlgorithm", "aws:kms"}};
  }
  for (Json& role : all["iam"]["Roles"]) {
    role["Tags"] = Json::object();
  }
  for (Json& group : all["logs"]["LogGroups"][region]) {
    group["Tags"] = Json::object();
  }
  for (Json& alarm : all["cloudwatch"]["alarms"]) {
    alarm["tags"] = Json::object();
  }
  for (Json& topic : all["sns"]["topics"]) {
    topic["tags"] = Json::object();
  }
  account.restore(snapshot);
  SentRequests::skip(account);
}

void adopt_and_release(SentRequests& sent) {
  FakeAws account;
  put_foreign_things(account);
  StackSpec spec = first_spec();
  spec.adopts_all = true;
  StackRun run(account, spec);
  ASSERT_TRUE(run.apply_all(one_by_one())) << run.fault_text();
  account.confirm_subscription("ops@example.com");
  DestroyChoices everything;
  everything.delete_data = true;
  ASSERT_TRUE(run.destroy_all(everything)) << run.fault_text();
  sent.take(account);
}

/// Made, changed into `later` (null: not), and taken away.
void tell(ProviderRun& run, const Address& address, const Json& wanted, const Json& later) {
  EXPECT_EQ(run.apply(address, wanted), "") << to_text(address);
  if (!later.is_null()) {
    const std::optional<Observed> found = run.read(address);
    ASSERT_TRUE(found.has_value());
    const Result<void> changed = run.of(address).update(address, later, *found);
    EXPECT_TRUE(changed.has_value()) << to_text(address);
  }
  EXPECT_EQ(run.destroy(address), "") << to_text(address);
}

Json stack_tags() {
  return to_json(Tags{{std::string(stack_tag), "bedrocklog"}});
}

void live_in_logs(ProviderRun& run) {
  const std::string key_arn = usable_key(run.calls(), "one");
  const std::string other_key_arn = usable_key(run.calls(), "two");
  const Json tags = stack_tags();
  const Address group{ResourceKind::log_group, region, "/aws/bedrock/encrypted"};
  const Address filter{ResourceKind::metric_filter, region, "/aws/bedrock/encrypted:Latency"};
  const Json wanted_group = {
      {"LogGroupName", group.name}, {"RetentionInDays", 30}, {"KmsKeyId", key_arn}, {"Tags", tags}};
  EXPECT_EQ(run.apply(group, wanted_group), "");
  EXPECT_TRUE(run.of(group).update(group, {{"KmsKeyId", other_key_arn}}, *run.read(group)));
  tell(run, filter,
       {{"FilterName", "Latency"},
        {"LogGroupName", group.name},
        {"FilterPattern", "{ $.operation = \"Converse\" }"},
        {"MetricTransformations",
         {{{"MetricName", "LatencyMs"},
           {"MetricNamespace", "BedrockLog/bedrocklog"},
           {"MetricValue", "$.output.outputBodyJson.metrics.latencyMs"},
           {"Unit", "Milliseconds"},
           {"Dimensions", {{{"Key", "ModelId"}, {"Value", "$.modelId"}}}}}}}},
       Json());
  tell(run, {ResourceKind::query_definition, region, "bedrocklog/bedrocklog/errors"},
       {{"Name", "bedrocklog/bedrocklog/errors"},
        {"QueryString", "filter ispresent(errorCode) | stats count(*) by errorCode"},
        {"LogGroupNames", {group.name}}},
       {{"QueryString", "filter ispresent(errorCode)"}});
  tell(run, group, wanted_group, {{"KmsKeyId", nullptr}});
}

void live_as_a_role(ProviderRun& run) {
  const Address role{ResourceKind::role, "", "Delivery"};
  const Json trust = {{"Version", "2012-10-17"},
                      {"Statement",
                       {{{"Effect", "Allow"},
                         {"Principal", {{"Service", "bedrock.amazonaws.com"}}},
                         {"Action", "sts:AssumeRole"}}}}};
  const std::string boundary = "arn:aws:iam::123456789012:policy/Boundary";
  const Json wanted_role = {{"RoleName", "Delivery"},
                            {"AssumeRolePolicyDocument", trust},
                            {"PermissionsBoundary", boundary},
                            {"Tags", stack_tags()}};
  EXPECT_EQ(run.apply(role, wanted_role), "");
  EXPECT_TRUE(
      run.of(role).update(role, {{"PermissionsBoundary", boundary + "2"}}, *run.read(role)));
  tell(run, role, wanted_role, {{"PermissionsBoundary", nullptr}});
}

/// A subscription goes by itself only where its topic stays.
void live_as_a_topic(FakeAws& account, ProviderRun& run) {
  const Address topic{ResourceKind::topic, region, "alerts"};
  const Address subscription{ResourceKind::subscription, region, "alerts/email/ops@example.com"};
  EXPECT_EQ(run.apply(topic, {{"TopicName", "alerts"}, {"Tags", stack_tags()}}), "");
  EXPECT_EQ(run.apply(subscription, {{"TopicArn", "arn:aws:sns:eu-west-1:123456789012:alerts"},
                                     {"Protocol", "email"},
                                     {"Endpoint", "ops@example.com"}}),
            "");
  account.confirm_subscription("ops@example.com");  // Pending, it could not be taken away.
  EXPECT_EQ(run.destroy(subscription), "");
  EXPECT_EQ(run.destroy(topic), "");
}

void live_in_cloudwatch(ProviderRun& run) {
  const Json tags = stack_tags();
  const Address detector{ResourceKind::anomaly_detector, region,
                         "AWS/Bedrock/Invocations/Sum/ModelId=m"};
  tell(run, detector,
       {{"Namespace", "AWS/Bedrock"},
        {"MetricName", "Invocations"},
        {"Stat", "Sum"},
        {"Dimensions", {{{"Name", "ModelId"}, {"Value", "m"}}}},
        {"Configuration", {{"MetricTimeZone", "Etc/UTC"}}}},
       Json());
  const Address alarm{ResourceKind::alarm, region, "band"};
  EXPECT_EQ(
      run.apply(alarm,
                {{"AlarmName", "band"},
                 {"EvaluationPeriods", 2},
                 {"ComparisonOperator", "GreaterThanUpperThreshold"},
                 {"ThresholdMetricId", "ad1"},
                 {"Metrics",
                  {{{"Id", "m1"},
                    {"MetricStat",
                     {{"Metric", {{"Namespace", "AWS/Bedrock"}, {"MetricName", "Invocations"}}},
                      {"Period", 300},
                      {"Stat", "Sum"}}}},
                   {{"Id", "ad1"}, {"Expression", "ANOMALY_DETECTION_BAND(m1, 2)"}}}},
                 {"Tags", tags}}),
      "");
  tell(run, {ResourceKind::composite_alarm, region, "health"},
       {{"AlarmName", "health"},
        {"AlarmRule", "ALARM(\"band\")"},
        {"AlarmDescription", "One of the alarms rings"},
        {"AlarmActions", {"arn:aws:sns:eu-west-1:123456789012:alerts"}},
        {"ActionsEnabled", true},
        {"Tags", tags}},
       Json());
}

void live_by_kind(SentRequests& sent) {
  FakeAws account;
  ProviderRun run(account);
  live_in_logs(run);
  live_as_a_role(run);
  live_as_a_topic(account, run);
  live_in_cloudwatch(run);
  sent.take(account);
}

/// Once for all tests: a life takes a second.
const SentRequests& all_sent() {
  static const SentRequests sent = [] {
    SentRequests requests;
    live_a_life(requests);
    adopt_and_release(requests);
    live_by_kind(requests);
    return requests;
  }();
  return sent;
}

class RequestGoldens : public testing::TestWithParam<const char*> {};

TEST_P(RequestGoldens, AreWhatIsSent) {
  expect_goldens(all_sent(), GetParam());
}

TEST_P(RequestGoldens, AreOfEveryOperationThatNeedsARight) {
  const Json goldens = read_goldens(GetParam());
  ASSERT_TRUE(goldens.is_object());
  for (const CallRight& right : call_rights()) {
    // Guardrails have goldens of their own. Reading the archive, which ingest/ does, and searching
    // the log group, which cli/ does, are no calls of provision/.
    const bool is_of_guardrail =
        right.service == "bedrock" &&
        right.operation.find("LoggingConfiguration") == std::string_view::npos;
    if (right.service == GetParam() && (right.use & ~right_searches) != 0 && !is_of_guardrail) {
      EXPECT_TRUE(goldens.contains(std::string(right.operation)))
          << right.service << ' ' << right.operation;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OlderServices, RequestGoldens, testing::ValuesIn(services));

}  // namespace
}  // namespace bedrocklog::provision
