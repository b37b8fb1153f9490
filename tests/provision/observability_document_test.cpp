// Settings of profile observability as a document, and those that are refused.
#include <functional>

#include <gtest/gtest.h>

#include "tests/provision/monitoring_spec.h"

namespace bedrocklog::provision {
namespace {

TEST(ObservabilityDocument, IsReadAsItWasWritten) {
  StackSpec spec = full_monitoring_spec();
  ObservabilitySettings& settings = spec.observability;
  settings.trail = "audit";
  settings.use_trail = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all";
  settings.trail_days = 400;
  settings.data_event_types = {"Model"};
  settings.has_insights = false;
  settings.team_key = "unit";
  settings.latency_sla_ms = 1;
  settings.thresholds = {"1.5", 2, 3, 4, 5, "0.25", 6, 7, 8};
  settings.budget = {"99.90", {"Amazon Bedrock"}, 70, 90, {"a@example.com"}};
  settings.recommendations = "less";
  settings.roi = "more";
  ASSERT_TRUE(faults_of(spec).empty());
  StackSpec read;
  EXPECT_TRUE(read_spec(to_json(spec), read).empty());
  EXPECT_EQ(to_json(read), to_json(spec));
  EXPECT_EQ(desired_state(read).resources.size(), desired_state(spec).resources.size());
  // All of it differs from what nobody says, member by member.
  const Json written = to_json(spec)["observability"];
  const Json plain = to_json(StackSpec())["observability"];
  EXPECT_EQ(written.size(), plain.size());
  for (const auto& [member, value] : plain.items()) {
    EXPECT_NE(value, written[member]) << member;
    for (const auto& [inner, old] : value.items()) {
      if (value.is_object()) {
        EXPECT_NE(old, written[member][inner]) << member << '.' << inner;
      }
    }
  }
}

TEST(ObservabilityDocument, ListsReplaceThoseBeforeAndSettingsNotSaidStay) {
  StackSpec spec = full_monitoring_spec();
  EXPECT_TRUE(read_spec(Json::parse(R"({"observability": {"data_event_types": [],
                          "models": [{"model_id": "m"}], "thresholds": {"quota_percent": 50}}})"),
                        spec)
                  .empty());
  EXPECT_TRUE(spec.observability.data_event_types.empty());
  ASSERT_EQ(spec.observability.models.size(), 1U);
  EXPECT_EQ(spec.observability.models[0].model_id, "m");
  EXPECT_EQ(spec.observability.thresholds.quota_percent, 50U);
  EXPECT_EQ(spec.observability.thresholds.latency_p99_ms, 5'000U);
  EXPECT_TRUE(spec.observability.has_report_bucket);
  EXPECT_TRUE(read_spec(Json::parse(R"({"observability": {"models": []}})"), spec).empty());
  EXPECT_TRUE(spec.observability.models.empty());
}

TEST(ObservabilityDocument, TellsEveryUnknownSettingAndEveryWrongType) {
  StackSpec spec;
  const std::vector<Fault> faults = read_spec(
      Json::parse(R"({"observability": {"trial": "x", "trail_days": "soon", "has_insights": 1,
                      "models": [{"model": "m", "latency_p99_ms": -1}],
                      "thresholds": {"error_percent": 5, "p99": 1},
                      "budget": {"emails": [1]}}})"),
      spec);
  std::set<std::string> subjects;
  for (const Fault& fault : faults) {
    subjects.insert(fault.subject);
  }
  EXPECT_EQ(subjects,
            (std::set<std::string>{"observability.trial", "observability.trail_days",
                                   "observability.has_insights", "observability.models[0].model",
                                   "observability.models[0].latency_p99_ms",
                                   "observability.thresholds.error_percent",
                                   "observability.thresholds.p99", "observability.budget.emails"}));
}

