// The life of some resources, in peace, cut at every place, and in bad weather.
#include "tests/provision/parts_run.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;
using fake_aws::Trouble;

constexpr unsigned changes_max = 100;

/// Runs `verb` cut after its first change, its second, ... and after each cut once more in peace,
/// from `start` to `end`.
void expect_convergence(FakeAws& account, const Parts& parts, const Json& start, const Json& end,
                        bool (PartsRun::*verb)()) {
  for (const bool is_last_done : {true, false}) {
    bool was_killed = true;
    for (unsigned changes = 1; was_killed; ++changes) {
      ASSERT_LT(changes, changes_max);
      account.restore(start);
      Trouble trouble;
      trouble.changes_until_dead = changes;
      trouble.is_last_done = is_last_done;
      account.set_trouble(trouble);
      PartsRun cut(account, parts);
      was_killed = !(cut.*verb)();
      account.set_trouble({});
      PartsRun again(account, parts);
      ASSERT_TRUE((again.*verb)()) << "killed after " << changes << ": " << again.fault_text();
      EXPECT_EQ(account.snapshot(), end) << "killed after " << changes;
    }
  }
}

void expect_patience(FakeAws& account, const Parts& parts, const Json& start, const Json& end) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    account.restore(start);
    Trouble trouble;
    trouble.seed = seed;
    trouble.throttled_permille = 40;
    trouble.failing_permille = 40;
    trouble.lost_answer_permille = 40;
    trouble.cut_permille = 20;
    trouble.iam_lag_requests = 15;
    trouble.read_lag_requests = 3;
    account.set_trouble(trouble);
    bool is_done = false;
    std::string fault;
    for (unsigned runs = 0; runs < 4 && !is_done; ++runs) {
      PartsRun run(account, parts, test_spec(), 6);
      is_done = run.apply_all();
      fault = run.fault_text();
    }
    account.set_trouble({});
    EXPECT_TRUE(is_done) << "seed " << seed << ": " << fault;
    EXPECT_EQ(account.snapshot(), end) << "seed " << seed;
  }
}

}  // namespace

void expect_lifecycle(const Parts& parts, const Surroundings& surroundings) {
  FakeAws account;
  if (surroundings.prepare) {
    surroundings.prepare(account);
  }
  const Json before = account.snapshot();
  if (surroundings.ground) {
    PartsRun first(account, surroundings.ground);
    ASSERT_TRUE(first.apply_all()) << first.fault_text();
  }
  const Json start = account.snapshot();
  PartsRun run(account, parts);
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  const Json full = account.snapshot();
  EXPECT_NE(full, start);
  const Plan rest = run.plan();
  EXPECT_FALSE(rest.has_changes()) << to_json(rest).dump(1);
  ASSERT_TRUE(run.destroy_all()) << run.fault_text();
  EXPECT_EQ(account.snapshot(), before);
  expect_convergence(account, parts, start, full, &PartsRun::apply_all);
  expect_convergence(account, parts, full, before, &PartsRun::destroy_all);
  expect_patience(account, parts, before, full);
}

void expect_change(const Parts& from, const Parts& to) {
  FakeAws account;
  PartsRun first(account, from);
  ASSERT_TRUE(first.apply_all()) << first.fault_text();
  const Json start = account.snapshot();
  PartsRun second(account, to);
  ASSERT_TRUE(second.apply_all()) << second.fault_text();
  const Json end = account.snapshot();
  EXPECT_NE(start, end);
  expect_convergence(account, to, start, end, &PartsRun::apply_all);
}

}  // namespace bedrocklog::provision
