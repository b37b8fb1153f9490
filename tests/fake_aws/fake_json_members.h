// What an operation of a JSON protocol may be sent, with the types that JSON has.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

/// Tags as most JSON services have them.
inline constexpr std::size_t tags_sent_max = 200;

/// What is wrong with the members, or nothing. A member that is unknown or has another JSON type is
/// a SerializationException, any other fault has `code`. Of whole numbers and numbers, size_min and
/// size_max are the limits of the value.
[[nodiscard]] std::optional<FakeAnswer> json_members_refusal(
    const Json& sent, std::span<const Member> members,
    const std::string& code = "ValidationException");

/// Takes `list` of {Key, Value} (names of the members differ between services) into `tags`: what is
/// wrong with it, or "".
struct TagNames {
  std::string_view key = "Key";
  std::string_view value = "Value";
};
[[nodiscard]] std::string take_tags(const Json& list, FakeTags& tags, const TagNames& names = {});
/// [{"Key":..,"Value":..}].
[[nodiscard]] Json tag_list(const FakeTags& tags, const TagNames& names = {});

}  // namespace bedrocklog::fake_aws
