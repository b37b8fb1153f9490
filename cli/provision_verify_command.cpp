// `bedrocklog provision verify` and `outputs`: the stack as it is.
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/account_runs.h"
#include "cli/canary.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/provision_json.h"
#include "cli/stack_change.h"
#include "cli/stack_checks.h"
#include "provision/outputs.h"

namespace bedrocklog::cli {
namespace {

using provision::PlanPurpose;

OrExit<StackChange> stack_of(const Invocation& invocation, StackOutput& output) {
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request.code();
  }
  return plan_change(std::move(*request), PlanPurpose::apply, {}, output);
}

/// Makes the alarm of that name fire, in every region of the stack that has it.
std::optional<ExitCode> send_test(const StackChange& change) {
  const Settings& settings = change.request.session.settings;
  const std::string wanted = settings.text("send-test");
  if (wanted.empty()) {
    return std::nullopt;
  }
  std::vector<std::string> known;
  bool is_found = false;
  for (const provision::Resource& resource : change.view.desired.resources) {
    if (resource.address.kind != provision::ResourceKind::alarm) {
      continue;
    }
    known.push_back(resource.address.name);
    if (resource.address.name != wanted) {
      continue;
    }
    is_found = true;
    const Result<void> sent = provision::send_test_notification(
        change.request.spec, resource.address, *change.target.calls);
    if (!sent) {
      return stop(Step::cloud, sent.error());
    }
    if (!settings.is_on("quiet")) {
      print_notice(fmt::format("{} was made to fire; a notification should arrive within minutes",
                               to_text(resource.address)));
    }
  }
  return is_found
             ? std::nullopt
             : std::optional(stop(Step::command_line,
                                  {"--send-test", fmt::format("no alarm of the stack: {}; "
                                                              "there are {}",
                                                              wanted, fmt::join(known, ", "))}));
}

ExitCode verify_account(const Invocation& invocation, StackOutput& output) {
  OrExit<ProvisionRequest> request = read_provision_request(invocation);
  if (!request) {
    return request.code();
  }
  const OrExit<std::optional<Canary>> canary = canary_of(request->session);
  if (!canary) {
    return canary.code();
  }
  const OrExit<StackChange> stack =
      plan_change(std::move(*request), PlanPurpose::apply, {}, output);
  if (!stack) {
    return stack.code();
  }
  if (const std::optional<ExitCode> code = send_test(*stack)) {
    return *code;
  }
  OrExit<std::vector<provision::Check>> checks = check_stack(*stack);
  if (!checks) {
    return checks.code();
  }
  const std::optional<Canary>& looked_for = *canary;
  if (looked_for.has_value()) {
    const std::vector<provision::Check> more = check_canary(*stack, *looked_for);
    checks->insert(checks->end(), more.begin(), more.end());
  }
  output.result = result_of(*checks);
  output.document = provision_document("provision-verify", stack->request.spec);
  output.document["checks"] = checks_json(*checks);
  output.document["result"] = output.result;
  if (looked_for.has_value()) {
    output.document["canary"] = looked_for->id;
  }
  const ExitCode printed = output.print(checks_text(*checks, true));
  return printed == ExitCode::complete ? exit_code_of(*checks) : printed;
}

ExitCode outputs_of_account(const Invocation& invocation, StackOutput& output) {
  const OrExit<StackChange> stack = stack_of(invocation, output);
  if (!stack) {
    return stack.code();
  }
  const std::vector<provision::Output> outputs =
      provision::outputs_of(stack->request.spec, stack->view.desired, stack->view.observed);
  output.document = provision_document("provision-outputs", stack->request.spec);
  output.document["outputs"] = nlohmann::json::array();
  Listing listing;
  listing.columns = {{"what"}, {"state"}, {"arn"}, {"console"}};
  for (const provision::Output& each : outputs) {
    const auto or_null = [](const std::string& value) {
      return value.empty() ? nlohmann::json() : nlohmann::json(value);
    };
    output.document["outputs"].push_back({{"address", each.address},
                                          {"arn", or_null(each.arn)},
                                          {"console", or_null(each.console)},
                                          {"state", each.state}});
    listing.rows.push_back({each.address, each.state, each.arn, each.console});
  }
  const Result<std::string> text = render_listing(listing, "table");
  return text ? output.print(*text) : stop(Step::command_line, text.error());
}

}  // namespace

ExitCode run_provision_verify(const Invocation& invocation) {
  return run_over_accounts(invocation, verify_account);
}

ExitCode run_provision_outputs(const Invocation& invocation) {
  return run_over_accounts(invocation, outputs_of_account);
}

}  // namespace bedrocklog::cli
