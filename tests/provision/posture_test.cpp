// The eight promises, the named values and the metrics of widgets, over documents made here.
#include "provision/posture.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "provision/assembly.h"
#include "provision/desired_state.h"
#include "provision/document_checks.h"
#include "provision/outputs.h"
#include "provision/policy_checks.h"
#include "provision/reference.h"
#include "provision/widget_checks.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* region = "eu-west-1";

StackSpec secure_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {region};
  spec.profiles = {"core", "observability", "secure"};
  spec.secure.network.vpc_id = "vpc-0a1b2c3d";
  spec.secure.network.subnet_ids = {"subnet-0a1b2c3d"};
  spec.secure.network.management_cidrs = {"10.20.0.0/16"};
  spec.secure.access.permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary";
  return spec;
}

/// As AWS would show the stack: ids in place of references.
ObservedState all_there(const DesiredState& desired) {
  ObservedState observed;
  for (const Resource& one : desired.resources) {
    Json details = {{"Arn", "arn:aws:made:up:" + one.address.name},
                    {"KeyId", "1234abcd"},
                    {"GroupId", "sg-" + one.address.name},
                    {"GuardrailId", "gr1"},
                    {"GuardrailArn", "arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1"},
                    {"Version", "3"},
                    {"Id", "vpce-" + one.address.name},
                    {"State", "available"},
                    {"DnsEntries", Json::array({one.address.name + ".vpce.amazonaws.com"})}};
    observed.found[one.address] = {one.properties, Ownership::ours, "bedrocklog",
                                   std::move(details)};
  }
  for (auto& [address, found] : observed.found) {
    found.properties = resolved(found.properties, observed);
  }
  return observed;
}

std::map<std::string, Check> by_id(const std::vector<Check>& checks) {
  std::map<std::string, Check> result;
  for (const Check& one : checks) {
    result[one.id] = one;
  }
  return result;
}

struct Stack {
  StackSpec spec = secure_spec();
  DesiredState desired = desired_state(spec);
  ObservedState observed = all_there(desired);

  std::map<std::string, Check> posture() const {
    return by_id(posture_of(spec, desired, observed));
  }
  Observed& the(ResourceKind kind) {
    const auto found = std::find_if(observed.found.begin(), observed.found.end(),
                                    [kind](const auto& one) { return one.first.kind == kind; });
    EXPECT_NE(found, observed.found.end());
    return found->second;
  }
};

TEST(Posture, AStackAsItShouldBeKeepsAllEightPromises) {
  const Stack stack;
  const std::vector<Check> checks = posture_of(stack.spec, stack.desired, stack.observed);
  ASSERT_EQ(checks.size(), 8U);
  for (std::size_t at = 0; at < checks.size(); ++at) {
    EXPECT_EQ(checks[at].id, posture_ids()[at]);
    EXPECT_EQ(checks[at].result, CheckResult::pass) << checks[at].id << ": " << checks[at].finding;
  }
}

TEST(Posture, EveryPromiseBreaksByItself) {
  const auto broken = [](const auto& change) {
    Stack stack;
    change(stack);
    std::set<std::string> failed;
    for (const auto& [id, check] : stack.posture()) {
      if (check.result != CheckResult::pass) {
        failed.insert(id);
      }
    }
    return failed;
  };
  using Ids = std::set<std::string>;
  EXPECT_EQ(
      broken([](Stack& one) { one.the(ResourceKind::topic).properties.erase("KmsMasterKeyId"); }),
      Ids{"customer-managed-key"});
  EXPECT_EQ(broken([](Stack& one) {
              one.the(ResourceKind::topic).properties["KmsMasterKeyId"] = "alias/aws/sns";
            }),
            Ids{"customer-managed-key"});
  EXPECT_EQ(broken([](Stack& one) {
              one.the(ResourceKind::logging_configuration).properties["textDataDeliveryEnabled"] =
                  false;
            }),
            Ids{"invocation-logging"});
  EXPECT_EQ(broken([](Stack& one) {
              one.the(ResourceKind::guardrail)
                  .properties["ContentPolicyConfig"]["FiltersConfig"][0]["InputStrength"] = "LOW";
            }),
            Ids{"guardrail-filters-high"});
  EXPECT_EQ(broken([](Stack& one) {
              one.the(ResourceKind::guardrail).properties.erase("SensitiveInformationPolicyConfig");
            }),
            Ids{"pii-masked"});
  EXPECT_EQ(broken([](Stack& one) {
              Observed& role = one.observed.found.at({ResourceKind::role, "", role_of(one.spec)});
              role.properties["AssumeRolePolicyDocument"]["Statement"][0].erase("Condition");
            }),
            Ids{"confused-deputy-prevented"});
  EXPECT_EQ(broken([](Stack& one) {
              one.the(ResourceKind::role).properties.erase("PermissionsBoundary");
            }),
            Ids{"permissions-boundaries"});
  EXPECT_EQ(
      broken([](Stack& one) { one.the(ResourceKind::vpc_endpoint).details["State"] = "Pending"; }),
      Ids{"vpc-isolation"});
  EXPECT_EQ(broken([](Stack& one) {
              one.the(ResourceKind::bucket_policy).properties["PolicyDocument"]["Statement"] =
                  Json::array();
            }),
            Ids{"secure-transport"});
}

