// What the core profile wants, held against its rules for specs by chance (properties 1 to 5 of
// the system it replaces), and its exact values.
#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "provision/desired_state.h"
#include "provision/mark.h"
#include "provision/plan.h"
#include "tests/provision/random_spec.h"

namespace bedrocklog::provision {
namespace {

StackSpec plain_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  return spec;
}

std::vector<const Resource*> of_kind(const DesiredState& state, ResourceKind kind,
                                     const std::string& region = "") {
  std::vector<const Resource*> found;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == kind && (region.empty() || resource.address.region == region)) {
      found.push_back(&resource);
    }
  }
  return found;
}

const Json& one_of_kind(const DesiredState& state, ResourceKind kind, const std::string& region) {
  const std::vector<const Resource*> found = of_kind(state, kind, region);
  EXPECT_EQ(found.size(), 1U) << name_of(kind);
  static const Json none = Json::object();
  return found.empty() ? none : found.front()->properties;
}

const Json* statement(const Json& policy, std::string_view sid) {
  for (const Json& one : policy.at("Statement")) {
    if (one.value("Sid", "") == sid) {
      return &one;
    }
  }
  return nullptr;
}

/// Calls `hold` with a spec by chance and its state, often enough.
template <class Hold>
void for_random_specs(Hold hold) {
  unsigned held = 0;
  for (std::uint64_t seed = 1; seed <= property_cases; ++seed) {
    const StackSpec spec = random_spec(seed);
    const std::vector<Fault> faults = faults_of(spec);
    ASSERT_TRUE(faults.empty()) << faults.front().subject << ": " << faults.front().message;
    hold(spec, desired_state(spec));
    ++held;
    if (testing::Test::HasFailure()) {
      FAIL() << "seed " << seed << ": " << to_json(spec).dump();
    }
  }
  EXPECT_GE(held, 100U);
}

TEST(CoreProfile, Property1_TheRoleIsForBedrockOfThisAccountAndWritesOneStreamOnly) {
  for_random_specs([](const StackSpec& spec, const DesiredState& state) {
    const std::vector<const Resource*> roles = of_kind(state, ResourceKind::role);
    ASSERT_EQ(roles.size(), 1U);
    const Json& trust = roles.front()->properties["AssumeRolePolicyDocument"]["Statement"];
    ASSERT_EQ(trust.size(), 1U);
    EXPECT_EQ(trust[0]["Principal"], Json({{"Service", {"bedrock.amazonaws.com"}}}));
    EXPECT_EQ(trust[0]["Action"], Json::array({"sts:AssumeRole"}));
    EXPECT_EQ(trust[0]["Condition"]["StringEquals"]["aws:SourceAccount"],
              Json::array({spec.account}));
    const Json& sources = trust[0]["Condition"]["ArnLike"]["aws:SourceArn"];
    EXPECT_EQ(sources.size(), spec.regions.size());
    for (const Json& source : sources) {
      EXPECT_TRUE(source.get<std::string>().starts_with("arn:" + spec.partition + ":bedrock:"));
    }
    const Json& policies = roles.front()->properties["Policies"];
    ASSERT_EQ(policies.size(), 1U);
    const Json& rights = policies[0]["PolicyDocument"]["Statement"];
    ASSERT_EQ(rights.size(), 1U);
    EXPECT_EQ(rights[0]["Action"], Json::array({"logs:CreateLogStream", "logs:PutLogEvents"}));
    for (const Json& resource : rights[0]["Resource"]) {
      const auto text = resource.get<std::string>();
      EXPECT_EQ(text.find('*'), std::string::npos) << text;
      EXPECT_TRUE(text.ends_with(":log-stream:aws/bedrock/modelinvocations")) << text;
      EXPECT_NE(text.find(spec.account), std::string::npos);
    }
  });
}

