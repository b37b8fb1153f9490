// A stack that is planned and changed: the common part of `provision plan`, `apply` and `destroy`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/diagnostics.h"
#include "cli/provision_request.h"
#include "cli/provision_target.h"
#include "cli/stack_output.h"
#include "provision/plan.h"
#include "provision/plan_file.h"

namespace bedrocklog::cli {

struct StackChange;

/// Which part of the stack a command looks at, and what is to be done about it.
struct StackScope {
  std::function<OrExit<StackView>(const ProvisionRequest&, const ProvisionTarget&)> look;
  std::function<provision::Plan(const StackChange&)> plan;
};
/// All of it, by the purpose of the change.
[[nodiscard]] StackScope whole_stack();

struct StackChange {
  StackScope scope;
  ProvisionRequest request;
  ProvisionTarget target;
  StackView view;
  provision::PlanPurpose purpose = provision::PlanPurpose::apply;
  provision::DestroyChoices destroy;
  provision::Plan plan;
  /// What was chosen for lack of what AWS does not offer. Not part of the plan: a saved one has it
  /// in its spec.
  std::vector<provision::Notice> notices;
  StackOutput* output = nullptr;  // Never null; outlives it.

  [[nodiscard]] bool is_json() const { return output->is_json; }
  /// The plan with all notices.
  [[nodiscard]] provision::Plan shown_plan() const;
};

/// --delete-data and --restore-logging. Ends with usage or data_unusable.
[[nodiscard]] OrExit<provision::DestroyChoices> destroy_choices_of(const ProvisionRequest& request);

/// Asks AWS and makes the plan, and counts it in `output`. Changes nothing.
[[nodiscard]] OrExit<StackChange> plan_change(ProvisionRequest request,
                                              provision::PlanPurpose purpose,
                                              provision::DestroyChoices destroy,
                                              StackOutput& output);
/// The same for the part of a scope, without what belongs to a removal.
[[nodiscard]] OrExit<StackChange> plan_part(ProvisionRequest request, StackScope scope,
                                            provision::PlanPurpose purpose, StackOutput& output);

/// Prints the plan to standard output as text.
[[nodiscard]] ExitCode print_plan(const StackChange& change);

/// Carries the plan out, with a line on standard error for each step, and looks again: the plan
/// must be empty then. `document` gets "steps", "remaining" and "result". An interrupt lets running
/// steps end. The code to end with; complete only when nothing is left to do.
[[nodiscard]] ExitCode carry_out(StackChange& change, nlohmann::json& document);

}  // namespace bedrocklog::cli
