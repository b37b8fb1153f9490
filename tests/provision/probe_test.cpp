// What a plan asks before it is made: CloudWatch's series, and trails of others.
#include "provision/probe.h"

#include <gtest/gtest.h>

#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::FakeClient;

struct Account {
  FakeAws fake;
  FakeClient client{fake};
  StackSpec spec;

  Account() {
    spec.account = "123456789012";
    spec.regions = {"eu-west-1", "us-east-1"};
  }

  void put_calls(const std::string& region, const Json& dimensions) {
    fake.put_metric(region, "AWS/Bedrock", "Invocations", dimensions);
  }

  ProbedSpec probed() {
    Result<ProbedSpec> result = probe(spec, client.calls);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
    return result ? *result : ProbedSpec();
  }
};

Json per_model() {
  return Json::array({{{"Name", "ModelId"}, {"Value", "m"}}});
}

std::string text_of(const std::vector<Notice>& notices) {
  std::string text;
  for (const Notice& one : notices) {
    text += one.subject + ": " + one.text + '\n';
  }
  return text;
}

TEST(Probe, AlarmsWatchTheSeriesOverAllModelsOnlyWhereEveryRegionHasIt) {
  Account here;
  here.put_calls("eu-west-1", Json::array());
  here.put_calls("us-east-1", per_model());
  const ProbedSpec one = here.probed();
  EXPECT_EQ(one.spec.alarm_source, AlarmSource::metrics_insights);
  EXPECT_NE(text_of(one.notices).find("no series over all models in us-east-1"), std::string::npos);
  here.put_calls("us-east-1", Json::array());
  const ProbedSpec both = here.probed();
  EXPECT_EQ(both.spec.alarm_source, AlarmSource::all_models_series);
  EXPECT_EQ(text_of(both.notices), "");
}

TEST(Probe, WhatIsChosenByTheAdminIsNotAsked) {
  Account here;
  here.spec.alarm_source = AlarmSource::all_models_series;
  EXPECT_EQ(here.probed().spec.alarm_source, AlarmSource::all_models_series);
  here.spec.alarm_source = AlarmSource::automatic;
  here.spec.only = {Component::storage};
  EXPECT_EQ(here.probed().spec.alarm_source, AlarmSource::automatic);
  EXPECT_TRUE(here.fake.calls().empty());
}

TEST(Probe, AReadThatIsRefusedLeavesTheSpecAndIsTold) {
  Account here;
  here.spec.profiles = {"core", "observability"};
  here.fake.set_allowed(
      [](const std::string&, const std::string&, const std::string&) { return false; });
  const ProbedSpec probed = here.probed();
  EXPECT_EQ(probed.spec.alarm_source, AlarmSource::automatic);
  EXPECT_NE(text_of(probed.notices).find("cloudwatch:ListMetrics"), std::string::npos);
  EXPECT_NE(text_of(probed.notices).find("cloudtrail:DescribeTrails"), std::string::npos);
}

TEST(Probe, AnOrganisationsTrailIsToldUnlessItIsUsed) {
  Account here;
  here.spec.profiles = {"observability"};
  here.spec.alarm_source = AlarmSource::metrics_insights;
  EXPECT_EQ(text_of(here.probed().notices), "");
  here.fake.put_organization_trail("us-east-1", "everything");
  const std::string told = text_of(here.probed().notices);
  EXPECT_NE(told.find("--use-trail arn:aws:cloudtrail:us-east-1:"), std::string::npos) << told;
  here.spec.observability.use_trail = "arn:aws:cloudtrail:us-east-1:999999999999:trail/everything";
  EXPECT_EQ(text_of(here.probed().notices), "");
  here.spec.observability.use_trail.clear();
  here.spec.profiles = {"core"};
  EXPECT_EQ(text_of(here.probed().notices), "");
}

TEST(Probe, ChangesNothing) {
  Account here;
  here.spec.profiles = {"core", "observability"};
  (void)here.probed();
  for (const fake_aws::RecordedCall& call : here.fake.calls()) {
    EXPECT_FALSE(call.is_change) << call.operation;
  }
}

}  // namespace
}  // namespace bedrocklog::provision
