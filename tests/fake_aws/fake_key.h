// Keys of the fake KMS, and what KMS asks of their policies.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {

struct FakeKmsKey {
  std::string region;
  std::string description;
  std::string spec = "SYMMETRIC_DEFAULT";
  std::string policy;  // As it was sent.
  bool is_enabled = true;
  bool rotates = false;
  std::int64_t rotation_days = 365;
  std::map<std::string, std::string> tags;
  bool is_pending_deletion = false;
  std::int64_t deletion_days = 0;  // Of a key that is pending deletion.
  std::uint64_t made_at = 0;       // Request; 0: long ago.
};

[[nodiscard]] FakeAnswer kms_error(const std::string& code, const std::string& message);
[[nodiscard]] FakeAnswer invalid_key_member(const std::string& message);
/// What the call asks for of a list that is complete.
[[nodiscard]] FakeAnswer key_page(const FakeCall& call, const char* name, const Json& all,
                                  std::size_t size_max);

/// "Enabled", "Disabled", "PendingDeletion".
[[nodiscard]] std::string state_of(const FakeKmsKey& key);

[[nodiscard]] Json to_json(const FakeKmsKey& key);
[[nodiscard]] FakeKmsKey key_of_json(const Json& document);

/// An id in the form of KMS, the same for the same text.
[[nodiscard]] std::string key_id_of(const std::string& text);
[[nodiscard]] bool is_key_id(const std::string& text);

/// The account may do everything: what a key has that was made without a policy.
[[nodiscard]] std::string default_key_policy(const FakeWorld& world);

/// Why KMS refuses the policy; `code` is empty when it does not.
struct KeyPolicyFault {
  std::string code;
  std::string message;
};
[[nodiscard]] KeyPolicyFault key_policy_fault(const FakeWorld& world, const FakeCall& call,
                                              const std::string& policy);

}  // namespace bedrocklog::fake_aws
