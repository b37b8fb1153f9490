// Specs that are refused, and their documents.
#include "provision/stack_spec.h"

#include <functional>

#include <gtest/gtest.h>

#include "tests/provision/random_spec.h"

namespace bedrocklog::provision {
namespace {

StackSpec plain_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  return spec;
}

Json parsed(const char* text) {
  return Json::parse(text);
}

TEST(StackSpec, EveryWrongValueIsNamedWithWhatIsAllowed) {
  struct Case {
    const char* subject;
    const char* says;
    std::function<void(StackSpec&)> spoil;
  };
  const std::vector<Case> cases = {
      {"account", "12 digits", [](StackSpec& s) { s.account = "12345"; }},
      {"regions", "at least one", [](StackSpec& s) { s.regions.clear(); }},
      {"regions", "such as", [](StackSpec& s) { s.regions = {"Ireland"}; }},
      {"regions", "partition", [](StackSpec& s) { s.regions = {"us-gov-west-1"}; }},
      {"regions", "twice", [](StackSpec& s) { s.regions = {"eu-west-1", "eu-west-1"}; }},
      {"env", "a-z", [](StackSpec& s) { s.env = "Prod!"; }},
      {"stack", "a-z", [](StackSpec& s) { s.stack.clear(); }},
      {"profiles", "core", [](StackSpec& s) { s.profiles = {"everything"}; }},
      {"names.role", "1 to 64", [](StackSpec& s) { s.names.role = std::string(65, 'r'); }},
      {"names.bucket", "bucket name", [](StackSpec& s) { s.names.bucket = "Big_Bucket"; }},
      {"names.bucket", "bucket name", [](StackSpec& s) { s.names.bucket = "192.168.0.1"; }},
      {"names.bucket", "of one region",
       [](StackSpec& s) {
         s.names.bucket = "logs";
         s.regions = {"eu-west-1", "us-east-1"};
       }},
      {"names.log_group", "aws/", [](StackSpec& s) { s.names.log_group = "aws/bedrock"; }},
      {"names.topic", "256", [](StackSpec& s) { s.names.topic = "a.fifo"; }},
      {"names.dashboard", "255", [](StackSpec& s) { s.names.dashboard = "my board"; }},
      {"names.error_alarm", "another",
       [](StackSpec& s) { s.names.error_alarm = s.names.token_alarm; }},
      {"log_retention_days", "one of 1, 3, 5", [](StackSpec& s) { s.log_retention_days = 31; }},
      {"archive_days", "1 to", [](StackSpec& s) { s.archive_days = 0; }},
      {"transitions.storage_class", "STANDARD_IA",
       [](StackSpec& s) { s.transitions = {{"COLD", 40}}; }},
      {"transitions.after_days", "30 days",
       [](StackSpec& s) { s.transitions = {{"STANDARD_IA", 10}}; }},
      {"transitions.after_days", "earlier than",
       [](StackSpec& s) { s.transitions = {{"GLACIER", 90}}; }},
      {"key_prefix", "slash", [](StackSpec& s) { s.key_prefix = "logs/"; }},
      {"bucket_kms_key", "arn:aws:kms", [](StackSpec& s) { s.bucket_kms_key = "alias/mine"; }},
      {"thresholds.latency_mean_ms", "1 to",
       [](StackSpec& s) { s.thresholds.latency_mean_ms = 0; }},
      {"subscribers.protocol", "email", [](StackSpec& s) { s.subscribers = {{"pager", "x"}}; }},
      {"subscribers.endpoint", "no endpoint",
       [](StackSpec& s) { s.subscribers = {{"email", "nobody"}}; }},
      {"subscribers.endpoint", "no endpoint",
       [](StackSpec& s) { s.subscribers = {{"sms", "0123"}}; }},
      {"dlq_arn", "arn:aws:sqs", [](StackSpec& s) { s.dlq_arn = "queue"; }},
      {"tags", "bedrocklog:", [](StackSpec& s) { s.tags["bedrocklog:stack"] = "mine"; }},
      {"adopts", "KIND:NAME", [](StackSpec& s) { s.adopts = {"everything"}; }},
      {"reused.topic_arn", "this account",
       [](StackSpec& s) { s.reused.topic_arn = "arn:aws:sns:eu-west-1:999999999999:t"; }},
  };
  for (const Case& one : cases) {
    StackSpec spec = plain_spec();
    one.spoil(spec);
    const std::vector<Fault> faults = faults_of(spec);
    ASSERT_EQ(faults.size(), 1U) << one.subject << ' ' << one.says;
    EXPECT_EQ(faults[0].subject, one.subject);
    EXPECT_NE(faults[0].message.find(one.says), std::string::npos) << faults[0].message;
  }
  EXPECT_TRUE(faults_of(plain_spec()).empty());
}

TEST(StackSpec, AllFaultsAreToldAtOnce) {
  StackSpec spec = plain_spec();
  spec.account = "x";
  spec.log_retention_days = 2;
  spec.names.topic = "";
  EXPECT_EQ(faults_of(spec).size(), 3U);
}

TEST(SpecDocument, IsReadAsItWasWritten) {
  for (std::uint64_t seed = 1; seed <= property_cases; ++seed) {
    const StackSpec spec = random_spec(seed);
    StackSpec read;
    const std::vector<Fault> faults = read_spec(to_json(spec), read);
    ASSERT_TRUE(faults.empty()) << faults.front().subject << faults.front().message;
    EXPECT_EQ(to_json(read), to_json(spec)) << seed;
  }
}

TEST(SpecDocument, KeepsWhatItDoesNotSay) {
  StackSpec spec = plain_spec();
  spec.archive_days = 400;
  EXPECT_TRUE(
      read_spec(parsed(R"({"env":"dev","thresholds":{"latency_mean_ms":5000}})"), spec).empty());
  EXPECT_EQ(spec.env, "dev");
  EXPECT_EQ(spec.thresholds.latency_mean_ms, 5'000U);
  EXPECT_EQ(spec.thresholds.tokens_per_hour, 100'000U);
  EXPECT_EQ(spec.archive_days, 400U);
}

TEST(SpecDocument, TellsEveryUnknownSettingAndEveryWrongType) {
  StackSpec spec;
  const std::vector<Fault> faults = read_spec(
      parsed(R"({"enviroment":"x","archive_days":"soon","names":{"rolle":"x"},"only":["all"],
                 "subscribers":[{"protocol":3}],"deliver_text":"yes","logging":"maybe"})"),
      spec);
  std::set<std::string> subjects;
  for (const Fault& fault : faults) {
    subjects.insert(fault.subject);
  }
  EXPECT_EQ(subjects,
            (std::set<std::string>{"enviroment", "archive_days", "names.rolle", "only",
                                   "subscribers[0].protocol", "deliver_text", "logging"}));
}

TEST(SpecDocument, TakesTheOlderConfigurationModel) {
  StackSpec spec = plain_spec();
  const std::vector<Fault> faults =
      read_spec(parsed(R"({"iam":{"roleName":"R","roleArn":"arn:aws:iam::123456789012:role/R",
                        "accountId":"123456789012"},
                 "storage":{"s3BucketName":"b-1","cloudwatchLogGroup":"/g","retentionDays":14},
                 "alerting":{"snsTopicArn":"arn:aws:sns:eu-west-1:123456789012:ops",
                             "thresholds":{"highTokenUsage":1,"errorRate":2,"invocationSpike":3,
                                           "highLatency":4}},
                 "dashboard":{"name":"D","region":"eu-west-1"}})"),
                spec);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(spec.names.role, "R");
  EXPECT_EQ(spec.names.bucket, "b-1");
  EXPECT_EQ(spec.names.topic, "ops");
  EXPECT_EQ(spec.log_retention_days, 14U);
  EXPECT_EQ(spec.thresholds.invocations_per_hour, 3U);
  EXPECT_EQ(spec.names.dashboard, "D");
}

TEST(SpecDocument, TakesCloudFormationParametersInBothForms) {
  for (const char* text :
       {R"({"Environment":"dev","AlertEmail":"a@example.com","CloudTrailRetentionDays":"90",
            "CloudWatchLogRetentionDays":"60"})",
        R"([{"ParameterKey":"Environment","ParameterValue":"dev"},
            {"ParameterKey":"AlertEmail","ParameterValue":"a@example.com"},
            {"ParameterKey":"CloudWatchLogRetentionDays","ParameterValue":"60"}])"}) {
    StackSpec spec = plain_spec();
    EXPECT_TRUE(read_spec(parsed(text), spec).empty());
    EXPECT_EQ(spec.env, "dev");
    EXPECT_EQ(spec.log_retention_days, 60U);
    ASSERT_EQ(spec.subscribers.size(), 1U);
    EXPECT_EQ(spec.subscribers[0].endpoint, "a@example.com");
  }
}

TEST(SpecDocument, ThatIsNoTableIsAFault) {
  for (const char* text : {"3", "\"x\"", "[1,2]", "null"}) {
    StackSpec spec;
    EXPECT_FALSE(read_spec(parsed(text), spec).empty()) << text;
  }
}

}  // namespace
}  // namespace bedrocklog::provision
