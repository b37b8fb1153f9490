// One provision command over several accounts, one after the other.
#pragma once

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/stack_output.h"

namespace bedrocklog::cli {

/// Does its work for one account, prints its faults, and leaves in `output` what it has to say.
using StackCommand = ExitCode (*)(const Invocation& invocation, StackOutput& output);

/// Runs `command` once, or for each account that --accounts or several --assume-role name: then
/// with the account in front of each line, and a table at the end. An account that fails stops
/// none of the others; the worst exit code is that of all. A signal ends the run.
[[nodiscard]] ExitCode run_over_accounts(const Invocation& invocation, StackCommand command);

/// The name of an account's plan in the folder of --out-dir: "ACCOUNT.plan", or
/// "ACCOUNT-STACK.plan" where the list of accounts names a stack.
[[nodiscard]] std::string plan_file_name(const std::string& account, const std::string& stack);

}  // namespace bedrocklog::cli