TEST(Posture, WhatIsNotAskedForIsAWarning) {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {region};
  const DesiredState desired = desired_state(spec);
  const std::map<std::string, Check> checks = by_id(posture_of(spec, desired, all_there(desired)));
  for (const char* const id :
       {"guardrail-filters-high", "pii-masked", "permissions-boundaries", "vpc-isolation"}) {
    EXPECT_EQ(checks.at(id).result, CheckResult::warn) << id;
  }
  EXPECT_EQ(checks.at("customer-managed-key").result, CheckResult::fail);
}

TEST(PolicyChecks, ServicesAreHeldToTheAccount) {
  const StackSpec spec = secure_spec();
  const auto policy = [](const char* service, const Json& condition) {
    Json statement = {{"Sid", "S"},
                      {"Effect", "Allow"},
                      {"Principal", {{"Service", service}}},
                      {"Action", "sts:AssumeRole"}};
    if (!condition.is_null()) {
      statement["Condition"] = condition;
    }
    return Json{{"Statement", Json::array({statement})}};
  };
  const Json account = {{"StringEquals", {{"aws:SourceAccount", "123456789012"}}}};
  const Json arn = {{"ArnLike", {{"aws:SourceArn", "arn:aws:x:eu-west-1:123456789012:y"}}}};
  const Json others = {{"StringEquals", {{"aws:SourceAccount", "999999999999"}}}};
  EXPECT_EQ(deputy_flaw(spec, policy("bedrock.amazonaws.com", account)), "");
  EXPECT_EQ(deputy_flaw(spec, policy("bedrock.amazonaws.com", arn)), "");
  EXPECT_NE(deputy_flaw(spec, policy("bedrock.amazonaws.com", others)), "");
  EXPECT_NE(deputy_flaw(spec, policy("bedrock.amazonaws.com", Json())), "");
  // CloudTrail sends neither when it takes a role.
  EXPECT_EQ(deputy_flaw(spec, policy("cloudtrail.amazonaws.com", Json())), "");
}

TEST(PolicyChecks, AKeysPolicyServesThoseItNames) {
  const StackSpec spec = secure_spec();
  const DesiredState desired = desired_state(spec);
  const Resource* const key = desired.find(stack_key(spec, region));
  ASSERT_NE(key, nullptr);
  const Json& policy = key->properties["KeyPolicy"];
  for (const char* const service :
       {"bedrock.amazonaws.com", "logs.eu-west-1.amazonaws.com", "cloudwatch.amazonaws.com",
        "events.amazonaws.com", "cloudtrail.amazonaws.com"}) {
    EXPECT_TRUE(lets_service(policy, service, "kms:GenerateDataKey")) << service;
  }
  EXPECT_FALSE(lets_service(policy, "lambda.amazonaws.com", "kms:GenerateDataKey"));
}

TEST(LoggingTypes, AreSixWithTheirPlaces) {
  Stack stack;
  std::map<std::string, Check> rows;
  for (const Check& one : logging_types(stack.spec, stack.desired, stack.observed)) {
    EXPECT_EQ(one.id, "logging-type");
    rows[one.subject] = one;
  }
  ASSERT_EQ(rows.size(), 6U);
  for (const auto& [subject, row] : rows) {
    EXPECT_EQ(row.result, CheckResult::pass) << subject << ": " << row.finding;
    EXPECT_TRUE(row.finding.starts_with("yes: ")) << row.finding;
  }
  stack.observed.found.erase({ResourceKind::trail, region, stack.spec.observability.trail});
  for (const Check& one : logging_types(stack.spec, stack.desired, stack.observed)) {
    EXPECT_EQ(one.result == CheckResult::pass, one.subject != "api-calls") << one.subject;
  }
  stack.spec.profiles = {"core"};
  EXPECT_TRUE(logging_types(stack.spec, stack.desired, stack.observed).empty());
}

