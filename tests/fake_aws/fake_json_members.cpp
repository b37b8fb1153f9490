// Types first, as a parser finds them; then limits.
#include "tests/fake_aws/fake_json_members.h"

#include <algorithm>
#include <regex>

namespace bedrocklog::fake_aws {
namespace {

/// Code and message; an empty message: nothing is wrong.
struct Finding {
  bool is_type = false;
  std::string message;
};

bool has_type(const Json& value, MemberKind kind) {
  switch (kind) {
    case MemberKind::text:
      return value.is_string();
    case MemberKind::whole:
      return value.is_number_integer();
    case MemberKind::number:
      return value.is_number();
    case MemberKind::boolean:
      return value.is_boolean();
    case MemberKind::texts:
      return value.is_array() && std::all_of(value.begin(), value.end(),
                                             [](const Json& item) { return item.is_string(); });
    case MemberKind::structures:
      return value.is_array() && std::all_of(value.begin(), value.end(),
                                             [](const Json& item) { return item.is_object(); });
    case MemberKind::structure:
      return value.is_object();
    case MemberKind::map:
      return value.is_object() && std::all_of(value.begin(), value.end(),
                                              [](const Json& item) { return item.is_string(); });
  }
  return false;
}

std::string constraint(const std::string& path, const std::string& what) {
  return "1 validation error detected: Value at '" + path +
         "' failed to satisfy constraint: Member must " + what;
}

std::string pattern_fault(const std::string& path, const std::string& text,
                          std::string_view pattern) {
  const bool is_match =
      pattern.empty() || std::regex_match(text, std::regex(std::string(pattern)));
  return is_match ? ""
                  : constraint(path, "satisfy regular expression pattern: " + std::string(pattern));
}

std::string size_fault(const std::string& path, const Json& value, const Member& member) {
  const std::size_t size =
      value.is_string() ? value.get_ref<const std::string&>().size() : value.size();
  const bool has_size = value.is_string() || value.is_array() || member.kind == MemberKind::map;
  return has_size && (size < member.size_min || size > member.size_max)
             ? constraint(path, "have length between " + std::to_string(member.size_min) + " and " +
                                    std::to_string(member.size_max))
             : "";
}

Finding finding(const std::string& path, const Json& sent, std::span<const Member> members);

Finding value_finding(const std::string& path, const Json& value, const Member& member) {
  if (!has_type(value, member.kind)) {
    return {true, "The member " + path + " has the wrong type."};
  }
  std::string wrong = size_fault(path, value, member);
  if (value.is_string() && wrong.empty()) {
    wrong = pattern_fault(path, value.get<std::string>(), member.pattern);
  }
  if (!wrong.empty()) {
    return {false, wrong};
  }
  if (member.kind == MemberKind::structure) {
    return finding(path, value, member.inner);
  }
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
    const std::string inner = path + '.' + std::to_string(i + 1) + ".member";
    Finding found = member.kind == MemberKind::structures
                        ? finding(inner, value[i], member.inner)
                        : Finding{false, pattern_fault(inner, value[i].get<std::string>(),
                                                       member.pattern)};
    if (!found.message.empty()) {
      return found;
    }
  }
  return {};
}

Finding finding(const std::string& path, const Json& sent, std::span<const Member> members) {
  const std::string prefix = path.empty() ? "" : path + '.';
  for (const auto& [name, value] : sent.items()) {
    const auto known = std::find_if(members.begin(), members.end(),
                                    [&wanted = name](const Member& m) { return m.name == wanted; });
    if (known == members.end()) {
      return {true, "The member " + prefix + name + " is not known."};
    }
    if (Finding found = value_finding(prefix + name, value, *known); !found.message.empty()) {
      return found;
    }
  }
  for (const Member& member : members) {
    if (member.is_required && !sent.contains(member.name)) {
      return {false, constraint(prefix + std::string(member.name), "not be null")};
    }
  }
  return {};
}

}  // namespace

std::optional<FakeAnswer> json_members_refusal(const FakeCall& call,
                                               std::span<const Member> members,
                                               const std::string& code) {
  const Json sent = call.json.is_null() ? Json::object() : call.json;
  const Finding found =
      sent.is_object() ? finding("", sent, members) : Finding{true, "The body is no object."};
  if (found.message.empty()) {
    return std::nullopt;
  }
  return json_error(400, found.is_type ? "SerializationException" : code, found.message);
}

}  // namespace bedrocklog::fake_aws
