// Members of JSON calls held against the tables of their operation.
#include "tests/fake_aws/fake_json_members.h"

#include <algorithm>
#include <regex>

#include "tests/fake_aws/fake_tags.h"

namespace bedrocklog::fake_aws {
namespace {

/// The first thing that is wrong.
struct Wrong {
  bool is_type = false;  // Else a constraint.
  std::string text;
};
using Finding = std::optional<Wrong>;

Finding wrong_type(const std::string& path, const char* wanted) {
  return Wrong{true, "The member " + path + " must be " + wanted + '.'};
}

Finding constraint(const std::string& path, const std::string& rule) {
  return Wrong{false, "1 validation error detected: Value at '" + path +
                          "' failed to satisfy constraint: Member must " + rule};
}

Finding size_finding(const std::string& path, std::size_t size, const Member& member) {
  if (size >= member.size_min && size <= member.size_max) {
    return std::nullopt;
  }
  return constraint(path, "have length between " + std::to_string(member.size_min) + " and " +
                              std::to_string(member.size_max));
}

Finding text_finding(const std::string& path, const Json& value, std::string_view pattern) {
  if (!value.is_string()) {
    return wrong_type(path, "a string");
  }
  if (!pattern.empty() &&
      !std::regex_match(value.get<std::string>(), std::regex(std::string(pattern)))) {
    return constraint(path, "satisfy regular expression pattern: " + std::string(pattern));
  }
  return std::nullopt;
}

Finding number_finding(const std::string& path, const Json& value, const Member& member) {
  const bool is_whole = member.kind == MemberKind::whole;
  if (is_whole ? !value.is_number_integer() : !value.is_number()) {
    return wrong_type(path, is_whole ? "an integer" : "a number");
  }
  const auto number = value.get<double>();
  if (number < static_cast<double>(member.size_min) ||
      number > static_cast<double>(member.size_max)) {
    return constraint(path, "be between " + std::to_string(member.size_min) + " and " +
                                std::to_string(member.size_max));
  }
  return std::nullopt;
}

Finding members_finding(const std::string& path, const Json& sent, std::span<const Member> members);

Finding list_finding(const std::string& path, const Json& value, const Member& member) {
  if (!value.is_array()) {
    return wrong_type(path, "a list");
  }
  Finding wrong = size_finding(path, value.size(), member);
  for (std::size_t i = 0; !wrong && i < value.size(); ++i) {
    const std::string inner = path + '.' + std::to_string(i + 1) + ".member";
    wrong = member.kind == MemberKind::texts ? text_finding(inner, value[i], member.pattern)
                                             : members_finding(inner, value[i], member.inner);
  }
  return wrong;
}

Finding value_finding(const std::string& path, const Json& value, const Member& member) {
  switch (member.kind) {
    case MemberKind::text: {
      const Finding wrong = value.is_string()
                                ? size_finding(path, value.get<std::string>().size(), member)
                                : Finding();
      return wrong ? wrong : text_finding(path, value, member.pattern);
    }
    case MemberKind::whole:
    case MemberKind::number:
      return number_finding(path, value, member);
    case MemberKind::boolean:
      return value.is_boolean() ? Finding() : wrong_type(path, "a boolean");
    case MemberKind::texts:
    case MemberKind::structures:
      return list_finding(path, value, member);
    case MemberKind::structure:
      return members_finding(path, value, member.inner);
    case MemberKind::map:
      return value.is_object() ? Finding() : wrong_type(path, "a map");
  }
  return std::nullopt;
}

Finding members_finding(const std::string& path, const Json& sent,
                        std::span<const Member> members) {
  if (!sent.is_object()) {
    return wrong_type(path, "a structure");
  }
  const std::string prefix = path.empty() ? "" : path + '.';
  for (const auto& [name, value] : sent.items()) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&wanted = name](const Member& m) { return m.name == wanted; });
    if (found == members.end()) {
      return Wrong{true, "The member " + prefix + name + " is not known."};
    }
    if (Finding wrong = value_finding(prefix + name, value, *found)) {
      return wrong;
    }
  }
  for (const Member& member : members) {
    if (member.is_required && !sent.contains(member.name)) {
      return constraint(prefix + std::string(member.name), "not be null");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<FakeAnswer> json_members_refusal(const Json& sent, std::span<const Member> members,
                                               const std::string& code) {
  const Finding wrong = members_finding("", sent.is_null() ? Json::object() : sent, members);
  if (!wrong) {
    return std::nullopt;
  }
  return json_error(400, wrong->is_type ? "SerializationException" : code, wrong->text);
}

std::string take_tags(const Json& list, FakeTags& tags, const TagNames& names) {
  FakeTags sent;
  for (const Json& entry : list) {
    const std::string key = text_member(entry, names.key);
    const std::string value = text_member(entry, names.value);
    if (std::string wrong = tag_fault(key, value); !wrong.empty()) {
      return wrong;
    }
    if (!sent.emplace(key, value).second) {
      return "Duplicate tag keys: " + key;
    }
  }
  for (const auto& [key, value] : sent) {
    tags[key] = value;
  }
  return {};
}

Json tag_list(const FakeTags& tags, const TagNames& names) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) {
    list.push_back({{std::string(names.key), key}, {std::string(names.value), value}});
  }
  return list;
}

}  // namespace bedrocklog::fake_aws
