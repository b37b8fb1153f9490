// What profile observability consists of, with the values of its documents, and what each option
// and each other profile adds and takes away.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "tests/provision/monitoring_spec.h"

namespace bedrocklog::provision {
namespace {

const std::string region = "eu-west-1";
const std::string trail_bucket = "bedrock-monitoring-cloudtrail-prod-123456789012";
const std::string invocation_group = "/aws/bedrock/model-invocations/prod";
const std::string trail_group = "/aws/bedrock/cloudtrail-logs/prod";

Json statement(const Json& policy, const std::string& sid) {
  for (const Json& one : policy["PolicyDocument"]["Statement"]) {
    if (one["Sid"] == sid) {
      return one;
    }
  }
  return {};
}

TEST(ObservabilityProfile, HasTheNamesOfTheSystemsItReplaces) {
  const DesiredState state = desired_state(monitoring_spec());
  EXPECT_EQ(names_of(state, ResourceKind::log_group),
            (std::set<std::string>{"/aws/bedrock/application-logs/prod", invocation_group,
                                   "/aws/bedrock/security-events/prod", trail_group}));
  EXPECT_EQ(names_of(state, ResourceKind::bucket),
            (std::set<std::string>{"bedrock-model-invocations-prod-123456789012", trail_bucket}));
  EXPECT_EQ(names_of(state, ResourceKind::role),
            (std::set<std::string>{"BedrockLoggingRole", "BedrocklogCloudTrailToLogs"}));
  EXPECT_EQ(names_of(state, ResourceKind::trail),
            std::set<std::string>{"bedrock-monitoring-trail"});
  EXPECT_EQ(names_of(state, ResourceKind::topic),
            std::set<std::string>{"bedrock-monitoring-alerts-prod"});
  EXPECT_EQ(names_of(state, ResourceKind::dashboard),
            (std::set<std::string>{"Bedrock-Cost-Usage-prod", "Bedrock-Management-Overview-prod",
                                   "Bedrock-Security-Monitoring-prod",
                                   "Bedrock-Technical-Operations-prod"}));
  for (const std::string& group : names_of(state, ResourceKind::log_group)) {
    EXPECT_EQ(properties_of(state, ResourceKind::log_group, region, group)["RetentionInDays"], 30)
        << group;
  }
  const Json logging = properties_of(state, ResourceKind::logging_configuration, region, "");
  EXPECT_EQ(logging["s3Config"]["keyPrefix"], "model-invocations/prod");
  EXPECT_EQ(logging["cloudWatchConfig"]["logGroupName"], invocation_group);
}

TEST(ObservabilityProfile, EverythingStandsBehindWhatItDependsOn) {
  StackSpec spec = full_monitoring_spec();
  spec.regions = {"eu-west-1", "us-east-1"};
  std::set<Address> before;
  for (const Resource& resource : desired_state(spec).resources) {
    for (const Address& needed : resource.depends_on) {
      EXPECT_TRUE(before.contains(needed)) << to_text(resource.address);
    }
    EXPECT_TRUE(before.insert(resource.address).second) << to_text(resource.address);
  }
}

TEST(Trail, RecordsAllRegionsIntoItsBucketAndLogGroup) {
  const Json trail = properties_of(desired_state(monitoring_spec()), ResourceKind::trail, region,
                                   "bedrock-monitoring-trail");
  for (const char* const flag : {"IsLogging", "IsMultiRegionTrail", "EnableLogFileValidation",
                                 "IncludeGlobalServiceEvents"}) {
    EXPECT_EQ(trail[flag], true) << flag;
  }
  EXPECT_EQ(trail["S3BucketName"], trail_bucket);
  EXPECT_EQ(trail["CloudWatchLogsLogGroupArn"],
            "arn:aws:logs:eu-west-1:123456789012:log-group:" + trail_group + ":*");
  EXPECT_EQ(trail["CloudWatchLogsRoleArn"],
            "arn:aws:iam::123456789012:role/BedrocklogCloudTrailToLogs");
  EXPECT_FALSE(trail.contains("KMSKeyId"));
  std::set<std::string> insights;
  for (const Json& one : trail["InsightSelectors"]) {
    insights.insert(one["InsightType"]);
  }
  EXPECT_EQ(insights, (std::set<std::string>{"ApiCallRateInsight", "ApiErrorRateInsight"}));
}

/// Each selector as "eventCategory=Data resources.type=AWS::Bedrock::Model".
std::set<std::string> selectors_of(const Json& trail) {
  std::set<std::string> result;
  for (const Json& selector : trail["AdvancedEventSelectors"]) {
    std::set<std::string> fields;
    EXPECT_LE(selector["Name"].get<std::string>().size(), 100U);
    for (const Json& field : selector["FieldSelectors"]) {
      EXPECT_EQ(field["Equals"].size(), 1U);
      fields.insert(field["Field"].get<std::string>() + "=" +
                    field["Equals"][0].get<std::string>());
    }
    std::string text;
    for (const std::string& field : fields) {
      text += (text.empty() ? "" : " ") + field;
    }
    result.insert(text);
  }
  return result;
}

TEST(Trail, SelectsManagementEventsAndEachTypeByItself) {
  const auto selectors = [](const StackSpec& spec) {
    return selectors_of(properties_of(desired_state(spec), ResourceKind::trail, region,
                                      "bedrock-monitoring-trail"));
  };
  std::set<std::string> expected = {"eventCategory=Management"};
  for (const char* const type : {"AgentAlias", "InlineAgent", "KnowledgeBase", "FlowAlias",
                                 "Guardrail", "Model", "AsyncInvoke", "PromptVersion"}) {
    expected.insert(std::string("eventCategory=Data resources.type=AWS::Bedrock::") + type);
  }
  StackSpec spec = monitoring_spec();
  EXPECT_EQ(selectors(spec), expected);
  spec.profiles.insert("secure");
  expected.insert(
      "errorCode=VpceAccessDenied eventCategory=NetworkActivity "
      "eventSource=bedrock.amazonaws.com");
  EXPECT_EQ(selectors(spec), expected);
  spec = monitoring_spec();
  spec.observability.data_event_types.clear();
  EXPECT_EQ(selectors(spec), std::set<std::string>{"eventCategory=Management"});
}

TEST(Trail, MayWriteItsBucketAndOnlyIt) {
  const DesiredState state = desired_state(monitoring_spec());
  const Json policy = properties_of(state, ResourceKind::bucket_policy, region, trail_bucket);
  const std::string bucket = "arn:aws:s3:::" + trail_bucket;
  const Json source =
      Json::array({"arn:aws:cloudtrail:eu-west-1:123456789012:trail/bedrock-monitoring-trail"});
  const Json check = statement(policy, "BedrocklogTrailAclCheck");
  EXPECT_EQ(check["Action"], Json::array({"s3:GetBucketAcl"}));
  EXPECT_EQ(check["Resource"], Json::array({bucket}));
  EXPECT_EQ(check["Principal"], Json({{"Service", {"cloudtrail.amazonaws.com"}}}));
  EXPECT_EQ(check["Condition"]["StringEquals"]["aws:SourceArn"], source);
  const Json writes = statement(policy, "BedrocklogTrailWrite");
  EXPECT_EQ(writes["Action"], Json::array({"s3:PutObject"}));
  EXPECT_EQ(writes["Resource"], Json::array({bucket + "/AWSLogs/123456789012/*"}));
  EXPECT_EQ(writes["Condition"]["StringEquals"]["aws:SourceArn"], source);
  EXPECT_EQ(writes["Condition"]["StringEquals"]["s3:x-amz-acl"],
            Json::array({"bucket-owner-full-control"}));
  EXPECT_TRUE(statement(policy, "BedrocklogDenyInsecure").is_object());
  const Json rule = properties_of(state, ResourceKind::bucket, region,
                                  trail_bucket)["LifecycleConfiguration"]["Rules"][0];
  EXPECT_EQ(rule["ExpirationInDays"], 90);
  EXPECT_EQ(rule["Prefix"], "AWSLogs/123456789012/");
}

TEST(TrailRole, WritesStreamsOfItsAccountInOneGroup) {
  const Json role = properties_of(desired_state(monitoring_spec()), ResourceKind::role, "",
                                  "BedrocklogCloudTrailToLogs");
  const Json trust = role["AssumeRolePolicyDocument"]["Statement"];
  ASSERT_EQ(trust.size(), 1U);
  EXPECT_EQ(trust[0]["Principal"], Json({{"Service", {"cloudtrail.amazonaws.com"}}}));
  const Json rights = role["Policies"][0]["PolicyDocument"]["Statement"];
  ASSERT_EQ(rights.size(), 1U);
  EXPECT_EQ(rights[0]["Action"], Json::array({"logs:CreateLogStream", "logs:PutLogEvents"}));
  EXPECT_EQ(rights[0]["Resource"],
            Json::array({"arn:aws:logs:eu-west-1:123456789012:log-group:" + trail_group +
                         ":log-stream:123456789012_CloudTrail_*"}));
}

TEST(Trail, IsEncryptedWithTheKeyThatTheBucketHas) {
  StackSpec spec = monitoring_spec();
  spec.bucket_kms_key = "arn:aws:kms:eu-west-1:123456789012:key/k";
  const DesiredState own = desired_state(spec);
  EXPECT_EQ(properties_of(own, ResourceKind::trail, region, "bedrock-monitoring-trail")["KMSKeyId"],
            spec.bucket_kms_key);
  spec = monitoring_spec();
  spec.profiles.insert("secure");
  const DesiredState secure = desired_state(spec);
  EXPECT_TRUE(
      properties_of(secure, ResourceKind::trail, region, "bedrock-monitoring-trail")["KMSKeyId"]
          .contains("Fn::GetAtt"));
}

TEST(Budget, CountsWhatTheAdminChoseAndTellsTopicAndMail) {
  StackSpec spec = full_monitoring_spec();
  spec.observability.budget.services = {"Amazon Bedrock", "Claude (Amazon Bedrock Edition)"};
  spec.observability.budget.emails = {"finance@example.com"};
  const DesiredState state = desired_state(spec);
  const Json all = properties_of(state, ResourceKind::budget, "", "bedrocklog-bedrocklog-monthly");
  ASSERT_TRUE(all.is_object());
  const Json& budget = all["Budget"];
  EXPECT_EQ(budget["BudgetName"], "bedrocklog-bedrocklog-monthly");
  EXPECT_EQ(budget["BudgetType"], "COST");
  EXPECT_EQ(budget["TimeUnit"], "MONTHLY");
  EXPECT_EQ(budget["BudgetLimit"], Json({{"Amount", 1500.5}, {"Unit", "USD"}}));
  EXPECT_EQ(budget["CostFilters"]["Service"].size(), 2U);
  std::set<std::string> notifications;
  for (const Json& one : all["NotificationsWithSubscribers"]) {
    const Json& when = one["Notification"];
    EXPECT_EQ(when["ComparisonOperator"], "GREATER_THAN");
    EXPECT_EQ(when["ThresholdType"], "PERCENTAGE");
    notifications.insert(when["NotificationType"].get<std::string>() + " " +
                         when["Threshold"].dump());
    std::set<std::string> told;
    for (const Json& subscriber : one["Subscribers"]) {
      told.insert(subscriber["SubscriptionType"].get<std::string>() + " " +
                  subscriber["Address"].get<std::string>());
    }
    EXPECT_EQ(told, (std::set<std::string>{
                        "EMAIL finance@example.com",
                        "SNS arn:aws:sns:eu-west-1:123456789012:bedrock-monitoring-alerts-prod"}));
  }
  EXPECT_EQ(notifications, (std::set<std::string>{"ACTUAL 80", "FORECASTED 100"}));
  const Json policy =
      properties_of(state, ResourceKind::topic_policy, region, "bedrock-monitoring-alerts-prod");
  EXPECT_EQ(statement(policy, "BedrocklogBudgetsPublish")["Principal"],
            Json({{"Service", {"budgets.amazonaws.com"}}}));
}

TEST(Budget, LeavesOutWhatIsNotAsked) {
  StackSpec spec = full_monitoring_spec();
  spec.observability.budget.forecast_percent = 0;
  const Json one =
      properties_of(desired_state(spec), ResourceKind::budget, "", "bedrocklog-bedrocklog-monthly");
  EXPECT_EQ(one["NotificationsWithSubscribers"].size(), 1U);
  EXPECT_FALSE(one["Budget"].contains("CostFilters"));
  spec.observability.budget.actual_percent = 0;
  EXPECT_FALSE(
      properties_of(desired_state(spec), ResourceKind::budget, "", "bedrocklog-bedrocklog-monthly")
          .contains("NotificationsWithSubscribers"));
}

TEST(ReportBucket, KeepsWhatIsPutThere) {
  const Json bucket = properties_of(desired_state(full_monitoring_spec()), ResourceKind::bucket,
                                    region, "bedrock-monitoring-reports-prod-123456789012");
  ASSERT_TRUE(bucket.is_object());
  for (const Json& rule : bucket["LifecycleConfiguration"]["Rules"]) {
    EXPECT_FALSE(rule.contains("ExpirationInDays"));
  }
  EXPECT_EQ(bucket["VersioningConfiguration"]["Status"], "Enabled");
}

std::set<std::string> retired_addresses(const DesiredState& state) {
  std::set<std::string> addresses;
  for (const Address& address : state.retired) {
    addresses.insert(to_text(address));
  }
  return addresses;
}

TEST(ObservabilityOptions, EachAddsExactlyItsOwnAndIsRetiredWithout) {
  using Names = std::set<std::string>;
  struct Case {
    std::function<void(StackSpec&)> set;
    Names added;
    Names removed;
    Names changed;
  };
  const std::string filters = "eu-west-1/metric-filter/" + trail_group + ":";
  const std::string queries = "eu-west-1/query/bedrocklog/bedrocklog/";
  Names of_trail = {"eu-west-1/trail/bedrock-monitoring-trail",
                    "eu-west-1/bucket/" + trail_bucket,
                    "eu-west-1/bucket-policy/" + trail_bucket,
                    "role/BedrocklogCloudTrailToLogs",
                    "eu-west-1/log-group/" + trail_group,
                    "eu-west-1/alarm/bedrock-critical-unauthorized-prod",
                    "eu-west-1/alarm/bedrock-critical-logging-tampered-prod"};
  for (const char* const filter :
       {"BedrockApiCalls", "BedrockUnauthorized", "LoggingConfigChanged", "GuardrailChanged",
        "TrailTampered", "RolePermissionChanged", "TrailInsight"}) {
    of_trail.insert(filters + filter);
  }
  for (const char* const query :
       {"trail-calls", "trail-config-changes", "trail-denied", "trail-external-ip"}) {
    of_trail.insert(queries + query);
  }
  const std::string model = "anthropic.claude-v2:1";
  const Names spend = {"dashboard/Bedrock-Cost-Usage-prod",
                       "dashboard/Bedrock-Management-Overview-prod",
                       "dashboard/Bedrock-Technical-Operations-prod",
                       "eu-west-1/alarm/bedrock-critical-cost-spike-prod"};
  const std::vector<Case> cases = {
      {[](StackSpec& s) { s.observability.has_report_bucket = true; },
       {"eu-west-1/bucket/bedrock-monitoring-reports-prod-123456789012",
        "eu-west-1/bucket-policy/bedrock-monitoring-reports-prod-123456789012"},
       {},
       {}},
      {[](StackSpec& s) { s.observability.budget.monthly_usd = "10"; },
       {"budget/bedrocklog-bedrocklog-monthly"},
       {},
       {"dashboard/Bedrock-Cost-Usage-prod",
        "eu-west-1/topic-policy/bedrock-monitoring-alerts-prod"}},
      {[](StackSpec& s) { s.observability.has_insights = false; },
       {},
       {filters + "TrailInsight"},
       {"eu-west-1/trail/bedrock-monitoring-trail"}},
      {[](StackSpec& s) { s.observability.data_event_types = {"Model"}; },
       {},
       {},
       {"eu-west-1/trail/bedrock-monitoring-trail"}},
      {[](StackSpec& s) {
         s.observability.use_trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/all";
       },
       {},
       of_trail,
       {"dashboard/Bedrock-Security-Monitoring-prod",
        "dashboard/Bedrock-Technical-Operations-prod"}},
      {[&](StackSpec& s) { s.observability.models = {{model, 1'000, 0, "3", "15", "", ""}}; },
       {"eu-west-1/alarm/bedrock-warning-p99-prod-" + model,
        "eu-west-1/alarm/bedrock-warning-quota-prod-" + model},
       {},
       spend},
      {[](StackSpec& s) { s.observability.team_key = "unit"; },
       {},
       {},
       {"dashboard/Bedrock-Cost-Usage-prod", queries + "tokens-by-team"}},
      {[](StackSpec& s) { s.observability.latency_sla_ms = 1; },
       {},
       {},
       {"dashboard/Bedrock-Management-Overview-prod"}},
      {[](StackSpec& s) { s.observability.trail_days = 400; },
       {},
       {},
       {"eu-west-1/bucket/" + trail_bucket}}};
  const StackSpec plain = monitoring_spec();
  const DesiredState before = desired_state(plain);
  for (std::size_t index = 0; index < cases.size(); ++index) {
    SCOPED_TRACE(index);
    StackSpec spec = plain;
    cases[index].set(spec);
    ASSERT_TRUE(faults_of(spec).empty());
    const DesiredState after = desired_state(spec);
    EXPECT_EQ(added(before, after), cases[index].added);
    EXPECT_EQ(added(after, before), cases[index].removed);
    EXPECT_EQ(changed(before, after), cases[index].changed);
    const Names retired = retired_addresses(after);
    EXPECT_TRUE(std::includes(retired.begin(), retired.end(), cases[index].removed.begin(),
                              cases[index].removed.end()));
    // Alarms of models are retired as a family; the rest by name.
    const Names later = retired_addresses(before);
    for (const std::string& address : cases[index].added) {
      EXPECT_NE(later.contains(address), address.find(model) != std::string::npos) << address;
    }
  }
}

TEST(ObservabilityOptions, ATrailOfOthersIsToldWithWhatItLeavesOut) {
  StackSpec spec = full_monitoring_spec();
  spec.observability.use_trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/all";
  std::set<std::string> told;
  for (const Unsupported& one : desired_state(spec).unsupported) {
    told.insert(to_text(one.address));
    EXPECT_NE(one.reason.find(spec.observability.use_trail), std::string::npos);
  }
  EXPECT_EQ(told, (std::set<std::string>{"eu-west-1/alarm/bedrock-critical-logging-tampered-prod",
                                         "eu-west-1/alarm/bedrock-critical-unauthorized-prod",
                                         "eu-west-1/trail/bedrock-monitoring-trail"}));
}

TEST(ObservabilityProfile, SharesOneLoggingConfigurationWithOtherProfiles) {
  for (const std::set<std::string>& profiles :
       std::vector<std::set<std::string>>{{"core", "observability"},
                                          {"observability", "secure"},
                                          {"core", "observability", "secure"}}) {
    StackSpec spec = full_monitoring_spec();
    spec.profiles = profiles;
    const DesiredState state = desired_state(spec);
    EXPECT_EQ(names_of(state, ResourceKind::logging_configuration).size(), 1U);
    const Json logging = properties_of(state, ResourceKind::logging_configuration, region, "");
    EXPECT_EQ(logging["s3Config"]["bucketName"], "bedrock-logs-123456789012");
    EXPECT_EQ(logging["cloudWatchConfig"]["logGroupName"], "/aws/bedrock/modelinvocations");
    const std::set<std::string> groups = names_of(state, ResourceKind::log_group);
    EXPECT_TRUE(groups.contains("/aws/bedrock/modelinvocations"));
    EXPECT_FALSE(groups.contains(invocation_group));
    const std::set<std::string> roles = names_of(state, ResourceKind::role);
    EXPECT_TRUE(roles.contains("BedrockCloudWatchLoggingRole"));
    EXPECT_FALSE(roles.contains("BedrockLoggingRole"));
    EXPECT_FALSE(names_of(state, ResourceKind::bucket)
                     .contains("bedrock-model-invocations-prod-123456789012"));
    // Filters and queries read the group that has the records.
    for (const Resource& resource : state.resources) {
      if (resource.address.kind == ResourceKind::metric_filter) {
        EXPECT_TRUE(groups.contains(resource.properties["LogGroupName"].get<std::string>()));
      } else if (resource.address.kind == ResourceKind::query_definition &&
                 resource.address.name.find("/profile/") == std::string::npos) {
        for (const Json& group : resource.properties["LogGroupNames"]) {
          EXPECT_TRUE(groups.contains(group.get<std::string>())) << group;
        }
      }
    }
  }
}

TEST(ObservabilityProfile, LeavesWhatItAddsToCoreAloneWhenItGoes) {
  StackSpec spec = full_monitoring_spec();
  spec.profiles = {"core"};
  const DesiredState core = desired_state(spec, {"observability"});
  spec.profiles = {"core", "observability"};
  const DesiredState both = desired_state(spec);
  const std::set<std::string> retired = retired_addresses(core);
  for (const std::string& address : added(core, both)) {
    EXPECT_TRUE(retired.contains(address)) << address;
  }
  EXPECT_TRUE(added(both, core).empty());
}

TEST(ObservabilityProfile, UsesATopicOfOthersInItsPlace) {
  StackSpec spec = full_monitoring_spec();
  spec.profiles = {"core", "observability"};
  spec.reused.topic_arn = "arn:aws:sns:eu-west-1:123456789012:ops";
  spec.subscribers = {{"email", "ops@example.com"}};
  ASSERT_TRUE(faults_of(spec).empty());
  const DesiredState state = desired_state(spec);
  unsigned topics = 0;
  for (const Resource& resource : state.resources) {
    if (resource.address.kind == ResourceKind::topic) {
      ++topics;
      EXPECT_FALSE(resource.is_managed);
    } else if (resource.address.kind == ResourceKind::alarm) {
      EXPECT_EQ(resource.properties["AlarmActions"], Json::array({spec.reused.topic_arn}));
    }
  }
  EXPECT_EQ(topics, 1U);
  EXPECT_EQ(names_of(state, ResourceKind::subscription),
            std::set<std::string>{"ops/email/ops@example.com"});
  EXPECT_TRUE(names_of(state, ResourceKind::topic_policy).empty());
}

}  // namespace
}  // namespace bedrocklog::provision
