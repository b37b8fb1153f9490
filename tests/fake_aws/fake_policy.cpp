// Form and meaning of policies (IAM User Guide, policy elements reference).
#include "tests/fake_aws/fake_policy.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <set>

#include "ingest/aws/ascii_case.h"

namespace bedrocklog::fake_aws {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 9> statement_members = {
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"};
constexpr std::array<std::string_view, 27> condition_operators = {"StringEquals",
                                                                  "StringNotEquals",
                                                                  "StringEqualsIgnoreCase",
                                                                  "StringNotEqualsIgnoreCase",
                                                                  "StringLike",
                                                                  "StringNotLike",
                                                                  "ArnEquals",
                                                                  "ArnNotEquals",
                                                                  "ArnLike",
                                                                  "ArnNotLike",
                                                                  "Bool",
                                                                  "Null",
                                                                  "NumericEquals",
                                                                  "NumericNotEquals",
                                                                  "NumericLessThan",
                                                                  "NumericLessThanEquals",
                                                                  "NumericGreaterThan",
                                                                  "NumericGreaterThanEquals",
                                                                  "DateEquals",
                                                                  "DateNotEquals",
                                                                  "DateLessThan",
                                                                  "DateLessThanEquals",
                                                                  "DateGreaterThan",
                                                                  "DateGreaterThanEquals",
                                                                  "IpAddress",
                                                                  "NotIpAddress",
                                                                  "BinaryEquals"};

bool is_texts(const Json& value) {
  return value.is_string() ||
         (value.is_array() && !value.empty() &&
          std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); }));
}

/// "ForAllValues:StringLikeIfExists" without what stands before and behind.
struct Operator {
  std::string name;
  bool is_if_exists = false;
};

Operator operator_of(std::string name) {
  Operator result;
  const std::size_t colon = name.find(':');
  if (colon != std::string::npos &&
      (name.starts_with("ForAllValues:") || name.starts_with("ForAnyValue:"))) {
    name = name.substr(colon + 1);
  }
  constexpr std::string_view suffix = "IfExists";
  if (name.ends_with(suffix)) {
    result.is_if_exists = true;
    name.resize(name.size() - suffix.size());
  }
  result.name = name;
  return result;
}

std::string action_fault(const Json& actions) {
  if (!is_texts(actions)) {
    return "Syntax errors in policy.";
  }
  for (const std::string& action : policy_texts(actions)) {
    const std::size_t colon = action.find(':');
    const bool is_prefaced = colon != std::string::npos && colon > 0 && colon + 1 < action.size();
    if (action != "*" && !is_prefaced) {
      return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    }
  }
  return {};
}

std::string resource_fault(const Json& resources) {
  if (!is_texts(resources)) {
    return "Syntax errors in policy.";
  }
  for (const std::string& resource : policy_texts(resources)) {
    if (resource != "*" &&
        (!resource.starts_with("arn:") || std::count(resource.begin(), resource.end(), ':') < 5)) {
      return "Resource " + resource + " must be in ARN format or \"*\".";
    }
  }
  return {};
}

bool is_account_principal(const std::string& text) {
  const bool is_account = text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) {
                            return c >= '0' && c <= '9';
                          });
  return text == "*" || is_account ||
         (text.starts_with("arn:") &&
          (text.find(":iam::") != std::string::npos || text.find(":sts::") != std::string::npos));
}

std::string principal_fault(const Json& principal) {
  if (principal.is_string()) {
    return principal == "*" ? "" : "Invalid principal in policy";
  }
  if (!principal.is_object() || principal.empty()) {
    return "Syntax errors in policy.";
  }
  for (const auto& [kind, names] : principal.items()) {
    if (!is_texts(names)) {
      return "Syntax errors in policy.";
    }
    for (const std::string& name : policy_texts(names)) {
      const bool is_service =
          name.ends_with(".amazonaws.com") || name.ends_with(".amazonaws.com.cn");
      const bool is_right = (kind == "Service" && is_service) ||
                            (kind == "AWS" && is_account_principal(name)) ||
                            (kind == "Federated" || kind == "CanonicalUser");
      if (!is_right) {
        return "Invalid principal in policy: \"" + kind + "\":\"" + name + "\"";
      }
    }
  }
  return {};
}

