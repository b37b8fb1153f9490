// The printed rights against the recorded calls of whole runs: nothing is missing, nothing is too
// much.
#include <algorithm>

#include <gtest/gtest.h>

#include "provision/permissions.h"
#include "provision/probe.h"
#include "provision/verify.h"
#include "tests/provision/printed_rights.h"
#include "tests/provision/profile_stacks.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;

std::string client_name(const std::string& service) {
  return service == "monitoring" ? "cloudwatch" : service;
}

std::set<std::string> actions_in(const Json& policy) {
  std::set<std::string> actions;
  for (const Json& statement : policy["Statement"]) {
    for (const Json& action : statement["Action"]) {
      actions.insert(action.get<std::string>());
    }
  }
  return actions;
}

/// What the calls so far needed.
std::set<std::string> used_actions(const FakeAws& account) {
  std::set<std::string> actions;
  for (const fake_aws::RecordedCall& call : account.calls()) {
    const auto needed = actions_of(client_name(call.service), call.operation);
    if (needed) {
      actions.insert(needed->begin(), needed->end());
    } else {
      ADD_FAILURE() << "no right is known for " << call.service << ' ' << call.operation;
    }
  }
  return actions;
}

/// Everything is set otherwise, so that applying it changes every thing in place.
StackSpec changed(StackSpec spec) {
  spec.log_retention_days = 365;
  spec.archive_days = 400;
  spec.tags["changed"] = "yes";
  spec.deliver_images = false;
  spec.thresholds = {200'000, 20, 2'000, 20'000};
  spec.observability.team_key = "department";
  spec.observability.trail_days = 400;
  spec.observability.data_event_types = {"Model"};
  spec.observability.has_insights = false;
  spec.observability.thresholds.latency_mean_ms = 9'000;
  spec.observability.budget.monthly_usd = "2000";
  spec.observability.budget.actual_percent = 90;
  spec.observability.budget.emails = {"controller@example.com"};
  spec.secure.network.management_cidrs = {"10.21.0.0/16"};
  spec.secure.network.runtime_cidrs = {"10.31.0.0/16"};
  spec.secure.network.subnet_ids = {fake_aws::default_subnet_a};
  spec.secure.guardrail.blocked_input_message = "No.";
  spec.secure.thresholds.client_errors = 11;
  spec.secure.switches.agent_alarms = false;
  return spec;
}

class ProfileRights : public testing::TestWithParam<Profiles> {};

TEST_P(ProfileRights, ArePrintedAsTheyAreNeeded) {
  FakeAws account;
  const StackSpec spec = profile_spec(GetParam());
  const StackSpec later = changed(spec);
  limit(account, permission_policy(spec, PermissionMode::apply));
  StackRun first(account, spec);
  ASSERT_TRUE(first.apply_all()) << first.fault_text();
  limit(account, permission_policy(later, PermissionMode::apply));
  StackRun second(account, later);
  ASSERT_TRUE(second.apply_all()) << second.fault_text();
  EXPECT_FALSE(second.plan().has_changes());
  limit(account, permission_policy(later, PermissionMode::plan));
  StackRun reader(account, later);
  const Result<ObservedState> observed = reader.look();
  ASSERT_TRUE(observed.has_value()) << observed.error().message;
  for (const Check& check : verify(later, make_plan(later, reader.desired(), *observed), *observed,
                                   reader.calls(), {})) {
    EXPECT_NE(check.result, CheckResult::unknown) << check.id << ": " << check.finding;
  }
  limit(account, permission_policy(later, PermissionMode::destroy));
  StackRun last(account, later);
  ASSERT_TRUE(last.destroy_all(with_all_data())) << last.fault_text();
}

INSTANTIATE_TEST_SUITE_P(Combinations, ProfileRights, testing::ValuesIn(all_combinations()),
                         profiles_name);

/// Rights of calls that a run makes only where it meets something. That each is really sent, and
/// how, is held by the goldens of requests.
const std::set<std::string>& rare_rights() {
  static const std::set<std::string> rare = {
      // Releasing what was adopted.
      "bedrock:UntagResource", "cloudtrail:RemoveTags", "cloudwatch:UntagResource",
      "ec2:DeleteTags", "events:UntagResource", "iam:UntagRole", "kms:UntagResource",
      "logs:UntagResource", "s3:DeleteBucketPolicy", "sns:UntagResource",
      // Budgets are known by their names; tags are written where the user gives some.
      "budgets:ListTagsForResource", "budgets:TagResource",
      // Putting back what somebody changed by hand.
      "cloudtrail:StopLogging", "cloudtrail:UpdateTrail", "ec2:AuthorizeSecurityGroupEgress",
      "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary",
      "kms:EnableKey", "kms:UpdateAlias", "kms:UpdateKeyDescription",
      "s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock",
      // Subscriptions that are confirmed, and a queue that is another.
      "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe",
      // A role with policies of others, a bucket with unfinished uploads.
      "iam:DetachRolePolicy", "s3:AbortMultipartUpload"};
  return rare;
}

/// From core to everything with a boundary, through another region, and back.
void switch_about(FakeAws& account) {
  const StackSpec core = profile_spec({"core"});
  StackSpec all = profile_spec({"core", "observability", "secure"});
  all.secure.access.permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary";
  StackSpec without_trail = all;
  without_trail.profiles = {"core", "secure"};
  without_trail.secure.access.permissions_boundary_arn.clear();
  for (const StackSpec& one : {core, all, without_trail, core}) {
    StackRun run(account, one);
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
  }
  StackRun last(account, core);
  ASSERT_TRUE(probe(all, last.calls()));
  const Address alarm{ResourceKind::alarm, "eu-west-1", core.names.latency_alarm};
  ASSERT_TRUE(send_test_notification(core, alarm, last.calls()));
}

TEST(ProfileRights, AreNotMoreThanWhatRunsCall) {
  std::set<std::string> used = {"iam:PassRole"};  // Asked for beside a call, never called.
  std::set<std::string> printed;
  for (const Profiles& profiles : all_combinations()) {
    FakeAws account;
    const StackSpec spec = profile_spec(profiles);
    const StackSpec later = changed(spec);
    ASSERT_TRUE(StackRun(account, spec).apply_all());
    ASSERT_TRUE(StackRun(account, later).apply_all());
    StackRun last(account, later);
    const Result<ObservedState> observed = last.look();
    ASSERT_TRUE(observed.has_value());
    (void)verify(later, make_plan(later, last.desired(), *observed), *observed, last.calls(), {});
    ASSERT_TRUE(last.destroy_all(with_all_data()));
    used.merge(used_actions(account));
    for (const PermissionMode mode :
         {PermissionMode::plan, PermissionMode::apply, PermissionMode::destroy}) {
      printed.merge(actions_in(permission_policy(spec, mode)));
    }
  }
  FakeAws account;
  switch_about(account);
  used.merge(used_actions(account));
  for (const std::string& action : printed) {
    EXPECT_TRUE(used.contains(action) != rare_rights().contains(action))
        << action << (used.contains(action) ? " is called after all" : " is printed, never called");
  }
}

}  // namespace
}  // namespace bedrocklog::provision
