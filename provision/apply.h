// Carries out a plan: the only place from which AWS is changed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/fault.h"
#include "provision/observed_state.h"
#include "provision/plan.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {

enum class StepResult : std::uint8_t {
  done,
  failed,
  skipped,      // What it waits for has failed or was skipped; the fault names it.
  not_reached,  // Interrupted before.
  undone,       // Made in this run, and removed again by rollback.
};
[[nodiscard]] std::string_view name_of(StepResult result);

struct StepOutcome {
  Address address;
  Action action = Action::none;
  StepResult result = StepResult::not_reached;
  std::optional<Fault> fault;  // Of failed and skipped.
};

struct ApplyOutcome {
  std::vector<StepOutcome> steps;  // Those of the plan that change something, in its order.
  [[nodiscard]] bool is_complete() const;
};

struct ApplyChoices {
  bool deletes_data = false;
  bool rolls_back = false;  // Removes again what this run created when a step fails.
  unsigned steps_at_once_max = 4;
  std::function<bool()> is_cancelled = [] { return false; };  // Asked before each step.
  /// Each outcome as it comes, one at a time.
  std::function<void(const StepOutcome&)> on_step = [](const StepOutcome&) {};
};

/// Steps that do not wait for each other run at once. Requires a plan without conflicts that was
/// made from `observed`.
[[nodiscard]] ApplyOutcome apply(const Plan& plan, const ObservedState& observed,
                                 const ProviderSet& providers, const ApplyChoices& choices);

}  // namespace bedrocklog::provision