TEST(CoreProfile, Property2_StorageIsPrivateVersionedAndDeletedInTime) {
  for_random_specs([](const StackSpec& spec, const DesiredState& state) {
    for (const std::string& region : spec.regions) {
      const Json& bucket = one_of_kind(state, ResourceKind::bucket, region);
      EXPECT_EQ(bucket["VersioningConfiguration"]["Status"], "Enabled");
      for (const auto& [flag, value] : bucket["PublicAccessBlockConfiguration"].items()) {
        EXPECT_EQ(value, true) << flag;
      }
      EXPECT_EQ(bucket["PublicAccessBlockConfiguration"].size(), 4U);
      const Json& rule = bucket["LifecycleConfiguration"]["Rules"][0];
      EXPECT_EQ(rule["ExpirationInDays"], spec.archive_days);
      EXPECT_EQ(rule["NoncurrentVersionExpiration"]["NoncurrentDays"], spec.noncurrent_days);
      EXPECT_TRUE(rule["Prefix"].get<std::string>().ends_with("/BedrockModelInvocationLogs/"));
      const Json& group = one_of_kind(state, ResourceKind::log_group, region);
      EXPECT_EQ(group["RetentionInDays"], spec.log_retention_days);
      const Json& policy = one_of_kind(state, ResourceKind::bucket_policy, region);
      const Json* const writes = statement(policy["PolicyDocument"], delivery_sid);
      ASSERT_NE(writes, nullptr);
      EXPECT_EQ((*writes)["Principal"], Json({{"Service", {"bedrock.amazonaws.com"}}}));
      EXPECT_EQ((*writes)["Condition"]["StringEquals"]["aws:SourceAccount"],
                Json::array({spec.account}));
      ASSERT_NE(statement(policy["PolicyDocument"], "BedrocklogDenyInsecure"), nullptr);
    }
  });
}

TEST(CoreProfile, Property3_LoggingNamesBothDestinationsThatTheStackHas) {
  for_random_specs([](const StackSpec& spec, const DesiredState& state) {
    for (const std::string& region : spec.regions) {
      const Json& logging = one_of_kind(state, ResourceKind::logging_configuration, region);
      EXPECT_EQ(logging["textDataDeliveryEnabled"], true);
      EXPECT_EQ(logging["cloudWatchConfig"]["logGroupName"],
                one_of_kind(state, ResourceKind::log_group, region)["LogGroupName"]);
      EXPECT_EQ(logging["s3Config"]["bucketName"],
                one_of_kind(state, ResourceKind::bucket, region)["BucketName"]);
      EXPECT_EQ(logging["cloudWatchConfig"]["largeDataDeliveryS3Config"], logging["s3Config"]);
      EXPECT_EQ(logging["cloudWatchConfig"]["roleArn"],
                "arn:" + spec.partition + ":iam::" + spec.account + ":role/" + role_of(spec));
      EXPECT_EQ(logging.contains("videoDataDeliveryEnabled"), false);  // Left as it is.
    }
  });
}

TEST(CoreProfile, Property4_TheDashboardShowsWhatIsAskedOfIt) {
  for_random_specs([](const StackSpec& spec, const DesiredState& state) {
    const std::vector<const Resource*> dashboards = of_kind(state, ResourceKind::dashboard);
    ASSERT_EQ(dashboards.size(), 1U);
    const Json& body = dashboards.front()->properties["DashboardBody"];
    EXPECT_EQ(mark_of_dashboard(body, spec.stack).ownership, Ownership::ours);
    for (const std::string& region : spec.regions) {
      std::set<std::string> shown;
      for (const Json& widget : body["widgets"]) {
        if (widget["properties"].value("region", "") != region) {
          continue;
        }
        if (widget["type"] == "log") {
          const auto query = widget["properties"]["query"].get<std::string>();
          EXPECT_TRUE(query.starts_with("SOURCE '" + log_group_of(spec) + "' |")) << query;
          EXPECT_NE(query.find("sort @timestamp desc"), std::string::npos);
          shown.insert("log");
        } else {
          for (const Json& metric : widget["properties"]["metrics"]) {
            shown.insert(metric[0]["expression"].get<std::string>());
          }
        }
      }
      const auto search = [](const char* metric, const char* statistic) {
        return std::string("SEARCH('{AWS/Bedrock,ModelId} MetricName=\"") + metric + "\"', '" +
               statistic + "', 300)";
      };
      for (const std::string& wanted :
           {search("Invocations", "Sum"), search("InputTokenCount", "Sum"),
            search("OutputTokenCount", "Sum"), search("InvocationLatency", "Average"),
            search("InvocationLatency", "p99"), search("InvocationClientErrors", "Sum"),
            search("InvocationServerErrors", "Sum"), std::string("log")}) {
        EXPECT_TRUE(shown.contains(wanted)) << wanted;
      }
    }
  });
}

