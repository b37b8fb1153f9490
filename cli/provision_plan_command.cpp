// `bedrocklog provision plan`: what apply or destroy would do.
#include <utility>

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
  const std::string path = settings.text("out");
  if (!path.empty()) {
    if (const std::optional<Fault> failed = check_writable(path)) {
      return stop(Step::create_output, *failed);
    }
  }
  return std::nullopt;
}

}  // namespace

ExitCode run_provision_plan(const Invocation& invocation) {
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
  OrExit<StackChange> change = plan_change(std::move(*request), purpose, std::move(*destroy));
  if (!change) {
    return change.code();
  }
  if (const std::string path = settings.text("out"); !path.empty()) {
    const provision::SavedPlan saved{purpose, change->destroy, change->request.spec,
                                     provision::to_json(change->plan)};
    if (const std::optional<Fault> failed = write_file(path, to_text(saved))) {
      return stop(Step::write_output, *failed);
    }
  }
  ExitCode printed = ExitCode::complete;
  if (change->is_json()) {
    nlohmann::json document = provision_document("provision-plan", change->request.spec);
    add_plan(document, change->plan);
    document["purpose"] = purpose == provision::PlanPurpose::destroy ? "destroy" : "apply";
    printed = print_result(document_text(document));
  } else {
    printed = print_plan(*change);
  }
  return printed == ExitCode::complete ? code_of(change->plan) : printed;
}

}  // namespace bedrocklog::cli