std::string condition_fault(const Json& condition) {
  if (!condition.is_object()) {
    return "Syntax errors in policy.";
  }
  for (const auto& [name, keys] : condition.items()) {
    const std::string bare = operator_of(name).name;
    if (std::find(condition_operators.begin(), condition_operators.end(), bare) ==
        condition_operators.end()) {
      return "Invalid Condition type : " + name;
    }
    if (!keys.is_object() || keys.empty()) {
      return "Syntax errors in policy.";
    }
    for (const auto& [key, values] : keys.items()) {
      const bool is_scalar = values.is_boolean() || values.is_number();
      if (key.find(':') == std::string::npos || !(is_texts(values) || is_scalar)) {
        return "Condition key " + key + " is not well formed.";
      }
    }
  }
  return {};
}

std::string first_fault(std::initializer_list<std::string> faults) {
  for (const std::string& wrong : faults) {
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

std::string fault_of(const Json& statement, const char* member, std::string (*check)(const Json&)) {
  const auto found = statement.find(member);
  return found == statement.end() ? "" : check(*found);
}

/// Which of principal and resource there must be.
std::string parties_fault(PolicyKind kind, const Json& statement) {
  const bool has_principal = statement.contains("Principal") || statement.contains("NotPrincipal");
  const bool has_resource = statement.contains("Resource") || statement.contains("NotResource");
  if (kind == PolicyKind::identity && has_principal) {
    return "Policy document should not specify a principal.";
  }
  if (kind == PolicyKind::trust && has_resource) {
    return "Has prohibited field Resource";
  }
  if (kind != PolicyKind::trust && !has_resource) {
    return "Policy statement must contain resources.";
  }
  if (kind != PolicyKind::identity && !has_principal) {
    return "Missing required field Principal";
  }
  return {};
}

std::string statement_fault(PolicyKind kind, const Json& statement) {
  if (!statement.is_object()) {
    return "Syntax errors in policy.";
  }
  for (const auto& [name, value] : statement.items()) {
    if (std::find(statement_members.begin(), statement_members.end(), name) ==
        statement_members.end()) {
      return "Syntax errors in policy: unknown field " + name;
    }
  }
  const Json effect = statement.value("Effect", Json());
  if (effect != "Allow" && effect != "Deny") {
    return "Syntax errors in policy: Effect.";
  }
  if (statement.contains("Action") == statement.contains("NotAction")) {
    return "Policy statement must contain actions.";
  }
  if (statement.contains("Sid")) {
    const Json& sid = statement["Sid"];
    const std::string text = sid.is_string() ? sid.get<std::string>() : "#";
    const bool is_plain =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    if (!sid.is_string() || (kind != PolicyKind::resource && !is_plain)) {
      return "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
             "regular expression [0-9A-Za-z]*";
    }
  }
  return first_fault({parties_fault(kind, statement), fault_of(statement, "Action", action_fault),
                      fault_of(statement, "NotAction", action_fault),
                      fault_of(statement, "Resource", resource_fault),
                      fault_of(statement, "NotResource", resource_fault),
                      fault_of(statement, "Principal", principal_fault),
                      fault_of(statement, "NotPrincipal", principal_fault),
                      fault_of(statement, "Condition", condition_fault)});
}

/// ARNs are compared part by part: '*' does not reach over a colon of the first five.
bool matches_arn(std::string_view pattern, std::string_view text) {
  for (unsigned part = 0; part < 5; ++part) {
    const std::size_t end = pattern.find(':');
    const std::size_t text_end = text.find(':');
    if (end == std::string_view::npos || text_end == std::string_view::npos ||
        !matches_pattern(pattern.substr(0, end), text.substr(0, text_end))) {
      return false;
    }
    pattern.remove_prefix(end + 1);
    text.remove_prefix(text_end + 1);
  }
  return matches_pattern(pattern, text);
}

bool matches_value(const std::string& name, const std::string& wanted, const std::string& value) {
  if (name.starts_with("Arn")) {
    return matches_arn(wanted, value);
  }
  if (name == "StringLike" || name == "StringNotLike") {
    return matches_pattern(wanted, value);
  }
  if (name == "Bool" || name.ends_with("IgnoreCase")) {
    return aws::lower_case(wanted) == aws::lower_case(value);
  }
  return wanted == value;
}

bool numbers_agree(const std::string& name, const std::string& wanted, const std::string& value) {
  const double left = std::strtod(value.c_str(), nullptr);
  const double right = std::strtod(wanted.c_str(), nullptr);
  if (name.find("LessThan") != std::string::npos) {
    return name.ends_with("Equals") ? left <= right : left < right;
  }
  if (name.find("GreaterThan") != std::string::npos) {
    return name.ends_with("Equals") ? left >= right : left > right;
  }
  return left == right;
}

std::string scalar_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<std::string> wanted_texts(const Json& values) {
  return values.is_array() ? policy_texts(values) : std::vector<std::string>{scalar_text(values)};
}

bool condition_holds(const Operator& by, const Json& values, const std::string* value) {
  const bool is_negative = by.name.find("Not") != std::string::npos;
  if (by.name == "Null") {
    return wanted_texts(values).front() == (value == nullptr ? "true" : "false");
  }
  if (value == nullptr) {
    return by.is_if_exists || is_negative;
  }
  const std::vector<std::string> wanted = wanted_texts(values);
  const bool is_any = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
    return by.name.starts_with("Numeric") ? numbers_agree(by.name, one, *value)
                                          : matches_value(by.name, one, *value);
  });
  return is_any != is_negative;
}

