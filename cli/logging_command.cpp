// `bedrocklog provision logging`: the one configuration of each region, seen and changed alone.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/account_runs.h"
#include "cli/canary.h"
#include "cli/command.h"
#include "cli/confirmation.h"
#include "cli/logging_backup.h"
#include "cli/logging_part.h"
#include "cli/plan_text.h"
#include "cli/provision_json.h"
#include "cli/stack_change.h"
#include "cli/stack_checks.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using provision::PlanPurpose;

nlohmann::json logging_document(const StackChange& change, std::string_view action) {
  nlohmann::json document = provision_document("provision-logging", change.request.spec);
  document["action"] = action;
  document["configurations"] = nlohmann::json::array();
  for (const RegionLogging& each : logging_of(change)) {
    document["configurations"].push_back({{"region", each.region},
                                          {"owner", owner_of(each)},
                                          {"differences", each.differences},
                                          {"configuration", each.configuration}});
  }
  return document;
}

std::string status_text(const StackChange& change) {
  std::string text = stack_line(change.request.spec) + '\n';
  for (const RegionLogging& each : logging_of(change)) {
    text += fmt::format("\n{}: {}", each.region,
                        owner_of(each) == "none" ? "no logging" : owner_of(each));
    if (owner_of(each) == "ours" && !each.differences.empty()) {
      text += fmt::format(", differs in {}", fmt::join(each.differences, ", "));
    }
    text += '\n';
    if (!each.configuration.is_null()) {
      const std::string lines =
          each.configuration.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
      for (std::size_t start = 0; start < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', start), lines.size());
        text += fmt::format("  {}\n", printable(lines.substr(start, end - start)));
        start = end + 1;
      }
    }
  }
  return text;
}

ExitCode show_status(ProvisionRequest request, StackOutput& output) {
  OrExit<StackChange> change =
      plan_part(std::move(request), logging_seen(), PlanPurpose::apply, output);
  if (!change) {
    return change.code();
  }
  std::vector<std::string> owners;
  for (const RegionLogging& each : logging_of(*change)) {
    owners.emplace_back(owner_of(each));
  }
  output.document = logging_document(*change, "status");
  output.result = fmt::format("{}", fmt::join(owners, " "));
  output.document["result"] = output.result;
  return output.print(status_text(*change));
}

ExitCode verify_delivery(ProvisionRequest request, StackOutput& output) {
  const OrExit<provision::VerifyChoices> choices = verify_choices_of(request.session);
  if (!choices) {
    return choices.code();
  }
  const OrExit<std::optional<Canary>> canary = canary_of(request.session);
  if (!canary) {
    return canary.code();
  }
  OrExit<StackChange> change =
      plan_part(std::move(request), logging_seen(), PlanPurpose::apply, output);
  if (!change) {
    return change.code();
  }
  std::vector<provision::Check> checks = check_delivery(*change, *choices);
  output.document = logging_document(*change, "verify");
  if (const std::optional<Canary>& looked_for = *canary; looked_for.has_value()) {
    for (provision::Check& check : check_canary(*change, *looked_for)) {
      checks.push_back(std::move(check));
    }
    output.document["canary"] = looked_for->id;
  }
  output.result = result_of(checks);
  output.document["checks"] = checks_json(checks);
  output.document["result"] = output.result;
  const ExitCode printed = output.print(checks_text(checks, true));
  return printed == ExitCode::complete ? exit_code_of(checks) : printed;
}

/// What is taken out is kept first. The paths go into the document.
std::optional<ExitCode> save_before(const StackChange& change, nlohmann::json& document) {
  document["saved"] = nlohmann::json::array();
  for (const provision::Step& step : change.plan.steps) {
    const provision::Observed* const found = change.view.observed.find(step.address);
    if (!is_change(step.action) || found == nullptr) {
      continue;
    }
    const Result<std::string> path =
        save_logging(change.request.spec.account, step.address.region, found->properties);
    if (!path) {
      return stop(Step::create_output, path.error());
    }
    document["saved"].push_back(*path);
    print_notice(
        fmt::format("the logging configuration of {} is kept in {}", step.address.region, *path));
  }
  return std::nullopt;
}

