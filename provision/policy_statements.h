// Our statements among those of others, in one policy document.
#pragma once

#include <string_view>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// Statements of others as they are, and those of `ours`; a null `ours`: without any of ours.
[[nodiscard]] Json with_our_statements(const Json& current, const Json& ours);
[[nodiscard]] bool has_statements(const Json& policy);
/// A document in one of the forms AWS answers with: JSON text. An object without statements when
/// it is none.
[[nodiscard]] Json parsed_policy(std::string_view text);

}  // namespace bedrocklog::provision
