// From a plan to a changed stack, and what is said on the way.
#include "cli/stack_change.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analytics/scan.h"
#include "cli/logging_backup.h"
#include "cli/plan_text.h"
#include "cli/provision_json.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/terminal_text.h"
#include "provision/apply.h"
#include "provision/probe.h"

namespace bedrocklog::cli {
namespace {

using provision::StepResult;

/// AWS may show what was just written a moment later.
constexpr unsigned looks_max = 10;
constexpr unsigned look_again_ms = 2'000;

provision::Plan plan_of(const StackChange& change) {
  return change.purpose == provision::PlanPurpose::destroy
             ? provision::make_destroy_plan(change.request.spec, change.view.desired,
                                            change.view.observed, change.destroy)
             : provision::make_plan(change.request.spec, change.view.desired, change.view.observed);
}

nlohmann::json json_of(const provision::StepOutcome& outcome) {
  nlohmann::json fault;
  if (outcome.fault) {
    fault = {{"subject", outcome.fault->subject}, {"message", outcome.fault->message}};
  }
  return {{"address", to_text(outcome.address)},
          {"action", name_of(outcome.action)},
          {"result", name_of(outcome.result)},
          {"fault", std::move(fault)}};
}

/// A line for each step as it ends.
class StepLines {
 public:
  StepLines(std::size_t total, bool is_quiet) : total_(total), is_quiet_(is_quiet) {}

  void show(const provision::StepOutcome& outcome) {
    ++ended_;
    if (outcome.result == StepResult::failed && outcome.fault) {
      print_fault(*outcome.fault);
    } else if (outcome.result == StepResult::skipped && outcome.fault) {
      print_notice(fmt::format("{}/{} skipped {}: {}", ended_, total_, to_text(outcome.address),
                               outcome.fault->message));
    } else if (!is_quiet_) {
      print_notice(
          fmt::format("{}/{} {} {}", ended_, total_, word_of(outcome), to_text(outcome.address)));
    }
  }

 private:
  static std::string_view word_of(const provision::StepOutcome& outcome) {
    return outcome.result == StepResult::done ? past_of(outcome.action) : name_of(outcome.result);
  }

  std::size_t total_;
  std::size_t ended_ = 0;
  bool is_quiet_;
};

std::string summary_of(const provision::ApplyOutcome& outcome) {
  std::string text;
  for (const StepResult result : {StepResult::done, StepResult::failed, StepResult::skipped,
                                  StepResult::undone, StepResult::not_reached}) {
    const auto count =
        std::count_if(outcome.steps.begin(), outcome.steps.end(),
                      [&](const provision::StepOutcome& each) { return each.result == result; });
    if (count > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name_of(result));
    }
  }
  return fmt::format("of {} steps: {}", outcome.steps.size(), text);
}

/// By the first fault of its own: what was skipped follows from it.
ExitCode code_of(const provision::ApplyOutcome& outcome) {
  for (const provision::StepOutcome& each : outcome.steps) {
    if (each.result == StepResult::failed && each.fault) {
      return exit_code_of(Step::cloud, *each.fault);
    }
  }
  return exit_code_of(Step::cloud);
}

/// Observes until nothing is left, for a bounded time. The plan of what is left goes into `change`.
std::optional<ExitCode> look_again(StackChange& change) {
  const provision::Waiter waiter = provision::system_waiter();
  for (unsigned look = 0; look < looks_max; ++look) {
    if (look > 0) {
      waiter.sleep(look_again_ms);
    }
    OrExit<StackView> view = change.scope.look(change.request, change.target);
    if (!view) {
      return view.code();
    }
    change.view = std::move(*view);
    change.plan = change.scope.plan(change);
    if (!change.plan.has_changes() && !change.plan.has_conflicts()) {
      break;
    }
  }
  return std::nullopt;
}

ExitCode settle(StackChange& change, nlohmann::json& document) {
  if (const std::optional<ExitCode> code = look_again(change)) {
    document["result"] = "failed";
    return *code;
  }
  document["remaining"] = provision::to_json(change.plan)["steps"];
  if (!change.plan.has_changes() && !change.plan.has_conflicts()) {
    document["result"] = "done";
    document["remaining"] = nlohmann::json::array();
    return ExitCode::complete;
  }
  document["result"] = "remaining";
  print_notice("all steps were done, and a new look at AWS still finds differences: run it again");
  if (!change.is_json()) {
    (void)print_plan(change);
  }
  return ExitCode::changes_pending;
}

/// Asks what the plan depends on; the answers become part of the spec.
OrExit<std::vector<provision::Notice>> ask_before(ProvisionRequest& request,
                                                  const ProvisionTarget& target) {
  Result<provision::ProbedSpec> probed = provision::probe(request.spec, *target.calls);
  if (!probed) {
    return stop(Step::cloud, probed.error());
  }
  request.spec = std::move(probed->spec);
  return std::move(probed->notices);
}

/// Looks, and makes the plan. The scope is that of the change.
std::optional<ExitCode> look_first(StackChange& change) {
  OrExit<StackView> view = change.scope.look(change.request, change.target);
  if (!view) {
    return view.code();
  }
  change.view = std::move(*view);
  change.plan = change.scope.plan(change);
  change.output->count(change.plan);
  return std::nullopt;
}

}  // namespace

