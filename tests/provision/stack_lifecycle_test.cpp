// A stack from nothing to nothing, cut at every place, and through bad weather.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/provision/random_spec.h"
#include "tests/provision/stack_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::Trouble;

TEST(StackLifecycle, PlanApplyPlanDestroyLeavesTheAccountAsItWas) {
  FakeAws account;
  const Json before = account.snapshot();
  StackRun run(account, test_spec());
  const Plan first = run.plan();
  EXPECT_TRUE(first.has_changes());
  EXPECT_FALSE(first.has_conflicts());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_NE(account.snapshot(), before);
  const Plan second = run.plan();
  EXPECT_FALSE(second.has_changes()) << to_json(second).dump(1);
  DestroyChoices everything;
  everything.delete_data = true;
  ASSERT_TRUE(run.destroy_all(everything)) << run.fault_text();
  EXPECT_EQ(account.snapshot(), before);
}

TEST(StackLifecycle, ApplyingAgainSendsNoChange) {
  FakeAws account;
  StackRun run(account, test_spec());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  account.forget_calls();
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  for (const fake_aws::RecordedCall& call : account.calls()) {
    EXPECT_FALSE(call.is_change) << call.service << ' ' << call.operation;
  }
}

TEST(StackLifecycle, PlanningSendsNoChange) {
  FakeAws account;
  StackRun run(account, test_spec());
  (void)run.plan();
  EXPECT_FALSE(account.calls().empty());
  for (const fake_aws::RecordedCall& call : account.calls()) {
    EXPECT_FALSE(call.is_change) << call.service << ' ' << call.operation;
  }
}

TEST(StackLifecycle, DestroyKeepsDataUnlessAsked) {
  FakeAws account;
  StackRun run(account, test_spec());
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  ASSERT_TRUE(run.destroy_all({})) << run.fault_text();
  const Result<ObservedState> left = run.look();
  ASSERT_TRUE(left.has_value());
  std::set<ResourceKind> kinds;
  for (const auto& [address, observed] : left->found) {
    kinds.insert(address.kind);
  }
  EXPECT_EQ(kinds, (std::set<ResourceKind>{ResourceKind::bucket, ResourceKind::bucket_policy,
                                           ResourceKind::log_group}));
  // And it can be set up again over what was kept.
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(run.plan().has_changes());
}

/// Both orders of death: the last change carried out, and not.
class KilledApply : public testing::TestWithParam<bool> {};

TEST_P(KilledApply, AfterAnyRequestConvergesOnTheNextRun) {
  FakeAws account;
  const Json before = account.snapshot();
  {
    StackRun run(account, test_spec());
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
  }
  const Json wanted = account.snapshot();
  unsigned changes = 1;
  for (bool was_killed = true; was_killed; ++changes) {
    ASSERT_LT(changes, 100U);
    account.restore(before);
    Trouble trouble;
    trouble.changes_until_dead = changes;
    trouble.is_last_done = GetParam();
    account.set_trouble(trouble);
    ApplyChoices one_by_one;
    one_by_one.steps_at_once_max = 1;
    was_killed = !StackRun(account, test_spec()).apply_all(one_by_one);
    account.set_trouble({});
    StackRun again(account, test_spec());
    ASSERT_TRUE(again.apply_all()) << "killed after " << changes << ": " << again.fault_text();
    EXPECT_EQ(without_permission_checks(account.snapshot()), without_permission_checks(wanted))
        << "killed after " << changes;
  }
  EXPECT_GT(changes, 15U);  // That it was killed in many places, not in none.
}

TEST_P(KilledApply, OfADestroyConvergesToo) {
  FakeAws account;
  const Json before = account.snapshot();
  {
    StackRun run(account, test_spec());
    ASSERT_TRUE(run.apply_all()) << run.fault_text();
  }
  const Json full = account.snapshot();
  DestroyChoices everything;
  everything.delete_data = true;
  unsigned changes = 1;
  for (bool was_killed = true; was_killed; ++changes) {
    ASSERT_LT(changes, 100U);
    account.restore(full);
    Trouble trouble;
    trouble.changes_until_dead = changes;
    trouble.is_last_done = GetParam();
    account.set_trouble(trouble);
    was_killed = !StackRun(account, test_spec()).destroy_all(everything);
    account.set_trouble({});
    StackRun again(account, test_spec());
    ASSERT_TRUE(again.destroy_all(everything)) << again.fault_text();
    EXPECT_EQ(account.snapshot(), before) << "killed after " << changes;
  }
  EXPECT_GT(changes, 8U);
}

INSTANTIATE_TEST_SUITE_P(LastChangeDoneOrNot, KilledApply, testing::Bool());

TEST(StackLifecycle, ConvergesThroughThrottlesFailuresLostAnswersAndLags) {
  FakeAws calm;
  StackRun reference(calm, test_spec());
  ASSERT_TRUE(reference.apply_all()) << reference.fault_text();
  const Json wanted = calm.snapshot();
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    FakeAws account;
    Trouble trouble;
    trouble.seed = seed;
    trouble.throttled_permille = 40;
    trouble.failing_permille = 40;
    trouble.lost_answer_permille = 40;
    trouble.cut_permille = 20;
    trouble.iam_lag_requests = 12;
    trouble.read_lag_requests = 3;
    account.set_trouble(trouble);
    bool is_done = false;
    std::string fault;
    for (unsigned runs = 0; runs < 4 && !is_done; ++runs) {
      StackRun run(account, test_spec(), 6);
      is_done = run.apply_all();
      fault = run.fault_text();
    }
    EXPECT_TRUE(is_done) << "seed " << seed << ": " << fault;
    EXPECT_EQ(without_permission_checks(account.snapshot()), without_permission_checks(wanted))
        << "seed " << seed;
  }
}

