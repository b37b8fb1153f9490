// One form for policy documents.
#include <string>
#include <utility>

#include "provision/entry_order.h"
#include "provision/normal_form.h"

namespace bedrocklog::provision {
namespace {

/// One text or a list of them, as a sorted list of texts.
Json text_list(const Json& value) {
  Json list = Json::array();
  if (value.is_array()) {
    for (const Json& entry : value) {
      list.push_back(text_of(entry));
    }
  } else {
    list.push_back(text_of(value));
  }
  sort_unique(list);
  return list;
}

/// "arn:aws:iam::123456789012:root" is what AWS makes of "123456789012".
std::string principal_text(const std::string& text) {
  constexpr std::string_view root = ":root";
  constexpr std::string_view iam = ":iam::";
  constexpr std::size_t account_digits = 12;
  const std::size_t at = text.find(iam);
  const bool is_root = text.starts_with("arn:") && text.ends_with(root) &&
                       at != std::string::npos &&
                       text.size() == at + iam.size() + account_digits + root.size();
  return is_root ? text.substr(at + iam.size(), account_digits) : text;
}

Json normal_principal(const Json& principal) {
  if (!principal.is_object()) {
    return principal == "*" ? Json{{"AWS", {"*"}}} : principal;
  }
  Json result = Json::object();
  for (const auto& [kind, value] : principal.items()) {
    Json list = text_list(value);
    for (Json& entry : list) {
      entry = principal_text(entry.get<std::string>());
    }
    sort_unique(list);
    result[kind] = std::move(list);
  }
  return result;
}

Json normal_condition(const Json& condition) {
  if (!condition.is_object()) {
    return condition;
  }
  Json result = Json::object();
  for (const auto& [test, keys] : condition.items()) {
    if (!keys.is_object()) {
      result[test] = keys;
      continue;
    }
    for (const auto& [key, values] : keys.items()) {
      result[test][key] = text_list(values);
    }
  }
  return result;
}

Json normal_statement(const Json& statement) {
  if (!statement.is_object()) {
    return statement;
  }
  Json result = Json::object();
  for (const auto& [name, value] : statement.items()) {
    if (name == "Action" || name == "NotAction" || name == "Resource" || name == "NotResource") {
      result[name] = text_list(value);
    } else if (name == "Principal" || name == "NotPrincipal") {
      result[name] = normal_principal(value);
    } else if (name == "Condition") {
      result[name] = normal_condition(value);
    } else {
      result[name] = value;
    }
  }
  return result;
}

}  // namespace

Json normal_policy(const Json& document) {
  if (!document.is_object()) {
    return document;
  }
  Json result = document;
  const auto found = result.find("Statement");
  if (found == result.end()) {
    return result;
  }
  Json statements = Json::array();
  if (found->is_array()) {
    for (const Json& statement : *found) {
      statements.push_back(normal_statement(statement));
    }
  } else {
    statements.push_back(normal_statement(*found));
  }
  sort_entries(statements, "Sid");
  result["Statement"] = std::move(statements);
  return result;
}

}  // namespace bedrocklog::provision
