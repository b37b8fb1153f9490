// What is counted of a stack, and what the counts cost.
#include "provision/charges.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "provision/desired_state.h"

namespace bedrocklog::provision {
namespace {

StackSpec core_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  return spec;
}

const Charge* the(const std::vector<Charge>& charges, std::string_view id) {
  const auto found =
      std::find_if(charges.begin(), charges.end(), [&](const Charge& one) { return one.id == id; });
  return found == charges.end() ? nullptr : &*found;
}

DesiredState state_of(std::vector<std::pair<ResourceKind, Json>> things) {
  DesiredState state;
  for (auto& [kind, properties] : things) {
    Resource one;
    one.address = {kind, is_global(kind) ? "" : "eu-west-1",
                   "thing-" + std::to_string(state.resources.size())};
    one.properties = std::move(properties);
    state.resources.push_back(std::move(one));
  }
  return state;
}

Json metric(const char* id, unsigned period) {
  return {{"Id", id}, {"MetricStat", {{"Period", period}}}};
}

TEST(Charges, AnAlarmCountsForEachMetricItIsMadeOf) {
  const DesiredState state = state_of(
      {{ResourceKind::alarm, {{"MetricName", "Invocations"}, {"Period", 300}}},
       {ResourceKind::alarm,
        {{"Metrics",
          Json::array({{{"Id", "e"}, {"Expression", "a+b"}}, metric("a", 60), metric("b", 60)})}}},
       {ResourceKind::alarm, {{"MetricName", "Invocations"}, {"Period", 10}}},
       {ResourceKind::alarm,
        {{"Metrics", Json::array({{{"Id", "ad1"}, {"Expression", "ANOMALY_DETECTION_BAND(m1, 2)"}},
                                  metric("m1", 300)})}}},
       {ResourceKind::alarm,
        {{"Metrics",
          Json::array({{{"Id", "q"}, {"Expression", "SELECT SUM(Invocations) FROM x"}}})}}},
       {ResourceKind::composite_alarm, {{"AlarmRule", "ALARM(a)"}}}});
  const std::vector<Charge> charges = charges_of(core_spec(), state);
  EXPECT_EQ(the(charges, "standard_alarm")->count, 3U);
  EXPECT_EQ(the(charges, "high_resolution_alarm")->count, 1U);
  EXPECT_EQ(the(charges, "anomaly_alarm")->count, 1U);
  EXPECT_EQ(the(charges, "composite_alarm")->count, 1U);
  EXPECT_EQ(the(charges, "metrics_insights_alarm")->count, 1U);
  EXPECT_FALSE(the(charges, "metrics_insights_alarm")->is_counted);
}

TEST(Charges, WhatIsFreeOrNotOursIsNotCounted) {
  DesiredState state = state_of({{ResourceKind::dashboard, {}},
                                 {ResourceKind::dashboard, {}},
                                 {ResourceKind::dashboard, {}},
                                 {ResourceKind::dashboard, {}},
                                 {ResourceKind::dashboard, {}},
                                 {ResourceKind::budget, {}},
                                 {ResourceKind::key, {}}});
  state.resources.back().is_managed = false;
  const std::vector<Charge> charges = charges_of(core_spec(), state);
  EXPECT_EQ(the(charges, "dashboard")->count, 2U);
  EXPECT_EQ(the(charges, "budget_day")->count, 0U);
  EXPECT_EQ(the(charges, "key"), nullptr);
}

TEST(Charges, EndpointsCountByTheHourInEveryZone) {
  const DesiredState state =
      state_of({{ResourceKind::vpc_endpoint, {{"SubnetIds", {"a", "b", "c"}}}},
                {ResourceKind::vpc_endpoint, {{"SubnetIds", {"a"}}}}});
  EXPECT_EQ(the(charges_of(core_spec(), state), "endpoint_hour")->count, 4U * 730U);
}

TEST(Charges, ATrailIsChargedByWhatItRecords) {
  const auto selector = [](const char* category) {
    return Json{
        {"FieldSelectors", Json::array({{{"Field", "eventCategory"}, {"Equals", {category}}}})}};
  };
  const std::vector<Charge> bare =
      charges_of(core_spec(),
                 state_of({{ResourceKind::trail,
                            {{"AdvancedEventSelectors", Json::array({selector("Management")})}}}}));
  EXPECT_NE(the(bare, "trail_management_events"), nullptr);
  EXPECT_EQ(the(bare, "trail_data_events"), nullptr);
  EXPECT_EQ(the(bare, "trail_insights_events"), nullptr);
  const std::vector<Charge> full = charges_of(
      core_spec(),
      state_of(
          {{ResourceKind::trail,
            {{"AdvancedEventSelectors", Json::array({selector("Management"), selector("Data")})},
             {"InsightSelectors", Json::array({{{"InsightType", "ApiCallRateInsight"}}})}}}}));
  EXPECT_NE(the(full, "trail_data_events"), nullptr);
  EXPECT_NE(the(full, "trail_insights_events"), nullptr);
}

TEST(Charges, FilterMetricsWithDimensionsSayThatTheyMayBeMore) {
  const DesiredState state = state_of(
      {{ResourceKind::metric_filter,
        {{"MetricTransformations",
          Json::array({{{"MetricNamespace", "B"}, {"MetricName", "Plain"}}})}}},
       {ResourceKind::metric_filter,
        {{"MetricTransformations",
          Json::array({{{"MetricNamespace", "B"},
                        {"MetricName", "ByModel"},
                        {"Dimensions", Json::array({{{"Key", "ModelId"}, {"Value", "$.m"}}})}}})}}},
       {ResourceKind::metric_filter,
        {{"MetricTransformations",
          Json::array({{{"MetricNamespace", "B"}, {"MetricName", "Plain"}}})}}}});
  const std::vector<Charge> charges = charges_of(core_spec(), state);
  EXPECT_EQ(the(charges, "custom_metric")->count, 2U);
  EXPECT_NE(the(charges, "custom_metric")->note.find("1 with dimensions"), std::string::npos);
}

TEST(Charges, TheCoreStackCountsItsAlarmsAndDashboard) {
  const StackSpec spec = core_spec();
  const std::vector<Charge> charges = charges_of(spec, desired_state(spec));
  // Tokens and errors are made of two metrics each.
  EXPECT_EQ(the(charges, "standard_alarm")->count, 6U);
  EXPECT_EQ(the(charges, "dashboard")->count, 0U);
  for (const Charge& one : charges) {
    EXPECT_NE(std::find(charge_ids().begin(), charge_ids().end(), one.id), charge_ids().end());
  }
}

TEST(Charges, PricesAreMultipliedExactly) {
  const std::vector<Charge> charges = {{"standard_alarm", "", 7, true, ""},
                                       {"endpoint_hour", "", 2'920, true, ""},
                                       {"trail_data_events", "", 1, false, ""},
                                       {"key", "", 3, true, ""}};
  const Result<PricedCharges> result =
      priced(charges, {{"standard_alarm", "0.10"}, {"endpoint_hour", "0.011000001"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->charges[0].amount, "0.70");
  EXPECT_EQ(result->charges[1].amount, "32.12000292");
  EXPECT_EQ(result->charges[2].amount, "");
  EXPECT_EQ(result->charges[3].amount, "");
  EXPECT_EQ(result->total, "32.82000292");
  EXPECT_FALSE(result->is_complete);
  const Result<PricedCharges> whole = priced({charges[0]}, {{"standard_alarm", "1"}});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->total, "7.00");
  EXPECT_TRUE(whole->is_complete);
}

TEST(Charges, PricesThatAreNoneAreRefused) {
  for (const char* const text :
       {"", ".", "1.", "-1", "1e3", "0.1234567890", "1000000", " 1", "1,0"}) {
    EXPECT_FALSE(priced({}, {{"key", text}})) << text;
  }
  EXPECT_FALSE(priced({}, {{"keys", "1"}}));
  EXPECT_FALSE(priced({{"key", "", 18'000'000'000'000'000'000U, true, ""}}, {{"key", "999999"}}));
}

}  // namespace
}  // namespace bedrocklog::provision
