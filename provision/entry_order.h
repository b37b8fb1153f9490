// Entries of lists that have a name of their own, and the order of lists that have none.
#pragma once

#include <string>
#include <string_view>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// A text as it is, anything else as JSON.
[[nodiscard]] std::string text_of(const Json& value);
/// Name of an entry of an identified list; empty when it has none.
[[nodiscard]] std::string identity_of(const Json& entry, std::string_view member);
void sort_unique(Json& list);
/// By name, and those of equal or no name by content.
void sort_entries(Json& list, std::string_view member);

}  // namespace bedrocklog::provision
