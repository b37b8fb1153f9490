// What an operation may be sent: names, kinds and limits of members, as the service model has them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

enum class MemberKind : std::uint8_t {
  text,
  whole,
  number,
  boolean,
  texts,
  structures,
  structure,
  map
};

/// `size_min` and `size_max` are those of a text or of a list; `pattern` is that of a text, or of
/// each text of a list, a whole match; `inner` are the members of a structure.
struct Member {
  std::string_view name;
  MemberKind kind = MemberKind::text;
  bool is_required = false;
  std::size_t size_min = 0;
  std::size_t size_max = SIZE_MAX;
  std::string_view pattern{};
  std::span<const Member> inner{};
};

inline constexpr std::size_t tags_max = 50;
inline constexpr std::array<Member, 2> tag_members = {
    {{"Key", MemberKind::text, true, 1, 128}, {"Value", MemberKind::text, true, 0, 256}}};

using FakeTags = std::map<std::string, std::string>;

/// Of a list of {Key, Value}.
[[nodiscard]] FakeTags tags_of(const Json& list);
/// <Tags> with a <member> for each.
[[nodiscard]] std::string tags_xml(const FakeTags& tags);
/// A key comes twice, is AWS's own ("aws:"), or there are too many; "" when all is well.
[[nodiscard]] std::string tags_fault(const Json& list, const FakeTags& before);

/// What is wrong with the members of a query call: the first one that is unknown, missing, or not
/// as it must be. `code` differs between services ("ValidationError", "InvalidParameter").
[[nodiscard]] std::optional<FakeAnswer> members_refusal(
    const FakeCall& call, std::span<const Member> members,
    const std::string& code = "ValidationError");
/// The same as a sentence; "" when nothing is wrong.
[[nodiscard]] std::string form_fault(const FakeCall& call, std::span<const Member> members);
[[nodiscard]] FakeAnswer unknown_operation(const FakeCall& call);

/// Members by name; the fallback where there is none.
[[nodiscard]] std::string text_member(const Json& members, std::string_view name,
                                      const std::string& fallback = "");
[[nodiscard]] std::int64_t whole_member(const Json& members, std::string_view name,
                                        std::int64_t fallback);

/// <name>text</name>, escaped.
[[nodiscard]] std::string xml_element(const std::string& name, const std::string& text);
/// The same of a tree: items of lists are named "member".
[[nodiscard]] std::string tree_xml(const std::string& name, const Json& value);

}  // namespace bedrocklog::fake_aws
