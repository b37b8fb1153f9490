// A stack in a fake account, from plan to plan.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "provision/apply.h"
#include "provision/desired_state.h"
#include "provision/observe.h"
#include "provision/plan.h"
#include "provision/profile_record.h"
#include "tests/fake_aws/fake_client.h"

namespace bedrocklog::provision {

/// Waits that take no time.
inline Waiter quick_waiter() {
  // No two runs are at the same time: what is idempotent by time and content would be one request.
  constexpr std::int64_t between_runs_ms = 1'000'000;
  static std::atomic<std::int64_t> runs = 0;
  const auto now_ms = std::make_shared<std::atomic<std::int64_t>>(++runs * between_runs_ms);
  return {[now_ms] { return now_ms->load(); }, [now_ms](unsigned ms) { *now_ms += ms; }};
}

/// One process run against the account: a session of its own.
class StackRun {
 public:
  StackRun(const fake_aws::FakeAws& account, StackSpec spec, unsigned attempts_max = 1)
      : client_(account, options(attempts_max)),
        spec_(std::move(spec)),
        desired_(desired_state(spec_)),
        providers_(client_.calls,
                   {spec_.stack, spec_.account, spec_.partition, spec_.regions.front()},
                   quick_waiter()) {}

  [[nodiscard]] const StackSpec& spec() const { return spec_; }
  [[nodiscard]] const DesiredState& desired() const { return desired_; }
  [[nodiscard]] aws::ServiceCalls& calls() { return client_.calls; }
  [[nodiscard]] const ProviderSet& providers() const { return providers_; }

  [[nodiscard]] Result<ObservedState> look() {
    const Result<std::set<std::string>> recorded = recorded_profiles(spec_, providers_);
    if (!recorded) {
      return pass_on(recorded);
    }
    desired_ = desired_state(spec_, *recorded);
    return observe(desired_, providers_);
  }

  /// Plan of what is there now. A failure to look is one of the test.
  [[nodiscard]] Plan plan() {
    const Result<ObservedState> observed = look();
    EXPECT_TRUE(observed.has_value())
        << (observed ? "" : observed.error().subject + ": " + observed.error().message);
    return observed ? make_plan(spec_, desired_, *observed) : Plan();
  }

  /// False when something failed, or could not be looked at.
  bool apply_all(ApplyChoices choices = {}) {
    const Result<ObservedState> observed = look();
    if (!observed) {
      fault_ = observed.error();
      return false;
    }
    return carry_out(make_plan(spec_, desired_, *observed), *observed, std::move(choices));
  }

  bool destroy_all(const DestroyChoices& destroy) {
    const Result<ObservedState> observed = look();
    if (!observed) {
      fault_ = observed.error();
      return false;
    }
    ApplyChoices choices;
    choices.deletes_data = destroy.delete_data;
    return carry_out(make_destroy_plan(spec_, desired_, *observed, destroy), *observed, choices);
  }

  /// Of the last run that failed.
  [[nodiscard]] std::string fault_text() const { return fault_.subject + ": " + fault_.message; }

 private:
  static fake_aws::FakeClient::Options options(unsigned attempts_max) {
    fake_aws::FakeClient::Options result;
    result.attempts_max = attempts_max;
    return result;
  }

  bool carry_out(const Plan& plan, const ObservedState& observed, const ApplyChoices& choices) {
    if (plan.has_conflicts()) {
      fault_ = {"plan", to_json(plan).dump(), FaultCause::unspecified};
      return false;
    }
    const ApplyOutcome outcome = apply(plan, observed, providers_, choices);
    for (const StepOutcome& step : outcome.steps) {
      if (step.fault) {
        fault_ = *step.fault;
        break;
      }
    }
    return outcome.is_complete();
  }

  fake_aws::FakeClient client_;
  StackSpec spec_;
  DesiredState desired_;
  ProviderSet providers_;
  Fault fault_;
};

/// A snapshot without what Bedrock writes at every check of its rights.
inline Json without_permission_checks(Json snapshot) {
  for (Json& bucket : snapshot["services"]["s3"]["Buckets"]) {
    Json kept = Json::array();
    for (const Json& object : bucket["Objects"]) {
      if (!object["Key"].get<std::string>().ends_with("amazon-bedrock-logs-permission-check")) {
        kept.push_back(object);
      }
    }
    bucket["Objects"] = std::move(kept);
  }
  return snapshot;
}

/// The spec most tests use.
inline StackSpec test_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  spec.subscribers = {{"email", "ops@example.com"}};
  return spec;
}

}  // namespace bedrocklog::provision
