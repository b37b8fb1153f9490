// Which flag says which member of the spec. Flags become a document of the form configuration has,
// so that one reader checks both.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/settings.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// What was typed about the stack.
[[nodiscard]] Result<nlohmann::json> document_of_flags(const Settings& settings);

/// The setting when it was typed, and is no default from elsewhere; else null.
[[nodiscard]] const Setting* typed_flag(const Settings& settings, std::string_view name);

/// The flag that was typed and says what a fault about `member` is about.
[[nodiscard]] std::optional<std::string_view> flag_behind(const Settings& settings,
                                                          std::string_view member);

/// Whether the flag says something about the stack.
[[nodiscard]] bool is_spec_flag(std::string_view name);

/// "/thresholds/tokens_per_hour" of "thresholds.tokens_per_hour".
[[nodiscard]] nlohmann::json::json_pointer member_pointer(std::string_view member);

}  // namespace bedrocklog::cli
