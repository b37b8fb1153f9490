// What a provision command was asked: flags over configuration over built-in values, as a spec.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/diagnostics.h"
#include "cli/session.h"
#include "ingest/aws/aws_settings.h"
#include "ingest/fault.h"
#include "provision/stack_spec.h"

namespace bedrocklog::cli {

struct ProvisionRequest {
  Session session;
  aws::AwsSettings aws;       // With a region and the role to assume.
  provision::StackSpec spec;  // Checked; its account is empty where nobody said one.
  std::string document_path;  // Of --config, for messages; else empty.
  bool is_saved = false;      // The spec is that of a saved plan.
};

/// Reads flags, configuration and profile files; sends nothing. Everything wrong with the spec is
/// printed, a line each. Ends with usage for flags, data_unusable for files, configuration_missing
/// when nobody says a region.
[[nodiscard]] OrExit<ProvisionRequest> read_provision_request(const Invocation& invocation);

/// The same for a saved plan, whose spec stands for flags and configuration. A flag that says
/// something about the stack is refused.
[[nodiscard]] OrExit<ProvisionRequest> read_provision_request(const Invocation& invocation,
                                                              provision::StackSpec saved,
                                                              const std::string& plan_path);

/// SNS_TOPIC_ARN is a default for the one region and account it is of: elsewhere it is dropped, and
/// that is told. Once more when the account is known.
void drop_unfit_variables(ProvisionRequest& request);

/// Prints all of them; the code to end with.
[[nodiscard]] ExitCode stop_at_spec(const ProvisionRequest& request,
                                    const std::vector<Fault>& faults);

}  // namespace bedrocklog::cli