TEST(StackLifecycle, WaitsForARoleThatBedrockDoesNotKnowYet) {
  FakeAws account;
  Trouble trouble;
  trouble.iam_lag_requests = 50;
  account.set_trouble(trouble);
  StackRun run(account, test_spec());
  EXPECT_TRUE(run.apply_all()) << run.fault_text();
  const auto refused = [](const fake_aws::RecordedCall& call) {
    return call.operation == "PutModelInvocationLoggingConfiguration" && call.status == 400;
  };
  const std::vector<fake_aws::RecordedCall> calls = account.calls();
  EXPECT_TRUE(std::any_of(calls.begin(), calls.end(), refused));
}

TEST(StackLifecycle, SubscriptionsAreMadeOnceAndKeepTheirQueue) {
  FakeAws account;
  StackSpec spec = test_spec();
  spec.dlq_arn = "arn:aws:sqs:eu-west-1:123456789012:lost-alarms";
  StackRun run(account, spec);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  // Pending, nothing of it can be read; that is no drift, and no reason for another mail.
  EXPECT_FALSE(run.plan().has_changes());
  account.confirm_subscription("ops@example.com");
  EXPECT_FALSE(run.plan().has_changes());
  spec.dlq_arn = "arn:aws:sqs:eu-west-1:123456789012:other";
  StackRun later(account, spec);
  EXPECT_TRUE(later.plan().has_changes());
  ASSERT_TRUE(later.apply_all()) << later.fault_text();
  EXPECT_FALSE(later.plan().has_changes());
  const std::vector<fake_aws::RecordedCall> calls = account.calls();
  EXPECT_EQ(std::count_if(
                calls.begin(), calls.end(),
                [](const fake_aws::RecordedCall& call) { return call.operation == "Subscribe"; }),
            1);
}

TEST(StackLifecycle, Property7_WhatIsThereAlreadyDoesNotFailTheRun) {
  for (std::uint64_t seed = 1; seed <= property_cases; ++seed) {
    StackSpec spec = random_spec(seed);
    FakeAws account(spec.account, spec.partition);
    {
      // A run that got somewhere, or a whole stack that is set up otherwise now.
      StackSpec earlier = spec;
      earlier.thresholds.latency_mean_ms += 1;
      earlier.log_retention_days = 1;
      Trouble trouble;
      trouble.changes_until_dead = static_cast<unsigned>(1 + seed % 40);
      account.set_trouble(trouble);
      (void)StackRun(account, earlier).apply_all();
      account.set_trouble({});
    }
    StackRun run(account, spec);
    ASSERT_TRUE(run.apply_all()) << "seed " << seed << ": " << run.fault_text();
    const Plan rest = run.plan();
    EXPECT_FALSE(rest.has_changes()) << "seed " << seed << ": " << to_json(rest).dump(1);
  }
}

TEST(StackLifecycle, Property9_DestroyRemovesEverythingThatWasCreated) {
  for (std::uint64_t seed = 1; seed <= property_cases; ++seed) {
    const StackSpec spec = random_spec(seed + 1'000);
    FakeAws account(spec.account, spec.partition);
    const Json before = account.snapshot();
    StackRun run(account, spec);
    ASSERT_TRUE(run.apply_all()) << "seed " << seed << ": " << run.fault_text();
    DestroyChoices everything;
    everything.delete_data = true;
    ASSERT_TRUE(run.destroy_all(everything)) << "seed " << seed << ": " << run.fault_text();
    EXPECT_EQ(account.snapshot(), before) << "seed " << seed;
  }
}

TEST(StackLifecycle, ComponentsOneByOneInAnyOrderEndAsAllAtOnce) {
  FakeAws whole;
  StackRun all(whole, test_spec());
  ASSERT_TRUE(all.apply_all()) << all.fault_text();
  std::vector<Component> order = {Component::iam, Component::storage, Component::logging,
                                  Component::dashboard, Component::alerting};
  std::sort(order.begin(), order.end());
  constexpr int taken_each = 5;  // Of 120 orders: each component is first in some of them.
  int number = 0;
  do {
    if (number++ % taken_each != 0) {
      continue;
    }
    FakeAws account;
    // What needs another component is refused before it is there, and goes through afterwards.
    for (unsigned round = 0; round < 2; ++round) {
      for (const Component component : order) {
        StackSpec spec = test_spec();
        spec.only = {component};
        const bool is_done = StackRun(account, spec).apply_all();
        EXPECT_TRUE(is_done || (round == 0 && component == Component::logging));
      }
    }
    ASSERT_EQ(without_permission_checks(account.snapshot()),
              without_permission_checks(whole.snapshot()));
  } while (std::next_permutation(order.begin(), order.end()));
}

// A run that may not make the dashboard takes back what it made, and nothing that was there.
TEST(StackLifecycle, AFailedRunThatRollsBackLeavesTheAccountAsItWas) {
  FakeAws account;
  StackSpec first = test_spec();
  first.only = {Component::iam};
  ASSERT_TRUE(StackRun(account, first).apply_all());
  const Json before = without_permission_checks(account.snapshot());
  account.set_allowed([](const std::string&, const std::string& operation, const std::string&) {
    return operation != "PutDashboard";
  });
  ApplyChoices choices;
  choices.rolls_back = true;
  StackRun run(account, test_spec());
  EXPECT_FALSE(run.apply_all(choices));
  EXPECT_NE(run.fault_text().find("dashboard"), std::string::npos) << run.fault_text();
  account.set_allowed(nullptr);
  EXPECT_EQ(without_permission_checks(account.snapshot()).dump(), before.dump());
}

}  // namespace
}  // namespace bedrocklog::provision
