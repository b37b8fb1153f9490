// Every combination of profiles from nothing to nothing, cut at every place, and through bad
// weather.
#include <gtest/gtest.h>

#include "provision/verify.h"
#include "tests/provision/profile_stacks.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::Trouble;

class ProfileLifecycle : public testing::TestWithParam<Profiles> {};

TEST_P(ProfileLifecycle, PlanApplyPlanDestroyLeavesTheAccountAsItWas) {
  FakeAws account;
  const Json before = account.snapshot();
  StackRun run(account, profile_spec(GetParam()));
  const Plan first = run.plan();
  EXPECT_TRUE(first.has_changes());
  EXPECT_FALSE(first.has_conflicts()) << to_json(first).dump(1);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const Plan second = run.plan();
  EXPECT_FALSE(second.has_changes()) << to_json(second).dump(1);
  ASSERT_TRUE(run.destroy_all(with_all_data())) << run.fault_text();
  EXPECT_EQ(account.snapshot().dump(1), before.dump(1));
}

TEST_P(ProfileLifecycle, VerifyFindsNothingWrongWithWhatWasApplied) {
  FakeAws account;
  StackRun run(account, profile_spec(GetParam()));
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const Result<ObservedState> observed = run.look();
  ASSERT_TRUE(observed.has_value());
  VerifyChoices choices;
  choices.archive_age_hours_max = 0;
  const std::vector<Check> checks = verify(
      run.spec(), make_plan(run.spec(), run.desired(), *observed), *observed, run.calls(), choices);
  EXPECT_GT(checks.size(), run.desired().resources.size());
  for (const Check& check : checks) {
    EXPECT_NE(check.result, CheckResult::fail)
        << check.id << ' ' << check.subject << ": " << check.finding;
    EXPECT_NE(check.result, CheckResult::unknown)
        << check.id << ' ' << check.subject << ": " << check.finding;
  }
}

TEST_P(ProfileLifecycle, ApplyingAndPlanningAgainSendNoChange) {
  FakeAws account;
  StackRun run(account, profile_spec(GetParam()));
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  account.forget_calls();
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  EXPECT_FALSE(account.calls().empty());
  for (const fake_aws::RecordedCall& call : account.calls()) {
    EXPECT_FALSE(call.is_change) << call.service << ' ' << call.operation;
  }
}

TEST_P(ProfileLifecycle, DestroyKeepsDataAndItsKeyUnlessAsked) {
  FakeAws account;
  StackRun run(account, profile_spec(GetParam()));
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  ASSERT_TRUE(run.destroy_all({})) << run.fault_text();
  const Result<ObservedState> left = run.look();
  ASSERT_TRUE(left.has_value());
  for (const auto& [address, observed] : left->found) {
    EXPECT_TRUE(holds_data(address.kind)) << to_text(address);
  }
  // And a later run can set it up again over what was kept.
  StackRun later(account, profile_spec(GetParam()));
  ASSERT_TRUE(later.apply_all()) << later.fault_text();
  const Plan rest = later.plan();
  EXPECT_FALSE(rest.has_changes()) << to_json(rest).dump(1);
}

INSTANTIATE_TEST_SUITE_P(Combinations, ProfileLifecycle, testing::ValuesIn(all_combinations()),
                         profiles_name);

/// How many places are left out between two where a run is killed.
unsigned cut_step() {
  constexpr unsigned step_of_a_short_run = 29;
  return is_long_run() ? 1 : step_of_a_short_run;
}

struct Cut {
  unsigned changes = 0;
  bool is_last_done = false;
};

/// Kills `run` after more and more changes, and then calls `check`.
template <class Run, class Check>
void cut_everywhere(FakeAws& account, const Json& start, Run run, Check check) {
  unsigned cuts = 0;
  for (unsigned changes = 1; changes < 1'000; changes += cut_step()) {
    bool was_killed = false;
    for (const bool is_last_done : {true, false}) {
      account.restore(start);
      Trouble trouble;
      trouble.changes_until_dead = changes;
      trouble.is_last_done = is_last_done;
      account.set_trouble(trouble);
      was_killed = !run() || was_killed;
      account.set_trouble({});
      check(Cut{changes, is_last_done});
      if (testing::Test::HasFatalFailure()) {
        return;
      }
    }
    if (!was_killed) {
      EXPECT_GE(cuts, 2U);
      return;
    }
    ++cuts;
  }
  FAIL() << "never came through";
}

class KilledProfiles : public testing::TestWithParam<Profiles> {};