TEST(ObservabilitySettings, EveryWrongValueIsNamedWithWhatIsAllowed) {
  struct Case {
    const char* subject;  // Behind "observability.".
    const char* says;
    std::function<void(ObservabilitySettings&)> spoil;
  };
  using Settings = ObservabilitySettings;
  const std::vector<Case> cases = {
      {"trail", "3 to 128", [](Settings& s) { s.trail = "ab"; }},
      {"trail", "3 to 128", [](Settings& s) { s.trail = "a..b"; }},
      {"trail", "3 to 128", [](Settings& s) { s.trail = "-abc"; }},
      {"trail", "3 to 128", [](Settings& s) { s.trail = "192.168.5.4"; }},
      {"trail", "3 to 128", [](Settings& s) { s.trail = std::string(129, 't'); }},
      {"use_trail", "arn:aws:cloudtrail", [](Settings& s) { s.use_trail = "all"; }},
      {"trail_days", "1 to", [](Settings& s) { s.trail_days = 0; }},
      {"data_event_types", "AgentAlias", [](Settings& s) { s.data_event_types = {"*"}; }},
      {"data_event_types", "twice", [](Settings& s) { s.data_event_types = {"Model", "Model"}; }},
      {"models.model_id", "1 to 200",
       [](Settings& s) { s.models = {{"a b", 0, 0, {}, {}, {}, {}}}; }},
      {"models.model_id", "twice",
       [](Settings& s) { s.models = {{"a", 0, 0, {}, {}, {}, {}}, {"a", 0, 0, {}, {}, {}, {}}}; }},
      {"models.input_usd_per_million", "0.25",
       [](Settings& s) { s.models = {{"a", 0, 0, "-1", {}, {}, {}}}; }},
      {"models.output_usd_per_million", "0.25",
       [](Settings& s) { s.models = {{"a", 0, 0, {}, "1e3", {}, {}}}; }},
      {"models.cache_read_usd_per_million", "0.25",
       [](Settings& s) { s.models = {{"a", 0, 0, {}, {}, "1,5", {}}}; }},
      {"models.cache_write_usd_per_million", "0.25",
       [](Settings& s) { s.models = {{"a", 0, 0, {}, {}, {}, "."}}; }},
      {"models", "at most 50",
       [](Settings& s) {
         for (unsigned count = 0; count < 51; ++count) {
           s.models.push_back({"m" + std::to_string(count), 0, 0, {}, {}, {}, {}});
         }
       }},
      {"team_key", "1 to 200", [](Settings& s) { s.team_key = "a`b"; }},
      {"team_key", "1 to 200", [](Settings& s) { s.team_key.clear(); }},
      {"latency_sla_ms", "1 to", [](Settings& s) { s.latency_sla_ms = 0; }},
      {"thresholds.error_percent", "decimal",
       [](Settings& s) { s.thresholds.error_percent = "0"; }},
      {"thresholds.error_percent", "decimal",
       [](Settings& s) { s.thresholds.error_percent = "100.1"; }},
      {"thresholds.error_percent", "decimal",
       [](Settings& s) { s.thresholds.error_percent = "200"; }},
      {"thresholds.throttle_percent", "decimal",
       [](Settings& s) { s.thresholds.throttle_percent = "0.0001"; }},
      {"thresholds.throttle_percent", "decimal",
       [](Settings& s) { s.thresholds.throttle_percent = "few"; }},
      {"thresholds.cost_increase_percent", "1 to",
       [](Settings& s) { s.thresholds.cost_increase_percent = 0; }},
      {"thresholds.latency_mean_ms", "1 to", [](Settings& s) { s.thresholds.latency_mean_ms = 0; }},
      {"thresholds.latency_p99_ms", "1 to", [](Settings& s) { s.thresholds.latency_p99_ms = 0; }},
      {"thresholds.anomaly_band", "1 to", [](Settings& s) { s.thresholds.anomaly_band = 0; }},
      {"thresholds.quota_percent", "1 to 100",
       [](Settings& s) { s.thresholds.quota_percent = 101; }},
      {"thresholds.delivery_failures_per_5_minutes", "1 to",
       [](Settings& s) { s.thresholds.delivery_failures_per_5_minutes = 0; }},
      {"budget.monthly_usd", "1500", [](Settings& s) { s.budget.monthly_usd = "0.00"; }},
      {"budget.monthly_usd", "1500", [](Settings& s) { s.budget.monthly_usd = "much"; }},
      {"budget.emails", "no endpoint", [](Settings& s) { s.budget.emails = {"nobody"}; }},
      {"budget.emails", "at most 10",
       [](Settings& s) {
         for (unsigned count = 0; count < 11; ++count) {
           s.budget.emails.push_back(std::to_string(count) + "@example.com");
         }
       }},
      {"budget.services", "names of services", [](Settings& s) { s.budget.services = {""}; }},
      {"roi", "plain lines", [](Settings& s) { s.roi = std::string(1, '\x1b'); }},
      {"recommendations", "8000", [](Settings& s) { s.recommendations = std::string(9'000, 'r'); }},
  };
  for (const Case& one : cases) {
    StackSpec spec = monitoring_spec();
    one.spoil(spec.observability);
    const std::vector<Fault> faults = faults_of(spec);
    ASSERT_EQ(faults.size(), 1U) << one.subject << ' ' << one.says;
    EXPECT_EQ(faults[0].subject, std::string("observability.") + one.subject);
    EXPECT_NE(faults[0].message.find(one.says), std::string::npos) << faults[0].message;
  }
  EXPECT_TRUE(faults_of(monitoring_spec()).empty());
  EXPECT_TRUE(faults_of(full_monitoring_spec()).empty());
}

TEST(ObservabilitySettings, AreNotJudgedWhereTheProfileIsNotAskedFor) {
  StackSpec spec = monitoring_spec();
  spec.profiles = {"core"};
  spec.observability.trail_days = 0;
  spec.observability.thresholds.delivery_failures_per_5_minutes = 0;
  EXPECT_TRUE(faults_of(spec).empty());
}

TEST(ObservabilitySettings, ModelsTimesRegionsFitADashboard) {
  StackSpec spec = monitoring_spec();
  for (unsigned count = 0; count < 40; ++count) {
    spec.observability.models.push_back({"m" + std::to_string(count), 0, 0, {}, {}, {}, {}});
  }
  spec.regions = {"eu-west-1", "us-east-1"};
  EXPECT_TRUE(faults_of(spec).empty());
  spec.regions.emplace_back("us-west-2");
  ASSERT_EQ(faults_of(spec).size(), 1U);
  EXPECT_EQ(faults_of(spec)[0].subject, "observability.models");
}

TEST(ObservabilitySettings, AnEnvironmentMustLeaveRoomInNamesOfBuckets) {
  StackSpec spec = monitoring_spec();
  spec.env = std::string(20, 'e');
  EXPECT_TRUE(faults_of(spec).empty());
  spec.regions.emplace_back("us-east-1");
  ASSERT_EQ(faults_of(spec).size(), 1U);
  EXPECT_EQ(faults_of(spec)[0].subject, "env");
}

}  // namespace
}  // namespace bedrocklog::provision
