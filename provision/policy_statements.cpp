// Merging by Sid.
#include "provision/policy_statements.h"

#include "provision/mark.h"
#include "provision/normal_form.h"

namespace bedrocklog::provision {

Json with_our_statements(const Json& current, const Json& ours) {
  Json result = normal_policy(current);
  if (!result.is_object()) {
    result = Json::object();
  }
  if (!result.contains("Version")) {
    result["Version"] = "2012-10-17";
  }
  Json statements = Json::array();
  for (const Json& statement : result.value("Statement", Json::array())) {
    if (!is_our_statement(statement)) {
      statements.push_back(statement);
    }
  }
  if (ours.is_object()) {
    for (const Json& statement : ours.value("Statement", Json::array())) {
      statements.push_back(statement);
    }
  }
  result["Statement"] = std::move(statements);
  return result;
}

bool has_statements(const Json& policy) {
  const auto found = policy.is_object() ? policy.find("Statement") : policy.end();
  return found != policy.end() && !found->empty();
}

Json parsed_policy(std::string_view text) {
  Json document = Json::parse(text, nullptr, false);
  return document.is_object() ? document : Json::object();
}

}  // namespace bedrocklog::provision
