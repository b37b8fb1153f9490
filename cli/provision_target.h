// The account a provision command works on: who we are there, and the means to read and change it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/diagnostics.h"
#include "cli/provision_request.h"
#include "ingest/aws/aws_session.h"
#include "ingest/aws/service_calls.h"
#include "ingest/aws/sts_identity.h"
#include "provision/observed_state.h"
#include "provision/plan.h"
#include "provision/resource_provider.h"

namespace bedrocklog::cli {

struct ProvisionTarget {
  // Each is used by those below it.
  std::unique_ptr<aws::AwsSession> session;
  std::unique_ptr<aws::ServiceCalls> calls;
  aws::CallerIdentity caller;
  std::unique_ptr<provision::ProviderSet> providers;
};

/// Asks STS who we are and puts the account into the spec. Ends with configuration_missing when the
/// spec names another account.
[[nodiscard]] OrExit<ProvisionTarget> open_provision_target(ProvisionRequest& request);

/// The account of the spec: as it was said, else as STS says. The code to end with when it cannot
/// be asked.
[[nodiscard]] std::optional<ExitCode> settle_account(ProvisionRequest& request);

/// What should be and what is.
struct StackView {
  provision::DesiredState desired;
  provision::ObservedState observed;
};
[[nodiscard]] OrExit<StackView> view_stack(const ProvisionRequest& request,
                                           const ProvisionTarget& target);

}  // namespace bedrocklog::cli
