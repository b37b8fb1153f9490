// Composites H1 and H2, what each switch takes away, and what each threshold changes.
#include <algorithm>
#include <array>
#include <functional>
#include <random>

#include "provision/normal_form.h"
#include "tests/provision/random_spec.h"
#include "tests/provision/secure_spec.h"

namespace bedrocklog::provision {
namespace {

TEST(HealthComposites, RuleOfTheBasicOneIsThatOfTheCatalogue) {
  Json composite =
      properties_of(desired_state(secure_spec()),
                    in_region(ResourceKind::composite_alarm, "bedrock-overall-health"));
  EXPECT_EQ(composite["AlarmRule"],
            "ALARM(\"bedrock-client-errors\") OR ALARM(\"bedrock-server-errors\") OR "
            "ALARM(\"bedrock-p99-latency\") OR ALARM(\"bedrock-throttles\") OR "
            "ALARM(\"bedrock-log-delivery-cloudwatch\") OR ALARM(\"bedrock-log-delivery-s3\")");
  EXPECT_EQ(composite["AlarmActions"], Json::array({topic_arn("critical")}));
}

TEST(HealthComposites, RuleOfTheComprehensiveOneIsThatOfTheCatalogue) {
  const DesiredState state = desired_state(secure_spec_with({"observability"}));
  Json composite = properties_of(
      state, in_region(ResourceKind::composite_alarm, "bedrock-comprehensive-health"));
  EXPECT_EQ(composite["AlarmRule"],
            "ALARM(\"bedrock-overall-health\") OR ALARM(\"bedrock-agent-client-errors\") OR "
            "ALARM(\"bedrock-agent-server-errors\") OR ALARM(\"bedrock-agent-p99-latency\") OR "
            "ALARM(\"bedrock-agent-throttles\") OR ALARM(\"bedrock-kb-client-errors\") OR "
            "ALARM(\"bedrock-kb-server-errors\") OR ALARM(\"bedrock-kb-throttles\") OR "
            "ALARM(\"bedrock-guardrail-blocked-input\") OR "
            "ALARM(\"bedrock-guardrail-blocked-output\") OR ALARM(\"bedrock-training-failed\") OR "
            "ALARM(\"bedrock-api-call-anomaly\") OR ALARM(\"bedrock-input-token-anomaly\") OR "
            "ALARM(\"bedrock-output-token-anomaly\") OR ALARM(\"bedrock-invocation-anomaly\")");
}

/// Names in a rule: ALARM("NAME").
std::set<std::string> children_in(const std::string& rule) {
  std::set<std::string> names;
  const std::string_view start = "ALARM(\"";
  for (std::size_t at = rule.find(start); at != std::string::npos; at = rule.find(start, at + 1)) {
    const std::size_t from = at + start.size();
    names.insert(rule.substr(from, rule.find('"', from) - from));
  }
  return names;
}

TEST(HealthComposites, Property1_NameOnlyAlarmsThatAreThereAndWaitForThem) {
  std::mt19937 random(7);
  for (unsigned run = 0; run < property_cases; ++run) {
    StackSpec spec = secure_spec_with({"observability"});
    SecureSwitches& switches = spec.secure.switches;
    for (bool* const one :
         {&switches.invocation_alarms, &switches.token_anomaly_alarms, &switches.agent_alarms,
          &switches.knowledge_base_alarms, &switches.guardrail_alarms, &switches.training_alarm,
          &switches.api_call_alarm}) {
      *one = random() % 2 == 0;
    }
    spec.alarm_source = random() % 2 == 0 ? AlarmSource::metrics_insights : AlarmSource::automatic;
    spec.observability.models.resize(random() % 4);
    for (std::size_t index = 0; index < spec.observability.models.size(); ++index) {
      spec.observability.models[index].model_id = "vendor.model-" + std::to_string(index);
    }
    const DesiredState state = desired_state(spec);
    for (const char* const name : {"bedrock-overall-health", "bedrock-comprehensive-health"}) {
      const Resource* const composite = state.find(in_region(ResourceKind::composite_alarm, name));
      ASSERT_NE(composite, nullptr);
      const auto children = children_in(composite->properties["AlarmRule"].get<std::string>());
      EXPECT_FALSE(children.empty());
      for (const std::string& child : children) {
        const bool is_needed = std::any_of(
            composite->depends_on.begin(), composite->depends_on.end(), [&](const Address& need) {
              return need.name == child && (need.kind == ResourceKind::alarm ||
                                            need.kind == ResourceKind::composite_alarm);
            });
        EXPECT_TRUE(is_needed) << child;
      }
    }
  }
}

TEST(HealthComposites, WithMoreChildrenThanCloudWatchTakesAreToldAsUnsupported) {
  StackSpec spec = secure_spec();
  spec.alarm_source = AlarmSource::metrics_insights;
  spec.observability.models.resize(40);
  for (std::size_t index = 0; index < spec.observability.models.size(); ++index) {
    spec.observability.models[index].model_id = "vendor.model-" + std::to_string(index);
  }
  const DesiredState state = desired_state(spec);
  const Address all = in_region(ResourceKind::composite_alarm, "bedrock-comprehensive-health");
  EXPECT_EQ(state.find(all), nullptr);
  EXPECT_NE(reason_of(state, all).find("CloudWatch takes 100"), std::string::npos);
}

struct SwitchRow {
  const char* name;
  bool SecureSwitches::* flag;
  std::vector<Address> resources;
};

const std::vector<SwitchRow>& switch_rows() {
  const auto alarm = [](const char* name) { return in_region(ResourceKind::alarm, name); };
  const auto detector = [](const char* metric) {
    return in_region(ResourceKind::anomaly_detector, metric);
  };
  static const std::vector<SwitchRow> rows = {
      {"invocation_alarms",
       &SecureSwitches::invocation_alarms,
       {alarm("bedrock-client-errors"), alarm("bedrock-server-errors"),
        alarm("bedrock-p99-latency"), alarm("bedrock-throttles")}},
      {"token_anomaly_alarms",
       &SecureSwitches::token_anomaly_alarms,
       {alarm("bedrock-input-token-anomaly"), alarm("bedrock-output-token-anomaly"),
        alarm("bedrock-invocation-anomaly"), detector("AWS/Bedrock/InputTokenCount/Sum"),
        detector("AWS/Bedrock/OutputTokenCount/Sum"), detector("AWS/Bedrock/Invocations/Sum")}},
      {"agent_alarms",
       &SecureSwitches::agent_alarms,
       {alarm("bedrock-agent-client-errors"), alarm("bedrock-agent-server-errors"),
        alarm("bedrock-agent-p99-latency"), alarm("bedrock-agent-throttles")}},
      {"knowledge_base_alarms",
       &SecureSwitches::knowledge_base_alarms,
       {alarm("bedrock-kb-client-errors"), alarm("bedrock-kb-server-errors"),
        alarm("bedrock-kb-throttles")}},
      {"guardrail_alarms",
       &SecureSwitches::guardrail_alarms,
       {alarm("bedrock-guardrail-blocked-input"), alarm("bedrock-guardrail-blocked-output")}},
      {"training_alarm",
       &SecureSwitches::training_alarm,
       {alarm("bedrock-training-failed"),
        in_region(ResourceKind::event_rule, "bedrock-training-failed")}},
      {"api_call_alarm",
       &SecureSwitches::api_call_alarm,
       {alarm("bedrock-api-call-anomaly"), detector("BedrockLog/bedrocklog/BedrockApiCalls/Sum")}},
      {"composite_alarms",
       &SecureSwitches::composite_alarms,
       {in_region(ResourceKind::composite_alarm, "bedrock-overall-health"),
        in_region(ResourceKind::composite_alarm, "bedrock-comprehensive-health")}},
      {"guardrail",
       &SecureSwitches::guardrail,
       {in_region(ResourceKind::guardrail, "bedrocklog-bedrocklog"),
        in_region(ResourceKind::guardrail_version, "bedrocklog-bedrocklog")}}};
  return rows;
}

/// What says something about what else there is.
bool may_follow(const Address& address) {
  return address.kind == ResourceKind::composite_alarm || address.kind == ResourceKind::key ||
         address == Address{ResourceKind::role, "", "BedrocklogModelAccess"};
}

TEST(SecureSwitches, Property2_EachTakesExactlyItsOwnAway) {
  const StackSpec spec = secure_spec();
  const std::map<Address, Json> full = everything(desired_state(spec));
  std::mt19937 random(11);
  for (unsigned run = 0; run < property_cases; ++run) {
    StackSpec less = spec;
    std::set<Address> gone;
    for (const SwitchRow& row : switch_rows()) {
      if (random() % 2 == 0) {
        less.secure.switches.*row.flag = false;
        gone.insert(row.resources.begin(), row.resources.end());
      }
    }
    const std::map<Address, Json> left = everything(desired_state(less));
    for (const auto& [address, properties] : full) {
      const auto found = left.find(address);
      EXPECT_EQ(found != left.end(), !gone.contains(address)) << to_text(address);
      if (found != left.end() && !may_follow(address)) {
        EXPECT_EQ(found->second, properties) << to_text(address);
      }
    }
    for (const auto& [address, properties] : left) {
      EXPECT_TRUE(full.contains(address)) << to_text(address);
    }
  }
}

TEST(SecureSwitches, EachAloneTakesItsOwnAwayBesideObservability) {
  const StackSpec spec = secure_spec_with({"observability"});
  const std::map<Address, Json> full = everything(desired_state(spec));
  for (const SwitchRow& row : switch_rows()) {
    SCOPED_TRACE(row.name);
    StackSpec less = spec;
    less.secure.switches.*row.flag = false;
    const std::map<Address, Json> left = everything(desired_state(less));
    for (const Address& address : row.resources) {
      EXPECT_TRUE(full.contains(address)) << to_text(address);
      // Observability has a band around all calls, too.
      if (address.name != "AWS/Bedrock/Invocations/Sum") {
        EXPECT_FALSE(left.contains(address)) << to_text(address);
      }
    }
    for (const auto& [address, properties] : full) {
      const bool is_own =
          std::find(row.resources.begin(), row.resources.end(), address) != row.resources.end();
      EXPECT_TRUE(is_own || left.contains(address)) << to_text(address);
    }
  }
}

struct ThresholdRow {
  const char* name;
  std::uint64_t ServiceThresholds::* limit;
  std::set<std::string> alarms;
};

const std::vector<ThresholdRow>& threshold_rows() {
  using Limits = ServiceThresholds;
  static const std::vector<ThresholdRow> rows = {
      {"client_errors", &Limits::client_errors, {"bedrock-client-errors"}},
      {"server_errors", &Limits::server_errors, {"bedrock-server-errors"}},
      {"latency_p99_ms", &Limits::latency_p99_ms, {"bedrock-p99-latency"}},
      {"throttles", &Limits::throttles, {"bedrock-throttles"}},
      {"agent_errors",
       &Limits::agent_errors,
       {"bedrock-agent-client-errors", "bedrock-agent-server-errors"}},
      {"agent_latency_p99_ms", &Limits::agent_latency_p99_ms, {"bedrock-agent-p99-latency"}},
      {"agent_throttles", &Limits::agent_throttles, {"bedrock-agent-throttles"}},
      {"knowledge_base_errors",
       &Limits::knowledge_base_errors,
       {"bedrock-kb-client-errors", "bedrock-kb-server-errors"}},
      {"knowledge_base_throttles", &Limits::knowledge_base_throttles, {"bedrock-kb-throttles"}},
      {"guardrail_interventions",
       &Limits::guardrail_interventions,
       {"bedrock-guardrail-blocked-input", "bedrock-guardrail-blocked-output"}},
      {"training_failures", &Limits::training_failures, {"bedrock-training-failed"}}};
  return rows;
}

TEST(ServiceThresholds, Property3_EachChangesExactlyItsAlarms) {
  const StackSpec spec = secure_spec();
  const std::map<Address, Json> before = everything(desired_state(spec));
  std::mt19937 random(13);
  unsigned held = 0;
  for (unsigned round = 0; round < 10; ++round) {
    for (const ThresholdRow& row : threshold_rows()) {
      SCOPED_TRACE(row.name);
      StackSpec changed = spec;
      std::uint64_t& limit = changed.secure.thresholds.*row.limit;
      limit += 1 + random() % 1'000'000;
      std::set<std::string> changed_alarms;
      for (const auto& [address, properties] : everything(desired_state(changed))) {
        if (before.at(address) != properties) {
          EXPECT_EQ(address.kind, ResourceKind::alarm);
          EXPECT_EQ(properties["Threshold"], limit);
          changed_alarms.insert(address.name);
        }
      }
      EXPECT_EQ(changed_alarms, row.alarms);
      ++held;
    }
  }
  EXPECT_GE(held, 100U);
}

TEST(ServiceThresholds, TheBandIsThatOfTheAnomalyAlarms) {
  StackSpec spec = secure_spec();
  const std::map<Address, Json> before = everything(desired_state(spec));
  spec.secure.thresholds.anomaly_band = 3;
  std::set<std::string> changed;
  for (const auto& [address, properties] : everything(desired_state(spec))) {
    if (before.at(address) != properties) {
      changed.insert(address.name);
      EXPECT_NE(properties["Metrics"].dump().find(", 3)"), std::string::npos);
    }
  }
  EXPECT_EQ(changed,
            (std::set<std::string>{"bedrock-input-token-anomaly", "bedrock-output-token-anomaly",
                                   "bedrock-invocation-anomaly"}));
}

}  // namespace
}  // namespace bedrocklog::provision
