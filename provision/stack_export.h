// The stack in the languages of other tools.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/observed_state.h"
#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

struct ExportedFile {
  std::string name;  // "bedrocklog-infrastructure-eu-west-1.template.json".
  std::string text;
};

/// Two stacks: "STACK-infrastructure" and "STACK-dashboards" (with profile observability
/// "bedrock-monitoring-infrastructure" and "bedrock-monitoring-dashboards"), a template of each per
/// region, named "STACKNAME-REGION.template.json"; global things in those of the home region. Data
/// outlives its stack. The logging configuration, for which there is no type, is a step behind it,
/// written in the template's metadata and in a file of its own (aws CLI input).
[[nodiscard]] std::vector<ExportedFile> to_cloudformation(const StackSpec& spec,
                                                          const DesiredState& desired);
/// main.tf.json with a provider alias per region, and import blocks for what `observed` has (null:
/// nothing is known to be there).
[[nodiscard]] std::vector<ExportedFile> to_terraform(const StackSpec& spec,
                                                     const DesiredState& desired,
                                                     const ObservedState* observed);
/// "STACK-runbook.md": what the stack is for, what it has (with state, unless `observed` is null),
/// how it is run, and what to do about every alarm, check and message (troubleshooting.h).
[[nodiscard]] std::vector<ExportedFile> to_runbook(const StackSpec& spec,
                                                   const DesiredState& desired,
                                                   const ObservedState* observed);
/// The older configuration model (iam, storage, alerting, dashboard) with the members of the spec
/// beside it; read_spec() takes it back.
[[nodiscard]] Json to_configuration(const StackSpec& spec);

}  // namespace bedrocklog::provision
