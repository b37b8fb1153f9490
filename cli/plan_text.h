// A plan as people read it: by region, a line for each thing, its changes below it.
//
// All text that comes from AWS is made printable.
#pragma once

#include <string>

#include "cli/output_format.h"
#include "provision/plan.h"
#include "provision/stack_spec.h"

namespace bedrocklog::cli {

struct PlanTextStyle {
  bool color = false;
  bool shows_all = false;  // Also what stays as it is, properties of new things, long values.
};

/// "stack bedrocklog (core, prod), account 123456789012, eu-west-1".
[[nodiscard]] std::string stack_line(const provision::StackSpec& spec);

/// `+ create`, `~ update` with path: before -> after, `- remove`, `! conflict` with its remedy,
/// notices, and a line that counts. Ends in a newline.
[[nodiscard]] std::string plan_text(const provision::StackSpec& spec, const provision::Plan& plan,
                                    const PlanTextStyle& style);

/// "3 to create, 1 to update, 1 conflict"; "nothing to do".
[[nodiscard]] std::string plan_summary(const provision::Plan& plan);

/// What a step did: "created", "removed".
[[nodiscard]] std::string_view past_of(provision::Action action);

}  // namespace bedrocklog::cli
