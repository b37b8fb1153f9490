// The words in which rows of the command table say which flags a command takes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <vector>

#include "cli/flag.h"

namespace bedrocklog::cli {

/// Of arguments: no upper limit.
inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

using Flags = std::vector<Flag>;

/// The flags of `report` called `names`, behind `own`.
[[nodiscard]] Flags picked(std::initializer_list<std::string_view> names, Flags own = {});

/// The same for a command that can read from buckets.
[[nodiscard]] Flags picked_with_aws(std::initializer_list<std::string_view> names, Flags own = {});

/// Flags of one command, for its command line alone.
[[nodiscard]] Flag own_flag(std::string_view name, std::string_view value, std::string_view help,
                            std::string_view built_in = "");
[[nodiscard]] Flag repeated_flag(std::string_view name, std::string_view value,
                                 std::string_view help);
[[nodiscard]] Flag list_flag(std::string_view name, std::string_view value, std::string_view help);
[[nodiscard]] Flag toggle_flag(std::string_view name, std::string_view help);
[[nodiscard]] Flag format_flag(std::string_view formats);

}  // namespace bedrocklog::cli
