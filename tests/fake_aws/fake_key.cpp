// Lockout check, principals that must be there, and keys as documents.
#include "tests/fake_aws/fake_key.h"

#include <algorithm>
#include <regex>
#include <vector>

#include "ingest/aws/digest.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_policy.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t policy_bytes_max = 32'768;
constexpr std::size_t default_page = 50;

std::string root_of(const FakeWorld& world) {
  return "arn:" + world.partition + ":iam::" + world.account + ":root";
}

std::vector<std::string> aws_principals(const Json& statement) {
  const auto principal = statement.find("Principal");
  if (principal == statement.end()) {
    return {};
  }
  if (principal->is_string()) {
    return {principal->get<std::string>()};
  }
  return policy_texts(principal->value("AWS", Json::array()));
}

/// Those of this account must be there; what other accounts have nobody can tell.
bool is_principal(const FakeWorld& world, const FakeCall& call, const std::string& name) {
  const std::string own = "arn:" + world.partition + ":iam::" + world.account + ':';
  if (name == root_of(world) || name == call.caller_arn) {
    return true;
  }
  if (name.starts_with(own + "role/")) {
    return world.has_role(name);
  }
  return !name.starts_with(own + "user/");
}

/// Whether the caller could put another policy: a statement without conditions says so.
bool lets_caller_back_in(const FakeWorld& world, const FakeCall& call, const Json& policy) {
  for (const Json& statement : policy_statements(policy)) {
    const std::vector<std::string> names = aws_principals(statement);
    const bool is_for_caller =
        std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          return name == "*" || name == world.account || name == root_of(world) ||
                 name == call.caller_arn;
        });
    const std::vector<std::string> actions = policy_texts(statement.value("Action", Json::array()));
    const bool is_put = std::any_of(actions.begin(), actions.end(), [](const std::string& action) {
      return matches_pattern(action, "kms:PutKeyPolicy");
    });
    if (statement.value("Effect", "") == "Allow" && is_for_caller && is_put &&
        !statement.contains("Condition")) {
      return true;
    }
  }
  return false;
}

}  // namespace

FakeAnswer kms_error(const std::string& code, const std::string& message) {
  return json_error(400, code, message);
}

FakeAnswer invalid_key_member(const std::string& message) {
  return kms_error("ValidationException", "1 validation error detected: " + message);
}

FakeAnswer key_page(const FakeCall& call, const char* name, const Json& all, std::size_t size_max) {
  const std::int64_t size = call.json.value("Limit", std::int64_t{default_page});
  if (size < 1 || size > static_cast<std::int64_t>(size_max)) {
    return invalid_key_member("Value at 'limit' failed to satisfy constraint");
  }
  const std::string from = text_member(call.json, "Marker", "0");
  if (from.find_first_not_of("0123456789") != std::string::npos || from.size() > 9) {
    return kms_error("InvalidMarkerException", "Could not deserialize marker");
  }
  const auto start = static_cast<std::size_t>(std::stoll(from));
  const std::size_t end = std::min(all.size(), start + static_cast<std::size_t>(size));
  Json page = {{name, Json::array()}, {"Truncated", end < all.size()}};
  for (std::size_t i = start; i < end; ++i) {
    page[name].push_back(all[i]);
  }
  if (end < all.size()) {
    page["NextMarker"] = std::to_string(end);
  }
  return json_answer(page);
}

std::string state_of(const FakeKmsKey& key) {
  if (key.is_pending_deletion) {
    return "PendingDeletion";
  }
  return key.is_enabled ? "Enabled" : "Disabled";
}

Json to_json(const FakeKmsKey& key) {
  return {{"Description", key.description},
          {"KeySpec", key.spec},
          {"Policy", Json::parse(key.policy, nullptr, false)},
          {"Enabled", key.is_enabled},
          {"Rotates", key.rotates},
          {"RotationDays", key.rotation_days},
          {"Tags", key.tags}};
}

FakeKmsKey key_of_json(const Json& document) {
  FakeKmsKey key;
  key.description = document.value("Description", "");
  key.spec = document.value("KeySpec", "");
  key.policy = document.value("Policy", Json::object()).dump();
  key.is_enabled = document.value("Enabled", true);
  key.rotates = document.value("Rotates", false);
  key.rotation_days = document.value("RotationDays", std::int64_t{365});
  key.tags = document.value("Tags", std::map<std::string, std::string>());
  return key;
}

std::string key_id_of(const std::string& text) {
  std::string id = aws::sha256_hex(text).substr(0, 32);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) {
    id.insert(at, "-");
  }
  return id;
}

bool is_key_id(const std::string& text) {
  return std::regex_match(text, std::regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
}

std::string default_key_policy(const FakeWorld& world) {
  return Json{{"Version", "2012-10-17"},
              {"Id", "key-default-1"},
              {"Statement",
               {{{"Sid", "Enable IAM User Permissions"},
                 {"Effect", "Allow"},
                 {"Principal", {{"AWS", root_of(world)}}},
                 {"Action", "kms:*"},
                 {"Resource", "*"}}}}}
      .dump();
}

KeyPolicyFault key_policy_fault(const FakeWorld& world, const FakeCall& call,
                                const std::string& policy) {
  const std::string malformed = "MalformedPolicyDocumentException";
  if (policy.size() > policy_bytes_max) {
    return {"LimitExceededException", "The policy is longer than 32 KB."};
  }
  const Json document = Json::parse(policy, nullptr, false);
  if (const std::string wrong = policy_fault(PolicyKind::resource, document); !wrong.empty()) {
    return {malformed, wrong};
  }
  for (const Json& statement : policy_statements(document)) {
    for (const std::string& name : aws_principals(statement)) {
      if (!is_principal(world, call, name)) {
        return {malformed, "Policy contains a statement with one or more invalid principals."};
      }
    }
  }
  if (!call.json.value("BypassPolicyLockoutSafetyCheck", false) &&
      !lets_caller_back_in(world, call, document)) {
    return {malformed,
            "The new key policy will not allow you to update the key policy in the future."};
  }
  return {};
}

}  // namespace bedrocklog::fake_aws
