// Members held against the tables of their operation.
#include "tests/fake_aws/fake_members.h"

#include <algorithm>
#include <regex>

namespace bedrocklog::fake_aws {
namespace {

bool is_whole(const std::string& text) {
  return std::regex_match(text, std::regex("-?\\d{1,18}"));
}

bool is_number(const std::string& text) {
  return std::regex_match(text, std::regex(R"(-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?)"));
}

std::string size_fault(const std::string& path, std::size_t size, const Member& member) {
  if (size < member.size_min || size > member.size_max) {
    return "Value at '" + path +
           "' failed to satisfy constraint: Member must have length between " +
           std::to_string(member.size_min) + " and " + std::to_string(member.size_max);
  }
  return {};
}

std::string text_fault(const std::string& path, const Json& value, const Member& member) {
  if (!value.is_string()) {
    return "Value at '" + path + "' must be a string";
  }
  const std::string text = value.get<std::string>();
  if (!member.pattern.empty() && !std::regex_match(text, std::regex(std::string(member.pattern)))) {
    return "Value '" + text + "' at '" + path +
           "' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
           std::string(member.pattern);
  }
  return {};
}

std::string members_fault(const std::string& path, const Json& sent,
                          std::span<const Member> members);

std::string list_fault(const std::string& path, const Json& value, const Member& member) {
  if (!value.is_array()) {
    return "Value at '" + path + "' must be a list";
  }
  if (std::string wrong = size_fault(path, value.size(), member); !wrong.empty()) {
    return wrong;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string inner = path + ".member." + std::to_string(i + 1);
    std::string wrong = member.kind == MemberKind::texts
                            ? text_fault(inner, value[i], member)
                            : members_fault(inner, value[i], member.inner);
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

std::string value_fault(const std::string& path, const Json& value, const Member& member) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  switch (member.kind) {
    case MemberKind::text: {
      const std::string wrong = value.is_string() ? size_fault(path, text.size(), member) : "";
      return wrong.empty() ? text_fault(path, value, member) : wrong;
    }
    case MemberKind::whole:
      return is_whole(text) ? "" : "Value at '" + path + "' must be an integer";
    case MemberKind::number:
      return is_number(text) ? "" : "Value at '" + path + "' must be a number";
    case MemberKind::boolean:
      return text == "true" || text == "false" ? "" : "Value at '" + path + "' must be a boolean";
    case MemberKind::texts:
    case MemberKind::structures:
      return list_fault(path, value, member);
    case MemberKind::structure:
      return members_fault(path, value, member.inner);
    case MemberKind::map:
      return value.is_object() ? "" : "Value at '" + path + "' must be a map";
  }
  return {};
}

std::string members_fault(const std::string& path, const Json& sent,
                          std::span<const Member> members) {
  if (!sent.is_object()) {
    return "Value at '" + path + "' must be a structure";
  }
  const std::string prefix = path.empty() ? "" : path + '.';
  for (const auto& [name, value] : sent.items()) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&wanted = name](const Member& m) { return m.name == wanted; });
    if (found == members.end()) {
      return "Member '" + prefix + name + "' is not known to this operation";
    }
    if (std::string wrong = value_fault(prefix + name, value, *found); !wrong.empty()) {
      return wrong;
    }
  }
  for (const Member& member : members) {
    if (member.is_required && !sent.contains(member.name)) {
      return "Value null at '" + prefix + std::string(member.name) +
             "' failed to satisfy constraint: Member must not be null";
    }
  }
  return {};
}

}  // namespace

std::string form_fault(const FakeCall& call, std::span<const Member> members) {
  return members_fault("", call.json, members);
}

std::optional<FakeAnswer> members_refusal(const FakeCall& call, std::span<const Member> members,
                                          const std::string& code) {
  const std::string wrong = members_fault("", call.json, members);
  if (wrong.empty()) {
    return std::nullopt;
  }
  return query_error(400, code, "1 validation error detected: " + wrong);
}

FakeTags tags_of(const Json& list) {
  FakeTags tags;
  for (const Json& tag : list) {
    tags[text_member(tag, "Key")] = text_member(tag, "Value");
  }
  return tags;
}

std::string tags_xml(const FakeTags& tags) {
  std::string xml = "<Tags>";
  for (const auto& [key, value] : tags) {
    xml += "<member>" + xml_element("Key", key) + xml_element("Value", value) + "</member>";
  }
  return xml + "</Tags>";
}

std::string tags_fault(const Json& list, const FakeTags& before) {
  FakeTags all = tags_of(list);
  if (all.size() != list.size()) {
    return "Duplicate tag keys";
  }
  for (const auto& [key, value] : all) {
    if (key.starts_with("aws:")) {
      return "Tag keys may not start with aws:";
    }
  }
  all.insert(before.begin(), before.end());
  return all.size() > tags_max ? "Too many tags" : "";
}

FakeAnswer unknown_operation(const FakeCall& call) {
  return query_error(400, "InvalidAction", "Could not find operation " + call.operation);
}

std::string text_member(const Json& members, std::string_view name, const std::string& fallback) {
  const auto found = members.is_object() ? members.find(name) : members.end();
  return found != members.end() && found->is_string() ? found->get<std::string>() : fallback;
}

std::int64_t whole_member(const Json& members, std::string_view name, std::int64_t fallback) {
  const std::string text = text_member(members, name);
  return is_whole(text) ? std::stoll(text) : fallback;
}

std::string xml_element(const std::string& name, const std::string& text) {
  return '<' + name + '>' + xml_text(text) + "</" + name + '>';
}

std::string tree_xml(const std::string& name, const Json& value) {
  std::string inner;
  if (value.is_array()) {
    for (const Json& item : value) {
      inner += tree_xml("member", item);
    }
  } else if (value.is_object()) {
    for (const auto& [member, item] : value.items()) {
      inner += tree_xml(member, item);
    }
  } else {
    return xml_element(name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return '<' + name + '>' + inner + "</" + name + '>';
}

}  // namespace bedrocklog::fake_aws
