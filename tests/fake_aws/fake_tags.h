// Tags of things, with the rules that all services have.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace bedrocklog::fake_aws {

using FakeTags = std::map<std::string, std::string>;

inline constexpr std::size_t tags_max = 50;

/// What is wrong with the tag; empty: nothing.
[[nodiscard]] std::string tag_fault(const std::string& key, const std::string& value);

}  // namespace bedrocklog::fake_aws
