// Policies as AWS reads them: what is well formed, and what they allow.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace bedrocklog::fake_aws {

enum class PolicyKind : std::uint8_t {
  trust,     // Of a role: a principal, no resource.
  identity,  // Inline, managed: a resource, no principal.
  resource,  // Of a bucket or topic: both.
};

/// What is wrong with the document, in one sentence; empty: nothing.
[[nodiscard]] std::string policy_fault(PolicyKind kind, const nlohmann::json& policy);

/// Bytes that count for a limit: white space does not.
[[nodiscard]] std::size_t policy_size_bytes(std::string_view document);

/// '*' and '?' as policies have them.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text);

/// Somebody wants to do something.
struct PolicyQuestion {
  std::string service;  // Principal, "bedrock.amazonaws.com"; policies of identities ignore it.
  std::string action;
  std::string resource;                           // Ignored by trust policies.
  std::map<std::string, std::string> conditions;  // Keys in lower case: "aws:sourceaccount".
};

/// An Allow matches and no Deny does.
[[nodiscard]] bool policy_allows(PolicyKind kind, const nlohmann::json& policy,
                                 const PolicyQuestion& question);

/// Some Allow is for everybody, and no condition narrows whom.
[[nodiscard]] bool is_public_policy(const nlohmann::json& policy);

/// A string, or a list of strings, as a list.
[[nodiscard]] std::vector<std::string> policy_texts(const nlohmann::json& value);
/// The statements, also where there is only one without a list.
[[nodiscard]] std::vector<nlohmann::json> policy_statements(const nlohmann::json& policy);

}  // namespace bedrocklog::fake_aws
