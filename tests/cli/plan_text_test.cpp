// A plan as people read it: what is not known yet, and what AWS does not offer.
#include "cli/plan_text.h"

#include <string>

#include <gtest/gtest.h>

#include "provision/reference.h"

namespace bedrocklog::cli {
namespace {

using provision::Action;
using provision::Address;
using provision::ResourceKind;

provision::StackSpec spec() {
  provision::StackSpec result;
  result.account = "123456789012";
  result.regions = {"eu-west-1"};
  return result;
}

TEST(PlanText, ValuesThatAwsMakesUpAreKnownAfterApply) {
  const provision::Json arn =
      provision::reference_to({ResourceKind::key, "eu-west-1", "bedrocklog-bedrocklog"}, "Arn");
  provision::Step step;
  step.action = Action::update;
  step.address = {ResourceKind::log_group, "eu-west-1", "/logs"};
  step.changes = {{"KmsKeyId", provision::Json(), arn},
                  {"Policy", "old", {{"Resource", {arn, "other"}}}}};
  provision::Plan plan;
  plan.steps = {step};
  const std::string text = plan_text(spec(), plan, {});
  EXPECT_NE(text.find("      KmsKeyId: (none) -> (known after apply)\n"), std::string::npos)
      << text;
  const std::string policy =
      "      Policy: \"old\" -> {\"Resource\":[\"(known after apply)\",\"other\"]}\n";
  EXPECT_NE(text.find(policy), std::string::npos) << text;
  EXPECT_EQ(text.find("Fn::GetAtt"), std::string::npos);
}

TEST(PlanText, WhatAwsDoesNotOfferIsSaid) {
  provision::Step step;
  step.action = Action::unsupported;
  step.address = {ResourceKind::alarm, "eu-west-1", "bedrock-kb-latency"};
  step.reason = "no such metric; the console shows it";
  provision::Plan plan;
  plan.steps = {step};
  const std::string text = plan_text(spec(), plan, {});
  EXPECT_NE(
      text.find("  x alarm/bedrock-kb-latency\n      unsupported: no such metric; the console "
                "shows it\n"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace bedrocklog::cli
