// Carrying out plans over providers that live in memory and can be made to fail.
#include "provision/apply.h"

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "provision/observe.h"
#include "provision/plan_file.h"
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

/// What there is, what was done to it in which order, and what fails.
struct Account {
  std::mutex guard;  // Guards all below.
  std::map<Address, Json> things;
  std::vector<std::string> done;
  std::set<Address> failing;
  unsigned running = 0;
  unsigned running_most = 0;
};

class MemoryProvider final : public ResourceProvider {
 public:
  explicit MemoryProvider(Account& account) : account_(&account) {}

  Result<std::optional<Observed>> read(const Address& address) override {
    const std::scoped_lock lock(account_->guard);
    const auto found = account_->things.find(address);
    if (found == account_->things.end()) {
      return std::optional<Observed>();
    }
    return std::optional(
        Observed{found->second, Ownership::ours, "s", {{"Arn", "arn:" + address.name}}});
  }
  Result<void> create(const Address& address, const Json& target) override {
    return change("create", address, [&] { account_->things[address] = target; });
  }
  Result<void> update(const Address& address, const Json& target, const Observed&) override {
    return change("update", address, [&] { account_->things[address] = target; });
  }
  Result<void> remove(const Address& address, const Observed&, bool) override {
    return change("remove", address, [&] { account_->things.erase(address); });
  }
  Result<void> release(const Address& address, const Observed&) override {
    return change("release", address, [] {});
  }

 private:
  template <class Effect>
  Result<void> change(const std::string& verb, const Address& address, Effect effect) {
    {
      const std::scoped_lock lock(account_->guard);
      account_->running_most = std::max(account_->running_most, ++account_->running);
    }
    const std::scoped_lock lock(account_->guard);
    --account_->running;
    if (account_->failing.contains(address)) {
      return fault(to_text(address), "made to fail");
    }
    effect();
    account_->done.push_back(verb + ' ' + to_text(address));
    return {};
  }

  Account* account_;
};

ProviderSet providers_of(Account& account) {
  std::map<ResourceKind, std::unique_ptr<ResourceProvider>> providers;
  for (const ResourceKind kind : {ResourceKind::bucket, ResourceKind::role, ResourceKind::alarm,
                                  ResourceKind::topic, ResourceKind::log_group}) {
    providers[kind] = std::make_unique<MemoryProvider>(account);
  }
  return ProviderSet(std::move(providers));
}

Address alarm(const std::string& name) {
  return {ResourceKind::alarm, "eu-west-1", name};
}
const Address topic{ResourceKind::topic, "eu-west-1", "t"};
const Address bucket{ResourceKind::bucket, "eu-west-1", "b"};

/// Two alarms that need the topic, and a bucket that needs nothing.
DesiredState stack() {
  DesiredState desired;
  desired.resources = {
      {bucket, Component::storage, {{"BucketName", "b"}}, {}, true},
      {topic, Component::alerting, {{"TopicName", "t"}}, {}, true},
      {alarm("one"), Component::alerting, {{"AlarmName", "one"}}, {topic}, true},
      {alarm("two"), Component::alerting, {{"AlarmName", "two"}}, {alarm("one")}, true}};
  return desired;
}

StackSpec spec() {
  StackSpec result;
  result.account = "123456789012";
  result.regions = {"eu-west-1"};
  return result;
}

struct Applied {
  Plan plan;
  ApplyOutcome outcome;
};

Applied apply_stack(Account& account, const ApplyChoices& choices = {}) {
  const ProviderSet providers = providers_of(account);
  const Result<ObservedState> observed = observe(stack(), providers);
  EXPECT_TRUE(observed.has_value());
  Plan plan = make_plan(spec(), stack(), *observed);
  ApplyOutcome outcome = apply(plan, *observed, providers, choices);
  return {std::move(plan), std::move(outcome)};
}

const StepOutcome& outcome_of(const ApplyOutcome& outcome, const Address& address) {
  for (const StepOutcome& step : outcome.steps) {
    if (step.address == address) {
      return step;
    }
  }
  ADD_FAILURE() << to_text(address);
  static const StepOutcome none;
  return none;
}

