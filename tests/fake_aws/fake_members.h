// What an operation may be sent: names, kinds and limits of members, as the service model has them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

enum class MemberKind : std::uint8_t { text, whole, number, boolean, texts, structures, structure, map };

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

/// What is wrong with the members of a query call: the first one that is unknown, missing, or not
/// as it must be. `code` differs between services ("ValidationError", "InvalidParameter").
[[nodiscard]] std::optional<FakeAnswer> members_refusal(const FakeCall& call,
                                                        std::span<const Member> members,
                                                        const std::string& code = "ValidationError");
[[nodiscard]] FakeAnswer unknown_operation(const FakeCall& call);

/// Members by name; the fallback where there is none.
[[nodiscard]] std::string text_member(const Json& members, std::string_view name,
                                      const std::string& fallback = "");
[[nodiscard]] std::int64_t whole_member(const Json& members, std::string_view name,
                                        std::int64_t fallback);

/// <name>text</name>, escaped.
[[nodiscard]] std::string xml_element(const std::string& name, const std::string& text);

}  // namespace bedrocklog::fake_aws
