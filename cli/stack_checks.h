// What `provision verify` and the end of `provision apply` find.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "cli/stack_change.h"
#include "provision/verify.h"

namespace bedrocklog::cli {

/// --archive-age and --now. Ends with usage.
[[nodiscard]] OrExit<provision::VerifyChoices> verify_choices_of(const Session& session);

/// Asks for what the plan does not tell. `change` has the plan of purpose apply.
[[nodiscard]] OrExit<std::vector<provision::Check>> check_stack(const StackChange& change);

/// A line for each check, what is wrong first, and one that counts; with `shows_all` those that
/// passed, too.
[[nodiscard]] std::string checks_text(const std::vector<provision::Check>& checks, bool shows_all);

/// [{"id","subject","result","finding"}].
[[nodiscard]] nlohmann::json checks_json(const std::vector<provision::Check>& checks);

/// "pass", "warn", "fail", "unknown": the worst.
[[nodiscard]] std::string_view result_of(const std::vector<provision::Check>& checks);

/// changes_pending when one failed.
[[nodiscard]] ExitCode exit_code_of(const std::vector<provision::Check>& checks);

}  // namespace bedrocklog::cli
