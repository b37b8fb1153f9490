// `bedrocklog provision plan`: what apply or destroy would do.
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/account_runs.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "cli/provision_json.h"
#include "cli/stack_change.h"

namespace bedrocklog::cli {
namespace {

ExitCode code_of(const provision::Plan& plan) {
  return plan.has_conflicts() ? ExitCode::conflict
         : plan.has_changes() ? ExitCode::changes_pending
                              : ExitCode::complete;
}

std::optional<ExitCode> check_flags(const Settings& settings) {
  for (const char* flag : {"delete-data", "restore-logging"}) {
    if (settings.find(flag) != nullptr && !settings.is_on("destroy")) {
      return stop(Step::command_line,
                  {std::string("--") + flag, "belongs to --destroy, the plan of a removal"});
    }
  }
  if (settings.find("out") != nullptr && settings.find("out-dir") != nullptr) {
    return stop(Step::command_line, {"--out-dir", "and --out say the same; give one of them"});
  }
  if (const std::string path = settings.text("out"); !path.empty()) {
    if (const std::optional<Fault> failed = check_writable(path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return std::nullopt;
}

/// Where the plan is to be saved; empty: nowhere.
Result<std::string> path_of(const Settings& settings, const std::string& account) {
  const std::string folder = settings.text("out-dir");
  if (folder.empty()) {
    return settings.text("out");
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fault(folder, fmt::format("cannot be created: {}", error.message()));
  }
  return (std::filesystem::path(folder) / plan_file_name(account, "")).string();
}

std::optional<ExitCode> save(const StackChange& change) {
  const Result<std::string> path =
      path_of(change.request.session.settings, change.request.spec.account);
  if (!path) {
    return stop(Step::create_output, path.error());
  }
  if (path->empty()) {
    return std::nullopt;
  }
  const provision::SavedPlan saved{change.purpose, change.destroy, change.request.spec,
                                   provision::to_json(change.plan)};
  const std::optional<Fault> failed = write_file(*path, to_text(saved));
  return failed ? std::optional(stop(Step::write_output, *failed)) : std::nullopt;
}

ExitCode plan_of_account(const Invocation& invocation, StackOutput& output) {
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request.code();
  }
  const Settings settings = request->session.settings;
  if (const std::optional<ExitCode> code = check_flags(settings)) {
    return *code;
  }
  OrExit<provision::DestroyChoices> destroy = destroy_choices_of(*request);
  if (!destroy) {
    return destroy.code();
  }
  const auto purpose =
      settings.is_on("destroy") ? provision::PlanPurpose::destroy : provision::PlanPurpose::apply;
  OrExit<StackChange> change =
      plan_change(std::move(*request), purpose, std::move(*destroy), output);
  if (!change) {
    return change.code();
  }
  if (const std::optional<ExitCode> code = save(*change)) {
    return *code;
  }
  const provision::Plan shown = change->shown_plan();
  if (change->is_json()) {
    output.document = provision_document("provision-plan", change->request.spec);
    add_plan(output.document, shown);
    output.document["purpose"] = purpose == provision::PlanPurpose::destroy ? "destroy" : "apply";
  } else if (const ExitCode printed = print_plan(*change); printed != ExitCode::complete) {
    return printed;
  }
  return code_of(change->plan);
}

}  // namespace

ExitCode run_provision_plan(const Invocation& invocation) {
  return run_over_accounts(invocation, plan_of_account);
}

}  // namespace bedrocklog::cli