TEST_P(KilledProfiles, ConvergeOnTheNextApply) {
  FakeAws account;
  const StackSpec spec = profile_spec(GetParam());
  const Json before = account.snapshot();
  ASSERT_TRUE(StackRun(account, spec).apply_all());
  const Json wanted = without_permission_checks(account.snapshot());
  ApplyChoices one_by_one;
  one_by_one.steps_at_once_max = 1;
  cut_everywhere(
      account, before, [&] { return StackRun(account, spec).apply_all(one_by_one); },
      [&](const Cut& cut) {
        StackRun again(account, spec);
        ASSERT_TRUE(again.apply_all())
            << "killed after " << cut.changes << ": " << again.fault_text();
        ASSERT_EQ(without_permission_checks(account.snapshot()).dump(1), wanted.dump(1))
            << "killed after " << cut.changes << (cut.is_last_done ? ", done" : "");
      });
}

TEST_P(KilledProfiles, AreGoneAfterTheNextDestroy) {
  FakeAws account;
  const StackSpec spec = profile_spec(GetParam());
  const Json before = account.snapshot();
  ASSERT_TRUE(StackRun(account, spec).apply_all());
  const Json full = account.snapshot();
  cut_everywhere(
      account, full, [&] { return StackRun(account, spec).destroy_all(with_all_data()); },
      [&](const Cut& cut) {
        StackRun again(account, spec);
        ASSERT_TRUE(again.destroy_all(with_all_data()))
            << "killed after " << cut.changes << ": " << again.fault_text();
        ASSERT_EQ(account.snapshot().dump(1), before.dump(1))
            << "killed after " << cut.changes << (cut.is_last_done ? ", done" : "");
      });
}

INSTANTIATE_TEST_SUITE_P(Profiles, KilledProfiles,
                         testing::Values(Profiles{"observability"}, Profiles{"secure"},
                                         Profiles{"core", "observability", "secure"}),
                         profiles_name);

/// A hundred seeds and some over all combinations: by how they are dealt no two have the same.
constexpr std::uint64_t seeds_of_each = 15;

Trouble bad_weather(std::uint64_t seed) {
  Trouble trouble;
  trouble.seed = seed;
  trouble.throttled_permille = 40;
  trouble.failing_permille = 30;
  trouble.lost_answer_permille = 30;
  trouble.cut_permille = 20;
  trouble.iam_lag_requests = static_cast<unsigned>(seed % 12);
  trouble.read_lag_requests = static_cast<unsigned>(seed % 4);
  return trouble;
}

/// By process after process; "" or the last fault.
template <class Deed>
std::string done_at_last(const FakeAws& account, const StackSpec& spec, Deed deed) {
  std::string fault;
  for (unsigned runs = 0; runs < 4; ++runs) {
    StackRun run(account, spec, 6);
    if (deed(run)) {
      return "";
    }
    fault = run.fault_text() + '.';
  }
  return fault;
}

class ProfileWeather : public testing::TestWithParam<std::size_t> {};

TEST_P(ProfileWeather, ApplyAndDestroyConverge) {
  const std::vector<Profiles> combinations = all_combinations();
  const StackSpec spec = profile_spec(combinations[GetParam()]);
  FakeAws calm;
  const Json nothing = calm.snapshot();
  StackRun reference(calm, spec);
  ASSERT_TRUE(reference.apply_all()) << reference.fault_text();
  const Json wanted = without_permission_checks(calm.snapshot());
  for (std::uint64_t number = 0; number < seeds_of_each; ++number) {
    const std::uint64_t seed = 1 + GetParam() + number * combinations.size();
    FakeAws account;
    account.set_trouble(bad_weather(seed));
    ASSERT_EQ(done_at_last(account, spec, [](StackRun& run) { return run.apply_all(); }), "")
        << "seed " << seed;
    ASSERT_EQ(without_permission_checks(account.snapshot()).dump(1), wanted.dump(1))
        << "seed " << seed;
    if (number % 3 != 0 && !is_long_run()) {
      continue;
    }
    ASSERT_EQ(
        done_at_last(account, spec, [](StackRun& run) { return run.destroy_all(with_all_data()); }),
        "")
        << "seed " << seed;
    ASSERT_EQ(account.snapshot().dump(1), nothing.dump(1)) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Combinations, ProfileWeather,
                         testing::Range(std::size_t{0}, all_combinations().size()),
                         [](const testing::TestParamInfo<std::size_t>& info) {
                           return name_of(all_combinations()[info.param]);
                         });

}  // namespace
}  // namespace bedrocklog::provision