/// Shows the plan, asks, keeps what is taken out, and does it.
ExitCode change_logging(StackChange& change, nlohmann::json& document, bool saves) {
  if (!change.is_json()) {
    const ExitCode printed = print_plan(change);
    if (printed != ExitCode::complete) {
      return printed;
    }
  }
  document["plan"] = provision::to_json(change.plan);
  document["result"] = result_of(change.plan);
  if (change.plan.has_conflicts()) {
    print_notice("nothing was changed: what is in conflict (!) needs a decision");
    return ExitCode::conflict;
  }
  if (!change.plan.has_changes()) {
    return ExitCode::complete;
  }
  if (!change.request.session.settings.is_on("yes") &&
      !is_confirmed(
          fmt::format("Carry out this plan in account {}?", change.request.spec.account))) {
    print_notice("not agreed to: nothing was changed");
    document["result"] = "refused";
    return ExitCode::changes_pending;
  }
  if (saves) {
    if (const std::optional<ExitCode> code = save_before(change, document)) {
      document["result"] = "failed";
      return *code;
    }
  }
  const ExitCode done = carry_out(change, document);
  return done == ExitCode::complete ? change.output->print("Done: AWS is as planned.\n") : done;
}

ExitCode enable_or_disable(ProvisionRequest request, StackScope scope, std::string_view action,
                           StackOutput& output) {
  const bool is_disable = action == "disable";
  OrExit<StackChange> change =
      plan_part(std::move(request), std::move(scope),
                is_disable ? PlanPurpose::destroy : PlanPurpose::apply, output);
  if (!change) {
    return change.code();
  }
  nlohmann::json document = logging_document(*change, action);
  const ExitCode code = change_logging(*change, document, is_disable);
  output.result = document.value("result", "failed");
  output.document = std::move(document);
  return code;
}

ExitCode enable(ProvisionRequest request, StackOutput& output) {
  auto saved = read_saved_logging("--restore", request.session.settings.list("restore"),
                                  request.spec.regions);
  if (!saved) {
    const bool is_flag = saved.error().subject.starts_with("--");
    return stop(is_flag ? Step::command_line : Step::configuration, saved.error());
  }
  StackScope scope = saved->empty() ? logging_with_needs() : logging_put_back(std::move(*saved));
  return enable_or_disable(std::move(request), std::move(scope), "enable", output);
}

constexpr std::array<std::string_view, 4> actions = {"status", "enable", "disable", "verify"};

/// Flags that only some of the actions take.
std::optional<Fault> misplaced_flag(const Settings& settings, std::string_view action) {
  if (action != "enable" && settings.find("restore") != nullptr) {
    return Fault{"--restore", "belongs to `provision logging enable`", FaultCause::unspecified};
  }
  for (const char* flag : {"canary", "canary-id"}) {
    if (action != "verify" && settings.find(flag) != nullptr) {
      return Fault{fmt::format("--{}", flag), "belongs to `provision logging verify`",
                   FaultCause::unspecified};
    }
  }
  return std::nullopt;
}

ExitCode logging_of_account(const Invocation& invocation, StackOutput& output) {
  const std::string& action = invocation.arguments.front();
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request.code();
  }
  const Settings& settings = request->session.settings;
  if (const std::optional<Fault> misplaced = misplaced_flag(settings, action)) {
    return stop(Step::command_line, *misplaced);
  }
  if (action == "status") {
    return show_status(std::move(*request), output);
  }
  if (action == "verify") {
    return verify_delivery(std::move(*request), output);
  }
  if (const std::optional<ExitCode> code = check_can_ask(settings)) {
    return *code;
  }
  return action == "enable"
             ? enable(std::move(*request), output)
             : enable_or_disable(std::move(*request), logging_taken_out(), action, output);
}

}  // namespace

ExitCode run_provision_logging(const Invocation& invocation) {
  const std::string& action = invocation.arguments.front();
  if (std::find(actions.begin(), actions.end(), action) == actions.end()) {
    return stop(Step::command_line,
                {"provision logging",
                 fmt::format("takes one of {}: {}", fmt::join(actions, ", "), action)});
  }
  return run_over_accounts(invocation, logging_of_account);
}

}  // namespace bedrocklog::cli