TEST(Apply, DoesWhatIsNeededBeforeWhatNeedsIt) {
  Account account;
  const Applied applied = apply_stack(account);
  EXPECT_TRUE(applied.outcome.is_complete());
  const auto place = [&](const std::string& text) {
    return std::find(account.done.begin(), account.done.end(), text) - account.done.begin();
  };
  EXPECT_LT(place("create eu-west-1/topic/t"), place("create eu-west-1/alarm/one"));
  EXPECT_LT(place("create eu-west-1/alarm/one"), place("create eu-west-1/alarm/two"));
  EXPECT_EQ(account.done.size(), 4U);
}

/// A log group that names a topic by a value that the topic has when it is there.
DesiredState referring_stack(const char* attribute) {
  const Address group{ResourceKind::log_group, "eu-west-1", "g"};
  DesiredState desired;
  desired.resources = {{topic, Component::alerting, {{"TopicName", "t"}}, {}, true},
                       {group,
                        Component::storage,
                        {{"LogGroupName", "g"}, {"KmsKeyId", reference_to(topic, attribute)}},
                        {topic},
                        true}};
  return desired;
}

TEST(Apply, PutsValuesInThePlaceOfReferences) {
  Account account;
  const ProviderSet providers = providers_of(account);
  const DesiredState desired = referring_stack("Arn");
  const Result<ObservedState> nothing = observe(desired, providers);
  ASSERT_TRUE(nothing.has_value());
  const Plan plan = make_plan(spec(), desired, *nothing);
  EXPECT_TRUE(apply(plan, *nothing, providers, {}).is_complete());
  const Address group{ResourceKind::log_group, "eu-west-1", "g"};
  EXPECT_EQ(account.things[group]["KmsKeyId"], "arn:t");
  const Result<ObservedState> all = observe(desired, providers);
  ASSERT_TRUE(all.has_value());
  EXPECT_FALSE(make_plan(spec(), desired, *all).has_changes());
}

TEST(Apply, SendsNoReferenceThatHasNoValue) {
  Account account;
  const ProviderSet providers = providers_of(account);
  const DesiredState desired = referring_stack("Nothing");
  const Result<ObservedState> nothing = observe(desired, providers);
  ASSERT_TRUE(nothing.has_value());
  const ApplyOutcome outcome = apply(make_plan(spec(), desired, *nothing), *nothing, providers, {});
  const StepOutcome& failed = outcome_of(outcome, {ResourceKind::log_group, "eu-west-1", "g"});
  EXPECT_EQ(failed.result, StepResult::failed);
  ASSERT_TRUE(failed.fault.has_value());
  EXPECT_EQ(failed.fault->message, "needs Nothing of eu-west-1/topic/t, which is not known");
  EXPECT_EQ(account.done, (std::vector<std::string>{"create eu-west-1/topic/t"}));
}

TEST(Apply, ThenLeavesNothingToDo) {
  Account account;
  (void)apply_stack(account);
  const Applied again = apply_stack(account);
  EXPECT_FALSE(again.plan.has_changes());
  EXPECT_TRUE(again.outcome.steps.empty());
}

TEST(Apply, LeavesOutWhatNeedsAFailedStepAndSaysBecauseOfWhat) {
  Account account;
  account.failing = {topic};
  const ApplyOutcome outcome = apply_stack(account).outcome;
  EXPECT_FALSE(outcome.is_complete());
  EXPECT_EQ(outcome_of(outcome, topic).result, StepResult::failed);
  EXPECT_EQ(outcome_of(outcome, alarm("one")).result, StepResult::skipped);
  EXPECT_NE(outcome_of(outcome, alarm("one")).fault->message.find("eu-west-1/topic/t failed"),
            std::string::npos);
  EXPECT_EQ(outcome_of(outcome, alarm("two")).result, StepResult::skipped);
  EXPECT_EQ(outcome_of(outcome, bucket).result, StepResult::done);  // Needs nothing of it.
}

TEST(Apply, GoesOnWhereItWasAfterAFailure) {
  Account account;
  account.failing = {alarm("one")};
  (void)apply_stack(account);
  account.failing.clear();
  const Applied again = apply_stack(account);
  EXPECT_TRUE(again.outcome.is_complete());
  EXPECT_EQ(again.outcome.steps.size(), 2U);
}

