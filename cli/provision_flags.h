// The flags of `bedrocklog provision ...`, in the groups in which its commands take them. What they
// say about the stack is said by a configuration, too; provision_request.cpp has the names.
#pragma once

#include <initializer_list>
#include <string_view>

#include "cli/command_flags.h"

namespace bedrocklog::cli {

inline constexpr std::string_view run_flag_group = "Run";

/// What the stack consists of, its logs, alarms, network, and what is there already.
[[nodiscard]] Flags stack_flags();
/// The account and how to get there.
[[nodiscard]] Flags aws_flags();
/// Several accounts, one after the other.
[[nodiscard]] Flags account_flags();
[[nodiscard]] Flags screen_flags();
/// Of a removal: --delete-data and what belongs to it.
[[nodiscard]] Flags removal_flags();
[[nodiscard]] Flag confirm_delete_flag();
/// Of the checks: --archive-age, --now.
[[nodiscard]] Flags check_flags();
/// Of the record that shows that delivery works: --canary and what belongs to it.
[[nodiscard]] Flags canary_flags();
[[nodiscard]] Flag json_flag();

/// Flags of one command, under the heading "Run".
[[nodiscard]] Flag run_flag(std::string_view name, std::string_view value, std::string_view help,
                            std::string_view built_in = "");
[[nodiscard]] Flag run_toggle(std::string_view name, std::string_view help);

[[nodiscard]] Flags joined(std::initializer_list<Flags> parts);

}  // namespace bedrocklog::cli