TEST(CoreProfile, Property5_FourAlarmsAtTheirThresholdsTellTheTopic) {
  for_random_specs([](const StackSpec& spec, const DesiredState& state) {
    for (const std::string& region : spec.regions) {
      const std::vector<const Resource*> alarms = of_kind(state, ResourceKind::alarm, region);
      const bool is_in_parts = spec.alarm_source == AlarmSource::metrics_insights;
      ASSERT_EQ(alarms.size(), is_in_parts ? 6U : 4U);
      std::multiset<std::uint64_t> thresholds;
      for (const Resource* const alarm : alarms) {
        EXPECT_EQ(alarm->properties["AlarmActions"], Json::array({topic_arn_of(spec, region)}));
        EXPECT_EQ(alarm->properties["ComparisonOperator"], "GreaterThanThreshold");
        EXPECT_EQ(alarm->properties["TreatMissingData"], "notBreaching");
        EXPECT_LE(alarm->properties["AlarmDescription"].get<std::string>().size(), 1'024U);
        EXPECT_NE(alarm->properties.contains("MetricName"), alarm->properties.contains("Metrics"));
        thresholds.insert(alarm->properties["Threshold"].get<std::uint64_t>());
        const std::string text = alarm->properties.dump();
        const std::size_t query = text.find("SELECT ");
        EXPECT_EQ(query != std::string::npos, is_in_parts);
        EXPECT_TRUE(query == std::string::npos ||
                    text.find("SELECT ", query + 1) == std::string::npos)
            << "more than AWS takes in an alarm: " << text;
        const Address topic{ResourceKind::topic, region, spec.names.topic};
        EXPECT_NE(std::find(alarm->depends_on.begin(), alarm->depends_on.end(), topic),
                  alarm->depends_on.end());
      }
      std::multiset<std::uint64_t> wanted = {
          spec.thresholds.tokens_per_hour, spec.thresholds.errors_per_5_minutes,
          spec.thresholds.invocations_per_hour, spec.thresholds.latency_mean_ms};
      if (is_in_parts) {
        wanted.insert({spec.thresholds.tokens_per_hour, spec.thresholds.errors_per_5_minutes});
      }
      EXPECT_EQ(thresholds, wanted);
    }
  });
}

TEST(CoreProfile, EverythingStandsBehindWhatItDependsOn) {
  for_random_specs([](const StackSpec&, const DesiredState& state) {
    std::set<Address> before;
    for (const Resource& resource : state.resources) {
      for (const Address& needed : resource.depends_on) {
        EXPECT_TRUE(before.contains(needed)) << to_text(resource.address);
      }
      EXPECT_TRUE(before.insert(resource.address).second) << to_text(resource.address);
    }
  });
}

TEST(CoreProfile, HasTheNamesAndFiguresOfTheSystemItReplaces) {
  const DesiredState state = desired_state(plain_spec());
  std::vector<std::string> addresses;
  for (const Resource& resource : state.resources) {
    addresses.push_back(to_text(resource.address));
  }
  EXPECT_EQ(
      addresses,
      (std::vector<std::string>{
          "role/BedrockCloudWatchLoggingRole", "eu-west-1/bucket/bedrock-logs-123456789012",
          "eu-west-1/bucket-policy/bedrock-logs-123456789012",
          "eu-west-1/log-group//aws/bedrock/modelinvocations", "eu-west-1/logging-configuration",
          "eu-west-1/topic/bedrock-usage-alerts", "eu-west-1/topic-policy/bedrock-usage-alerts",
          "eu-west-1/alarm/bedrock-high-token-usage", "eu-west-1/alarm/bedrock-high-error-rate",
          "eu-west-1/alarm/bedrock-invocation-spike", "eu-west-1/alarm/bedrock-high-latency",
          "dashboard/BedrockUsageMonitoring"}));
  const auto alarm = [&](const char* name) -> const Json& {
    return state.find({ResourceKind::alarm, "eu-west-1", name})->properties;
  };
  EXPECT_EQ(alarm("bedrock-high-token-usage")["Threshold"], 100'000);
  EXPECT_EQ(alarm("bedrock-high-token-usage")["Metrics"].size(), 3U);
  EXPECT_EQ(alarm("bedrock-high-error-rate")["Threshold"], 10);
  EXPECT_EQ(alarm("bedrock-invocation-spike")["Threshold"], 1'000);
  EXPECT_EQ(alarm("bedrock-invocation-spike")["Period"], 3'600);
  EXPECT_EQ(alarm("bedrock-high-latency")["Threshold"], 10'000);
  EXPECT_EQ(alarm("bedrock-high-latency")["Statistic"], "Average");
  EXPECT_EQ(one_of_kind(state, ResourceKind::log_group, "eu-west-1")["RetentionInDays"], 30);
}

TEST(CoreProfile, SumsAreWatchedInPartsByQueriesAndThePlanSaysSo) {
  StackSpec spec = plain_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  const DesiredState state = desired_state(spec);
  const auto alarm = [&](const std::string& name) {
    return state.find({ResourceKind::alarm, "eu-west-1", name});
  };
  for (const auto& [name, metric] : std::map<std::string, std::string>{
           {"bedrock-high-token-usage-input", "InputTokenCount"},
           {"bedrock-high-token-usage-output", "OutputTokenCount"},
           {"bedrock-high-error-rate-client", "InvocationClientErrors"},
           {"bedrock-high-error-rate-server", "InvocationServerErrors"}}) {
    ASSERT_NE(alarm(name), nullptr) << name;
    EXPECT_EQ(alarm(name)->properties["Metrics"][0]["Expression"],
              "SELECT SUM(" + metric + ") FROM SCHEMA(\"AWS/Bedrock\", ModelId)");
  }
  for (const char* const sum : {"bedrock-high-token-usage", "bedrock-high-error-rate"}) {
    const Address address{ResourceKind::alarm, "eu-west-1", sum};
    EXPECT_EQ(alarm(sum), nullptr);
    EXPECT_NE(std::find(state.retired.begin(), state.retired.end(), address), state.retired.end());
  }
  const std::vector<Notice> notices = make_plan(spec, state, {}).notices;
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](const Notice& one) {
    return one.text.find("in two alarms each") != std::string::npos;
  }));
  spec.names.invocation_alarm = "bedrock-high-error-rate-client";
  EXPECT_FALSE(faults_of(spec).empty());
}

TEST(CoreProfile, FurtherRegionsHaveBucketsOfTheirOwnAndShareRoleAndDashboard) {
  StackSpec spec = plain_spec();
  spec.regions = {"eu-west-1", "us-east-1"};
  const DesiredState state = desired_state(spec);
  EXPECT_EQ(one_of_kind(state, ResourceKind::bucket, "us-east-1")["BucketName"],
            "bedrock-logs-123456789012-us-east-1");
  EXPECT_EQ(of_kind(state, ResourceKind::role).size(), 1U);
  EXPECT_EQ(of_kind(state, ResourceKind::dashboard).size(), 1U);
  EXPECT_EQ(of_kind(state, ResourceKind::alarm).size(), 8U);
}

TEST(CoreProfile, OneComponentNeedsTheOthersToBeThere) {
  StackSpec spec = plain_spec();
  spec.only = {Component::logging};
  const DesiredState state = desired_state(spec);
  for (const Resource& resource : state.resources) {
    EXPECT_EQ(resource.is_managed, resource.address.kind == ResourceKind::logging_configuration)
        << to_text(resource.address);
  }
  EXPECT_EQ(state.resources.size(), 5U);
}

TEST(CoreProfile, WhatIsReusedIsNotManagedAndOursIsRetired) {
  StackSpec spec = plain_spec();
  spec.reused.bucket = "audit-logs";
  spec.reused.topic_arn = "arn:aws:sns:eu-west-1:123456789012:ops";
  ASSERT_TRUE(faults_of(spec).empty());
  const DesiredState state = desired_state(spec);
  const Resource* const bucket = state.find({ResourceKind::bucket, "eu-west-1", "audit-logs"});
  ASSERT_NE(bucket, nullptr);
  EXPECT_FALSE(bucket->is_managed);
  EXPECT_TRUE(of_kind(state, ResourceKind::bucket_policy).empty());
  EXPECT_TRUE(of_kind(state, ResourceKind::topic_policy).empty());
  std::vector<std::string> retired;
  for (const Address& one : state.retired) {
    retired.push_back(to_text(one));
  }
  EXPECT_EQ(retired, (std::vector<std::string>{"eu-west-1/alarm/bedrock-high-error-rate-server",
                                               "eu-west-1/alarm/bedrock-high-error-rate-client",
                                               "eu-west-1/alarm/bedrock-high-token-usage-output",
                                               "eu-west-1/alarm/bedrock-high-token-usage-input",
                                               "eu-west-1/topic-policy/bedrock-usage-alerts",
                                               "eu-west-1/topic/bedrock-usage-alerts",
                                               "eu-west-1/bucket-policy/bedrock-logs-123456789012",
                                               "eu-west-1/bucket/bedrock-logs-123456789012"}));
}

}  // namespace
}  // namespace bedrocklog::provision