TEST(Apply, RollsBackOnlyWhatThisRunCreated) {
  Account account;
  account.things[bucket] = {{"BucketName", "other"}};  // Updated, not created.
  account.failing = {alarm("two")};
  ApplyChoices choices;
  choices.rolls_back = true;
  choices.steps_at_once_max = 1;
  const ApplyOutcome outcome = apply_stack(account, choices).outcome;
  EXPECT_EQ(outcome_of(outcome, topic).result, StepResult::undone);
  EXPECT_EQ(outcome_of(outcome, alarm("one")).result, StepResult::undone);
  EXPECT_EQ(outcome_of(outcome, bucket).result, StepResult::done);
  EXPECT_EQ(account.things.size(), 1U);
  // In reverse: what needs it goes before what is needed.
  EXPECT_EQ(account.done.back(), "remove eu-west-1/topic/t");
}

TEST(Apply, StopsBetweenStepsWhenInterrupted) {
  Account account;
  std::atomic<unsigned> steps{0};
  ApplyChoices choices;
  choices.steps_at_once_max = 1;
  choices.is_cancelled = [&] { return steps >= 2; };
  choices.on_step = [&](const StepOutcome&) { ++steps; };
  const ApplyOutcome outcome = apply_stack(account, choices).outcome;
  EXPECT_EQ(account.done.size(), 2U);
  EXPECT_EQ(outcome_of(outcome, alarm("two")).result, StepResult::not_reached);
}

TEST(Apply, RunsNoMoreStepsAtOnceThanAllowed) {
  Account account;
  DesiredState many;
  for (int index = 0; index < 40; ++index) {
    many.resources.push_back({alarm(std::to_string(index)),
                              Component::alerting,
                              {{"AlarmName", std::to_string(index)}},
                              {},
                              true});
  }
  const ProviderSet providers = providers_of(account);
  ApplyChoices choices;
  choices.steps_at_once_max = 3;
  const Plan plan = make_plan(spec(), many, {});
  EXPECT_TRUE(apply(plan, {}, providers, choices).is_complete());
  EXPECT_LE(account.running_most, 3U);
  EXPECT_EQ(account.things.size(), 40U);
}

TEST(PlanFile, IsReadAsItWasWritten) {
  const Plan plan = make_plan(spec(), stack(), {});
  SavedPlan saved{PlanPurpose::destroy,
                  {.delete_data = true,
                   .restored_logging = {{"eu-west-1", {{"textDataDeliveryEnabled", true}}}}},
                  spec(),
                  to_json(plan)};
  const Result<SavedPlan> read = read_saved_plan(to_text(saved), "plan.json");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(to_text(*read), to_text(saved));
  EXPECT_TRUE(same_plan(*read, plan, "plan.json").has_value());
}

TEST(PlanFile, IsRefusedWhenTheWorldHasMoved) {
  const SavedPlan saved{PlanPurpose::apply, {}, spec(), to_json(make_plan(spec(), stack(), {}))};
  ObservedState moved;
  moved.found[topic] = {{{"TopicName", "t"}}, Ownership::ours, "bedrocklog", Json::object()};
  const Result<void> same = same_plan(saved, make_plan(spec(), stack(), moved), "plan.json");
  ASSERT_FALSE(same.has_value());
  EXPECT_NE(same.error().message.find("moved"), std::string::npos);
  EXPECT_NE(same.error().message.find("alarm/one"), std::string::npos);
  // Also where it moved without any step of the plan being another one.
  ObservedState unseen;
  unseen.found[{ResourceKind::role, "", "x"}] = {Json::object(), Ownership::foreign, "", {}};
  EXPECT_FALSE(same_plan(saved, make_plan(spec(), stack(), unseen), "plan.json").has_value());
}

TEST(PlanFile, ThatIsNoneIsOneClearFault) {
  for (const char* text :
       {"", "[]", "{}", R"({"format":"bedrocklog-plan-1"})",
        R"({"format":"bedrocklog-plan-1","purpose":"apply","spec":3,"plan":{}})",
        R"({"format":"bedrocklog-plan-1","purpose":"other","spec":{},"plan":{}})"}) {
    const Result<SavedPlan> read = read_saved_plan(text, "plan.json");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().subject, "plan.json");
  }
}

}  // namespace
}  // namespace bedrocklog::provision