TEST(OutputValues, HaveIdsNamesAndFlags) {
  const Stack stack;
  const Json values = values_of(stack.spec, stack.desired, stack.observed);
  const Json& here = values["regions"][region];
  EXPECT_EQ(here["kms_key_alias"], "alias/bedrocklog-bedrocklog");
  EXPECT_EQ(here["kms_key_arn"], "arn:aws:made:up:bedrocklog-bedrocklog");
  EXPECT_EQ(here["archive_bucket_name"], bucket_of(stack.spec, region));
  EXPECT_EQ(here["guardrail"]["id"], "gr1");
  EXPECT_EQ(here["guardrail"]["version"], "3");
  EXPECT_EQ(here["vpc_endpoints"]["bedrock-runtime"]["id"], "vpce-bedrock-runtime");
  EXPECT_EQ(here["vpc_endpoints"]["bedrock-runtime"]["dns_entries"][0],
            "bedrock-runtime.vpce.amazonaws.com");
  EXPECT_EQ(here["security_groups"]["bedrocklog-bedrocklog-runtime"],
            "sg-bedrocklog-bedrocklog-runtime");
  EXPECT_EQ(values["network"]["endpoints"], 4);
  for (const auto& [kind, is_encrypted] : values["encryption"].items()) {
    EXPECT_EQ(is_encrypted, true) << kind;
  }
  EXPECT_EQ(values["compliance"].size(), 8U);
  for (const auto& [flag, holds] : values["compliance"].items()) {
    EXPECT_EQ(holds, true) << flag;
  }
  EXPECT_EQ(values["roles"][role_of(stack.spec)]["policies"][0], "BedrocklogDelivery");
  const Json nothing = values_of(stack.spec, stack.desired, {});
  EXPECT_EQ(nothing["regions"][region]["kms_key_arn"], nullptr);
  EXPECT_EQ(nothing["compliance"]["secure_transport"], false);
}

TEST(WidgetMetrics, ShortFormsAreSpelledOutAndSearchesRead) {
  const Json widget = {
      {"properties",
       {{"metrics",
         Json::array(
             {Json::array({"AWS/Bedrock", "Invocations", "ModelId", "a", {{"stat", "Sum"}}}),
              Json::array({".", "InvocationLatency", ".", "b"}), Json::array({"...", "c"}),
              Json::array({{{"expression", "m1+m2"}, {"id", "e"}}}),
              Json::array({{{"expression",
                             "SEARCH('{AWS/Bedrock,ModelId} MetricName=\"InputTokenCount\"', "
                             "'Sum', 300)"}}}),
              Json::array({{{"expression",
                             "SEARCH('{AWS/Bedrock/Agents,Operation} MetricName=(\"A\" OR "
                             "\"B\")', 'Sum', 300)"}}}),
              Json::array({{{"expression",
                             "SELECT SUM(Invocations) FROM SCHEMA(\"AWS/Bedrock\", "
                             "ModelId)"}}})})}}}};
  const std::vector<WatchedMetric> metrics = metrics_of_widget(widget);
  ASSERT_EQ(metrics.size(), 6U);
  EXPECT_EQ(metrics[0].dimensions, std::set<std::string>{"ModelId=a"});
  EXPECT_EQ(metrics[1].name_space, "AWS/Bedrock");
  EXPECT_EQ(metrics[1].names, std::vector<std::string>{"InvocationLatency"});
  EXPECT_EQ(metrics[2].names, std::vector<std::string>{"InvocationLatency"});
  EXPECT_EQ(metrics[2].dimensions, std::set<std::string>{"ModelId=c"});
  EXPECT_EQ(metrics[3].names, std::vector<std::string>{"InputTokenCount"});
  EXPECT_TRUE(metrics[3].is_search);
  EXPECT_EQ(metrics[4].name_space, "AWS/Bedrock/Agents");
  EXPECT_EQ(metrics[4].names, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(metrics[5].names, std::vector<std::string>{"Invocations"});
  EXPECT_TRUE(metrics_of_widget({{"type", "text"}}).empty());
}

TEST(WidgetMetrics, AreFoundInEveryMetricWidgetOfOurDashboards) {
  const StackSpec spec = secure_spec();
  unsigned widgets = 0;
  for (const Resource& one : desired_state(spec).resources) {
    if (one.address.kind != ResourceKind::dashboard) {
      continue;
    }
    for (const Json& widget : one.properties["DashboardBody"]["widgets"]) {
      if (widget["type"] == "metric" && widget["properties"].contains("metrics")) {
        ++widgets;
        for (const WatchedMetric& metric : metrics_of_widget(widget)) {
          EXPECT_FALSE(metric.name_space.empty()) << widget;
          EXPECT_FALSE(metric.names.empty()) << widget;
        }
        EXPECT_FALSE(metrics_of_widget(widget).empty()) << widget;
      }
    }
  }
  EXPECT_GT(widgets, 15U);
}

}  // namespace
}  // namespace bedrocklog::provision
