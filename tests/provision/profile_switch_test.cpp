// From one combination of profiles to another: exactly the difference, and no trace of the first.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/provision/profile_stacks.h"

namespace bedrocklog::provision {
namespace {

using fake_aws::FakeAws;

class ProfileSwitch : public testing::TestWithParam<Profiles> {};

/// To each of the others and then to nothing.
TEST_P(ProfileSwitch, LeavesOnlyDataOfWhatItWas) {
  for (const Profiles& next : all_combinations()) {
    if (next == GetParam()) {
      continue;
    }
    FakeAws account;
    const Json before = account.snapshot();
    ASSERT_TRUE(StackRun(account, profile_spec(GetParam())).apply_all());
    StackRun run(account, profile_spec(next));
    EXPECT_TRUE(run.plan().has_changes());
    ASSERT_TRUE(run.apply_all()) << name_of(next) << ": " << run.fault_text();
    const Plan rest = run.plan();
    EXPECT_FALSE(rest.has_changes()) << name_of(next) << ": " << to_json(rest).dump(1);
    // What is left of the one before is data, kept.
    const Result<ObservedState> observed = run.look();
    ASSERT_TRUE(observed.has_value());
    for (const Address& address : run.desired().retired) {
      if (observed->find(address) != nullptr) {
        EXPECT_TRUE(holds_data(address.kind)) << name_of(next) << ' ' << to_text(address);
      }
    }
    ASSERT_TRUE(run.destroy_all(with_all_data())) << name_of(next) << ": " << run.fault_text();
    ASSERT_TRUE(StackRun(account, profile_spec(GetParam())).destroy_all(with_all_data()));
    EXPECT_EQ(account.snapshot().dump(1), before.dump(1)) << name_of(next);
  }
}

INSTANTIATE_TEST_SUITE_P(Combinations, ProfileSwitch, testing::ValuesIn(all_combinations()),
                         profiles_name);

/// Addresses that a plan would touch.
std::set<Address> touched(const Plan& plan) {
  std::set<Address> addresses;
  for (const Step& step : plan.steps) {
    if (is_change(step.action)) {
      addresses.insert(step.address);
    }
  }
  return addresses;
}

std::set<Address> addresses_of(const DesiredState& desired) {
  std::set<Address> addresses;
  for (const Resource& one : desired.resources) {
    addresses.insert(one.address);
  }
  return addresses;
}

std::set<Address> without(std::set<Address> left, const std::set<Address>& right) {
  std::erase_if(left, [&](const Address& one) { return right.contains(one); });
  return left;
}

TEST(ProfileDifference, AddingObservabilityToCoreTouchesNothingOfCore) {
  FakeAws account;
  const StackSpec core = profile_spec({"core"});
  const StackSpec both = profile_spec({"core", "observability"});
  ASSERT_TRUE(StackRun(account, core).apply_all());
  StackRun run(account, both);
  EXPECT_EQ(touched(run.plan()),
            without(addresses_of(desired_state(both)), addresses_of(desired_state(core))));
  ASSERT_TRUE(run.apply_all()) << run.fault_text();
  // And back: what was added goes, but for its data.
  StackRun back(account, core);
  std::set<Address> expected =
      without(addresses_of(desired_state(both)), addresses_of(desired_state(core)));
  std::erase_if(expected, [](const Address& one) {
    // Subscriptions go with their topic.
    return holds_data(one.kind) || one.kind == ResourceKind::subscription;
  });
  EXPECT_EQ(touched(back.plan()), expected);
}

TEST(ProfileDifference, AddingSecureToCoreEncryptsWhatIsThereAndChangesNothingElseOfIt) {
  FakeAws account;
  const StackSpec core = profile_spec({"core"});
  const StackSpec both = profile_spec({"core", "secure"});
  ASSERT_TRUE(StackRun(account, core).apply_all());
  StackRun run(account, both);
  const std::set<Address> old = addresses_of(desired_state(core));
  for (const Step& step : run.plan().steps) {
    if (is_change(step.action) && old.contains(step.address)) {
      EXPECT_EQ(step.action, Action::update) << to_text(step.address);
      for (const PropertyChange& change : step.changes) {
        const bool is_of_the_profile = change.path.find("Kms") != std::string::npos ||
                                       change.path.find("Encryption") != std::string::npos ||
                                       change.path.find("OldTls") != std::string::npos ||
                                       change.path == "RetentionInDays";
        EXPECT_TRUE(is_of_the_profile) << to_text(step.address) << ' ' << change.path;
      }
    }
  }
}

}  // namespace
}  // namespace bedrocklog::provision