bool conditions_hold(const Json& statement, const PolicyQuestion& question) {
  const Json conditions = statement.value("Condition", Json::object());
  for (const auto& [name, keys] : conditions.items()) {
    for (const auto& [key, values] : keys.items()) {
      const auto found = question.conditions.find(aws::lower_case(key));
      const std::string* const value =
          found == question.conditions.end() ? nullptr : &found->second;
      if (!condition_holds(operator_of(name), values, value)) {
        return false;
      }
    }
  }
  return true;
}

bool names_service(const Json& principal, const std::string& service) {
  if (principal == "*") {
    return true;
  }
  if (!principal.is_object()) {
    return false;
  }
  const std::vector<std::string> everybody = policy_texts(principal.value("AWS", Json::array()));
  const std::vector<std::string> services = policy_texts(principal.value("Service", Json::array()));
  return std::find(everybody.begin(), everybody.end(), "*") != everybody.end() ||
         std::find(services.begin(), services.end(), service) != services.end();
}

bool any_matches(const Json& patterns, const std::string& text, bool ignores_case) {
  const std::vector<std::string> all = policy_texts(patterns);
  return std::any_of(all.begin(), all.end(), [&](const std::string& pattern) {
    return ignores_case ? matches_pattern(aws::lower_case(pattern), aws::lower_case(text))
                        : matches_pattern(pattern, text);
  });
}

/// Member or its opposite.
bool side_matches(const Json& statement, const char* member, const std::string& text,
                  bool ignores_case) {
  const auto found = statement.find(member);
  if (found != statement.end()) {
    return any_matches(*found, text, ignores_case);
  }
  return !any_matches(statement.value("Not" + std::string(member), Json::array()), text,
                      ignores_case);
}

