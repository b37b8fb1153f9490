// The least an identity must be allowed, as IAM policy documents.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "provision/stack_spec.h"

namespace bedrocklog::provision {

enum class PermissionMode : std::uint8_t { plan, apply, destroy, read_archive };
[[nodiscard]] std::optional<PermissionMode> permission_mode_named(std::string_view name);
[[nodiscard]] const std::vector<std::string_view>& permission_mode_names();

/// Limited to the stack's ARNs wherever the service allows it.
[[nodiscard]] Json permission_policy(const StackSpec& spec, PermissionMode mode);

/// Whether `policy` allows the call on the resource: the small part of IAM's evaluation that these
/// documents need (Allow, Action and Resource with *), for tests and for messages.
[[nodiscard]] bool allows(const Json& policy, std::string_view action, std::string_view resource);

}  // namespace bedrocklog::provision
