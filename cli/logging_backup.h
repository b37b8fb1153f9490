// Logging configurations of others, kept in files before they are replaced.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ingest/fault.h"
#include "provision/observed_state.h"
#include "provision/plan.h"
#include "provision/stack_spec.h"

namespace bedrocklog::cli {

/// Writes each foreign configuration that `plan` replaces to
/// bedrocklog-logging-ACCOUNT-REGION-before.json in the working folder, or -before-2.json and so on
/// where that is taken: no file is overwritten. The paths.
[[nodiscard]] Result<std::vector<std::string>> save_replaced_logging(
    const provision::StackSpec& spec, const provision::DesiredState& desired,
    const provision::ObservedState& observed, const provision::Plan& plan);

/// Writes `configuration` to a file named in the same way. The path.
[[nodiscard]] Result<std::string> save_logging(const std::string& account,
                                               const std::string& region,
                                               const provision::Json& configuration);

/// What --restore-logging, or another `flag`, names, by region: FILE of a stack in one region,
/// REGION=FILE else.
[[nodiscard]] Result<std::map<std::string, provision::Json>> read_saved_logging(
    const std::string& flag, const std::vector<std::string>& values,
    const std::vector<std::string>& regions);

}  // namespace bedrocklog::cli
