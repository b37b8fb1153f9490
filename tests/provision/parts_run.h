// Some resources in a fake account, from plan to plan: as StackRun, but for what a test puts
// together by hand.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "provision/assembly.h"
#include "tests/provision/stack_run.h"

namespace bedrocklog::provision {

/// Adds what is wanted.
using Parts = std::function<void(Assembly&)>;

/// One process run against the account.
class PartsRun {
 public:
  PartsRun(const fake_aws::FakeAws& account, const Parts& parts, StackSpec spec = test_spec(),
           unsigned attempts_max = 1)
      : client_(account, options(attempts_max)),
        spec_(std::move(spec)),
        desired_(desired(spec_, parts)),
        providers_(client_.calls,
                   {spec_.stack, spec_.account, spec_.partition, spec_.regions.front()},
                   quick_waiter()) {}

  [[nodiscard]] const ProviderSet& providers() const { return providers_; }
  [[nodiscard]] aws::ServiceCalls& calls() { return client_.calls; }

  [[nodiscard]] Plan plan() {
    const Result<ObservedState> observed = observe(desired_, providers_);
    EXPECT_TRUE(observed.has_value()) << (observed ? "" : text_of(observed.error()));
    return observed ? make_plan(spec_, desired_, *observed) : Plan();
  }
  /// What is there of the thing; a failure to look is one of the test.
  [[nodiscard]] std::optional<Observed> look(const Address& address) const {
    Result<std::optional<Observed>> found = providers_.of(address.kind).read(address);
    EXPECT_TRUE(found.has_value()) << (found ? "" : text_of(found.error()));
    return found ? std::move(*found) : std::nullopt;
  }

  bool apply_all() {
    const Result<ObservedState> observed = observe(desired_, providers_);
    if (!observed) {
      fault_ = text_of(observed.error());
      return false;
    }
    return carry_out(make_plan(spec_, desired_, *observed), *observed, false);
  }
  bool destroy_all() {
    const Result<ObservedState> observed = observe(desired_, providers_);
    if (!observed) {
      fault_ = text_of(observed.error());
      return false;
    }
    DestroyChoices everything;
    everything.delete_data = true;
    return carry_out(make_destroy_plan(spec_, desired_, *observed, everything), *observed, true);
  }
  /// Of the last run that failed.
  [[nodiscard]] const std::string& fault_text() const { return fault_; }

 private:
  static std::string text_of(const Fault& fault) { return fault.subject + ": " + fault.message; }
  static fake_aws::FakeClient::Options options(unsigned attempts_max) {
    fake_aws::FakeClient::Options result;
    result.attempts_max = attempts_max;
    return result;
  }
  static DesiredState desired(const StackSpec& spec, const Parts& parts) {
    Assembly assembly(spec);
    assembly.begin("observability");
    parts(assembly);
    return assembly.take();
  }
  bool carry_out(const Plan& plan, const ObservedState& observed, bool deletes_data) {
    if (plan.has_conflicts()) {
      fault_ = to_json(plan).dump();
      return false;
    }
    ApplyChoices choices;
    choices.deletes_data = deletes_data;
    choices.steps_at_once_max = 1;
    const ApplyOutcome outcome = apply(plan, observed, providers_, choices);
    for (const StepOutcome& step : outcome.steps) {
      if (step.fault) {
        fault_ = text_of(*step.fault);
        break;
      }
    }
    return outcome.is_complete();
  }

  fake_aws::FakeClient client_;
  StackSpec spec_;
  DesiredState desired_;
  ProviderSet providers_;
  std::string fault_;
};

/// What a life begins with.
struct Surroundings {
  std::function<void(fake_aws::FakeAws&)> prepare{};  // Puts others' things there.
  Parts ground{};  // Of ours: set up before the rest, and not cut.
};

/// Applying, planning again, and destroying; cut after every change, last change done or not, and
/// run again; through throttles, failures, lost answers and lags. Each ends where a run in peace
/// ends.
void expect_lifecycle(const Parts& parts, const Surroundings& surroundings = {});

/// From one setting of things to another, cut after every change likewise.
void expect_change(const Parts& from, const Parts& to);

}  // namespace bedrocklog::provision
