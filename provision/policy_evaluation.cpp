// The small part of IAM's evaluation that our own documents need.
#include <algorithm>
#include <set>

#include "provision/call_rights.h"
#include "provision/permissions.h"

namespace bedrocklog::provision {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `pattern` with * and ?, over the whole text.
bool matches(std::string_view pattern, std::string_view text, bool ignores_case) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry_at = 0;
  while (at < text.size()) {
    const char wanted = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
    const bool is_same = ignores_case ? lower(wanted) == lower(text[at]) : wanted == text[at];
    if (in_pattern < pattern.size() && wanted == '*') {
      star = in_pattern++;
      retry_at = at;
    } else if (in_pattern < pattern.size() && (wanted == '?' || is_same)) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++retry_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

bool matches_any(const Json& patterns, std::string_view text, bool ignores_case) {
  if (patterns.is_string()) {
    return matches(patterns.get_ref<const std::string&>(), text, ignores_case);
  }
  return patterns.is_array() &&
         std::any_of(patterns.begin(), patterns.end(), [&](const Json& pattern) {
           return pattern.is_string() &&
                  matches(pattern.get_ref<const std::string&>(), text, ignores_case);
         });
}

/// On any resource at all.
bool allows_somewhere(const Json& policy, std::string_view action) {
  const Json statements = policy.value("Statement", Json::array());
  return std::any_of(statements.begin(), statements.end(), [&](const Json& one) {
    return one.value("Effect", "") == "Allow" &&
           matches_any(one.value("Action", Json()), action, true);
  });
}

}  // namespace

bool allows(const Json& policy, std::string_view action, std::string_view resource) {
  const auto statements = policy.is_object() ? policy.find("Statement") : policy.end();
  if (statements == policy.end() || !statements->is_array()) {
    return false;
  }
  return std::any_of(statements->begin(), statements->end(), [&](const Json& one) {
    return one.is_object() && one.value("Effect", "") == "Allow" &&
           matches_any(one.value("Action", Json()), action, true) &&
           matches_any(one.value("Resource", Json()), resource, false);
  });
}

bool allows_call(const Json& policy, std::string_view service, std::string_view operation,
                 std::string_view resource) {
  std::set<std::string> actions;
  std::set<RightScope> scopes;
  for (const CallRight& right : call_rights()) {
    if (right.service == service && right.operation == operation) {
      add_actions(right, actions);
      scopes.insert(right.scope);
    }
  }
  return !scopes.empty() && std::all_of(actions.begin(), actions.end(), [&](const auto& action) {
    return allows(policy, action, resource) ||
           (scopes.size() > 1 && allows_somewhere(policy, action));
  });
}

}  // namespace bedrocklog::provision