bool statement_matches(PolicyKind kind, const Json& statement, const PolicyQuestion& question) {
  if (kind != PolicyKind::identity) {
    const bool is_named =
        statement.contains("Principal")
            ? names_service(statement["Principal"], question.service)
            : !names_service(statement.value("NotPrincipal", Json::object()), question.service);
    if (!is_named) {
      return false;
    }
  }
  return side_matches(statement, "Action", question.action, true) &&
         (kind == PolicyKind::trust ||
          side_matches(statement, "Resource", question.resource, false)) &&
         conditions_hold(statement, question);
}

}  // namespace

std::vector<std::string> policy_texts(const Json& value) {
  std::vector<std::string> texts;
  if (value.is_string()) {
    texts.push_back(value.get<std::string>());
  } else if (value.is_array()) {
    for (const Json& one : value) {
      texts.push_back(scalar_text(one));
    }
  }
  return texts;
}

std::vector<Json> policy_statements(const Json& policy) {
  const Json statements = policy.is_object() ? policy.value("Statement", Json::array()) : Json();
  if (statements.is_object()) {
    return {statements};
  }
  return statements.is_array() ? std::vector<Json>(statements.begin(), statements.end())
                               : std::vector<Json>();
}

std::string policy_fault(PolicyKind kind, const Json& policy) {
  if (!policy.is_object() || !policy.contains("Statement")) {
    return "Syntax errors in policy.";
  }
  const std::array<std::string_view, 3> members = {"Version", "Id", "Statement"};
  for (const auto& [name, value] : policy.items()) {
    if (std::find(members.begin(), members.end(), name) == members.end()) {
      return "Syntax errors in policy: unknown field " + name;
    }
  }
  const Json version = policy.value("Version", Json("2008-10-17"));
  if (version != "2012-10-17" && version != "2008-10-17") {
    return "The policy must contain a valid version string";
  }
  std::set<std::string> sids;
  const std::vector<Json> statements = policy_statements(policy);
  if (statements.empty()) {
    return "Could not parse the policy: Statement is empty!";
  }
  for (const Json& statement : statements) {
    if (std::string wrong = statement_fault(kind, statement); !wrong.empty()) {
      return wrong;
    }
    const std::string sid = statement.value("Sid", "");
    if (!sid.empty() && !sids.insert(sid).second) {
      return "Statement IDs (SID) in a single policy must be unique.";
    }
  }
  return {};
}

std::size_t policy_size_bytes(std::string_view document) {
  return static_cast<std::size_t>(std::count_if(
      document.begin(), document.end(), [](unsigned char c) { return std::isspace(c) == 0; }));
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool policy_allows(PolicyKind kind, const Json& policy, const PolicyQuestion& question) {
  bool is_allowed = false;
  for (const Json& statement : policy_statements(policy)) {
    if (!statement_matches(kind, statement, question)) {
      continue;
    }
    if (statement.value("Effect", "") == "Deny") {
      return false;
    }
    is_allowed = true;
  }
  return is_allowed;
}

bool is_public_policy(const Json& policy) {
  constexpr std::array<std::string_view, 7> narrowing = {
      "aws:sourceaccount", "aws:sourcearn",        "aws:principalarn", "aws:principalorgid",
      "aws:sourceip",      "aws:principalaccount", "aws:sourcevpce"};
  for (const Json& statement : policy_statements(policy)) {
    const bool is_for_all = names_service(statement.value("Principal", Json::object()), "") ||
                            statement.contains("NotPrincipal");
    if (statement.value("Effect", "") != "Allow" || !is_for_all) {
      continue;
    }
    bool is_narrow = false;
    const Json conditions = statement.value("Condition", Json::object());
    for (const auto& [name, keys] : conditions.items()) {
      for (const auto& [key, values] : keys.items()) {
        is_narrow = is_narrow || std::find(narrowing.begin(), narrowing.end(),
                                           aws::lower_case(key)) != narrowing.end();
      }
    }
    if (!is_narrow) {
      return true;
    }
  }
  return false;
}

}  // namespace bedrocklog::fake_aws
