// The members of JSON calls held against the tables of their operation.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

/// What is wrong with the members of a JSON call: the first one that is unknown or of another type
/// (SerializationException), missing, or outside its limits (`code`). A map has texts as values.
[[nodiscard]] std::optional<FakeAnswer> json_members_refusal(
    const FakeCall& call, std::span<const Member> members,
    const std::string& code = "InvalidParameterException");

}  // namespace bedrocklog::fake_aws
