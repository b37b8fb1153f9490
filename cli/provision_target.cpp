// Session, caller and providers, in the order they need each other.
#include "cli/provision_target.h"

#include <utility>

#include <fmt/format.h>

#include "provision/desired_state.h"
#include "provision/observe.h"
#include "provision/profile_record.h"

namespace bedrocklog::cli {

OrExit<ProvisionTarget> open_provision_target(ProvisionRequest& request) {
  ProvisionTarget target;
  target.session = std::make_unique<aws::AwsSession>(request.aws);
  target.calls = std::make_unique<aws::ServiceCalls>(*target.session);
  const std::string& home = request.spec.regions.front();
  Result<aws::CallerIdentity> caller = aws::caller_identity(*target.session, home);
  if (!caller) {
    return stop(Step::cloud, caller.error());
  }
  target.caller = std::move(*caller);
  // Both are checked: the flag can stand beside a saved plan.
  const std::string flag = request.session.settings.text("account");
  for (const std::string& wanted : {request.spec.account, flag}) {
    if (!wanted.empty() && wanted != target.caller.account) {
      return stop(Step::configuration_missing,
                  {"account", fmt::format("the credentials are of the account {} ({}), not of {}",
                                          target.caller.account, target.caller.arn, wanted)});
    }
  }
  request.spec.account = target.caller.account;
  drop_unfit_variables(request);
  if (const auto faults = provision::faults_of(request.spec); !faults.empty()) {
    return stop_at_spec(request, faults);
  }
  target.providers = std::make_unique<provision::ProviderSet>(
      *target.calls,
      provision::StackIdentity{request.spec.stack, request.spec.account, request.spec.partition,
                               home},
      provision::system_waiter());
  return target;
}

std::optional<ExitCode> settle_account(ProvisionRequest& request) {
  if (!request.spec.account.empty()) {
    return std::nullopt;
  }
  const OrExit<ProvisionTarget> target = open_provision_target(request);
  return target ? std::nullopt : std::optional(target.code());
}

OrExit<StackView> view_stack(const ProvisionRequest& request, const ProvisionTarget& target) {
  StackView view;
  const Result<std::set<std::string>> recorded =
      provision::recorded_profiles(request.spec, *target.providers);
  if (!recorded) {
    return stop(Step::cloud, recorded.error());
  }
  view.desired = provision::desired_state(request.spec, *recorded);
  Result<provision::ObservedState> observed = provision::observe(view.desired, *target.providers);
  if (!observed) {
    return stop(Step::cloud, observed.error());
  }
  view.observed = std::move(*observed);
  return view;
}

}  // namespace bedrocklog::cli