StackScope whole_stack() {
  return {view_stack, plan_of};
}

OrExit<provision::DestroyChoices> destroy_choices_of(const ProvisionRequest& request) {
  const Settings& settings = request.session.settings;
  provision::DestroyChoices choices;
  choices.delete_data = settings.is_on("delete-data");
  auto saved = read_saved_logging("--restore-logging", settings.list("restore-logging"),
                                  request.spec.regions);
  if (!saved) {
    const bool is_flag = saved.error().subject.starts_with("--");
    return stop(is_flag ? Step::command_line : Step::configuration, saved.error());
  }
  choices.restored_logging = std::move(*saved);
  return choices;
}

provision::Plan StackChange::shown_plan() const {
  provision::Plan shown = plan;
  shown.notices.insert(shown.notices.begin(), notices.begin(), notices.end());
  return shown;
}

OrExit<StackChange> plan_change(ProvisionRequest request, provision::PlanPurpose purpose,
                                provision::DestroyChoices destroy, StackOutput& output) {
  StackChange change;
  change.scope = whole_stack();
  change.purpose = purpose;
  change.destroy = std::move(destroy);
  change.output = &output;
  output.regions = request.spec.regions;
  OrExit<ProvisionTarget> target = open_provision_target(request);
  if (!target) {
    return target.code();
  }
  // A saved plan has the answers, and a removal needs none.
  if (purpose == provision::PlanPurpose::apply && !request.is_saved) {
    OrExit<std::vector<provision::Notice>> notices = ask_before(request, *target);
    if (!notices) {
      return notices.code();
    }
    change.notices = std::move(*notices);
  }
  change.request = std::move(request);
  change.target = std::move(*target);
  if (const std::optional<ExitCode> code = look_first(change)) {
    return *code;
  }
  return change;
}

OrExit<StackChange> plan_part(ProvisionRequest request, StackScope scope,
                              provision::PlanPurpose purpose, StackOutput& output) {
  StackChange change;
  change.scope = std::move(scope);
  change.purpose = purpose;
  change.output = &output;
  output.regions = request.spec.regions;
  OrExit<ProvisionTarget> target = open_provision_target(request);
  if (!target) {
    return target.code();
  }
  change.request = std::move(request);
  change.target = std::move(*target);
  if (const std::optional<ExitCode> code = look_first(change)) {
    return *code;
  }
  return change;
}

ExitCode print_plan(const StackChange& change) {
  const Settings& settings = change.request.session.settings;
  const Result<TableStyle> style =
      table_style(settings, change.request.session.environment, output_is_terminal());
  if (!style) {
    return stop_at_setting(settings, style.error());
  }
  return change.output->print(plan_text(change.request.spec, change.shown_plan(),
                                        {style->color, settings.is_on("verbose")}));
}

ExitCode carry_out(StackChange& change, nlohmann::json& document) {
  const Settings& settings = change.request.session.settings;
  if (change.purpose == provision::PlanPurpose::apply) {
    const Result<std::vector<std::string>> saved = save_replaced_logging(
        change.request.spec, change.view.desired, change.view.observed, change.plan);
    if (!saved) {
      document["result"] = "failed";
      return stop(Step::create_output, saved.error());
    }
    document["saved_logging"] = *saved;
    for (const std::string& path : *saved) {
      print_notice(fmt::format("the logging configuration that is replaced is kept in {}", path));
    }
  }
  const auto total =
      std::count_if(change.plan.steps.begin(), change.plan.steps.end(),
                    [](const provision::Step& step) { return is_change(step.action); });
  StepLines lines(static_cast<std::size_t>(total), settings.is_on("quiet"));
  analytics::ScanControl control;
  provision::ApplyChoices choices;
  choices.deletes_data = change.destroy.delete_data;
  choices.rolls_back = settings.is_on("rollback-on-failure");
  choices.is_cancelled = [&control] { return control.cancelled.load(); };
  choices.on_step = [&lines](const provision::StepOutcome& each) { lines.show(each); };
  provision::ApplyOutcome outcome;
  ExitCode interruption = ExitCode::complete;
  {
    const InterruptGuard guard(control);
    outcome =
        provision::apply(change.plan, change.view.observed, *change.target.providers, choices);
    interruption = guard.code();
  }
  document["steps"] = nlohmann::json::array();
  for (const provision::StepOutcome& each : outcome.steps) {
    document["steps"].push_back(json_of(each));
  }
  if (outcome.is_complete()) {
    return settle(change, document);
  }
  const bool is_interrupted = interruption != ExitCode::complete;
  document["result"] = is_interrupted ? "interrupted" : "failed";
  print_notice(fmt::format("{}{}; run it again to go on", is_interrupted ? "interrupted; " : "",
                           summary_of(outcome)));
  return is_interrupted ? interruption : code_of(outcome);
}

}  // namespace bedrocklog::cli
