// The last question before AWS is changed.
#pragma once

#include <optional>
#include <string>

#include "cli/diagnostics.h"
#include "cli/settings.h"

namespace bedrocklog::cli {

/// Before anything is sent: without --yes and without a terminal nobody can be asked. The code to
/// end with then.
[[nodiscard]] std::optional<ExitCode> check_can_ask(const Settings& settings);

/// Asks on the terminal until a line comes. True for "yes".
[[nodiscard]] bool is_confirmed(const std::string& question);

/// True when exactly `name` is typed.
[[nodiscard]] bool is_name_typed(const std::string& question, const std::string& name);

}  // namespace bedrocklog::cli
