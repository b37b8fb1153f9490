// `bedrocklog provision apply` and `destroy`: what a plan says, once it was agreed to.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/account_runs.h"
#include "cli/command.h"
#include "cli/confirmation.h"
#include "cli/input_text.h"
#include "cli/plan_text.h"
#include "cli/provision_json.h"
#include "cli/stack_change.h"
#include "cli/stack_checks.h"

namespace bedrocklog::cli {
namespace {

using provision::PlanPurpose;

constexpr std::uint64_t plan_size_bytes_max = 16ULL << 20U;

Result<provision::SavedPlan> load_plan(const std::string& path) {
  const Result<std::string> text = read_text_file(path, plan_size_bytes_max);
  if (!text) {
    return pass_on(text);
  }
  return provision::read_saved_plan(*text, path);
}

/// The change that a saved plan describes, if the plan still holds.
OrExit<StackChange> saved_change(const Invocation& invocation, StackOutput& output) {
  const std::string& path = invocation.arguments.front();
  Result<provision::SavedPlan> saved = load_plan(path);
  if (!saved) {
    return stop(Step::configuration, saved.error());
  }
  OrExit<ProvisionRequest> request = read_provision_request(invocation, saved->spec, path);
  if (!request) {
    return request.code();
  }
  OrExit<StackChange> change =
      plan_change(std::move(*request), saved->purpose, saved->destroy, output);
  if (!change) {
    return change.code();
  }
  if (const Result<void> same = provision::same_plan(*saved, change->plan, path); !same) {
    return stop(Step::configuration, same.error());
  }
  return change;
}

OrExit<StackChange> asked_change(const Invocation& invocation, PlanPurpose purpose,
                                 StackOutput& output) {
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request.code();
  }
  if (const std::optional<ExitCode> code = check_can_ask(request->session.settings)) {
    return *code;
  }
  OrExit<provision::DestroyChoices> destroy = destroy_choices_of(*request);
  if (!destroy) {
    return destroy.code();
  }
  return plan_change(std::move(*request), purpose, std::move(*destroy), output);
}

/// Data that goes for good: its buckets, or its log groups where the buckets are not ours.
std::vector<std::string> data_removed(const provision::Plan& plan) {
  std::vector<std::string> buckets;
  std::vector<std::string> log_groups;
  for (const provision::Step& step : plan.steps) {
    if (step.action != provision::Action::remove) {
      continue;
    }
    if (step.address.kind == provision::ResourceKind::bucket) {
      buckets.push_back(step.address.name);
    } else if (step.address.kind == provision::ResourceKind::log_group) {
      log_groups.push_back(step.address.name);
    }
  }
  return buckets.empty() ? log_groups : buckets;
}

/// On the terminal: yes for apply, the stack's name for destroy, each thing's whose data goes.
bool is_agreed(const StackChange& change) {
  if (change.purpose == PlanPurpose::apply) {
    return is_confirmed(
        change.output->account.empty()
            ? "Carry out this plan?"
            : fmt::format("Carry out this plan in account {}?", change.output->account));
  }
  const std::vector<std::string> names = data_removed(change.plan);
  if (names.empty()) {
    return is_name_typed(fmt::format("Remove the stack {} from account {}?",
                                     change.request.spec.stack, change.request.spec.account),
                         change.request.spec.stack);
  }
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return is_name_typed(fmt::format("Delete {} with all logs in it, for good?", name), name);
  });
}

/// Where nobody is asked, data goes only when it is named. The code to end with when it is not.
std::optional<ExitCode> check_data_is_named(const StackChange& change) {
  const std::vector<std::string> named = change.request.session.settings.list("confirm-delete");
  for (const std::string& name : data_removed(change.plan)) {
    if (std::find(named.begin(), named.end(), name) == named.end()) {
      return stop(Step::command_line,
                  {"--delete-data",
                   fmt::format("deletes {} with all logs in it; to do so without being asked, add "
                               "--confirm-delete {}",
                               name, name)});
    }
  }
  return std::nullopt;
}

/// Checks of an applied stack, unless --no-verify; what they find is added to `document`.
ExitCode verify_applied(const StackChange& change, nlohmann::json& document) {
  const Settings& settings = change.request.session.settings;
  if (change.purpose != PlanPurpose::apply || settings.is_on("no-verify")) {
    return ExitCode::complete;
  }
  const OrExit<std::vector<provision::Check>> checks = check_stack(change);
  if (!checks) {
    return checks.code();
  }
  document["checks"] = checks_json(*checks);
  if (!change.is_json()) {
    const ExitCode printed = change.output->print(checks_text(*checks, settings.is_on("verbose")));
    if (printed != ExitCode::complete) {
      return printed;
    }
  }
  return exit_code_of(*checks);
}

ExitCode run_change(StackChange& change, nlohmann::json& document, bool asks) {
  if (change.plan.has_conflicts()) {
    print_notice("nothing was changed: what is in conflict (!) needs a decision");
    return ExitCode::conflict;
  }
  if (!change.plan.has_changes()) {
    return verify_applied(change, document);
  }
  if (asks && !change.request.session.settings.is_on("yes")) {
    if (!is_agreed(change)) {
      print_notice("not agreed to: nothing was changed");
      document["result"] = "refused";
      return ExitCode::changes_pending;
    }
  } else if (const std::optional<ExitCode> code = check_data_is_named(change)) {
    document["result"] = "refused";
    return *code;
  }
  const ExitCode done = carry_out(change, document);
  if (done != ExitCode::complete) {
    return done;
  }
  if (!change.is_json()) {
    const ExitCode printed = change.output->print("Done: AWS is as planned.\n");
    if (printed != ExitCode::complete) {
      return printed;
    }
  }
  return verify_applied(change, document);
}

ExitCode finish(OrExit<StackChange> change, bool asks) {
  if (!change) {
    return change.code();
  }
  const bool is_destroy = change->purpose == PlanPurpose::destroy;
  nlohmann::json document = provision_document(is_destroy ? "provision-destroy" : "provision-apply",
                                               change->request.spec);
  document["plan"] = provision::to_json(change->shown_plan());
  document["result"] = result_of(change->plan);
  if (!change->is_json()) {
    const ExitCode printed = print_plan(*change);
    if (printed != ExitCode::complete) {
      return printed;
    }
  }
  const ExitCode code = run_change(*change, document, asks);
  change->output->result = document["result"].get<std::string>();
  change->output->document = std::move(document);
  return code;
}

ExitCode apply_to_account(const Invocation& invocation, StackOutput& output) {
  const bool is_saved = !invocation.arguments.empty();
  return finish(is_saved ? saved_change(invocation, output)
                         : asked_change(invocation, PlanPurpose::apply, output),
                !is_saved);
}

ExitCode destroy_in_account(const Invocation& invocation, StackOutput& output) {
  return finish(asked_change(invocation, PlanPurpose::destroy, output), true);
}

}  // namespace

ExitCode run_provision_apply(const Invocation& invocation) {
  return run_over_accounts(invocation, apply_to_account);
}

ExitCode run_provision_destroy(const Invocation& invocation) {
  return run_over_accounts(invocation, destroy_in_account);
}

}  // namespace bedrocklog::cli
