// Which tags there may be.
#pragma once

#include <string>

namespace bedrocklog::fake_aws {

/// What is wrong with the tag; empty: nothing.
[[nodiscard]] std::string tag_fault(const std::string& key, const std::string& value);

}  // namespace bedrocklog::fake_aws
