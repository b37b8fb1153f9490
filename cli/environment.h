// The environment of the process as a value, so that what depends on it can be tested.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::cli {

using Environment = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] Environment process_environment();

/// The variable's value; nothing when it is unset or empty, which mean the same everywhere here.
[[nodiscard]] std::optional<std::string> value_of(const Environment& environment,
                                                  std::string_view name);

}  // namespace bedrocklog::cli
